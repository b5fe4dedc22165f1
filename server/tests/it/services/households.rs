//! `banhoc import households`: what the families of a list become.

use rust_xlsxwriter::Workbook;
use serde_json::json;
use server::db::{changes, documents};
use server::import::FileError;
use server::services::households::{Fate, IMPORTER, ImportError, Report, Request, import};
use shared::document::Document;
use shared::ids::DocumentId;
use shared::org_unit::UnitCode;
use shared::subject::SubjectKind;

use crate::support::changes::{new_subject, register, set_field};
use crate::support::{TestApp, on_both};

const REAL: &[u8] = include_bytes!("../../../../data/households_muong_so_2026.xlsx");

fn request(commune: &str) -> Request {
    Request {
        commune: UnitCode::new(commune),
        year: None,
        dry_run: false,
        despite_heading: false,
    }
}

/// A list with a heading, the usual columns and these rows.
fn list(rows: &[[&str; 8]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heading = [
        "UBND XÃ MƯỜNG SO",
        "DANH SÁCH HỘ GIA ĐÌNH NĂM 2026",
        "STT|Họ và tên chủ hộ|Năm sinh|Bản|Số khẩu|Trẻ đang đi học|Người lớn (19-60 tuổi)|Người lớn biết chữ",
    ];
    for (row, line) in (0..).zip(heading) {
        for (column, text) in (0..).zip(line.split('|')) {
            sheet.write(row, column, text).expect("a cell");
        }
    }
    for (row, cells) in (3..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            match text.parse::<f64>() {
                _ if text.is_empty() => {}
                Ok(number) => {
                    sheet.write(row, column, number).expect("a cell");
                }
                Err(_) => {
                    sheet.write(row, column, *text).expect("a cell");
                }
            }
        }
    }
    book.save_to_buffer().expect("a file")
}

const TWO: [[&str; 8]; 2] = [
    ["1", "Lò Văn Pâng", "1974", "Vàng Pheo", "5", "2", "2", "2"],
    ["2", "Đèo Thị Ín", "1980", "Vàng Pheo", "4", "1", "2", "1"],
];

async fn families(app: &TestApp) -> Vec<Document> {
    let mut conn = app.db().read().await.expect("a connection");
    let commune = app.places().commune;
    let mut found = documents::subjects_of_shard(&mut conn, commune, SubjectKind::Household)
        .await
        .expect("families");
    found.sort_by_key(|document| document.number("number"));
    found
}

async fn imported(app: &TestApp, bytes: &[u8]) -> Report {
    let report = import(app.db(), bytes, &request("03589"), crate::support::now())
        .await
        .expect("a report");
    app.state.units.reload(app.db()).await.expect("units");
    app.assert_counts_agree().await;
    report
}

fn fates(report: &Report) -> [usize; 4] {
    [
        report.count(|line| line.fate == Fate::New),
        report.count(|line| matches!(line.fate, Fate::Updated(_))),
        report.count(|line| line.fate == Fate::Unchanged),
        report.count(|line| matches!(line.fate, Fate::Refused(_))),
    ]
}

