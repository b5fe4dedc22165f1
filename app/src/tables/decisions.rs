//! The decisions of a unit, and the lines of one.

use shared::api::decisions::{CorrectedLine, Decision, DecisionRow, Decisions, LineRow, Told};
use shared::award::{Occasion, money};
use shared::calendar::Year;
use shared::criteria::Points;
use shared::decision::DecisionState;
use shared::kind::SubjectKind;
use shared::scoring::Grade;
use shared::table::{Cell, Column, Row, Sorted, Stands, Table, Value, Weight};

use super::points;
use crate::locale::{t, tf};
use crate::{criteria, words};

/// The newest first.
pub fn decisions(decisions: &Decisions) -> Table {
    let unit = decisions.crumbs.last().map_or("", |it| it.name.as_str());
    Table {
        name: t("decisions.title"),
        above: vec![tf(
            "decisions.of",
            &[("unit", &unit), ("year", &decisions.year)],
        )],
        columns: vec![
            Column::new("number", t("decisions.number")),
            Column::new("title", t("decisions.title_given")).stands(Stands::WithRoom),
            Column::figure("listed", t("decisions.listed")).stands(Stands::WithRoom),
            Column::new("state", t("decisions.state")),
            Column::new("on", t("decisions.on")).stands(Stands::WithRoom),
        ],
        rows: decisions.rows.iter().map(decision).collect(),
        below: Vec::new(),
        sorted: None,
        is_numbered: true,
    }
}

fn decision(row: &DecisionRow) -> Row {
    let name = row.number.clone().unwrap_or_else(|| {
        // Several may be drawn up on one day.
        let (made, many) = (words::moment(row.made), words::number(row.listed.into()));
        tf("decisions.draft_listed", &[("made", &made), ("n", &many)])
    });
    let title = words::title(row.title);
    let title = match (&row.corrects, row.award, row.revokes) {
        (Some(number), ..) => tf(
            "corrections.corrects",
            &[("number", number), ("title", &title)],
        ),
        (None, Some(award), _) if award.is_higher() => tf(
            "award.proposes",
            &[("title", &title), ("award", &words::award(award))],
        ),
        (None, Some(_), _) => tf("award.commends", &[("title", &title)]),
        (None, None, true) => tf("decisions.revokes", &[("title", &title)]),
        (None, None, false) if row.goes_up => tf("above.proposes", &[("title", &title)]),
        (None, None, false) => title,
    };
    let state = words::decision_state(row.state, row.goes_up);
    let cells = vec![
        Cell::name(name)
            .link(format!("/decisions/{}", row.id))
            .narrow(format!("{title} · {}", row.listed)),
        Cell::text(title),
        Cell::count(row.listed),
        match row.state {
            DecisionState::Draft | DecisionState::Submitted => {
                Cell::new(Value::Marks(vec![(Weight::Look, state)]))
            }
            DecisionState::Signed => Cell::new(Value::Marks(vec![(Weight::News, state)])),
            DecisionState::Discarded => Cell::text(state),
        },
        row.on
            .map_or_else(Cell::empty, |on| Cell::text(words::date(on))),
    ];
    cells.into()
}

