//! Figures: what a document counts as, said once.
//!
//! [`figures`] says in which figures a document is counted. The totals add up what it says, the server keeps it beside the
//! document as bits, and the list behind a figure is the documents that have its bit. So a number and what it opens into
//! cannot come to say two things.

use serde::{Deserialize, Serialize};

use crate::assessment::{AssessmentHead, Phase, StageName};
use crate::criteria::CriteriaSet;
use crate::document::{About, Document};
use crate::scoring::Score;

/// A figure that a screen shows, and that opens into the subjects behind it: exactly as many as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    Subjects,
    /// Those that were not registered, or were withdrawn or exempt.
    Unregistered,
    Registered,
    Started,
    Scored,
    Passed,
    /// Finished by the village and not yet checked by the commune.
    Waiting,
    Returned,
    /// Checked by the commune and passing.
    Verified,
    Recognised,
    /// Those with something to ask about.
    Doubted,
    /// Those with an answer that two people wrote apart.
    Conflicted,
    /// Those with a fact of their own that two people wrote apart.
    SubjectsConflicted,
}

/// Which documents are counted in a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedIn {
    /// Subjects that exist in the year.
    Subjects,
    /// Their forms of the year.
    Forms,
    /// Subjects that exist in the year and have no form of it that is counted in another figure.
    WithoutForm(Figure),
}

/// A row a figure: its name in addresses, which documents it counts, and its place in a [`FigureSet`].
///
/// The places are kept in databases. A figure that goes leaves its place empty.
const FIGURES: [(Figure, &str, CountedIn, Option<u32>); 13] = {
    use CountedIn::{Forms, Subjects, WithoutForm};
    use Figure as F;
    [
        (F::Subjects, "subjects", Subjects, Some(0)),
        (
            F::Unregistered,
            "unregistered",
            WithoutForm(F::Registered),
            None,
        ),
        (F::Registered, "registered", Forms, Some(1)),
        (F::Started, "started", Forms, Some(2)),
        (F::Scored, "scored", Forms, Some(3)),
        (F::Passed, "passed", Forms, Some(4)),
        (F::Waiting, "waiting", Forms, Some(5)),
        (F::Returned, "returned", Forms, Some(6)),
        (F::Verified, "verified", Forms, Some(7)),
        (F::Recognised, "recognised", Forms, Some(8)),
        (F::Doubted, "doubted", Subjects, Some(9)),
        (F::Conflicted, "conflicted", Forms, Some(10)),
        (
            F::SubjectsConflicted,
            "subjects_conflicted",
            Subjects,
            Some(11),
        ),
    ]
};

impl Figure {
    pub const ALL: [Figure; FIGURES.len()] = {
        let mut all = [Figure::Subjects; FIGURES.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = FIGURES[at].0;
            at += 1;
        }
        all
    };

    pub fn as_str(self) -> &'static str {
        FIGURES[self as usize].1
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.as_str() == text)
    }

    pub fn counted_in(self) -> CountedIn {
        FIGURES[self as usize].2
    }

    /// Its bit among those that are kept. None for what is counted by its absence.
    pub fn bit(self) -> i64 {
        FIGURES[self as usize].3.map_or(0, |place| 1 << place)
    }
}

/// The figures in which one document is counted, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FigureSet(i64);

impl FigureSet {
    pub fn contains(self, figure: Figure) -> bool {
        self.0 & figure.bit() != 0
    }

    /// As a database keeps it.
    pub fn bits(self) -> i64 {
        self.0
    }

    fn of(figures: impl IntoIterator<Item = (Figure, bool)>) -> Self {
        let counted = figures.into_iter().filter(|(_, counted)| *counted);
        Self(counted.fold(0, |bits, (figure, _)| bits | figure.bit()))
    }
}

/// In which figures a document is counted.
pub fn figures(document: &Document, criteria: &[CriteriaSet]) -> FigureSet {
    match &document.about {
        About::Subject(_) => FigureSet::of([
            (Figure::Subjects, true),
            (Figure::Doubted, !document.doubts.is_empty()),
            (Figure::SubjectsConflicted, document.in_conflict()),
        ]),
        About::Assessment(head) => of_form(document, head, criteria),
        About::Decision(_) | About::Supporter(_) => FigureSet::default(),
    }
}

fn of_form(document: &Document, head: &AssessmentHead, criteria: &[CriteriaSet]) -> FigureSet {
    let stage = head.stage.name();
    let entered = stage.is_entered();
    let passed = passes(document, criteria);
    FigureSet::of([
        (Figure::Registered, entered),
        (Figure::Started, entered && stage != StageName::Registered),
        (Figure::Scored, stage.is_scored()),
        (Figure::Passed, passed),
        (Figure::Waiting, stage.phase() == Phase::Commune),
        (Figure::Returned, stage == StageName::Returned),
        (Figure::Verified, passed && stage.is_verified()),
        (Figure::Recognised, stage == StageName::Recognised),
        (Figure::Conflicted, document.in_conflict()),
    ])
}

/// Whether an assessment counts as passed.
pub fn passes(document: &Document, criteria: &[CriteriaSet]) -> bool {
    result(document, criteria) == Some(true)
}

/// What an assessment says of its subject, wherever it is told or counted: whether the score passes the set's rule, once the
/// village has finished it. `None` while it is worked on, also after the commune has given it back, and for what was
/// withdrawn or exempt. What the commune has found not eligible does not pass, whatever its points.
pub fn result(document: &Document, criteria: &[CriteriaSet]) -> Option<bool> {
    let head = document.assessment()?;
    let stage = head.stage.name();
    if stage == StageName::NotEligible {
        return Some(false);
    }
    let set = criteria.iter().find(|set| set.id == head.criteria)?;
    said(document, &document.score(set)?)
}

/// The same of a score that is there already.
pub fn said(document: &Document, score: &Score) -> Option<bool> {
    match document.assessment()?.stage.name() {
        StageName::NotEligible => Some(false),
        stage => score.verdict.passes.filter(|_| stage.is_scored()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_its_own_row_and_bit() {
        let mut bits = 0;
        for (at, (figure, ..)) in FIGURES.iter().enumerate() {
            assert_eq!(*figure as usize, at, "{figure:?}");
            assert_eq!(Figure::parse(figure.as_str()), Some(*figure));
            assert_eq!(bits & figure.bit(), 0, "{figure:?}");
            bits |= figure.bit();
            let is_absence = matches!(figure.counted_in(), CountedIn::WithoutForm(_));
            assert_eq!(figure.bit() == 0, is_absence, "{figure:?}");
        }
    }
}
