//! The figures of a unit: by title, by part, by step, by year, and how fresh they are.

use shared::api::{Dashboard, Target, UnitCounts};
use shared::calendar::{self, Year};
use shared::criteria::Title;
use shared::figure::Figure;
use shared::rollup::Counts;
use shared::table::{Cell, Column, Order, Row, Sorted, Stands, Table, Value};

use super::Of;
use crate::locale::{t, tf};
use crate::words;

/// The figures of a dashboard.
pub struct Figures<'a> {
    pub dashboard: &'a Dashboard,
    pub title: Title,
    pub year: Year,
}

/// The tables of a dashboard by the names of their addresses.
pub const FIGURES: [&str; 5] = ["titles", "parts", "steps", "years", "fresh"];

impl Figures<'_> {
    /// One of the tables.
    pub fn table(&self, name: &str) -> Option<Table> {
        Some(match name {
            "titles" => self.titles(),
            "parts" => self.parts(),
            "steps" => self.steps(),
            "years" => self.years(),
            "fresh" => self.fresh(),
            _ => return None,
        })
    }

    fn head(&self, what: String) -> Vec<String> {
        let board = self.dashboard;
        let is_over = calendar::day(board.generated_at) > self.year.last_day();
        let until = match is_over {
            true => tf("dash.until_end", &[("year", &self.year)]),
            false => tf(
                "dash.until_day",
                &[("date", &words::day(board.generated_at))],
            ),
        };
        let map = tf("export.map", &[("date", &words::date(board.as_of))]);
        vec![
            format!("{what}: {}", board.unit.name),
            format!(
                "{}, {} {}. {until}. {map}",
                words::title(self.title),
                t("dash.year").to_lowercase(),
                self.year
            ),
        ]
    }

    fn of(&self) -> Of {
        Of {
            title: self.title,
            year: self.year,
            as_of: self.dashboard.as_of,
        }
    }

    fn titles(&self) -> Table {
        let rows = self.dashboard.titles.iter().map(|row| {
            let target = row.target.as_ref();
            Row::from(vec![
                Cell::text(words::title(row.title)),
                Cell::count(row.counts.subjects),
                Cell::count(row.counts.registered),
                Cell::count(row.counts.passed),
                Cell::count(row.counts.recognised),
                Cell::share(row.counts.passed, row.counts.subjects),
                target.map_or_else(Cell::empty, |it| Cell::share(it.permille.into(), 1_000)),
                Cell::text(target.map_or("", |it| it.source.as_str())),
            ])
        });
        Table {
            name: t("dash.tiles"),
            above: self.head(t("dash.tiles")),
            columns: vec![
                Column::new("title", t("dash.title")),
                Column::figure("subjects", t("dash.subjects")),
                Column::figure("registered", t("dash.registered")),
                Column::figure("passed", t("dash.passed")),
                Column::figure("recognised", t("dash.recognised")),
                Column::figure("share", self.share_of_all()),
                Column::figure("target", t("export.target")),
                Column::new("source", t("export.source")),
            ],
            rows: rows.collect(),
            below: Vec::new(),
            sorted: None,
            is_numbered: false,
        }
    }

    fn share_of_all(&self) -> String {
        t(match self.title.is_of_listed() {
            true => "dash.share_of_listed",
            false => "dash.share_of_all",
        })
    }

    /// The parts of the unit: how many are how far, the shares beside the target, and what waits for somebody. A page shows
    /// some of it.
    pub fn parts(&self) -> Table {
        let board = self.dashboard;
        let is_apart = board.apart.subjects > 0 || board.apart.registered > 0;
        let apart = is_apart.then(|| {
            let lies = match board.unit.kind.is_commune() {
                true => "commune.apart",
                false => "export.apart",
            };
            self.sum(t(lies), &board.apart)
        });
        let total = self.sum(t("export.total"), &board.unit.counts);
        let mut columns = vec![
            Column::new("name", t("dash.part")),
            Column::new("bar", t("dash.bars"))
                .stands(Stands::OnPage)
                .unsorted(),
            Column::new("progress", t("commune.progress"))
                .stands(Stands::OnPage)
                .unsorted(),
        ];
        columns.extend(counted_columns());
        columns.extend([
            Column::figure("share", self.share_of_all()),
            Column::figure("of_registered", t("dash.share_of_registered")),
            Column::figure("gap", t("dash.gap")),
            Column::figure("doubted", t("dash.doubted")).stands(Stands::WithRoom),
            Column::figure("changed", t("dash.last_change")).stands(Stands::WithRoom),
        ]);
        Table {
            name: t("dash.parts"),
            above: self.head(t("dash.parts")),
            columns,
            rows: board.parts.iter().map(|part| self.part(part)).collect(),
            below: apart.into_iter().chain([total]).collect(),
            sorted: None,
            is_numbered: false,
        }
    }

    /// The parts that are farthest behind first, below them what lies in none. The sum is what the page is about.
    pub fn farthest(&self) -> Table {
        let by = match self.aim() {
            Some(_) => "gap",
            None => "share",
        };
        let mut table = self.parts().whole(&Order::by(by));
        table.below.pop();
        table
    }

    /// The target that shares can be put beside, in percent.
    fn aim(&self) -> Option<f64> {
        let target: Option<&Target> = self.dashboard.target.as_ref();
        let target = target.filter(|it| it.comparable);
        target.map(|it| f64::from(it.permille) / 10.0)
    }

    fn part(&self, part: &UnitCounts) -> Row {
        let of = self.of();
        // A figure of nobody opens nothing.
        let opens = |figure: Figure, cell: Cell| match figure.of(&part.counts) {
            0 => cell,
            _ => cell.link(of.behind(part.unit, figure)),
        };
        let name = Cell::text(part.name.clone()).link(of.part(part));
        let mut cells = self.figures(name, &part.counts, opens);
        cells.push(self.last_change(part));
        Row::from(cells)
    }

    /// When something of a part changed last, as long ago as it is.
    fn last_change(&self, part: &UnitCounts) -> Cell {
        let said = match part.last_change {
            Some(at) => words::ago(at, self.dashboard.generated_at),
            None => t("dash.never"),
        };
        Cell::moment(part.last_change).said(said)
    }

    /// What stands below the parts.
    fn sum(&self, what: String, counts: &Counts) -> Vec<Cell> {
        let mut cells = self.figures(Cell::text(what), counts, |_, cell| cell);
        cells.push(Cell::empty());
        cells
    }

    /// The cells of some counts; `opens` says what is behind a figure.
    fn figures(
        &self,
        name: Cell,
        counts: &Counts,
        opens: impl Fn(Figure, Cell) -> Cell,
    ) -> Vec<Cell> {
        let Counts {
            subjects,
            scored,
            passed,
            registered,
            ..
        } = *counts;
        let own = percent(passed, subjects);
        let gap = self.aim().filter(|_| subjects > 0).map(|aim| own - aim);
        let is_behind = gap.is_some_and(|gap| gap < 0.0);
        let bar = |share, target| Cell::new(Value::Bar { share, target });
        let mut cells = vec![
            name,
            bar(own, self.aim())
                .said(words::percent(passed, subjects))
                .behind(is_behind),
            bar(percent(scored, subjects), None).said(words::percent(scored, subjects)),
        ];
        cells.extend(COUNTED.map(|(_, _, figure)| opens(figure, Cell::count(figure.of(counts)))));
        cells.extend([
            Cell::share(passed, subjects),
            Cell::share(passed, registered),
            gap.map_or_else(Cell::empty, |gap| {
                Cell::new(Value::Gap(gap)).behind(is_behind)
            }),
            opens(Figure::Doubted, Cell::count(counts.doubted)),
        ]);
        cells
    }

    fn steps(&self) -> Table {
        let counts = &self.dashboard.unit.counts;
        let rows = Figure::ALL.into_iter().map(|figure| {
            let count = figure.of(counts);
            Row::from(vec![
                Cell::text(words::figure(figure)),
                Cell::count(count),
                Cell::share(count, counts.subjects),
            ])
        });
        Table {
            name: t("dash.funnel"),
            above: self.head(t("dash.funnel")),
            columns: vec![
                Column::new("figure", t("subjects.figure")),
                Column::figure("count", t("export.count")),
                Column::figure("share", t("export.share")),
            ],
            rows: rows.collect(),
            below: Vec::new(),
            sorted: None,
            is_numbered: false,
        }
    }

    /// The years side by side, with both shares named.
    pub fn years(&self) -> Table {
        let row = |year: Year, counts: &Counts| {
            let share = percent(counts.passed, counts.subjects);
            let bar = Cell::new(Value::Bar {
                share,
                target: None,
            });
            let mut cells = vec![
                Cell::text(year.to_string()),
                bar.said(words::percent(counts.passed, counts.subjects)),
            ];
            cells.extend(COUNTED.map(|(_, _, figure)| Cell::count(figure.of(counts))));
            cells.push(Cell::share(counts.passed, counts.subjects));
            cells.push(Cell::share(counts.passed, counts.registered));
            Row::from(cells)
        };
        let mut columns = vec![
            Column::new("year", t("dash.year")),
            Column::new("bar", t("dash.bars"))
                .stands(Stands::OnPage)
                .unsorted(),
        ];
        columns.extend(counted_columns());
        columns.extend([
            Column::figure("share", self.share_of_all()),
            Column::figure("of_registered", t("dash.share_of_registered")),
        ]);
        let years = self.dashboard.years.iter();
        let years = years.filter(|of| of.counts.subjects > 0 || of.counts.registered > 0);
        Table {
            name: t("dash.trend"),
            above: self.head(t("dash.trend")),
            columns,
            rows: years.map(|of| row(of.year, &of.counts)).collect(),
            below: Vec::new(),
            sorted: Some(Sorted {
                by: "year",
                is_down: false,
            }),
            is_numbered: false,
        }
    }

    /// How old each part's figures are; the oldest first, and before them those of which there are none.
    pub fn fresh(&self) -> Table {
        let row = |part: &UnitCounts| {
            Row::from(vec![
                Cell::text(part.name.clone()),
                self.last_change(part),
                Cell::count(part.counts.returned),
                Cell::count(part.counts.doubted),
            ])
        };
        let mut parts: Vec<&UnitCounts> = self.dashboard.parts.iter().collect();
        parts.sort_by_key(|part| part.last_change);
        Table {
            name: t("dash.fresh"),
            above: self.head(t("dash.fresh")),
            columns: vec![
                Column::new("name", t("dash.part")),
                Column::figure("changed", t("dash.last_change")),
                Column::figure("returned", t("dash.returned")),
                Column::figure("doubted", t("dash.doubted")),
            ],
            rows: parts.into_iter().map(row).collect(),
            below: Vec::new(),
            sorted: Some(Sorted {
                by: "changed",
                is_down: false,
            }),
            is_numbered: false,
        }
    }
}

/// A share in percent. Counts are far below 2⁵².
fn percent(part: i64, whole: i64) -> f64 {
    match whole {
        ..=0 => 0.0,
        _ => part as f64 * 100.0 / whole as f64,
    }
}

const COUNTED: [(&str, &str, Figure); 9] = [
    ("subjects", "dash.subjects", Figure::Subjects),
    ("registered", "dash.registered", Figure::Registered),
    ("started", "dash.started", Figure::Started),
    ("scored", "dash.scored", Figure::Scored),
    ("passed", "dash.passed", Figure::Passed),
    ("waiting", "commune.waiting", Figure::Waiting),
    ("returned", "dash.returned", Figure::Returned),
    ("verified", "dash.verified", Figure::Verified),
    ("recognised", "dash.recognised", Figure::Recognised),
];

fn counted_columns() -> impl Iterator<Item = Column> {
    COUNTED.into_iter().map(|(key, head, figure)| {
        let column = Column::figure(key, t(head));
        match figure {
            Figure::Subjects | Figure::Returned => column.stands(Stands::WithRoom),
            _ => column,
        }
    })
}
