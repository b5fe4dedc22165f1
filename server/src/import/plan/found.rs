//! Who of a list is who of those that are here, after what somebody has answered.

use std::collections::{BTreeMap, BTreeSet};

use super::super::list::ReadRow;
use super::super::matching::{Match, Standing};
use super::{Answer, Answers, Topic, at_of};

/// Who each of the list is, with what was answered.
pub(super) enum Which {
    Same(usize),
    New,
    Asked(Vec<usize>),
    LeftOut,
}

impl Which {
    pub fn same(&self) -> Option<usize> {
        match self {
            Which::Same(at) => Some(*at),
            _ => None,
        }
    }
}

pub(super) struct Found {
    /// By its place among those listed.
    pub by_row: BTreeMap<usize, Which>,
    /// Those standing whom the list has, or may have.
    pub named: BTreeSet<usize>,
}

impl Found {
    pub fn of(
        rows: &[ReadRow],
        at_row: &BTreeMap<usize, usize>,
        matched: &[Match],
        standing: &[Standing],
        answers: &Answers,
    ) -> Self {
        let mut found = Self {
            by_row: BTreeMap::new(),
            named: BTreeSet::new(),
        };
        // Whom somebody has named is no choice for other rows.
        let mut chosen: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, nth) in at_row {
            if let Match::Unsure(candidates) = &matched[*nth]
                && let Some(Answer::Same(id)) = answers.get(&Topic::Row(at_of(&rows[*at])))
                && let Some(one) = candidates
                    .iter()
                    .find(|it| standing[**it].document.id == *id)
            {
                chosen.entry(*one).or_insert(*nth);
            }
        }
        for (at, nth) in at_row {
            let which = match &matched[*nth] {
                Match::Same(one) => Which::Same(*one),
                Match::New => Which::New,
                Match::Unsure(candidates) => {
                    let own = chosen.iter().find(|(_, by)| *by == nth);
                    let free: Vec<usize> = candidates
                        .iter()
                        .filter(|it| !chosen.contains_key(*it))
                        .copied()
                        .collect();
                    match (own, answers.get(&Topic::Row(at_of(&rows[*at])))) {
                        (Some((one, _)), _) => Which::Same(*one),
                        (None, Some(Answer::Different)) => Which::New,
                        (None, Some(Answer::Leave)) => Which::LeftOut,
                        // Somebody said of two rows that they are this one.
                        (None, Some(Answer::Same(_))) => Which::Asked(free),
                        (None, _) if free.is_empty() => Which::New,
                        (None, _) => Which::Asked(free),
                    }
                }
            };
            match &which {
                Which::Same(one) => found.named.extend([*one]),
                Which::Asked(candidates) => found.named.extend(candidates),
                Which::New | Which::LeftOut => {}
            }
            found.by_row.insert(*nth, which);
        }
        found
    }
}
