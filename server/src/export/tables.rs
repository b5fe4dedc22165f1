//! The tables of the desk, from the same answers as its pages, in the words of whoever asks.

use app::locale::{t, tf};
use app::words;
use shared::api::{Dashboard, DeviceRow, EventRow, SubjectRow, Subjects, UnitCounts};
use shared::calendar::{self, Year};
use shared::criteria::{Points, Title};
use shared::figure::Figure;
use shared::rollup::Counts;

use super::{Cell, Table};

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

    fn titles(&self) -> Table {
        let rows = self.dashboard.titles.iter().map(|row| {
            let target = row.target.as_ref();
            vec![
                Cell::text(words::title(row.title)),
                Cell::count(row.counts.subjects),
                Cell::count(row.counts.registered),
                Cell::count(row.counts.passed),
                Cell::count(row.counts.recognised),
                Cell::share(row.counts.passed, row.counts.subjects),
                target.map_or(Cell::Empty, |it| {
                    Cell::Share(f64::from(it.permille) / 1000.0)
                }),
                Cell::text(target.map_or(String::new(), |it| it.source.clone())),
            ]
        });
        Table {
            name: t("dash.tiles"),
            title: self.head(t("dash.tiles")),
            heads: vec![
                t("dash.title"),
                t("dash.subjects"),
                t("dash.registered"),
                t("dash.passed"),
                t("dash.recognised"),
                self.share_of_all(),
                t("export.target"),
                t("export.source"),
            ],
            rows: rows.collect(),
        }
    }

    fn share_of_all(&self) -> String {
        t(match self.title.is_of_listed() {
            true => "dash.share_of_listed",
            false => "dash.share_of_all",
        })
    }

    fn parts(&self) -> Table {
        let target = self.dashboard.target.as_ref().filter(|it| it.comparable);
        let gap = |counts: &Counts| match (target, counts.subjects) {
            // Counts are far below 2⁵².
            (Some(target), 1..) => Cell::Gap(
                counts.passed as f64 * 100.0 / counts.subjects as f64
                    - f64::from(target.permille) / 10.0,
            ),
            _ => Cell::Empty,
        };
        let row = |name: &str, counts: &Counts| {
            let mut row = vec![Cell::text(name)];
            row.extend(counted(counts));
            row.push(Cell::share(counts.passed, counts.subjects));
            row.push(Cell::share(counts.passed, counts.registered));
            row.push(gap(counts));
            row
        };
        let apart = self.dashboard.apart;
        let is_apart = apart.subjects > 0 || apart.registered > 0;
        let mut rows: Vec<_> = self
            .dashboard
            .parts
            .iter()
            .map(|part| row(&part.name, &part.counts))
            .collect();
        rows.extend(is_apart.then(|| row(&t("export.apart"), &apart)));
        rows.push(row(&t("export.total"), &self.dashboard.unit.counts));
        let mut heads = vec![t("dash.part")];
        heads.extend(counted_heads());
        heads.extend([
            self.share_of_all(),
            t("dash.share_of_registered"),
            t("dash.gap"),
        ]);
        Table {
            name: t("dash.parts"),
            title: self.head(t("dash.parts")),
            heads,
            rows,
        }
    }

    fn steps(&self) -> Table {
        let counts = &self.dashboard.unit.counts;
        let rows = Figure::ALL.into_iter().map(|figure| {
            let count = figure.of(counts);
            vec![
                Cell::text(words::figure(figure)),
                Cell::count(count),
                Cell::share(count, counts.subjects),
            ]
        });
        Table {
            name: t("dash.funnel"),
            title: self.head(t("dash.funnel")),
            heads: vec![t("subjects.figure"), t("export.count"), t("export.share")],
            rows: rows.collect(),
        }
    }

    fn years(&self) -> Table {
        let rows = self.dashboard.years.iter().map(|of| {
            let mut row = vec![Cell::text(of.year.to_string())];
            row.extend(counted(&of.counts));
            row.push(Cell::share(of.counts.passed, of.counts.subjects));
            row.push(Cell::share(of.counts.passed, of.counts.registered));
            row
        });
        let mut heads = vec![t("dash.year")];
        heads.extend(counted_heads());
        heads.extend([self.share_of_all(), t("dash.share_of_registered")]);
        Table {
            name: t("dash.trend"),
            title: self.head(t("dash.trend")),
            heads,
            rows: rows.collect(),
        }
    }

    fn fresh(&self) -> Table {
        let row = |part: &UnitCounts| {
            vec![
                Cell::text(part.name.clone()),
                part.last_change.map_or(Cell::Empty, Cell::Moment),
                Cell::count(part.counts.returned),
                Cell::count(part.counts.doubted),
            ]
        };
        Table {
            name: t("dash.fresh"),
            title: self.head(t("dash.fresh")),
            heads: vec![
                t("dash.part"),
                t("dash.last_change"),
                t("dash.returned"),
                t("dash.doubted"),
            ],
            rows: self.dashboard.parts.iter().map(row).collect(),
        }
    }
}

