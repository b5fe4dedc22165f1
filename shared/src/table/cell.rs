//! A cell of a table: a value of some type, and what a page makes of it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::stage::StageName;

/// A value, and what a page makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub value: Value,
    /// What the page says in its place: `3 ngày trước` of a moment.
    pub said: Option<String>,
    /// What the page says beside it.
    pub note: Option<String>,
    /// What a phone's page says under it, where it leaves other columns out.
    pub narrow: Option<String>,
    /// What it opens.
    pub link: Option<String>,
    /// Somebody should look at it.
    pub is_behind: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Empty,
    /// In the order of places and things, from the left.
    Text(String),
    /// In the order of persons, by the given name.
    Name(String),
    Count(i64),
    /// Points, with a decimal where there is one.
    Points(f64),
    Share {
        part: i64,
        whole: i64,
    },
    /// A distance in percentage points.
    Gap(f64),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
    /// How far a form is; nothing: there is none.
    Stage(Option<StageName>),
    /// A drawing of a share beside its target, in percent.
    Bar {
        share: f64,
        target: Option<f64>,
    },
    /// Things to look at.
    Marks(Vec<(Weight, String)>),
}

/// How much a thing matters, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    News,
    Look,
    Grave,
}

impl Cell {
    pub fn new(value: Value) -> Self {
        Self {
            value,
            said: None,
            note: None,
            narrow: None,
            link: None,
            is_behind: false,
        }
    }

    pub fn empty() -> Self {
        Self::new(Value::Empty)
    }

    /// A text, or nothing.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(match text.is_empty() {
            true => Value::Empty,
            false => Value::Text(text),
        })
    }

    pub fn name(name: impl Into<String>) -> Self {
        Self::new(Value::Name(name.into()))
    }

    pub fn count(count: impl Into<i64>) -> Self {
        Self::new(Value::Count(count.into()))
    }

    /// A number of what should not be: nothing where there is none.
    pub fn amiss(count: impl Into<i64>) -> Self {
        match count.into() {
            0 => Self::empty(),
            count => Self::count(count).behind(true),
        }
    }

    /// A share of a whole; nothing where there is none.
    pub fn share(part: i64, whole: i64) -> Self {
        Self::new(match whole {
            ..=0 => Value::Empty,
            _ => Value::Share { part, whole },
        })
    }

    pub fn moment(at: Option<DateTime<Utc>>) -> Self {
        Self::new(at.map_or(Value::Empty, Value::Moment))
    }

    pub fn said(self, said: impl Into<String>) -> Self {
        Self {
            said: Some(said.into()),
            ..self
        }
    }

    pub fn note(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }

    pub fn narrow(self, narrow: String) -> Self {
        Self {
            narrow: Some(narrow),
            ..self
        }
    }

    pub fn link(self, link: impl Into<String>) -> Self {
        Self {
            link: Some(link.into()),
            ..self
        }
    }

    pub fn behind(self, is_behind: bool) -> Self {
        Self { is_behind, ..self }
    }

    /// What a filter looks for in it: its words.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let (value, marks) = match &self.value {
            Value::Text(text) | Value::Name(text) => (Some(text.as_str()), [].as_slice()),
            Value::Marks(marks) => (None, marks.as_slice()),
            _ => (None, [].as_slice()),
        };
        value
            .into_iter()
            .chain(marks.iter().map(|(_, said)| said.as_str()))
            .chain(self.said.as_deref())
            .chain(self.note.as_deref())
    }
}
