//! Papers about forms: minutes of a village, summary and verification of a form.

use axum::http::{StatusCode, header};
use shared::assessment::Move;
use shared::change::ChangeBody;
use shared::meeting::{self, Meeting};

use crate::support::changes::*;
use crate::support::request::Answer;
use crate::support::{on_both, said_in};

fn is_pdf(answer: &Answer) -> bool {
    answer.status == StatusCode::OK
        && answer.header(header::CONTENT_TYPE) == Some("application/pdf")
        && answer.body.starts_with(b"%PDF-")
}

on_both! {
    async fn a_villages_meeting_has_its_minutes_to_fill_in(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        for name in ["Lò Thị Ón", "Mào Văn Ín"] {
            send(&phone, scored(new_subject(), places.commune, places.village, name)).await;
        }
        let officer = app.sign_in("xa").await;
        let asked = format!("unit={}&title=learning_family&year={YEAR}", places.village);
        let page = officer.get(&format!("/dashboard/subjects?{asked}")).await.text();
        assert!(page.contains("Biên bản họp bình xét") && page.contains("/dashboard/minutes/bien-ban.docx?"), "{page}");
        let file = officer.get(&format!("/dashboard/minutes/bien-ban.docx?{asked}")).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        let text = said_in(&file.body);
        for said in ["BẢN VÀNG PHEO", "BIÊN BẢN", "Lò Thị Ón", "Mào Văn Ín", "Không đồng ý", "THƯ KÝ", "CHỦ TRÌ"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        assert!(is_pdf(&officer.get(&format!("/dashboard/minutes/bien-ban.pdf?{asked}")).await));
        let commune = format!("unit={}&title=learning_family&year={YEAR}", places.commune);
        let page = officer.get(&format!("/dashboard/subjects?{commune}")).await.text();
        assert!(!page.contains("Biên bản họp bình xét"), "{page}");
        for odd in ["bien-ban.exe", "khac.pdf", "bien-ban"] {
            assert_eq!(officer.get(&format!("/dashboard/minutes/{odd}?{asked}")).await.status, StatusCode::NOT_FOUND, "{odd}");
        }
        let elsewhere = format!("unit={}&title=learning_family&year={YEAR}", places.elsewhere);
        let refused = officer.get(&format!("/dashboard/minutes/bien-ban.pdf?{elsewhere}")).await;
        assert_ne!(refused.status, StatusCode::OK, "a commune that is somebody else's");
    }

    async fn the_minutes_of_a_meeting_that_was_written_down_have_its_votes(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let (one, other, absent) = (new_subject(), new_subject(), new_subject());
        for (family, name) in [(one, "Lò Thị Ón"), (other, "Mào Văn Ín"), (absent, "Vàng A Xa")] {
            send(&phone, scored(family, places.commune, places.village, name)).await;
        }
        let on = YEAR.first_day();
        let said = |present, in_favour, against| Meeting { on, present, in_favour, against, minutes: None };
        let says = |family, meeting: Meeting| {
            let body = ChangeBody::SetField { field: meeting::FIELD.into(), value: meeting.value() };
            change(form_of(family), None, body)
        };
        let mut told = vec![says(one, said(31, 30, 1)), says(other, said(31, 12, 19))];
        told.extend([one, other].map(|family| change(form_of(family), None, ChangeBody::Advance(Move::Submit))));
        send(&phone, told).await;
        let odd = outcomes(&phone.sync(&request(vec![says(absent, said(3, 3, 1))])).await);
        assert!(odd.len() == 1 && odd[0].to_string().contains("out_of_range"), "{odd:?}");

        let officer = app.sign_in("xa").await;
        let asked = format!("unit={}&title=learning_family&year={YEAR}", places.village);
        let file = officer.get(&format!("/dashboard/minutes/bien-ban.docx?{asked}")).await;
        let text = said_in(&file.body);
        for there in ["ngày 01/01/", "Có mặt: 31 người", "Lò Thị Ón", "30", "Mào Văn Ín", "19"] {
            assert!(text.contains(there), "{there} in {text}");
        }
        assert!(!text.contains("Vàng A Xa"), "who was not voted on is in no minutes: {text}");

        let page = officer.get(&format!("/commune/queue/{}", form_of(one))).await.text();
        assert!(page.contains("30/31 người đồng ý, 1 không đồng ý") && !page.contains("Bản không đồng ý"), "{page}");
        let page = officer.get(&format!("/commune/queue/{}", form_of(other))).await.text();
        assert!(page.contains("Bản không đồng ý"), "{page}");
    }

    async fn what_a_form_has_reached_stands_on_paper(app: TestApp) {
        let places = app.places();
        let (phone, family) = (app.sign_in("ban1").await, new_subject());
        send(&phone, scored(family, places.commune, places.village, "Lò Thị Ón")).await;
        send(&phone, vec![change(form_of(family), None, ChangeBody::Advance(Move::Submit))]).await;
        let officer = app.sign_in("xa").await;
        let form = form_of(family);
        let page = officer.get(&format!("/dashboard/subject/{family}")).await.text();
        let paper = format!("/dashboard/subject/{family}/paper/{form}");
        assert!(page.contains(&format!("{paper}/tong-hop.docx")), "{page}");
        for (stem, kind) in [("tong-hop", "BẢN TỔNG HỢP"), ("bien-ban-kiem-tra", "BIÊN BẢN")] {
            let file = officer.get(&format!("{paper}/{stem}.docx")).await;
            assert_eq!(file.status, StatusCode::OK, "{}", file.text());
            let text = said_in(&file.body);
            for said in [kind, "Lò Thị Ón", "GD.1a", "10 điểm", "TRẺ EM TRONG NHÀ HỌC TẬP", "Xã kiểm tra"] {
                assert!(text.contains(said), "{said} in {text}");
            }
            assert!(is_pdf(&officer.get(&format!("{paper}/{stem}.pdf")).await), "{stem}");
        }
        let neighbour = app.sign_in("ban2").await;
        assert_ne!(neighbour.get(&format!("{paper}/tong-hop.docx")).await.status, StatusCode::OK);
        for odd in ["khac.pdf", "tong-hop.exe"] {
            assert_eq!(officer.get(&format!("{paper}/{odd}")).await.status, StatusCode::NOT_FOUND, "{odd}");
        }
        let other = format!("/dashboard/subject/{family}/paper/{}/tong-hop.pdf", form_of(new_subject()));
        assert_eq!(officer.get(&other).await.status, StatusCode::NOT_FOUND);
    }
}
