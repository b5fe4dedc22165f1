//! The days of a year: which hold where, which cannot stand, and what is next for whom.

use chrono::NaiveDate;
use serde_json::json;
use shared::assessment::StageName;
use shared::calendar::Year;
use shared::campaign::{
    Calendar, DayProblem, Days, Due, Plan, Standing, Step, ToldCampaign, UnitDays, ahead, bounds,
    due, legal, problems, sent_late,
};
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::sync::{SyncRequest, SyncResponse};
use uuid::Uuid;

const YEAR: Year = Year::new(2026).expect("a year of the movement");

fn unit(number: u128) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(number))
}

/// `15/11` of the year, and with a year of its own `15/1/2027`.
fn day(text: &str) -> NaiveDate {
    let parts: Vec<u32> = text
        .split('/')
        .map(|it| it.parse().expect("a number"))
        .collect();
    let year = parts
        .get(2)
        .map_or(2026, |year| i32::try_from(*year).expect("a year"));
    NaiveDate::from_ymd_opt(year, parts[1], parts[0]).expect("a day")
}

fn days(set: &[(Step, &str)]) -> Days {
    set.iter().map(|(step, text)| (*step, day(text))).collect()
}

fn plan(number: u128, title: Option<Title>, set: &[(Step, &str)]) -> Plan {
    Plan {
        unit: unit(number),
        title,
        days: days(set),
    }
}

/// Commune 3 in area 2 in province 1.
fn calendar(plans: &[Plan]) -> Calendar {
    Calendar::new(&[unit(3), unit(2), unit(1)], plans)
}

