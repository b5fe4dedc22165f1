//! The lists and tables of the desk, each built in one place from the server's answer, in the words of whoever asks. Pages draw
//! them (`pages/desk/table.rs`), and the server writes the same as files.

pub mod contributions;
pub mod decisions;
pub mod devices;
pub mod duplicates;
pub mod events;
pub mod figures;
pub mod imports;
pub mod initiatives;
pub mod jobs;
pub mod queue;
pub mod subjects;

pub use contributions::contributions;
pub use decisions::{attained, decisions, lines, listed, meritorious, problem, reached};
pub use devices::{devices, unheard};
pub use duplicates::duplicates;
pub use events::events;
pub use figures::{FIGURES, Figures};
pub use imports::{counted, imports};
pub use initiatives::initiatives;
pub use jobs::jobs;
pub use queue::{late, notable, queue};
pub use subjects::{subject_rows, subjects, subjects_of};

use chrono::NaiveDate;
use shared::api::UnitCounts;
use shared::calendar::Year;
use shared::criteria::{Points, Title};
use shared::figure::Figure;
use shared::ids::UnitId;
use shared::org_unit::UnitKind;
use shared::table::{Cell, Value};

use crate::words;

/// What a form has reached and what it could, given in halves of a point.
fn points(halves: Option<(i32, i32)>) -> (Cell, Cell) {
    let of = |points: Points| Cell::new(Value::Points(points.as_f64()));
    match halves.map(|(got, max)| (Points::from_halves(got), Points::from_halves(max))) {
        Some((got, max)) => {
            let said = format!("{}/{}", words::points(got), words::points(max));
            (of(got).said(said), of(max))
        }
        None => (Cell::empty(), Cell::empty()),
    }
}

/// Whose figures stand in a table: of this title and year, by the map of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Of {
    pub title: Title,
    pub year: Year,
    pub as_of: NaiveDate,
}

impl Of {
    /// What an address says of them.
    pub fn query(&self) -> String {
        let Self { title, year, as_of } = self;
        format!("title={}&year={year}&as_of={as_of}", title.as_str())
    }

    pub fn dashboard(&self, unit: UnitId) -> String {
        format!("/dashboard?unit={unit}&{}", self.query())
    }

    /// The subjects behind a figure of a unit.
    pub fn behind(&self, unit: UnitId, figure: Figure) -> String {
        let query = self.query();
        format!(
            "/dashboard/subjects?unit={unit}&{query}&figure={}",
            figure.as_str()
        )
    }

    /// Where a part's figures open: a village's are its families.
    pub fn part(&self, part: &UnitCounts) -> String {
        match part.kind {
            UnitKind::Village => self.behind(part.unit, Figure::Subjects),
            _ => self.dashboard(part.unit),
        }
    }
}
