//! Who issues the papers of a unit and how they are signed: what the desk shows of it and takes. Only pages ask for it, so
//! nothing here goes over a wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::imports::Commune;
use crate::evidence::FileHash;
use crate::ids::UnitId;

/// Letters of one line.
pub const LINE_MAX: usize = 200;
/// The largest symbol of an association, in bytes.
pub const SYMBOL_MAX: usize = 1_000_000;
/// Recipients of a paper.
pub const RECIPIENTS_MAX: usize = 20;

/// Names stand as in a sentence; papers write them large where the rules ask for it (Decree 30/2020, annex I).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Letterhead {
    /// The authority above; may be "".
    pub upper: String,
    pub issuer: String,
    /// The place before the date.
    pub place: String,
    /// Who decides; "" where it is the issuer.
    pub authority: String,
    /// "TM. Ủy ban nhân dân", "KT. Chủ tịch"; may be "".
    pub signer_mark: String,
    pub signer_title: String,
    /// May be "": then it is written by hand.
    pub signer_name: String,
    /// Who receives a copy, beside those whom the kind of paper names first.
    pub recipients: Vec<String>,
    /// A state authority, and not an association.
    pub is_authority: bool,
}

/// A line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterheadField {
    Upper,
    Issuer,
    Place,
    Authority,
    SignerMark,
    SignerTitle,
    SignerName,
    Recipients,
}

impl LetterheadField {
    /// As forms name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upper => "upper",
            Self::Issuer => "issuer",
            Self::Place => "place",
            Self::Authority => "authority",
            Self::SignerMark => "signer_mark",
            Self::SignerTitle => "signer_title",
            Self::SignerName => "signer_name",
            Self::Recipients => "recipients",
        }
    }
}

/// Why a symbol was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolProblem {
    /// No file was chosen.
    Missing,
    /// It is no PNG of at most a megabyte and 3,000 pixels a side.
    NotAPicture,
    /// The disk of the server is nearly full.
    NoSpace,
}

impl SymbolProblem {
    pub const ALL: [SymbolProblem; 3] = [
        SymbolProblem::Missing,
        SymbolProblem::NotAPicture,
        SymbolProblem::NoSpace,
    ];

    /// As an address says it.
    pub fn as_str(self) -> &'static str {
        match self {
            SymbolProblem::Missing => "missing",
            SymbolProblem::NotAPicture => "not-a-picture",
            SymbolProblem::NoSpace => "no-space",
        }
    }
}

/// What has to be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterheadProblem {
    Missing,
    TooLong,
    TooMany,
}

impl Letterhead {
    /// Each line without what surrounds it, and no empty recipients.
    pub fn trimmed(self) -> Self {
        let line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let recipients = self.recipients.into_iter().map(line);
        Self {
            upper: line(self.upper),
            issuer: line(self.issuer),
            place: line(self.place),
            authority: line(self.authority),
            signer_mark: line(self.signer_mark),
            signer_title: line(self.signer_title),
            signer_name: line(self.signer_name),
            recipients: recipients.filter(|name| !name.is_empty()).collect(),
            is_authority: self.is_authority,
        }
    }

    /// What keeps it from standing on a paper, in the order of the lines.
    pub fn problems(&self) -> Vec<(LetterheadField, LetterheadProblem)> {
        let lines = [
            (LetterheadField::Upper, &self.upper, false),
            (LetterheadField::Issuer, &self.issuer, true),
            (LetterheadField::Place, &self.place, true),
            (LetterheadField::Authority, &self.authority, false),
            (LetterheadField::SignerMark, &self.signer_mark, false),
            (LetterheadField::SignerTitle, &self.signer_title, true),
            (LetterheadField::SignerName, &self.signer_name, false),
        ];
        let is_long = |text: &String| text.chars().count() > LINE_MAX;
        let of_line = |(field, text, required): (_, &String, bool)| {
            let problem = match (text.is_empty(), is_long(text)) {
                (true, _) if required => Some(LetterheadProblem::Missing),
                (_, true) => Some(LetterheadProblem::TooLong),
                _ => None,
            };
            problem.map(|problem| (field, problem))
        };
        let mut problems: Vec<_> = lines.into_iter().filter_map(of_line).collect();
        if self.recipients.len() > RECIPIENTS_MAX {
            problems.push((LetterheadField::Recipients, LetterheadProblem::TooMany));
        } else if self.recipients.iter().any(is_long) {
            problems.push((LetterheadField::Recipients, LetterheadProblem::TooLong));
        }
        problems
    }
}

/// The letterhead of a unit, and of which units somebody may write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterheadDesk {
    /// Never empty.
    pub units: Vec<Commune>,
    pub chosen: UnitId,
    /// What was written, or else what the unit's name suggests.
    pub letterhead: Letterhead,
    /// The picture that is printed on what an association hands out.
    pub symbol: Option<FileHash>,
    pub saved: Option<Saved>,
}

/// When and by whom it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub at: DateTime<Utc>,
    pub by: Option<String>,
}

/// A form that could not be taken, to be mended where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmended {
    pub letterhead: Letterhead,
    pub problems: Vec<(LetterheadField, LetterheadProblem)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_long_or_many_is_named_in_order() {
        let letterhead = Letterhead {
            upper: "a".repeat(LINE_MAX + 1),
            issuer: "  ".to_owned(),
            place: "Phong\n Thổ ".to_owned(),
            signer_title: "Chủ tịch".to_owned(),
            recipients: vec!["x".to_owned(); RECIPIENTS_MAX + 1],
            ..Letterhead::default()
        };
        let letterhead = letterhead.trimmed();
        assert_eq!(letterhead.place, "Phong Thổ");
        assert_eq!(
            letterhead.problems(),
            [
                (LetterheadField::Upper, LetterheadProblem::TooLong),
                (LetterheadField::Issuer, LetterheadProblem::Missing),
                (LetterheadField::Recipients, LetterheadProblem::TooMany),
            ]
        );
    }
}
