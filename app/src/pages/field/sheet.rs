//! A subject's form of this year, as the pages that work on it see it.

use leptos::prelude::*;
use shared::access::Role;
use shared::assessment::{Move, Phase, Remark, StageName};
use shared::change::{ChangeBody, Refusal};
use shared::criteria::{
    Carried, CriteriaSet, CriterionCode, Exemption, Group, Indicator, Kind, Points,
};
use shared::document::{Document, Scorer};
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::scoring::{Answer, Score};

use super::kind_of;
use crate::criteria;
use crate::live::memo;
use crate::locale::{t, tf};
use crate::store::FieldStore;
use crate::words;

/// Whether a form takes answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    Open,
    /// Sent to the commune: it opens to read, and to mend when somebody says so.
    Sent,
    /// The rules let nobody write in it.
    Closed(StageName),
}

/// Why a form was not handed in. Nothing was altered.
#[derive(Clone, Debug, PartialEq)]
pub enum NotFinished {
    Missing(Vec<CriterionCode>),
    Refused(Refusal),
}

/// The form of a subject. Copy it freely.
#[derive(Clone, Copy)]
pub struct Sheet {
    pub store: FieldStore,
    pub subject: DocumentId,
    pub kind: SubjectKind,
    pub set: &'static CriteriaSet,
    pub form: Memo<Option<Document>>,
    /// The score as it stands, before the form is begun too.
    pub score: Memo<Score>,
    pub lock: Memo<Lock>,
}

impl Sheet {
    /// The form by the set that it was begun under, or by the set of the year. `None` when this app knows neither.
    pub fn of(store: FieldStore, subject: DocumentId) -> Option<Self> {
        let kind = untrack(|| kind_of(store, subject))?;
        let form = memo(move || super::assessment(store, subject));
        let set = untrack(|| Self::set_of(store, subject))?;
        let score = memo(move || {
            let scored = form.with(|form| form.as_ref().and_then(|form| form.score(set)));
            scored.unwrap_or_else(|| {
                let facts = store.document(subject).map(|it| it.facts());
                shared::scoring::score(set, &Default::default(), &facts.unwrap_or_default())
            })
        });
        let lock = memo(move || {
            let stage = form.with(|form| Some(form.as_ref()?.assessment()?.stage.name()));
            match stage {
                Some(stage) if stage.phase() == Phase::Commune && !store.is_mending(subject) => {
                    Lock::Sent
                }
                Some(stage) if !stage.is_open() => Lock::Closed(stage),
                _ => Lock::Open,
            }
        });
        Some(Self {
            store,
            subject,
            kind,
            set,
            form,
            score,
            lock,
        })
    }