on_both! {
    async fn a_real_list_is_taken_once(app: TestApp) {
        let first = imported(&app, REAL).await;
        assert_eq!(fates(&first), [378, 0, 0, 10]);
        assert_eq!(first.registered, 378);
        // Two of its villages were known.
        assert_eq!(first.new_villages, ["Huổi Sen", "Nà Củng", "Khoang Thèn"]);
        assert_eq!(first.remarks, Vec::<String>::new());
        let before = families(&app).await;
        assert_eq!(before.len(), 378);
        let second = imported(&app, REAL).await;
        assert_eq!(fates(&second), [0, 0, 378, 10]);
        assert_eq!(second.registered, 0);
        assert_eq!(families(&app).await, before);
        // Today's code of the commune it has become leads to the same families.
        let other = import(app.db(), REAL, &request("03549"), crate::support::now()).await;
        assert_eq!(fates(&other.expect("a report")), [0, 0, 378, 10]);
    }

    async fn a_corrected_list_changes_what_was_corrected(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let mut corrected = TWO;
        corrected[0][4] = "6";
        corrected[1][1] = "Đèo Thị Ính";
        let report = imported(&app, &list(&corrected)).await;
        assert_eq!(fates(&report), [0, 2, 0, 0]);
        assert_eq!(report.lines[0].fate, Fate::Updated(vec!["số khẩu".into()]));
        assert_eq!(report.lines[1].fate, Fate::Updated(vec!["họ tên".into()]));
        let now = families(&app).await;
        assert_eq!(now.len(), 2);
        assert_eq!(now[0].number("members"), Some(6));
        assert_eq!(now[1].name(), "Đèo Thị Ính");
        assert!(now.iter().all(|family| !family.in_conflict()));
        // And back to what it was before: a correction like any other.
        let back = imported(&app, &list(&TWO)).await;
        assert_eq!(fates(&back), [0, 2, 0, 0]);
        assert_eq!(families(&app).await[0].number("members"), Some(5));
    }

    async fn what_an_officer_mended_stays_until_the_list_says_something_new(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let family = families(&app).await[0].clone();
        let seen = family.writer(&"members".into()).map(|writer| writer.change);
        let phone = app.sign_in("ban1").await;
        let edit = set_field(family.id.into(), seen, "members", json!(7));
        phone.sync(&crate::support::changes::request(vec![edit])).await;

        let same = imported(&app, &list(&TWO)).await;
        assert_eq!(fates(&same), [0, 0, 2, 0]);
        assert_eq!(families(&app).await[0].number("members"), Some(7));

        let mut corrected = TWO;
        corrected[0][4] = "6";
        let report = imported(&app, &list(&corrected)).await;
        assert_eq!(fates(&report), [0, 1, 1, 0]);
        // Two people wrote apart: both values are kept for somebody to choose.
        let now = families(&app).await[0].clone();
        assert_eq!(now.number("members"), Some(6));
        assert_eq!(now.conflicts[&"members".into()][0].value, json!(7));
    }

    async fn a_family_an_officer_added_is_not_added_again(app: TestApp) {
        let places = app.places();
        let subject = new_subject();
        let phone = app.sign_in("ban1").await;
        let found = register(subject, places.commune, places.village, "Lò Văn Pâng");
        phone.sync(&crate::support::changes::request(vec![found])).await;
        let report = imported(&app, &list(&TWO)).await;
        assert_eq!(fates(&report), [1, 1, 0, 0]);
        let family = families(&app).await.into_iter().find(|it| it.id == subject.into());
        let family = family.expect("the officer's family");
        // What it lacked is filled in; what the list says differently is no silent loss.
        assert_eq!(family.number("birth_year"), Some(1974));
        assert_eq!(family.number("members"), Some(5));
    }

    async fn families_that_leave_the_list_are_kept_and_told(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let report = imported(&app, &list(&TWO[..1])).await;
        assert_eq!(fates(&report), [0, 0, 1, 0]);
        assert!(report.remarks[0].starts_with("1 hộ"), "{:?}", report.remarks);
        assert_eq!(families(&app).await.len(), 2);
    }

    async fn a_doubt_is_flagged_and_ends_when_the_list_is_corrected(app: TestApp) {
        let mut doubtful = TWO;
        doubtful[0][5] = "12";
        let report = imported(&app, &list(&doubtful)).await;
        assert_eq!(report.lines[0].doubts.len(), 1);
        let family = families(&app).await[0].clone();
        assert_eq!(family.number("children"), Some(12), "kept as it stands");
        assert!(family.doubts[&"children".into()].contains("12 trẻ"));
        imported(&app, &list(&TWO)).await;
        assert!(families(&app).await[0].doubts.is_empty());
        // A doubt that a later list brings is flagged on the family that is there.
        let mut missing = TWO;
        missing[1][4] = "";
        imported(&app, &list(&missing)).await;
        let family = families(&app).await[1].clone();
        assert!(family.doubts.contains_key(&"members".into()));
        assert_eq!(family.number("members"), Some(4), "what was known stays");
    }

    async fn a_preview_writes_nothing(app: TestApp) {
        let preview = Request { dry_run: true, ..request("03589") };
        let report = import(app.db(), REAL, &preview, crate::support::now()).await.expect("a report");
        assert_eq!(fates(&report), [378, 0, 0, 10]);
        assert!(families(&app).await.is_empty());
        let units = server::services::units::Units::load(app.db()).await.expect("units");
        assert_eq!(units.tree().villages_under(app.places().commune, crate::support::now().date_naive()).len(), 2);
    }

    async fn a_list_of_another_commune_is_refused(app: TestApp) {
        let wrong = import(app.db(), REAL, &request("03562"), crate::support::now()).await;
        let Err(ImportError::OtherCommune { heading, commune, .. }) = wrong else {
            panic!("{wrong:?}");
        };
        assert_eq!(heading, "ỦY BAN NHÂN DÂN XÃ MƯỜNG SO");
        // A reused code: both units that bear it are told.
        assert!(commune.contains("Sì Lở Lầu") && commune.contains("Vàng Ma Chải"), "{commune}");
        let unknown = import(app.db(), REAL, &request("99999"), crate::support::now()).await;
        assert!(matches!(unknown, Err(ImportError::NoCommune(_))));
        let despite = Request { despite_heading: true, dry_run: true, ..request("03562") };
        assert!(import(app.db(), REAL, &despite, crate::support::now()).await.is_ok());
    }

    async fn a_file_that_is_no_list_is_refused_and_says_what_was_looked_for(app: TestApp) {
        for (bytes, says) in [
            (&b""[..], "không mở được"),
            (&b"%PDF-1.7"[..], "không mở được"),
            (crate::support::UNITS.as_bytes(), "không mở được"),
        ] {
            let refused = import(app.db(), bytes, &request("03589"), crate::support::now()).await;
            let error = refused.expect_err("refused").to_string();
            assert!(error.contains(says), "{error}");
        }
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "Thu chi quý III").expect("a cell");
        let bytes = book.save_to_buffer().expect("a file");
        let refused = import(app.db(), &bytes, &request("03589"), crate::support::now()).await;
        let Err(ImportError::File(error @ FileError::NotAList { .. })) = refused else {
            panic!("{refused:?}");
        };
        let told = error.to_string();
        assert!(told.contains("họ tên chủ hộ") && told.contains("Thu chi quý III"), "{told}");
        assert!(families(&app).await.is_empty());
    }

    async fn the_history_names_the_list_as_the_author(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let ids: Vec<DocumentId> = families(&app).await.iter().map(|it| it.id).collect();
        let mut conn = app.db().read().await.expect("a connection");
        let written = changes::written_by(&mut conn, &ids, IMPORTER).await.expect("changes");
        assert_eq!(written.len(), 2);
    }
}
