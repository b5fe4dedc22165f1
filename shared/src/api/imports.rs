//! What the desk shows of lists that are imported. Only pages ask for it, so nothing here goes over a wire.

use chrono::{DateTime, Utc};

use crate::calendar::Year;
use crate::ids::UnitId;
use crate::kind::SubjectKind;

/// A commune by its name of today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commune {
    pub id: UnitId,
    pub name: String,
}

/// Where a list is given, and what was imported before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportDesk {
    /// Those that the person may import for; never empty.
    pub communes: Vec<Commune>,
    pub chosen: UnitId,
    /// The year that is judged now.
    pub year: Year,
    /// Imports of the chosen commune, newest first.
    pub imports: Vec<PastImport>,
}

/// A list that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastImport {
    pub id: String,
    pub at: DateTime<Utc>,
    /// Who did it; `None`: somebody at the server's own console.
    pub by: Option<String>,
    /// Whom the list was of.
    pub kind: SubjectKind,
    pub file: String,
    pub year: Year,
    pub new: usize,
    pub updated: usize,
    pub undone_at: Option<DateTime<Utc>>,
}

/// What would become of a list that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPreview {
    pub file: String,
    /// Whom the list is of.
    pub kind: SubjectKind,
    pub commune: Commune,
    pub seen: Result<PlanSeen, ListProblem>,
}

/// Why nothing of a file can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListProblem {
    /// What the file is and what to do, in Vietnamese.
    File(String),
    /// The same; but whoever has looked at the columns may go on.
    Columns(String),
    /// The heading names another commune; whoever has looked may go on.
    OtherCommune { heading: String },
}

/// A plan as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSeen {
    /// The commune in words, with the one that the list is from.
    pub commune: String,
    pub year: Year,
    /// Two plans with one mark are the same.
    pub mark: String,
    pub sums: Sums,
    /// The most pressing first, none of them empty.
    pub sections: Vec<Section>,
    /// In Vietnamese.
    pub remarks: Vec<String>,
    pub new_villages: Vec<String>,
    pub questions: Vec<Question>,
    /// Questions that were answered already.
    pub answered: usize,
}

/// Rows of a list by what becomes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub new: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub waiting: usize,
    /// With those that are left out because somebody said so.
    pub refused: usize,
    /// Those of whom something is written.
    pub writes: usize,
    /// Those for whom a form of the year is opened.
    pub registered: usize,
}

/// What a section of a plan is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Refused,
    Asked,
    Doubted,
    LeftOut,
    /// Rows that were taken without all that they say: they name somebody who was not found, or another place.
    Partly,
    Updated,
    Mended,
    /// Rows that are nobody.
    Skipped,
    New,
    Unchanged,
}

impl About {
    /// What somebody should read, the most pressing first.
    pub const PRESSING: [About; 8] = [
        About::Refused,
        About::Asked,
        About::Doubted,
        About::LeftOut,
        About::Partly,
        About::Updated,
        About::Mended,
        About::Skipped,
    ];
    /// What is as it should be.
    pub const PLAIN: [About; 2] = [About::New, About::Unchanged];
}

/// Rows of which the same is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub about: About,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where a file has several.
    pub sheet: Option<String>,
    /// As Excel numbers it.
    pub row: u32,
    /// The subject's name, or what the row says.
    pub name: String,
    /// In Vietnamese; may be empty.
    pub said: String,
}

/// Something that only a person can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// As the server knows it again.
    pub topic: String,
    pub about: AskedAbout,
    /// In Vietnamese.
    pub words: String,
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskedAbout {
    Village(String),
    Row { sheet: Option<String>, row: u32 },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As the server knows it again.
    pub answer: String,
    pub means: Meaning,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    NewVillage,
    /// A village that is known; its name.
    Village(String),
    /// None: in the commune itself.
    NoVillage,
    /// Somebody who is here; who that is and what is done, in Vietnamese.
    Same(String),
    Different,
    Leave,
}
