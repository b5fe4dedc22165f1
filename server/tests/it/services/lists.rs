//! Lists of citizens, clans and units: written under the lock of their commune, and taken back.

use serde_json::json;
use server::db::documents;
use server::db::imports::Made;
use server::files::lists::Given;
use server::import::plan::{Ending, Fate, Options, Plan};
use server::services::lists::{Imported, Request, Upload, apply, last, preview, undo};
use shared::criteria::Title;
use shared::document::Document;
use shared::kind::SubjectKind;
use shared::org_unit::UnitCode;
use shared::rollup::Counts;

use crate::support::changes::{YEAR, set_field};
use crate::support::{TestApp, on_both, village_id};

const KINDS: [SubjectKind; 3] = [SubjectKind::Citizen, SubjectKind::Clan, SubjectKind::Unit];

const FAMILIES: &str =
    "STT;Chủ hộ;Năm sinh;Bản\n1;Lò Văn Pâng;1974;Vàng Pheo\n2;Đèo Thị Ín;1980;Vàng Pheo\n";
const CITIZENS: &str = "\
    STT;Họ và tên;Năm sinh;Bản;Nhóm;Chủ hộ;Nơi làm việc, học tập\n\
    1;Lò Văn An;2010;Vàng Pheo;Học sinh;Lò Văn Pâng;Trường THCS Mường So\n\
    2;Đèo Thị Mai;1985;Vàng Pheo;Cán bộ;Đèo Thị Ín;Công ty Chè\n";
const CLANS: &str = "\
    STT;Tên dòng họ;Bản;Số hộ\n\
    1;Họ Lò;Vàng Pheo;24\n\
    2;Họ Đèo;;200\n";
const UNITS: &str = "\
    STT;Tên đơn vị;Loại đơn vị;Bản;Số cán bộ;Số học sinh\n\
    1;Trường THCS Mường So;Trường học;;31;420\n\
    2;HTX Chè;Hợp tác xã;Vàng Pheo;12;\n";

fn list(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Citizen => CITIZENS,
        SubjectKind::Clan => CLANS,
        SubjectKind::Unit => UNITS,
        _ => FAMILIES,
    }
}

fn request(kind: SubjectKind, registers: bool) -> Request {
    Request {
        kind,
        commune: UnitCode::new("03549"),
        only: None,
        year: Some(YEAR),
        despite_heading: false,
        options: Options {
            registers,
            ..Options::default()
        },
    }
}

fn upload(text: &str) -> Upload {
    Upload::read("ds.csv", text.as_bytes()).expect("a file")
}

async fn subjects(app: &TestApp, kind: SubjectKind) -> Vec<Document> {
    let mut conn = app.db().read().await.expect("a connection");
    let found = documents::subjects_of_shard(&mut conn, app.places().commune, kind).await;
    let mut found = found.expect("subjects");
    found.sort_by_key(|document| document.number("number"));
    found
}

async fn asked(app: &TestApp, text: &str, request: &Request) -> Imported {
    let now = crate::support::now();
    let done = apply(app.db(), &upload(text), request, None, None, now).await;
    let done = done.expect("an import");
    assert_eq!(done.refused, 0);
    app.assert_counts_agree().await;
    done
}

async fn imported(app: &TestApp, kind: SubjectKind, text: &str) -> Imported {
    asked(app, text, &request(kind, false)).await
}

fn fates(plan: &Plan) -> [usize; 3] {
    [
        plan.count(|row| row.fate == Fate::New),
        plan.count(|row| matches!(row.fate, Fate::Updated(_))),
        plan.count(|row| row.fate == Fate::Unchanged),
    ]
}

async fn totals(app: &TestApp, title: Title) -> Counts {
    let rollup = server::db::rollup::all(&mut app.db().read().await.expect("a connection")).await;
    let rollup = rollup.expect("totals").into_iter();
    let rollup = rollup.map(|(key, total)| (key, total.counts)).collect();
    shared::rollup::total(&rollup, title, YEAR, |_| true)
}

#[test]
fn what_was_written_before_lists_had_kinds_is_of_families() {
    let made = r#"{"changes":[],"villages":[],"new":1,"updated":0}"#;
    let made: Made = serde_json::from_str(made).expect("what an import made");
    assert_eq!(made.kind, SubjectKind::Household);
    let given = format!(
        r#"{{"file_name":"ds.xlsx","commune":"{}","year":null,"despite_heading":false,"despite_columns":false,"answers":[]}}"#,
        village_id(1)
    );
    let given: Given = serde_json::from_str(&given).expect("a list that waits");
    assert_eq!(
        (given.kind, given.registers),
        (SubjectKind::Household, false)
    );
}