/// The list of one decision.
pub fn lines(decision: &Decision) -> Table {
    let mut table = match decision.corrects {
        Some(_) => mended(decision),
        None => listed(&decision.rows, decision.head.year),
    };
    table.above = vec![words::decision(decision)];
    if let Some(award) = decision.award() {
        let kind = SubjectKind::of(decision.head.title);
        let each = money(award, kind, decision.reckoned_on());
        let each = each.and_then(|each| i64::try_from(each).ok());
        let deed = Column::new("deed", t("award.deed")).stands(Stands::WithRoom);
        table.columns.push(deed);
        // Where no text says how much there is no column of nothing.
        if each.is_some() {
            let money = Column::figure("money", t("award.money_head")).stands(Stands::WithRoom);
            table.columns.push(money);
        }
        for (row, line) in table.rows.iter_mut().zip(&decision.rows) {
            let deed = line.deed.clone();
            let deed = deed
                .unwrap_or_else(|| words::merit(decision.head.does.occasion(), decision.head.year));
            // A phone's page has no room for a column of sentences.
            if let Some(name) = row.cells.first_mut() {
                name.narrow = Some(format!("{}: {deed}", line.village));
            }
            row.cells.push(Cell::text(deed));
            row.cells.extend(each.map(Cell::count));
        }
    }
    if decision.rows.iter().any(|row| row.declined) {
        let is_award = decision.award().is_some();
        let head = t("award.result");
        table
            .columns
            .push(Column::new("result", head).stands(Stands::WithRoom));
        for (row, line) in table.rows.iter_mut().zip(&decision.rows) {
            let (weight, key) = match (line.declined, is_award) {
                (true, true) => (Weight::Look, "award.not_given"),
                (true, false) => (Weight::Look, "above.not_agreed"),
                (false, true) => (Weight::News, "award.is_given"),
                (false, false) => (Weight::News, "above.is_agreed"),
            };
            if let (Some(name), true) = (row.cells.first_mut(), line.declined) {
                name.narrow = Some(format!("{} · {}", line.village, t(key)));
            }
            row.cells
                .push(Cell::new(Value::Marks(vec![(weight, t(key))])));
        }
    }
    let is_corrected = |row: &LineRow| row.corrected.is_some() || row.correcting.is_some();
    if decision.rows.iter().any(is_corrected) {
        let head = t("corrections.reads");
        table
            .columns
            .push(Column::new("corrected", head).stands(Stands::WithRoom));
        for (row, line) in table.rows.iter_mut().zip(&decision.rows) {
            let said = line.corrected.as_ref().map(|it| read(it, line));
            let (said, by) = match (said, line.correcting, &line.corrected) {
                (Some(said), _, Some(corrected)) => (said, corrected.by),
                (_, Some(draft), _) => (t("corrections.correcting"), draft),
                _ => {
                    row.cells.push(Cell::empty());
                    continue;
                }
            };
            if let Some(name) = row.cells.first_mut() {
                name.narrow = Some(format!("{} · {said}", line.village));
            }
            row.cells
                .push(Cell::text(said).link(format!("/decisions/{by}")));
        }
    }
    table
}

/// How a line is read now, and by which decision.
fn read(corrected: &CorrectedLine, line: &LineRow) -> String {
    let printed = Told {
        name: line.name.clone(),
        village: line.village.clone(),
        deed: line.deed.clone(),
    };
    let reads = differing(&corrected.reads, &printed);
    let (number, on) = (&corrected.number, words::date(corrected.on));
    tf(
        "corrections.read_by",
        &[("reads", &reads), ("number", number), ("on", &on)],
    )
}

/// What one reading says otherwise than another: its name first, and that where nothing differs.
fn differing(told: &Told, other: &Told) -> String {
    let village = Some(&told.village).filter(|it| **it != other.village);
    let deed = told.deed.as_ref();
    let deed = deed.filter(|_| told.deed != other.deed);
    let is_named = told.name != other.name || (village.is_none() && deed.is_none());
    let name = Some(&told.name).filter(|_| is_named);
    let said: Vec<&str> = [name, village, deed]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    said.join(", ")
}

/// The lines of a correction: how each is to be read, beside how it was.
fn mended(decision: &Decision) -> Table {
    let mut table = listed(&decision.rows, decision.head.year);
    let is_kept = |column: &Column| matches!(column.key, "name" | "village" | "look");
    let kept: Vec<bool> = table.columns.iter().map(is_kept).collect();
    table.columns.retain(is_kept);
    let has_deeds = decision.has_deeds();
    let has_later = |row: &LineRow| row.mends.as_ref().is_some_and(|it| it.later.is_some());
    let has_later = decision.rows.iter().any(has_later);
    if let Some(name) = table.columns.first_mut() {
        name.head = t("corrections.reads");
    }
    table.columns.insert(
        1,
        Column::new("was", t("corrections.was")).stands(Stands::WithRoom),
    );
    if has_deeds {
        table
            .columns
            .push(Column::new("deed", t("award.deed")).stands(Stands::WithRoom));
    }
    if has_later {
        let head = t("corrections.later");
        table
            .columns
            .push(Column::new("later", head).stands(Stands::WithRoom));
    }
    for (row, line) in table.rows.iter_mut().zip(&decision.rows) {
        let mut kept = kept.iter();
        row.cells
            .retain(|_| kept.next().copied().unwrap_or_default());
        let reads = Told {
            name: line.name.clone(),
            village: line.village.clone(),
            deed: line.deed.clone(),
        };
        let mends = line.mends.as_ref();
        let was = mends.map(|mends| differing(&mends.was, &reads));
        let was = was.unwrap_or_default();
        if let Some(name) = row.cells.first_mut() {
            name.narrow = Some(tf("corrections.was_narrow", &[("was", &was)]));
        }
        row.cells.insert(1.min(row.cells.len()), Cell::text(was));
        if has_deeds {
            row.cells
                .push(line.deed.clone().map_or_else(Cell::empty, Cell::text));
        }
        if has_later {
            let later = mends.and_then(|mends| mends.later.as_ref());
            row.cells.push(later.map_or_else(Cell::empty, |later| {
                Cell::text(read(later, line)).link(format!("/decisions/{}", later.by))
            }));
        }
    }
    table
}

