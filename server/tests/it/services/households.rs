//! `banhoc import households`: what the families of a list become, and taking it back.

use crate::support::changes::YEAR;
use rust_xlsxwriter::Workbook;
use serde_json::json;
use server::db::{changes, documents};
use server::import::commune::CommuneError;
use server::import::plan::{Answer, Answers, At, Ending, Fate, Options, Plan, Topic};
use server::import::{FileError, FileKind, IMPORTER};
use server::services::lists::{
    ImportError, Imported, Request, UndoError, Undone, Upload, apply, last, preview, undo,
};
use shared::document::Document;
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::org_unit::UnitCode;
use shared::rollup::Counts;

use crate::support::changes::{answer, new_subject, register, set_field};
use crate::support::lists::{REAL, TWO, list, titled};
use crate::support::{TestApp, on_both};

fn request(commune: &str) -> Request {
    let new = ["Huổi Sen", "Nà Củng", "Khoang Thèn"];
    let new = new.map(|name| (Topic::Village(name.into()), Answer::NewVillage));
    Request {
        kind: SubjectKind::Household,
        commune: UnitCode::new(commune),
        only: None,
        year: None,
        despite_heading: false,
        options: Options {
            answers: new.into_iter().collect(),
            ..Options::default()
        },
    }
}

fn upload(bytes: &[u8]) -> Upload {
    Upload::read("danh_sach.xlsx", bytes).expect("a file")
}

async fn families(app: &TestApp) -> Vec<Document> {
    let mut conn = app.db().read().await.expect("a connection");
    let commune = app.places().commune;
    let mut found = documents::subjects_of_shard(&mut conn, commune, SubjectKind::Household)
        .await
        .expect("families");
    found.sort_by_key(|document| document.number("number"));
    found
}

async fn done(app: &TestApp, bytes: &[u8], answers: Answers) -> Imported {
    let mut request = request("03589");
    request.options.answers.extend(answers);
    let done = apply(
        app.db(),
        &upload(bytes),
        &request,
        None,
        None,
        crate::support::now(),
    )
    .await;
    let done = done.expect("an import");
    assert_eq!(done.refused, 0);
    app.state.units.reload(app.db()).await.expect("units");
    app.assert_counts_agree().await;
    done
}

async fn imported(app: &TestApp, bytes: &[u8]) -> Plan {
    done(app, bytes, Answers::new()).await.plan
}

async fn planned(app: &TestApp, bytes: &[u8], request: &Request) -> Result<Plan, ImportError> {
    preview(app.db(), &upload(bytes), request, crate::support::now()).await
}

async fn undone(app: &TestApp, import: &Imported) -> Undone {
    let id = import.id.as_deref().expect("something was written");
    let undone = undo(app.db(), id, crate::support::now())
        .await
        .expect("taken back");
    app.state.units.reload(app.db()).await.expect("units");
    app.assert_counts_agree().await;
    undone
}

fn fates(plan: &Plan) -> [usize; 4] {
    [
        plan.count(|row| row.fate == Fate::New),
        plan.count(|row| matches!(row.fate, Fate::Updated(_))),
        plan.count(|row| row.fate == Fate::Unchanged),
        plan.count(|row| matches!(row.fate, Fate::Refused(_))),
    ]
}

fn changed(plan: &Plan, row: usize) -> Vec<String> {
    match &plan.rows[row].fate {
        Fate::Updated(corrections) => corrections.iter().map(|it| it.words(plan.kind)).collect(),
        other => panic!("{other:?}"),
    }
}

fn row(number: u32) -> Topic {
    Topic::Row(At {
        sheet: "Sheet1".into(),
        row: number,
    })
}

