//! What becomes of a form that is judged by another set than it was begun with.

use super::{CriteriaSet, CriterionCode};
use crate::document::Document;
use crate::scoring::{check_answer, score};

/// What becomes of a form's answers. All of them stay in the form; what the other set does not ask counts for nothing in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Answers that the other set asks for as they are.
    pub kept: Vec<CriterionCode>,
    /// Answers that it does not ask for, or not so.
    pub left: Vec<CriterionCode>,
    /// What it asks and nobody has answered.
    pub open: Vec<CriterionCode>,
}

impl Carried {
    /// `None`: it is no form.
    pub fn of(form: &Document, to: &CriteriaSet) -> Option<Self> {
        let head = form.assessment()?;
        let answers = form.official_answers();
        let given = answers.iter().map(|(code, answer)| (code.clone(), *answer));
        let (kept, left): (Vec<_>, Vec<_>) =
            given.partition(|(code, answer)| check_answer(to, code, answer).is_ok());
        let codes = |answers: Vec<(CriterionCode, _)>| answers.into_iter().map(|it| it.0).collect();
        Some(Self {
            kept: codes(kept),
            left: codes(left),
            open: score(to, &answers, head.grounds()).missing,
        })
    }
}
