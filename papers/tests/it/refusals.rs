//! What is refused, and in which words.

use papers::{Letterhead, PaperError, RecognitionDecision, bounds, docx, pdf};

use crate::support::{decision, letterhead, rows};

fn refused(decision: &RecognitionDecision, letterhead: &Letterhead) -> String {
    let word = docx(decision, letterhead).unwrap_err();
    assert_eq!(
        pdf(decision, letterhead, None).unwrap_err(),
        word,
        "both files are refused for the same reason"
    );
    word.to_string()
}

#[test]
fn what_is_missing_is_named() {
    let nobody = RecognitionDecision {
        rows: Vec::new(),
        ..decision()
    };
    assert_eq!(refused(&nobody, &letterhead()), "Thiếu danh sách kèm theo.");
    let mut unnamed = decision();
    unnamed.rows[41].name = " \u{0} ".into();
    assert_eq!(
        refused(&unnamed, &letterhead()),
        "Thiếu họ và tên ở dòng 42."
    );
    let nowhere = Letterhead {
        place: String::new(),
        ..letterhead()
    };
    assert_eq!(refused(&decision(), &nowhere), "Thiếu địa danh.");
}

#[test]
fn too_much_is_refused_and_not_cut() {
    let many = RecognitionDecision {
        rows: rows(bounds::ROWS + 1),
        ..decision()
    };
    assert_eq!(
        refused(&many, &letterhead()),
        "Danh sách: có 5001, một văn bản chứa nhiều nhất 5000."
    );
    let mut long = decision();
    long.rows[0].name = "a".repeat(bounds::NAME + 1);
    assert_eq!(
        refused(&long, &letterhead()),
        "Họ và tên ở dòng 1 dài quá 200 chữ."
    );
    let lines = Letterhead {
        recipients: vec!["x".into(); bounds::LINES + 1],
        ..letterhead()
    };
    assert_eq!(
        refused(&decision(), &lines),
        "Nơi nhận: có 41, một văn bản chứa nhiều nhất 40."
    );
}

#[test]
fn a_template_of_an_office_is_used_or_its_line_is_named() {
    let own = "#set page(width: 100mm, height: 100mm)\n#json(\"data.json\").kind";
    assert!(pdf(&decision(), &letterhead(), Some(own)).is_ok());
    let wrong = pdf(
        &decision(),
        &letterhead(),
        Some("#set page()\n#nothing-of-that-name"),
    )
    .unwrap_err();
    assert!(
        wrong
            .to_string()
            .starts_with("Mẫu in không dùng được: dòng 2: unknown variable"),
        "{wrong}"
    );
}

#[test]
fn a_template_reads_its_data_and_nothing_else() {
    for reaching in [
        "#read(\"/etc/passwd\")",
        "#import \"@preview/cetz:0.3.0\"",
        "#include \"other.typ\"",
        "#datetime.today()",
    ] {
        assert!(
            matches!(
                pdf(&decision(), &letterhead(), Some(reaching)),
                Err(PaperError::Template(_))
            ),
            "{reaching}"
        );
    }
}

#[test]
fn a_template_that_never_ends_is_ended() {
    let endless = "#let again(x) = again(x + 1)\n#again(0)";
    assert!(matches!(
        pdf(&decision(), &letterhead(), Some(endless)),
        Err(PaperError::Template(_))
    ));
    assert!(matches!(
        pdf(&decision(), &letterhead(), Some("#while true { }")),
        Err(PaperError::Template(_))
    ));
}