/// All totals of the commune's villages for 2026.
async fn totals(app: &TestApp) -> Counts {
    let rollup = server::db::rollup::all(&mut app.db().read().await.expect("a connection")).await;
    let rollup = rollup.expect("totals").into_iter();
    let rollup = rollup.map(|(key, total)| (key, total.counts)).collect();
    shared::rollup::total(
        &rollup,
        shared::criteria::Title::LearningFamily,
        YEAR,
        |_| true,
    )
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
        let other = planned(&app, REAL, &request("03549")).await;
        assert_eq!(fates(&other.expect("a plan")), [0, 0, 378, 10]);
    }

    async fn a_corrected_list_changes_what_was_corrected(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let mut corrected = TWO;
        corrected[0][4] = "6";
        corrected[1][1] = "Đèo Thị Ính";
        let report = imported(&app, &list(&corrected)).await;
        assert_eq!(fates(&report), [0, 2, 0, 0]);
        assert_eq!(changed(&report, 0), ["số khẩu"]);
        assert_eq!(changed(&report, 1), ["họ tên"]);
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
        assert_eq!(report.rows[0].doubts.len(), 1);
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
        let plan = planned(&app, REAL, &request("03589")).await.expect("a plan");
        assert_eq!(fates(&plan), [378, 0, 0, 10]);
        assert!(families(&app).await.is_empty());
        let units = server::services::units::Units::load(app.db()).await.expect("units");
        assert_eq!(units.tree().villages_under(app.places().commune, crate::support::now().date_naive()).len(), 2);
        assert_eq!(last(app.db(), 9).await.expect("imports"), []);
    }

    async fn villages_that_are_not_known_wait_with_their_families(app: TestApp) {
        let mut request = request("03589");
        request.options.answers.clear();
        let upload = upload(REAL);
        let now = crate::support::now();
        let first = apply(app.db(), &upload, &request, None, None, now).await.expect("an import");
        assert_eq!(first.plan.ending(), Ending::Waiting);
        let [new, ..] = fates(&first.plan);
        let waiting = first.plan.count(|row| row.fate == Fate::Asked);
        assert_eq!((first.plan.questions.len(), new + waiting), (3, 378));
        assert_eq!(families(&app).await.len(), new);
        let answer = (Topic::Village("Nà Củng".into()), Answer::NewVillage);
        request.options.answers.extend([answer]);
        let second = apply(app.db(), &upload, &request, None, None, now).await.expect("an import");
        assert_eq!(second.plan.new_villages, ["Nà Củng"]);
        assert_eq!(fates(&second.plan)[2], new);
    }

    async fn what_somebody_agreed_to_is_what_is_done(app: TestApp) {
        let now = crate::support::now();
        let (one, two) = (upload(&list(&TWO[..1])), upload(&list(&TWO)));
        let plan = preview(app.db(), &two, &request("03589"), now).await.expect("a plan");
        let mark = plan.mark();
        apply(app.db(), &one, &request("03589"), None, None, now).await.expect("an import");
        // Somebody else was faster: one of the families is here now.
        let late = apply(app.db(), &two, &request("03589"), Some(&mark), None, now).await;
        let Err(ImportError::Changed(fresh)) = late else {
            panic!("{late:?}");
        };
        assert_eq!(fates(&fresh), [1, 0, 1, 0]);
        assert_eq!(families(&app).await.len(), 1);
        let agreed = apply(app.db(), &two, &request("03589"), Some(&fresh.mark()), None, now).await;
        assert_eq!(agreed.expect("an import").plan, *fresh);
    }

    async fn two_imports_at_once_make_no_family_twice(app: TestApp) {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let db = app.db().clone();
                tokio::spawn(async move {
                    let now = crate::support::now();
                    apply(&db, &upload(REAL), &request("03589"), None, None, now).await
                })
            })
            .collect();
        let mut made = Vec::new();
        for task in tasks {
            made.push(fates(&task.await.expect("no panic").expect("an import").plan));
        }
        made.sort_unstable();
        let nothing = [0, 0, 378, 10];
        assert_eq!(made, [nothing, nothing, nothing, [378, 0, 0, 10]]);
        assert_eq!(families(&app).await.len(), 378);
        assert_eq!(last(app.db(), 9).await.expect("imports").len(), 1);
        app.state.units.reload(app.db()).await.expect("units");
        app.assert_counts_agree().await;
    }

    async fn another_year_of_birth_waits_for_an_answer(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let mut other = TWO;
        other[0][2] = "1947";
        let plan = imported(&app, &list(&other)).await;
        assert_eq!((fates(&plan), plan.ending()), ([0, 0, 1, 0], Ending::Waiting));
        assert_eq!(families(&app).await.len(), 2);
        assert_eq!(families(&app).await[0].number("birth_year"), Some(1974));
        // Kept both: they are two from now on, whatever list comes.
        let different = [(row(4), Answer::Different)].into_iter().collect();
        assert_eq!(fates(&done(&app, &list(&other), different).await.plan), [1, 0, 1, 0]);
        assert_eq!(families(&app).await.len(), 3);
        for same in [&other, &TWO] {
            let plan = imported(&app, &list(same)).await;
            assert_eq!((fates(&plan), plan.ending()), ([0, 0, 2, 0], Ending::NothingNew));
        }
    }

    async fn a_year_of_birth_that_was_corrected_is_corrected_where_somebody_says_so(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let family = families(&app).await[0].id;
        let mut other = TWO;
        other[0][2] = "1947";
        let same = [(row(4), Answer::Same(family))].into_iter().collect();
        assert_eq!(fates(&done(&app, &list(&other), same).await.plan), [0, 1, 1, 0]);
        let now = families(&app).await;
        assert_eq!((now.len(), now[0].number("birth_year"), now[0].in_conflict()), (2, Some(1947), false));
        assert_eq!(fates(&imported(&app, &list(&other)).await), [0, 0, 2, 0]);
    }

    async fn an_import_is_taken_back(app: TestApp) {
        let empty = totals(&app).await;
        let first = done(&app, REAL, Answers::new()).await;
        assert_eq!((totals(&app).await.subjects, totals(&app).await.registered), (378, 378));
        let taken = undone(&app, &first).await;
        assert_eq!((taken.ended, taken.restored, taken.withdrawn, taken.villages), (378, 0, 0, 3));
        assert_eq!(taken.kept, Vec::<String>::new());
        assert_eq!(totals(&app).await, empty);
        let tree = app.tree();
        assert_eq!(tree.villages_under(app.places().commune, crate::support::now().date_naive()).len(), 2);
        // Nothing is deleted.
        assert_eq!(families(&app).await.len(), 378);
        let again = undo(app.db(), first.id.as_deref().unwrap_or(""), crate::support::now()).await;
        assert!(matches!(again, Err(UndoError::Done { .. })), "{again:?}");
        let unknown = undo(app.db(), "KHONGCO", crate::support::now()).await;
        assert!(matches!(unknown, Err(UndoError::Unknown(_))));
        // The same list brings them anew, with their villages.
        let second = done(&app, REAL, Answers::new()).await;
        assert_eq!(fates(&second.plan), [378, 0, 0, 10]);
        assert_eq!(totals(&app).await.subjects, 378);
        assert_eq!(fates(&imported(&app, REAL).await), [0, 0, 378, 10]);
        let listed = last(app.db(), 9).await.expect("imports");
        assert_eq!(listed.len(), 2);
        assert!(listed.iter().any(|it| it.undone_at.is_some() && it.made.new == 378));
    }

    async fn what_an_import_changed_goes_back_where_nobody_wrote_since(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let before = families(&app).await;
        let phone = app.sign_in("ban1").await;
        let seen = before[1].writer(&"adults".into()).map(|writer| writer.change);
        let edit = set_field(before[1].id.into(), seen, "adults", json!(3));
        phone.sync(&crate::support::changes::request(vec![edit])).await;
        let mut changed = TWO;
        // A number, a doubt, a number that an officer mended, and one that an officer will mend.
        changed[0][4] = "7";
        changed[0][5] = "12";
        changed[1][6] = "1";
        changed[1][4] = "9";
        let import = done(&app, &list(&changed), Answers::new()).await;
        assert_eq!(fates(&import.plan), [0, 2, 0, 0]);
        let between = families(&app).await;
        assert!(between[1].in_conflict() && !between[0].doubts.is_empty());
        let seen = between[1].writer(&"members".into()).map(|writer| writer.change);
        let edit = set_field(between[1].id.into(), seen, "members", json!(8));
        phone.sync(&crate::support::changes::request(vec![edit])).await;

        let taken = undone(&app, &import).await;
        assert_eq!((taken.ended, taken.restored), (0, 2));
        assert_eq!(taken.kept, ["Đèo Thị Ín"]);
        let after = families(&app).await;
        for (at, field, value) in [(0, "members", 5), (0, "children", 2), (1, "adults", 3), (1, "members", 8)] {
            assert_eq!(after[at].number(field), Some(value), "{at} {field}");
        }
        assert!(after[0].doubts.is_empty() && !after[1].in_conflict());
        // Lists go on from what they had said before: neither conflict nor silence.
        let mut third = TWO;
        third[0][4] = "6";
        let plan = imported(&app, &list(&third)).await;
        assert_eq!(fates(&plan), [0, 1, 1, 0]);
        let end = families(&app).await;
        assert_eq!((end[0].number("members"), end[0].in_conflict()), (Some(6), false));
    }

    async fn what_was_built_on_stays(app: TestApp) {
        let import = done(&app, REAL, Answers::new()).await;
        let all = families(&app).await;
        let places = app.places();
        let mut here = all.iter().filter(|it| it.place == places.village);
        let (edited, scored) = (here.next().expect("a family"), here.next().expect("a family"));
        let phone = app.sign_in("ban1").await;
        let answer = answer(scored.id.into(), "GD.1a", 10);
        let edit = set_field(edited.id.into(), None, "note", json!("Nhà mới"));
        phone.sync(&crate::support::changes::request(vec![edit, answer])).await;
        let taken = undone(&app, &import).await;
        assert_eq!(taken.ended, 376);
        let mut kept = taken.kept;
        kept.sort_unstable();
        let mut expected = vec![edited.name().to_owned(), scored.name().to_owned()];
        expected.sort_unstable();
        assert_eq!(kept, expected);
        let counts = totals(&app).await;
        // The form that somebody has scored stays too; the other's was only opened by the list.
        assert_eq!((counts.subjects, counts.registered), (2, 1));
        assert_eq!(taken.withdrawn, 1);
    }

    async fn a_form_that_was_withdrawn_with_its_list_is_opened_again(app: TestApp) {
        imported(&app, &list(&TWO)).await;
        let registers = |rows: &[[&str; 8]]| titled("DANH SÁCH HỘ ĐĂNG KÝ GIA ĐÌNH HỌC TẬP NĂM 2026", rows);
        let first = done(&app, &registers(&TWO), Answers::new()).await;
        assert_eq!((fates(&first.plan), first.plan.registered), ([0, 0, 2, 0], 2));
        let taken = undone(&app, &first).await;
        assert_eq!((taken.ended, taken.withdrawn), (0, 2));
        assert_eq!(totals(&app).await.registered, 0);
        let second = done(&app, &registers(&TWO), Answers::new()).await;
        assert_eq!(second.plan.registered, 2);
        assert_eq!(totals(&app).await.registered, 2);
    }

    async fn a_list_of_another_commune_is_refused(app: TestApp) {
        let wrong = planned(&app, REAL, &request("03562")).await;
        let Err(ImportError::Commune(CommuneError::Other { heading, commune, .. })) = wrong else {
            panic!("{wrong:?}");
        };
        assert_eq!(heading, "ỦY BAN NHÂN DÂN XÃ MƯỜNG SO");
        // A reused code: both units that bear it are told.
        assert!(commune.contains("Sì Lở Lầu") && commune.contains("Vàng Ma Chải"), "{commune}");
        let unknown = planned(&app, REAL, &request("99999")).await;
        assert!(matches!(unknown, Err(ImportError::Commune(CommuneError::Unknown(_)))));
        let despite = Request { despite_heading: true, ..request("03562") };
        assert!(planned(&app, REAL, &despite).await.is_ok());
    }

    async fn a_file_that_is_no_list_is_refused_and_says_what_was_looked_for(app: TestApp) {
        for (bytes, kind) in [
            (&b""[..], FileKind::Empty),
            (&b"%PDF-1.7"[..], FileKind::Pdf),
        ] {
            let refused = Upload::read("x", bytes).expect_err("refused");
            assert_eq!(refused, FileError::Kind(kind));
        }
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "Thu chi quý III").expect("a cell");
        let bytes = book.save_to_buffer().expect("a file");
        for (bytes, says) in [(bytes.as_slice(), "Thu chi quý III"), (crate::support::UNITS.as_bytes(), "province")] {
            let refused = planned(&app, bytes, &request("03589")).await;
            let Err(ImportError::File(error @ FileError::NotAList { .. })) = refused else {
                panic!("{refused:?}");
            };
            let told = error.to_string();
            assert!(told.contains("họ tên chủ hộ") && told.contains(says), "{told}");
        }
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