/// Subjects that are or may be listed, in the order of names.
pub fn listed(rows: &[LineRow], year: Year) -> Table {
    let of = rows.iter().map(|row| line(row, year));
    Table {
        name: t("decisions.list"),
        above: Vec::new(),
        columns: vec![
            Column::new("name", t("subjects.name")),
            Column::new("village", t("queue.village")).stands(Stands::WithRoom),
            Column::figure("points", t("subjects.points")),
            Column::figure("max", t("detail.max")).stands(Stands::InFile),
            Column::new("look", t("queue.look")),
        ],
        rows: of.collect(),
        below: Vec::new(),
        sorted: Some(Sorted {
            by: "name",
            is_down: false,
        }),
        is_numbered: true,
    }
}

/// Those who may be commended, with what each gave, and in which years of a phase each held the title.
pub fn meritorious(rows: &[LineRow], year: Year, occasion: Occasion) -> Table {
    let mut table = listed(rows, year);
    let gave = Column::new("gave", t("award.gave")).stands(Stands::WithRoom);
    table.columns.push(gave);
    if occasion == Occasion::Phase {
        let held = Column::new("held_in", t("award.held_in")).stands(Stands::WithRoom);
        table.columns.push(held);
    }
    for (row, line) in table.rows.iter_mut().zip(rows) {
        let gave = words::deserved(line);
        if let Some((name, gave)) = row.cells.first_mut().zip(gave.as_ref()) {
            name.narrow = Some(format!("{}: {gave}", line.village));
        }
        row.cells.push(gave.map_or_else(Cell::empty, Cell::text));
        if occasion == Occasion::Phase {
            let years: Vec<String> = line.held_in.iter().map(Year::to_string).collect();
            row.cells.push(Cell::text(years.join(", ")));
        }
    }
    table
}

/// Why a line cannot stand, with what it lacks or why it is on hold.
pub fn problem(row: &LineRow) -> Option<String> {
    let said = words::line_problem(row.problem?);
    let lacks = row.lacks.as_ref().and_then(|(reason, set)| {
        let set = criteria::known().find(set)?;
        Some(words::reason(reason, set))
    });
    Some(match lacks.as_ref().or(row.held.as_ref()) {
        Some(why) => format!("{said}: {why}"),
        None => said,
    })
}

/// What a line has reached, as a paper says it.
pub fn reached(row: &LineRow) -> Option<String> {
    attained(row.grade, row.points)
}

/// A level, or points that are given in halves.
pub fn attained(grade: Option<Grade>, points: Option<(i32, i32)>) -> Option<String> {
    match (grade, points) {
        (Some(Grade::Level(level)), _) => Some(tf("verdict.level", &[("n", &level)])),
        (_, Some((got, _))) => {
            let got = words::points(Points::from_halves(got));
            Some(tf("answer.points", &[("n", &got)]))
        }
        _ => None,
    }
}

fn line(row: &LineRow, year: Year) -> Row {
    let (got, max) = points(row.points);
    let got = match row.grade {
        Some(Grade::Level(level)) => Cell::text(tf("verdict.level", &[("n", &level)])),
        Some(Grade::Rank(_)) | None => got,
    };
    let look = problem(row).map(|said| Cell::new(Value::Marks(vec![(Weight::Grave, said)])));
    Row {
        cells: vec![
            Cell::name(row.name.clone())
                .link(format!("/dashboard/subject/{}?year={year}", row.subject))
                .narrow(row.village.clone()),
            Cell::text(row.village.clone()),
            got,
            max,
            look.unwrap_or_else(Cell::empty),
        ],
        of: vec![("subject", row.subject.to_string())],
    }
}