on_both! {
    async fn a_list_of_each_kind_is_taken_once_and_taken_back(app: TestApp) {
        for kind in KINDS {
            let empty = totals(&app, kind.title()).await;
            let plan = preview(app.db(), &upload(list(kind)), &request(kind, false), crate::support::now()).await;
            assert_eq!(fates(&plan.expect("a plan")), [2, 0, 0], "{kind:?}");
            assert!(subjects(&app, kind).await.is_empty(), "a preview writes nothing");
            let first = imported(&app, kind, list(kind)).await;
            assert_eq!((fates(&first.plan), first.plan.ending()), ([2, 0, 0], Ending::Taken), "{kind:?}");
            let taken = subjects(&app, kind).await;
            assert_eq!(taken.len(), 2);
            assert!(taken.iter().all(|it| it.subject_kind() == Some(kind)));
            assert_eq!(totals(&app, kind.title()).await.subjects, empty.subjects + 2);
            let again = imported(&app, kind, list(kind)).await;
            assert_eq!((fates(&again.plan), again.plan.ending()), ([0, 0, 2], Ending::NothingNew));
            assert_eq!((again.id, subjects(&app, kind).await), (None, taken));

            let id = first.id.expect("something was written");
            let undone = undo(app.db(), &id, crate::support::now()).await.expect("taken back");
            assert_eq!((undone.ended, undone.kept.len(), undone.import.made.kind), (2, 0, kind));
            app.assert_counts_agree().await;
            assert_eq!(totals(&app, kind.title()).await, empty);
            // The same list brings them anew.
            assert_eq!(fates(&imported(&app, kind, list(kind)).await.plan), [2, 0, 0]);
        }
    }

    async fn two_lists_at_once_make_nobody_twice(app: TestApp) {
        for kind in KINDS {
            let tasks: Vec<_> = (0..3)
                .map(|_| {
                    let db = app.db().clone();
                    tokio::spawn(async move {
                        let now = crate::support::now();
                        apply(&db, &upload(list(kind)), &request(kind, false), None, None, now).await
                    })
                })
                .collect();
            let mut made = Vec::new();
            for task in tasks {
                made.push(fates(&task.await.expect("no panic").expect("an import").plan));
            }
            made.sort_unstable();
            assert_eq!(made, [[0, 0, 2], [0, 0, 2], [2, 0, 0]], "{kind:?}");
            assert_eq!(subjects(&app, kind).await.len(), 2);
            app.assert_counts_agree().await;
        }
        assert_eq!(last(app.db(), 9).await.expect("imports").len(), 3);
    }

    async fn a_corrected_list_changes_what_was_corrected_and_leaves_what_officers_wrote(app: TestApp) {
        imported(&app, SubjectKind::Unit, UNITS).await;
        let before = subjects(&app, SubjectKind::Unit).await;
        let seen = before[0].writer(&"unit_members".into()).map(|writer| writer.change);
        let edit = set_field(before[0].id.into(), seen, "unit_members", json!(33));
        app.sign_in("xa").await.sync(&crate::support::changes::request(vec![edit])).await;
        let corrected = UNITS.replace(";420", ";431").replace("Hợp tác xã", "Liên hiệp hợp tác xã");
        let plan = imported(&app, SubjectKind::Unit, &corrected).await.plan;
        assert_eq!(fates(&plan), [0, 1, 0]);
        // Another sort of unit under one name is somebody's to say.
        assert_eq!(plan.count(|row| row.fate == Fate::Asked), 1);
        let now = subjects(&app, SubjectKind::Unit).await;
        assert_eq!((now[0].number("learners"), now[0].number("unit_members")), (Some(431), Some(33)));
        assert!(now.iter().all(|unit| !unit.in_conflict()));
        assert_eq!(now[1].text("unit_type"), Some("cooperative"));
    }

    async fn citizens_belong_to_families_and_units_that_are_here(app: TestApp) {
        // With forms, so that those who belong to a unit are counted for it.
        imported(&app, SubjectKind::Household, FAMILIES).await;
        asked(&app, UNITS, &request(SubjectKind::Unit, true)).await;
        let first = asked(&app, CITIZENS, &request(SubjectKind::Citizen, true)).await;
        assert_eq!(first.plan.rows[1].remarks.len(), 1, "{:?}", first.plan.rows[1].remarks);
        let families = subjects(&app, SubjectKind::Household).await;
        let units = subjects(&app, SubjectKind::Unit).await;
        let citizens = subjects(&app, SubjectKind::Citizen).await;
        let id = |document: &Document| Some(document.id.to_string());
        let link = |at: usize, name: &str| citizens[at].text(name).map(str::to_owned);
        assert_eq!((link(0, "family"), link(0, "unit")), (id(&families[0]), id(&units[0])));
        assert_eq!((link(1, "family"), link(1, "unit")), (id(&families[1]), None));
        // Once the unit is here, the same list names it.
        let more = format!("{UNITS}3;Công ty Chè;Doanh nghiệp;;80;\n");
        imported(&app, SubjectKind::Unit, &more).await;
        assert_eq!(fates(&imported(&app, SubjectKind::Citizen, CITIZENS).await.plan), [0, 1, 1]);
        let units = subjects(&app, SubjectKind::Unit).await;
        let citizens = subjects(&app, SubjectKind::Citizen).await;
        assert_eq!(citizens[1].text("unit").map(str::to_owned), id(&units[2]));
        let import = first.id.expect("something was written");
        let undone = undo(app.db(), &import, crate::support::now()).await.expect("taken back");
        // The later list wrote about one of them: that one stays, and is told.
        assert_eq!((undone.ended, undone.kept.len()), (1, 1));
        app.assert_counts_agree().await;
    }

    async fn whoever_is_taken_registers_where_that_is_asked(app: TestApp) {
        for kind in [SubjectKind::Household, SubjectKind::Citizen, SubjectKind::Clan, SubjectKind::Unit] {
            imported(&app, kind, list(kind)).await;
            assert_eq!(totals(&app, kind.title()).await.registered, 0);
            // Those who were here before register too, and once.
            let registering = asked(&app, list(kind), &request(kind, true)).await;
            assert_eq!((fates(&registering.plan)[2], registering.plan.registered), (2, 2), "{kind:?}");
            assert_eq!(totals(&app, kind.title()).await.registered, 2);
            assert_eq!(asked(&app, list(kind), &request(kind, true)).await.plan.registered, 0);
            let id = registering.id.expect("forms were opened");
            let undone = undo(app.db(), &id, crate::support::now()).await.expect("taken back");
            assert_eq!((undone.ended, undone.withdrawn), (0, 2));
            app.assert_counts_agree().await;
            assert_eq!(totals(&app, kind.title()).await.registered, 0);
        }
    }
}