const COUNTED: [(&str, Figure); 9] = [
    ("dash.subjects", Figure::Subjects),
    ("dash.registered", Figure::Registered),
    ("dash.started", Figure::Started),
    ("dash.scored", Figure::Scored),
    ("dash.passed", Figure::Passed),
    ("commune.waiting", Figure::Waiting),
    ("dash.returned", Figure::Returned),
    ("dash.verified", Figure::Verified),
    ("dash.recognised", Figure::Recognised),
];

fn counted_heads() -> impl Iterator<Item = String> {
    COUNTED.into_iter().map(|(key, _)| t(key))
}

fn counted(counts: &Counts) -> impl Iterator<Item = Cell> {
    COUNTED
        .map(|(_, figure)| Cell::count(figure.of(counts)))
        .into_iter()
}

/// The subjects behind a figure, all of them.
pub fn subjects(found: &Subjects, title: Title, year: Year, figure: Figure) -> Table {
    let unit = found.crumbs.last().map_or("", |it| it.name.as_str());
    let mut rows: Vec<_> = (1..).zip(&found.rows).map(subject).collect();
    let shown = u32::try_from(found.rows.len()).unwrap_or(u32::MAX);
    let left = found.total.saturating_sub(shown);
    if left > 0 {
        rows.push(vec![
            Cell::Empty,
            Cell::text(tf("export.left", &[("n", &words::number(left.into()))])),
        ]);
    }
    let what = tf("subjects.title", &[("unit", &unit)]);
    Table {
        name: t("subjects.table"),
        title: vec![
            what,
            format!(
                "{}, {} {year}: {}, {}",
                words::title(title),
                t("dash.year").to_lowercase(),
                words::figure(figure),
                words::number(found.total.into())
            ),
        ],
        heads: vec![
            t("export.number"),
            t("subjects.name"),
            t("subjects.village"),
            t("fieldname.hamlet"),
            t("subjects.members"),
            t("subjects.stage"),
            t("subjects.points"),
            t("detail.max"),
            t("subjects.result"),
            t("subjects.doubt"),
            t("subjects.conflict"),
        ],
        rows,
    }
}

fn subject((number, row): (i64, &SubjectRow)) -> Vec<Cell> {
    let points = |of: fn((i32, i32)) -> i32| {
        row.points.map_or(Cell::Empty, |points| {
            Cell::Points(Points::from_halves(of(points)).as_f64())
        })
    };
    let result = match row.passed {
        Some(true) => Cell::text(t("detail.passed")),
        Some(false) => Cell::text(t("detail.not_passed")),
        None => Cell::Empty,
    };
    let stage = row
        .stage
        .map_or_else(|| t("subjects.unregistered"), words::stage);
    let some = |count: u32| match count {
        0 => Cell::Empty,
        count => Cell::count(count),
    };
    vec![
        Cell::Count(number),
        Cell::text(row.name.clone()),
        Cell::text(row.village.clone()),
        Cell::text(row.hamlet.clone().unwrap_or_default()),
        row.members.map_or(Cell::Empty, Cell::count),
        Cell::text(stage),
        points(|(got, _)| got),
        points(|(_, max)| max),
        result,
        some(row.doubts),
        some(row.conflicts),
    ]
}

/// The devices that report to a unit.
pub fn devices(rows: &[DeviceRow], unit: &str) -> Table {
    let row = |row: &DeviceRow| {
        vec![
            Cell::text(row.user.clone()),
            Cell::text(row.unit.clone()),
            Cell::text(row.name.clone().unwrap_or_default()),
            Cell::Moment(row.last_contact),
            Cell::count(row.unsent),
            row.oldest_unsent.map_or(Cell::Empty, Cell::Moment),
            Cell::text(row.app_version.clone()),
        ]
    };
    Table {
        name: t("commune.phones"),
        title: vec![format!("{}: {unit}", t("commune.phones"))],
        heads: vec![
            t("commune.person"),
            t("commune.place"),
            t("commune.device"),
            t("commune.last_contact"),
            t("commune.unsent"),
            t("commune.oldest"),
            t("commune.version"),
        ],
        rows: rows.iter().map(row).collect(),
    }
}

/// Who signed in, failed, read or carried what.
pub fn events(rows: &[EventRow]) -> Table {
    let named = |known: &Option<shared::api::Known>| {
        Cell::text(
            known
                .as_ref()
                .map_or(String::new(), |known| known.name.clone()),
        )
    };
    let username = |known: &Option<shared::api::Known>| {
        Cell::text(
            known
                .as_ref()
                .map_or(String::new(), |known| known.username.clone()),
        )
    };
    let row = |row: &EventRow| {
        let subject = row.subject.as_ref().map_or("", |(_, name)| name.as_str());
        vec![
            Cell::Moment(row.at),
            named(&row.by),
            username(&row.by),
            Cell::text(words::event(row.kind)),
            Cell::text(subject),
            named(&row.of),
            Cell::text(row.what.clone().unwrap_or_default()),
            Cell::count(row.times),
            Cell::text(row.network.clone().unwrap_or_default()),
        ]
    };
    Table {
        name: t("events.title"),
        title: vec![t("events.title")],
        heads: vec![
            t("events.at"),
            t("events.by"),
            t("signin.username"),
            t("events.what"),
            t("subjects.name"),
            t("events.of"),
            t("events.detail"),
            t("events.count"),
            t("events.network"),
        ],
        rows: rows.iter().map(row).collect(),
    }
}