/// What it is about, what was set, for which title, and the day that holds with whose it is.
type Holding<'a> = (&'a str, Vec<Plan>, Option<Title>, Option<(&'a str, u128)>);
/// What somebody wants to set, and what keeps it from standing.
type Refused<'a> = (Set<'a>, &'a [(Step, DayProblem)]);
type Set<'a> = &'a [(Step, &'a str)];
/// A form, the days, today, and what is next in how many days.
type Next<'a> = (Standing, &'a Days, &'a str, Option<(Step, i64)>);
/// Today, the forms, and what is next in how many days for how many.
type Ahead<'a> = (&'a str, &'a [Standing], Option<(Step, i64, usize)>);

#[test]
fn the_lowest_day_holds_unless_one_above_is_earlier() {
    use Step::{Submit, Verify};
    let citizens = Some(Title::LearningCitizen);
    let family = Some(Title::LearningFamily);
    let cases: &[Holding] = &[
        ("nobody has set one", vec![], None, None),
        (
            "another step says nothing of it",
            vec![plan(2, None, &[(Verify, "1/12")])],
            None,
            None,
        ),
        (
            "from above",
            vec![plan(1, None, &[(Submit, "30/11")])],
            family,
            Some(("30/11", 1)),
        ),
        (
            "from the nearest",
            vec![
                plan(1, None, &[(Submit, "30/11")]),
                plan(2, None, &[(Submit, "15/11")]),
            ],
            family,
            Some(("15/11", 2)),
        ),
        (
            "its own, earlier",
            vec![
                plan(2, None, &[(Submit, "15/11")]),
                plan(3, None, &[(Submit, "10/11")]),
            ],
            family,
            Some(("10/11", 3)),
        ),
        (
            "its own on the same day",
            vec![
                plan(2, None, &[(Submit, "15/11")]),
                plan(3, None, &[(Submit, "15/11")]),
            ],
            None,
            Some(("15/11", 3)),
        ),
        (
            "the area has become earlier than the commune's own",
            vec![
                plan(2, None, &[(Submit, "1/11")]),
                plan(3, None, &[(Submit, "10/11")]),
            ],
            family,
            Some(("1/11", 2)),
        ),
        (
            "one for the title stands before one for all, though it is later",
            vec![
                plan(2, None, &[(Submit, "15/11")]),
                plan(2, citizens, &[(Submit, "20/11")]),
            ],
            citizens,
            Some(("20/11", 2)),
        ),
        (
            "and says nothing of other titles",
            vec![
                plan(2, None, &[(Submit, "15/11")]),
                plan(2, citizens, &[(Submit, "20/11")]),
            ],
            family,
            Some(("15/11", 2)),
        ),
        (
            "one for all below does not touch one for the title above",
            vec![
                plan(2, None, &[(Submit, "15/11")]),
                plan(2, citizens, &[(Submit, "15/1/2027")]),
                plan(3, None, &[(Submit, "10/11")]),
            ],
            citizens,
            Some(("15/1/2027", 2)),
        ),
        (
            "one for the title below may be earlier than it",
            vec![
                plan(2, citizens, &[(Submit, "20/11")]),
                plan(3, citizens, &[(Submit, "18/11")]),
            ],
            citizens,
            Some(("18/11", 3)),
        ),
        (
            "but not later than one for all above",
            vec![
                plan(2, None, &[(Submit, "15/11")]),
                plan(3, citizens, &[(Submit, "20/11")]),
            ],
            citizens,
            Some(("15/11", 2)),
        ),
        (
            "a unit that lies elsewhere says nothing",
            vec![plan(9, None, &[(Submit, "15/11")])],
            family,
            None,
        ),
    ];
    for (what, plans, title, expected) in cases {
        let holds = calendar(plans).holds(*title, Submit);
        let expected = expected.map(|(text, number)| (day(text), unit(number)));
        assert_eq!(holds.map(|it| (it.day, it.by)), expected, "{what}");
    }
}

#[test]
fn a_day_lies_in_the_year_in_order_and_not_after_the_unit_above() {
    use Step::{Meet, Score, Submit, Verify};
    let above = days(&[(Score, "15/10"), (Submit, "15/11"), (Verify, "15/12")]);
    let cases: &[Refused] = &[
        (&[], &[]),
        (&[(Submit, "10/11")], &[]),
        (&[(Submit, "15/11"), (Meet, "15/11")], &[]),
        (
            &[(Submit, "16/11")],
            &[(Submit, DayProblem::LaterThanAbove(day("15/11")))],
        ),
        (
            &[(Submit, "31/12/2025")],
            &[(Submit, DayProblem::OutsideYear)],
        ),
        (&[(Step::Decide, "30/6/2027")], &[]),
        (
            &[(Step::Decide, "1/7/2027")],
            &[(Step::Decide, DayProblem::OutsideYear)],
        ),
        (&[(Score, "1/1")], &[]),
        // Before an earlier step, its own or one from above.
        (
            &[(Submit, "10/10")],
            &[(Submit, DayProblem::BeforeEarlier(Score, day("15/10")))],
        ),
        (
            &[(Meet, "5/11"), (Submit, "4/11")],
            &[(Submit, DayProblem::BeforeEarlier(Meet, day("5/11")))],
        ),
        // After a later one from above.
        (
            &[(Meet, "20/11")],
            &[(Meet, DayProblem::AfterLater(Submit, day("15/11")))],
        ),
        // An earlier step that is set as early makes it whole.
        (&[(Score, "1/10"), (Submit, "10/10")], &[]),
    ];
    for (own, expected) in cases {
        let found = problems(YEAR, &days(own), &above, &above);
        let found: Vec<(Step, DayProblem)> = found.into_iter().collect();
        assert_eq!(found, *expected, "{own:?}");
    }
    assert_eq!(bounds(YEAR), (day("1/1"), day("30/6/2027")));
    assert_eq!(bounds(Year::LAST).0, Year::LAST.first_day());
}

fn form(stage: StageName, answered: bool, met: bool) -> Standing {
    Standing {
        stage: Some(stage),
        answered,
        met,
    }
}

#[test]
fn what_is_next_for_a_form_is_the_first_step_it_waits_for() {
    use StageName as S;
    let all = days(&[
        (Step::Register, "31/3"),
        (Step::Score, "15/10"),
        (Step::Meet, "1/11"),
        (Step::Submit, "15/11"),
        (Step::Verify, "15/12"),
        (Step::Propose, "31/12"),
        (Step::Decide, "15/1/2027"),
    ]);
    let some = days(&[(Step::Submit, "15/11")]);
    let none = Days::new();
    let new = Standing::default();
    let cases: &[Next] = &[
        (new, &all, "21/3", Some((Step::Register, 10))),
        // Whoever did not register takes no part.
        (new, &all, "1/4", None),
        (
            form(S::Registered, false, false),
            &all,
            "10/10",
            Some((Step::Score, 5)),
        ),
        (
            form(S::InProgress, false, false),
            &all,
            "18/10",
            Some((Step::Score, -3)),
        ),
        (
            form(S::InProgress, true, false),
            &all,
            "18/10",
            Some((Step::Meet, 14)),
        ),
        (
            form(S::InProgress, true, true),
            &all,
            "15/11",
            Some((Step::Submit, 0)),
        ),
        (
            form(S::Returned, true, true),
            &all,
            "18/11",
            Some((Step::Submit, -3)),
        ),
        (
            form(S::Submitted, true, true),
            &all,
            "16/12",
            Some((Step::Verify, -1)),
        ),
        (
            form(S::Verified, true, true),
            &all,
            "16/12",
            Some((Step::Propose, 15)),
        ),
        (
            form(S::Proposed, true, true),
            &all,
            "16/1/2027",
            Some((Step::Decide, -1)),
        ),
        (form(S::Recognised, true, true), &all, "16/1/2027", None),
        (form(S::NotEligible, true, true), &all, "16/1/2027", None),
        (form(S::Withdrawn, true, true), &all, "16/1/2027", None),
        (form(S::Exempt, true, true), &all, "16/1/2027", None),
        (form(S::Revoked, true, true), &all, "16/1/2027", None),
        // A step without a day is passed over, of the same people's only.
        (
            form(S::InProgress, false, false),
            &some,
            "10/11",
            Some((Step::Submit, 5)),
        ),
        (form(S::Submitted, true, true), &some, "10/11", None),
        (form(S::InProgress, false, false), &none, "10/11", None),
    ];
    for (form, days, today, expected) in cases {
        let found = due(*form, &|step| days.get(&step).copied(), day(today));
        assert_eq!(
            found.map(|it| (it.step, it.left)),
            *expected,
            "{form:?} on {today}"
        );
    }
}

#[test]
fn a_village_is_told_the_next_day_that_concerns_it() {
    use StageName as S;
    let all = days(&[
        (Step::Register, "31/3"),
        (Step::Score, "15/10"),
        (Step::Submit, "15/11"),
        (Step::Verify, "15/12"),
    ]);
    let village = [
        Standing::default(),
        form(S::Registered, false, false),
        form(S::InProgress, true, false),
        form(S::Returned, true, true),
        form(S::Submitted, true, true),
        form(S::Withdrawn, false, false),
    ];
    let cases: &[Ahead] = &[
        ("30/3", &village, Some((Step::Register, 1, 1))),
        ("1/4", &village, Some((Step::Score, 197, 1))),
        // What is past cannot be met any more; the next that can is told, with all that wait for it.
        ("16/10", &village, Some((Step::Submit, 30, 3))),
        ("15/11", &village, Some((Step::Submit, 0, 3))),
        ("18/11", &village, Some((Step::Submit, -3, 3))),
        // Nothing is left to do, or nothing is there.
        ("18/11", &village[4..], None),
        ("1/4", &village[..1], None),
        ("18/11", &[], None),
    ];
    for (today, forms, expected) in cases {
        let found = ahead(forms, &|step| all.get(&step).copied(), day(today));
        let found = found.map(|(due, forms)| (due.step, due.left, forms));
        assert_eq!(found, *expected, "on {today}");
    }
    assert_eq!(ahead(&village, &|_| None, day("18/11")), None);
}

#[test]
fn a_form_is_sent_late_by_the_day_in_viet_nam() {
    for (sent, late) in [
        // Seven in the evening of Greenwich is two in the morning there.
        ("2026-11-15T16:59:59Z", None),
        ("2026-11-15T17:00:00Z", Some(1)),
        ("2026-11-18T01:00:00Z", Some(3)),
        ("2025-01-01T00:00:00Z", None),
    ] {
        let sent = sent.parse().expect("a moment");
        assert_eq!(sent_late(sent, day("15/11")), late, "{sent}");
    }
}

#[test]
fn decrees_set_days_for_units_and_communities() {
    let before = |title, step| legal(YEAR, Some(title), step).map(|it| it.before);
    assert_eq!(
        before(Title::LearningUnit, Step::Submit),
        Some(day("15/1/2027"))
    );
    assert_eq!(
        before(Title::LearningUnit, Step::Decide),
        Some(day("15/2/2027"))
    );
    assert_eq!(
        before(Title::LearningCommune, Step::Submit),
        Some(day("28/2/2027"))
    );
    assert_eq!(
        before(Title::LearningCommune, Step::Decide),
        Some(day("31/3/2027"))
    );
    assert_eq!(before(Title::LearningFamily, Step::Submit), None);
    assert_eq!(legal(YEAR, None, Step::Submit), None);
}

#[test]
fn a_phone_is_told_the_days_of_its_unit_title_by_title() {
    let plans = [
        plan(2, None, &[(Step::Submit, "15/11"), (Step::Verify, "15/12")]),
        plan(2, Some(Title::LearningUnit), &[(Step::Submit, "10/1/2027")]),
        plan(3, None, &[(Step::Submit, "10/11")]),
    ];
    let told = ToldCampaign {
        version: "1".to_owned(),
        days: calendar(&plans)
            .told(unit(3), YEAR)
            .into_iter()
            .map(|days| serde_json::to_value(days).expect("JSON"))
            .collect(),
    };
    let wire = json!({
        "version": "1",
        "days": [
            {"unit": unit(3), "year": 2026, "days": {"submit": "2026-11-10", "verify": "2026-12-15"}},
            {"unit": unit(3), "year": 2026, "title": "learning_unit", "days": {"submit": "2027-01-10", "verify": "2026-12-15"}},
        ],
    });
    assert_eq!(serde_json::to_value(&told).expect("JSON"), wire);
    let of = |title, step| told.day(unit(3), YEAR, title, step);
    assert_eq!(of(Title::LearningFamily, Step::Submit), Some(day("10/11")));
    assert_eq!(
        of(Title::LearningUnit, Step::Submit),
        Some(day("10/1/2027"))
    );
    assert_eq!(of(Title::LearningFamily, Step::Score), None);
    assert_eq!(
        told.day(unit(4), YEAR, Title::LearningFamily, Step::Submit),
        None
    );
    assert_eq!(
        told.day(unit(3), YEAR.after(), Title::LearningFamily, Step::Submit),
        None
    );
    assert_eq!(calendar(&[]).told(unit(3), YEAR), Vec::<UnitDays>::new());

    // Steps and titles that only a newer server knows are nothing to this version, and break nothing.
    let mut newer = wire;
    newer["days"][0]["days"]["sing"] = json!("2026-12-24");
    newer["days"][1]["title"] = json!("learning_planet");
    newer["days"]
        .as_array_mut()
        .expect("days")
        .insert(0, json!("from another planet"));
    let read: ToldCampaign = serde_json::from_value(newer).expect("what is understood");
    assert_eq!(
        read.day(unit(3), YEAR, Title::LearningUnit, Step::Submit),
        Some(day("10/11"))
    );
}

#[test]
fn phones_and_servers_of_before_say_nothing_of_days() {
    let request = json!({"device": unit(1), "app_version": "0.1.0", "protocol": 1});
    let read: SyncRequest = serde_json::from_value(request).expect("a request of before");
    assert_eq!(read.campaign, None);
    assert_eq!(
        serde_json::to_value(&read).expect("JSON").get("campaign"),
        None
    );
    let answer = json!({
        "server": unit(1), "epoch": unit(2), "scope": "s", "receipts": [], "documents": [], "cursors": {},
        "server_time": "2026-11-20T05:00:00Z", "min_app_version": "0.1.0",
    });
    let read: SyncResponse = serde_json::from_value(answer).expect("an answer of before");
    assert_eq!(read.campaign, None);
}

#[test]
fn what_is_due_is_told_as_json() {
    let due = Due::of(Step::Submit, day("15/11"), day("18/11"));
    assert_eq!(
        serde_json::to_value(due).expect("JSON"),
        json!({"step": "submit", "day": "2026-11-15", "left": -3})
    );
}
