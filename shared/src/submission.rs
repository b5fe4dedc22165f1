//! What a commune looks at before it confirms a form that a village has sent.

use serde::{Deserialize, Serialize};

use crate::criteria::CriteriaSet;
use crate::document::{Document, Scorer};
use crate::figure::result;
use crate::scoring::{Answer, counted};

/// What is out of the ordinary about a form. Where nothing is, many may be confirmed at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notable {
    /// Whether it passes; nothing where its set cannot say.
    pub passed: Option<bool>,
    /// Answers that the commune has given otherwise than the village.
    pub corrected: u32,
    /// Shares that somebody has written otherwise than they are counted here ([`crate::membership`]).
    #[serde(default)]
    pub miscounted: u32,
    /// Things that two people wrote apart, in the form or of its subject.
    pub conflicts: u32,
    /// Things of its subject that somebody should ask about.
    pub doubts: u32,
    /// Whether it passes and did not a year before, or the other way round.
    pub turned: bool,
    /// Whether the village's meeting did not agree to it.
    #[serde(default)]
    pub voted_down: bool,
    /// Whether it came back before: the commune has found something in it.
    pub again: bool,
}

impl Notable {
    pub fn of(
        form: &Document,
        subject: &Document,
        last_year: Option<&Document>,
        criteria: &[CriteriaSet],
    ) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let passed = result(form, criteria);
        let before = last_year.and_then(|form| result(form, criteria));
        Self {
            passed,
            corrected: count(corrected(form)),
            miscounted: count(miscounted(form, criteria)),
            conflicts: count(form.conflicts.len() + subject.conflicts.len()),
            doubts: count(form.doubts.len() + subject.doubts.len()),
            turned: passed.zip(before).is_some_and(|(now, then)| now != then),
            voted_down: form.meeting().is_some_and(|it| it.is_against()),
            again: form.assessment().is_some_and(|head| head.round > 1),
        }
    }

    /// Whether the form passes and there is nothing to look at: it may be confirmed together with others.
    pub fn is_plain(&self) -> bool {
        *self
            == Self {
                passed: Some(true),
                ..Self::default()
            }
    }
}

fn miscounted(form: &Document, criteria: &[CriteriaSet]) -> usize {
    let Some(head) = form.assessment() else {
        return 0;
    };
    let set = criteria.iter().find(|set| set.id == head.criteria);
    let asked = set.into_iter().flat_map(CriteriaSet::indicators);
    let counted = asked.filter_map(|it| Some((&it.code, counted(it, head.grounds())?)));
    let answers = form.official_answers();
    let differs =
        |(code, counted): &(_, Answer)| answers.get(*code).is_some_and(|it| it != counted);
    counted.filter(differs).count()
}

fn corrected(form: &Document) -> usize {
    let village = form.answers_of(Scorer::Village);
    let commune = form.answers_of(Scorer::Commune);
    let differs = |code, answer| village.get(code).is_some_and(|own| own != answer);
    commune
        .iter()
        .filter(|(code, answer)| differs(*code, *answer))
        .count()
}