    /// The set that judges a subject this year, whatever its form was begun with.
    fn judging(store: FieldStore, subject: &Document) -> Option<&'static CriteriaSet> {
        let judged = store.judged(subject)?;
        criteria::known().judging(judged, untrack(|| store.year()).last_day())
    }

    /// The set that a form is shown by: the one it was begun under, or that of the year; tracked.
    pub fn set_of(store: FieldStore, subject: DocumentId) -> Option<&'static CriteriaSet> {
        match super::assessment(store, subject) {
            Some(form) => criteria::known().find(&form.assessment()?.criteria),
            None => Self::judging(store, &store.document(subject)?),
        }
    }

    /// Another set that judges this year, while the village may still go over to it, and what becomes of the answers; tracked.
    pub fn another_set(&self) -> Option<(&'static CriteriaSet, Carried)> {
        let set = Self::judging(self.store, &self.store.document(self.subject)?)?;
        if set.id == self.set.id || self.stage()?.phase() != Phase::Village {
            return None;
        }
        let carried = |form: &Option<Document>| Carried::of(form.as_ref()?, set);
        Some((set, self.form.with(carried)?))
    }

    /// Goes over to another set.
    pub fn use_set(&self, set: &CriteriaSet) -> Result<(), Refusal> {
        let Some(form) = self.form.with_untracked(|form| Some(form.as_ref()?.id)) else {
            return Err(Refusal::UnknownDocument);
        };
        let criteria = set.id.clone();
        let words = tf("undo.set", &[("set", &set.short_name)]);
        self.store.act(words, || {
            self.store
                .record(form, ChangeBody::UseCriteria { criteria })
        })
    }

    /// The form's stage; tracked. `None` before it is begun.
    pub fn stage(&self) -> Option<StageName> {
        self.form
            .with(|form| Some(form.as_ref()?.assessment()?.stage.name()))
    }

    /// Whether no answer can be given now; tracked.
    pub fn is_locked(&self) -> bool {
        self.lock.get() != Lock::Open
    }

    /// The answer that counts; tracked.
    pub fn answer(&self, code: &CriterionCode) -> Option<Answer> {
        self.form
            .with(|form| form.as_ref()?.official_answers().get(code).copied())
    }

    /// The exemption that the subject's facts grant to a question, so that it needs no answer; tracked.
    pub fn granted(
        &self,
        group: &'static Group,
        indicator: &'static Indicator,
    ) -> Option<&'static Exemption> {
        let facts = self
            .form
            .with(|form| Some(form.as_ref()?.assessment()?.scored_by().clone()))
            .or_else(|| self.store.document(self.subject).map(|it| it.facts()))?;
        shared::scoring::granted(group, indicator, &facts)
    }

    /// The share that was counted for a question, so that it needs no answer; tracked.
    pub fn counted(&self, indicator: &Indicator) -> Option<Answer> {
        self.form.with(|form| {
            let head = form.as_ref()?.assessment()?;
            shared::scoring::counted(indicator, head.grounds())
        })
    }

    /// What the commune said of a question when it gave the form back; tracked.
    pub fn remark(&self, code: &CriterionCode) -> Option<Remark> {
        self.form
            .with(|form| form.as_ref()?.assessment()?.remarks.get(code).cloned())
    }

    /// The commune's words when it gave the form back; tracked.
    pub fn comment(&self) -> Option<String> {
        self.form
            .with(|form| match &form.as_ref()?.assessment()?.stage {
                shared::assessment::Stage::Returned { comment } => Some(comment.clone()),
                _ => None,
            })
    }

    /// The questions of a group that nobody has answered and no fact settles; tracked.
    pub fn missing_in(&self, group: &Group) -> Vec<CriterionCode> {
        let of_group = |code: &&CriterionCode| group.indicators.iter().any(|it| it.code == **code);
        self.score
            .with(|score| score.missing.iter().filter(of_group).cloned().collect())
    }

    /// Whether nothing of a group is counted: its official points are not known.
    pub fn is_uncounted(&self, group: &Group) -> bool {
        group.indicators.iter().all(|it| self.is_without_points(it))
    }

    /// Whether a question of a set of points has none and is no gate.
    pub fn is_without_points(&self, indicator: &Indicator) -> bool {
        let has_none = indicator.max.is_none_or(|max| max == Points::ZERO);
        self.set.kind == Kind::Points && has_none && indicator.measure.is_none()
    }

    /// Gives one answer, or takes it back.
    pub fn say(&self, code: &CriterionCode, answer: Option<Answer>) -> Result<(), Refusal> {
        let words = match answer {
            Some(answer) => tf("undo.answered", &[("answer", &words::answer(&answer))]),
            None => t("undo.unanswered"),
        };
        self.store.act(words, || self.record_answer(code, answer))
    }

    /// The questions of a group that have no answer, each with its best one; tracked. What is measured has none.
    pub fn best_in<'a>(&self, group: &'a Group) -> Vec<(&'a CriterionCode, Answer)> {
        let missing = self.missing_in(group);
        let asked = group.indicators.iter();
        let asked = asked.filter(|it| missing.contains(&it.code));
        asked.filter_map(|it| Some((&it.code, best(it)?))).collect()
    }

    /// Gives the best answer to every question of a group that has none.
    pub fn say_best(&self, group: &Group) -> Result<(), Refusal> {
        let asked = untrack(|| self.best_in(group));
        let words = tf("undo.answered_all", &[("n", &asked.len())]);
        self.store.act(words, || {
            for (code, answer) in asked {
                self.record_answer(code, Some(answer))?;
            }
            Ok(())
        })
    }

    /// Whose form was handed in last, and what it answers of this one, while this one has no answer yet: people of one family or
    /// class have much in common; tracked.
    pub fn copyable(&self) -> Option<(DocumentId, Vec<(CriterionCode, Answer)>)> {
        let before = self.store.last_finished()?;
        if self.kind != SubjectKind::Citizen || before == self.subject || self.is_locked() {
            return None;
        }
        let answered = |form: &Option<Document>| {
            form.as_ref()
                .is_some_and(|form| !form.official_answers().is_empty())
        };
        let form = super::assessment(self.store, before)?;
        if self.form.with(answered) || form.assessment()?.criteria != self.set.id {
            return None;
        }
        let missing = self.score.with(|score| score.missing.clone());
        let answers = form.official_answers();
        let answers = answers.iter().filter(|(code, _)| missing.contains(code));
        let answers: Vec<_> = answers
            .map(|(code, answer)| (code.clone(), *answer))
            .collect();
        (!answers.is_empty()).then_some((before, answers))
    }

    /// Gives the answers of the form that was handed in last.
    pub fn copy(&self) -> Result<(), Refusal> {
        let Some((_, answers)) = untrack(|| self.copyable()) else {
            return Ok(());
        };
        let words = tf("undo.copied", &[("n", &answers.len())]);
        self.store.act(words, || {
            for (code, answer) in answers {
                self.record_answer(&code, Some(answer))?;
            }
            Ok(())
        })
    }

    /// Hands the form in. What is missing is found before anything is recorded.
    pub fn finish(&self) -> Result<(), NotFinished> {
        let missing = self.score.with_untracked(|score| score.missing.clone());
        if !missing.is_empty() {
            return Err(NotFinished::Missing(missing));
        }
        let name = self.store.name_of(self.subject);
        let words = tf("undo.finished", &[("name", &name)]);
        let handed_in = self.store.act(words, || {
            let form = self.begun()?;
            self.store.record(form, ChangeBody::Advance(Move::Submit))
        });
        if handed_in.is_ok() {
            self.store.keep_finished(self.subject);
        }
        handed_in.map_err(|refusal| match refusal {
            Refusal::Incomplete { missing } => NotFinished::Missing(missing),
            other => NotFinished::Refused(other),
        })
    }

    /// Records an answer as whoever gives it now: the commune while it checks what was sent, the village otherwise.
    fn record_answer(&self, code: &CriterionCode, answer: Option<Answer>) -> Result<(), Refusal> {
        let form = self.begun()?;
        let body = ChangeBody::SetAnswer {
            scorer: self.scorer(),
            code: code.clone(),
            answer,
        };
        self.store.record(form, body)
    }

    /// The form, begun if it was not.
    pub fn begun(&self) -> Result<DocumentId, Refusal> {
        let year = untrack(|| self.store.year());
        self.store
            .open_assessment(self.subject.into(), self.kind.title(), year)
    }

    fn scorer(&self) -> Scorer {
        let lies_there = |stage: StageName| stage.phase() == Phase::Commune;
        match self.verifies() && untrack(|| self.stage()).is_some_and(lies_there) {
            true => Scorer::Commune,
            false => Scorer::Village,
        }
    }

    /// Whether the person checks what villages have sent.
    pub fn verifies(&self) -> bool {
        untrack(|| self.store.role()).is_some_and(Role::verifies_at_home)
    }

    /// What a question asks, in the words of the chosen language.
    pub fn question(&self, code: &CriterionCode) -> String {
        let found = self.set.indicator(code);
        found.map_or_else(|| code.to_string(), |(_, it)| words::question(it))
    }
}

/// The answer that most subjects deserve. What is measured has none.
fn best(indicator: &Indicator) -> Option<Answer> {
    match (indicator.measure, indicator.max) {
        (Some(_), _) => None,
        (None, Some(max)) => Some(Answer::Points(max)),
        (None, None) => Some(Answer::Met(true)),
    }
}

/// The score in a line: how many points so far, and how much is left. That every question is answered does not mean that
/// the family passes.
pub fn told(score: &Score) -> String {
    let total = match score.points() {
        Some((got, max)) => tf(
            "form.total",
            &[("got", &words::points(got)), ("max", &words::points(max))],
        ),
        None => words::standing(score),
    };
    let left = match score.missing.len() {
        0 => t("form.complete"),
        n => tf("form.missing", &[("n", &n)]),
    };
    format!("{total} · {left}")
}
