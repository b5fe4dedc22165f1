//! Exemplars (gương điển hình): those whose story is told to everybody, once they and their commune agree. Only pages ask for it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::Year;
use crate::criteria::Title;
use crate::evidence::FileHash;
use crate::field::NAME_MAX;
use crate::ids::{DocumentId, SubjectId, UnitId};

/// The longest story, in characters: a page that somebody reads to its end.
pub const STORY_MAX: usize = 3_000;
/// Letters of what is typed as a day.
pub const DAY_MAX: usize = 20;

/// What a commune has written of somebody, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    /// Paragraphs, a line each.
    pub story: String,
    /// One of the photos of the form.
    pub photo: Option<FileHash>,
    /// Who agreed that it is told: the person, or for a child whoever brings it up.
    pub consent_by: String,
    /// The day of that, dd/mm/yyyy.
    pub consent_on: String,
    pub is_shown: bool,
}

/// A field of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExemplarField {
    Story,
    ConsentBy,
    ConsentOn,
    /// The photo is none of the form.
    Photo,
    /// Only who holds the title is told of.
    Shown,
}

impl ExemplarField {
    /// As forms name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::ConsentBy => "consent_by",
            Self::ConsentOn => "consent_on",
            Self::Photo => "photo",
            Self::Shown => "shown",
        }
    }
}

/// What has to be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExemplarProblem {
    Missing,
    TooLong { max: usize },
    NotADay,
    NotYet,
    NoTitle,
}

/// What was typed and could not be kept, with what has to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmendedExemplar {
    pub written: Written,
    pub problems: Vec<(ExemplarField, ExemplarProblem)>,
}

impl Written {
    /// Lines without what surrounds them, and none that is empty.
    pub fn trimmed(self) -> Self {
        let lines = self.story.lines().map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        Self {
            story: lines.join("\n"),
            consent_by: crate::text::tidy(&self.consent_by),
            consent_on: self.consent_on.trim().to_owned(),
            ..self
        }
    }

    /// What has to be mended, where `consented` is the day as it was read. A draft needs nothing but room; what everybody may read
    /// needs a story, and somebody who agreed before today was over.
    pub fn problems(
        &self,
        consented: Option<NaiveDate>,
        holds_title: bool,
        today: NaiveDate,
    ) -> Vec<(ExemplarField, ExemplarProblem)> {
        use ExemplarField::{ConsentBy, ConsentOn, Shown, Story};
        use ExemplarProblem::{Missing, NoTitle, NotADay, NotYet, TooLong};
        let mut problems = Vec::new();
        for (field, text, max) in [
            (Story, &self.story, STORY_MAX),
            (ConsentBy, &self.consent_by, NAME_MAX),
        ] {
            if text.chars().count() > max {
                problems.push((field, TooLong { max }));
            } else if text.is_empty() && self.is_shown {
                problems.push((field, Missing));
            }
        }
        match consented {
            Some(day) if day > today => problems.push((ConsentOn, NotYet)),
            Some(_) => {}
            None if !self.consent_on.is_empty() => problems.push((ConsentOn, NotADay)),
            None if self.is_shown => problems.push((ConsentOn, Missing)),
            None => {}
        }
        if self.is_shown && !holds_title {
            problems.push((Shown, NoTitle));
        }
        problems
    }
}

/// Of which unit exemplars are asked for; of all if absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExemplarsQuery {
    pub unit: Option<UnitId>,
}

/// Somebody whose story everybody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemplar {
    pub form: DocumentId,
    pub name: String,
    pub village: String,
    pub commune: String,
    pub title: Title,
    pub year: Year,
    pub story: String,
    pub photo: Option<FileHash>,
}

/// The newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemplars {
    /// Whose they are, if those of one unit were asked for.
    pub of: Option<String>,
    pub rows: Vec<Exemplar>,
    /// There are more than are told at once.
    pub is_cut: bool,
}

/// Where a commune writes of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExemplarDesk {
    pub form: DocumentId,
    pub subject: SubjectId,
    pub unit: UnitId,
    pub name: String,
    pub village: String,
    pub title: Title,
    pub year: Year,
    pub holds_title: bool,
    /// The photos of the form that have arrived.
    pub photos: Vec<FileHash>,
    /// What was kept; what the form suggests if nothing was.
    pub written: Written,
    pub saved: Option<(DateTime<Utc>, Option<String>)>,
}
