//! Certificates: a page each, whatever the names.

use std::ops::ControlFlow;

use chrono::NaiveDate;
use papers::{
    Certificate, CertificateOrder, Design, Letterhead, PaperError, bounds, certificates,
    certificates_in_parts, test_print,
};

use crate::support::{decision, letterhead, pages};

fn order(design: Design) -> CertificateOrder {
    CertificateOrder {
        letterhead: Letterhead {
            is_authority: true,
            ..letterhead()
        },
        heading: "Giấy chứng nhận".into(),
        commends: false,
        date: decision().numbering.date,
        drafted_in: 2026,
        design,
        symbol: None,
    }
}

fn named(name: &str) -> Certificate {
    Certificate {
        name: name.into(),
        address: "bản Vàng Pheo, xã Phong Thổ, tỉnh Lai Châu".into(),
        title: "Gia đình học tập".into(),
        year: 2026,
        decision: "05/QĐ-UBND".into(),
        decision_date: decision().numbering.date,
        register_number: "12/2026".into(),
        until: None,
        achievement: String::new(),
    }
}

#[test]
fn a_commendation_gives_for_what_was_done() {
    let deed = "Dạy chữ cho 25 người lớn của bản trong ba mùa đông, hiến 300 m² đất làm lớp học. ";
    let commended = |achievement: String| Certificate {
        achievement,
        title: String::new(),
        register_number: String::new(),
        ..named("Lò Văn Pâng")
    };
    let all = [
        commended(deed.into()),
        commended(deed.chars().cycle().take(300).collect()),
    ];
    for (design, is_authority) in [
        (Design::Full, true),
        (Design::Full, false),
        (
            Design::Words {
                right_mm: 0.0,
                down_mm: 0.0,
            },
            true,
        ),
    ] {
        let order = CertificateOrder {
            heading: "Giấy khen".into(),
            commends: true,
            letterhead: Letterhead {
                is_authority,
                ..letterhead()
            },
            ..order(design)
        };
        assert_eq!(pages(&certificates(&order, &all, None).unwrap()), 2);
    }
    let neither = commended(String::new());
    let missing = certificates(&order(Design::Full), &[neither], None);
    assert!(matches!(missing, Err(PaperError::Missing(_))));
}

#[test]
fn every_name_stays_on_its_page() {
    let long = "Gia đình ông Nguyễn Phước Đoàn Thụy Khuê Uyên và bà Công Tằng Tôn Nữ Thị Diễm Trương Hoàng Thục Quỳnh";
    let names = [
        "Lò Văn Pâng",
        long,
        &"Ấ".repeat(200),
        &"Nguyễn ".repeat(28),
        "#pagebreak() *a* $x$",
        "\u{0}x\u{202e}",
    ];
    let all: Vec<_> = names.iter().map(|name| named(name)).collect();
    for design in [
        Design::Full,
        Design::Words {
            right_mm: 3.5,
            down_mm: -2.0,
        },
    ] {
        assert_eq!(
            pages(&certificates(&order(design), &all, None).unwrap()),
            names.len()
        );
    }
}

#[test]
fn a_title_that_holds_for_a_time_says_until_when() {
    let for_a_time = Certificate {
        until: NaiveDate::from_ymd_opt(2029, 2, 2),
        ..named("Bản Vàng Pheo")
    };
    let shown = "#text(json(\"data.json\").certificates.first().until)";
    let says = |words: &str| {
        format!("#assert.eq(json(\"data.json\").certificates.first().until, \"{words}\")\n{shown}")
    };
    for (one, words) in [
        (named("Bản Vàng Pheo"), ""),
        (
            for_a_time.clone(),
            "Có giá trị đến hết ngày\u{a0}02 tháng\u{a0}02 năm\u{a0}2029",
        ),
    ] {
        let made = certificates(&order(Design::Full), &[one], Some(&says(words)));
        assert!(made.is_ok(), "{made:?}");
    }
    let drawn = certificates(&order(Design::Full), &[for_a_time], None).unwrap();
    assert_eq!(pages(&drawn), 1);
}

#[test]
fn words_for_stock_are_less_than_the_design() {
    let all = vec![named("Lò Văn Pâng"); 20];
    let full = certificates(&order(Design::Full), &all, None).unwrap();
    let words = certificates(
        &order(Design::Words {
            right_mm: 0.0,
            down_mm: 0.0,
        }),
        &all,
        None,
    )
    .unwrap();
    assert!(words.len() < full.len());
}

#[test]
fn a_test_print_is_one_sheet() {
    let order = order(Design::Words {
        right_mm: -1.0,
        down_mm: 2.0,
    });
    assert_eq!(
        pages(&test_print(&order, &named("Lò Văn Pâng"), None).unwrap()),
        1
    );
    let far = CertificateOrder {
        design: Design::Words {
            right_mm: f32::NAN,
            down_mm: 0.0,
        },
        ..order
    };
    assert!(test_print(&far, &named("Lò Văn Pâng"), None).is_err());
}

#[test]
fn many_are_made_in_files_and_can_be_stopped() {
    let many = vec![named("Lò Văn Pâng"); bounds::CERTIFICATES_IN_A_FILE + 1];
    let words = order(Design::Words {
        right_mm: 0.0,
        down_mm: 0.0,
    });
    assert!(matches!(
        certificates(&words, &many, None),
        Err(PaperError::TooMany { .. })
    ));
    let mut heard = Vec::new();
    let parts = certificates_in_parts(&words, &many, None, |done, of| {
        heard.push((done, of));
        ControlFlow::Continue(())
    });
    assert_eq!(
        parts
            .unwrap()
            .iter()
            .map(|part| pages(part))
            .collect::<Vec<_>>(),
        [500, 1]
    );
    assert_eq!(heard, [(0, 501), (500, 501), (501, 501)]);
    let stopped = certificates_in_parts(&words, &many, None, |_, _| ControlFlow::Break(()));
    assert_eq!(stopped, Err(PaperError::Stopped));
}

#[test]
fn a_symbol_is_a_png_of_bounded_size() {
    // One white pixel, and the same head with 100,000 of them along each side.
    let pixel = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\x0d\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82";
    let with = |symbol: &[u8]| CertificateOrder {
        symbol: Some(symbol.to_vec()),
        ..order(Design::Full)
    };
    assert!(certificates(&with(pixel), &[named("Lò Văn Pâng")], None).is_ok());
    let mut huge = pixel.to_vec();
    huge[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    for refused in [&huge[..], b"<svg/>", b""] {
        assert_eq!(
            certificates(&with(refused), &[named("Lò Văn Pâng")], None),
            Err(PaperError::Symbol)
        );
    }
    // A head that is fine and a rest that is not: an error in words, no panic.
    assert!(matches!(
        certificates(&with(&pixel[..40]), &[named("Lò")], None),
        Err(PaperError::Template(_))
    ));
}
