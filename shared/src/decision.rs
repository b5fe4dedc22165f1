//! Decisions: the paper by which an authority gives titles, takes them away again, commends those who hold them, or corrects what
//! another such paper says.
//!
//! A decision is a document of its own, made and signed at a desk; it lies on no phone. While it is a draft it is the list that
//! is proposed, and the forms it lists are proposed with it. One change signs it and moves every form of its list in the same
//! transaction ([`follow`]); from then on it stands, and only another decision takes back what it gave.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::SortedMap;
use crate::assessment::{AssessmentHead, Stage, StageName};
use crate::authority::Authority;
use crate::award::{Award, Occasion, Piece};
use crate::calendar::{self, Year};
use crate::change::{Change, ChangeBody};
use crate::criteria::{CriteriaSet, Title};
use crate::document::{About, Document, Writer};
use crate::figure::result;
use crate::ids::{AssessmentId, DocumentId, SubjectId, UnitId};
use crate::scoring::Grade;

/// The subjects of one decision at most. A document of that size still goes through one transaction, and a commune with more
/// families signs more than one paper.
pub const LISTED_MAX: usize = 500;
/// The longest number of a decision, such as `125/QĐ-UBND`, in characters.
pub const NUMBER_MAX: usize = 50;
/// The longest name of who signed, in characters.
pub const SIGNER_MAX: usize = 100;
/// The longest text of what somebody is commended for, in characters.
pub const DEED_MAX: usize = 300;

/// What a decision does for those it lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// công nhận
    Recognise,
    /// thu hồi, for instance after a dishonest declaration (Law on Emulation and Commendation of 2022, chapter VII)
    Revoke { reason: String },
    /// khen thưởng những ai giữ danh hiệu và góp công, góp trí, góp của
    Commend {
        award: Award,
        #[serde(default, skip_serializing_if = "Occasion::is_year")]
        occasion: Occasion,
    },
    /// đính chính: how some lines of a signed decision of the same unit are to be read, and what else of its text
    Correct {
        /// Never itself a correction: the last one that is signed counts.
        decision: DocumentId,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        wording: String,
    },
}

/// How far a decision has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DecisionState {
    /// dự thảo: its list is proposed
    Draft,
    /// đã trình cấp trên: another authority has it to decide
    Submitted,
    /// đã ký
    Signed,
    /// đã bỏ, before it was signed
    Discarded,
}

/// What stands on a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Signature {
    /// số, ký hiệu
    pub number: String,
    /// The day on the paper.
    pub on: NaiveDate,
    /// Who signed, as the paper says it.
    pub signer: String,
    pub writer: Writer,
}

/// A number as a unit has given it to a paper: one paper of a year has it (Decree 30/2020/NĐ-CP, article 15).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbered {
    unit: UnitId,
    /// Of the day on the paper.
    year: i32,
    number: String,
}

impl Numbered {
    /// Blanks, noughts before the number and large letters make no other number.
    pub fn new(unit: UnitId, number: &str, on: NaiveDate) -> Self {
        let letters = number.chars().filter(|letter| !letter.is_whitespace());
        let number: String = letters.flat_map(char::to_lowercase).collect();
        Self {
            unit,
            year: on.year(),
            number: number.trim_start_matches('0').to_owned(),
        }
    }

    /// That of a decision, once it is signed. What another authority signs has its number.
    pub fn of(decision: &Document) -> Option<Self> {
        let head = decision.decision().filter(|head| !head.goes_up())?;
        let signed = head.signed.as_ref()?;
        Some(Self::new(decision.shard, &signed.number, signed.on))
    }
}

/// What a paper says of one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reading {
    pub name: String,
    pub place: UnitId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed: Option<String>,
}

/// That a line of a signed decision is read otherwise, by the correction that was signed last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Corrected {
    pub by: DocumentId,
    /// Its number and day, as its paper says them.
    pub number: String,
    pub on: NaiveDate,
    pub reads: Reading,
}

/// One subject of the list, as the paper names it. What corrections make of it stands beside that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    pub name: String,
    pub place: UnitId,
    /// What it is commended for, where that is more than its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed: Option<String>,
    /// The authority that it was proposed to has not given it the award.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub declined: bool,
    /// Of a correction: how the line was read until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Reading>,
    /// The draft that is to correct it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correcting: Option<DocumentId>,
    /// How it is read since it was corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Corrected>,
}

impl Line {
    /// As its own paper says it.
    pub fn said(&self) -> Reading {
        Reading {
            name: self.name.clone(),
            place: self.place,
            deed: self.deed.clone(),
        }
    }

    /// As it is to be read today.
    pub fn reading(&self) -> Reading {
        let corrected = self.corrected.as_ref();
        corrected.map_or_else(|| self.said(), |corrected| corrected.reads.clone())
    }
}

impl From<Reading> for Line {
    fn from(reading: Reading) -> Self {
        let Reading { name, place, deed } = reading;
        Self {
            name,
            place,
            deed,
            declined: false,
            was: None,
            correcting: None,
            corrected: None,
        }
    }
}

/// What a decision is about, and how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DecisionHead {
    pub does: Does,
    pub title: Title,
    pub year: Year,
    /// Who decides on the title, by the sets of those it lists. Where that is somebody above, it is a proposal.
    #[serde(default, skip_serializing_if = "Authority::is_home")]
    pub decided_by: Authority,
    pub state: DecisionState,
    #[serde(serialize_with = "crate::as_object")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<Line>"))]
    pub list: SortedMap<SubjectId, Line>,
    /// What is at hand of the dossier of a proposal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dossier: Vec<Piece>,
    /// The letter by which it was put before another authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Signature>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signature>,
}

/// A step that somebody takes with a decision. What it lists, adds, takes off, or was looked at with stands beside it, because
/// all these forms have to be known before it is decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deciding {
    pub step: DecisionStep,
    pub title: Title,
    pub year: Year,
    /// The signed decision that it corrects, which has to be known too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<DocumentId>,
    pub subjects: Vec<SubjectId>,
}

/// Which step is taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DecisionStep {
    /// Makes the decision, with its first list.
    Draft { shard: UnitId, does: Does },
    /// Adds to the list of a draft.
    List,
    /// Takes off the list of a draft.
    Unlist,
    /// Says what those on the list of a draft are commended for. An empty text takes back what was said. It moves no form, so
    /// its deciding names no subjects.
    Describe {
        #[serde(serialize_with = "crate::as_object")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<String>"))]
        deeds: SortedMap<SubjectId, String>,
    },
    /// Says how lines of a correction are to be read, and what else of the paper. It moves nothing.
    Reword {
        #[serde(serialize_with = "crate::as_object")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<Reading>"))]
        readings: SortedMap<SubjectId, Reading>,
        wording: String,
    },
    /// Signs it. The subjects are the list that the signer had before them.
    Sign {
        number: String,
        on: NaiveDate,
        signer: String,
    },
    /// Says what is at hand of the dossier of a proposal. It moves nothing.
    Gather { pieces: Vec<Piece> },
    /// Puts a proposal before the authority that decides it, by a letter. The subjects are its list.
    Submit {
        number: String,
        on: NaiveDate,
        signer: String,
    },
    /// The authority has sent it back to be completed. The subjects are its list.
    Reopen,
    /// Says to whom of a proposal the authority has not given the award; all others get it. It moves nothing.
    Decline { declined: Vec<SubjectId> },
    /// Records the paper by which the authority has decided. The subjects are the list.
    Conclude {
        number: String,
        on: NaiveDate,
        signer: String,
    },
    /// Throws away what nobody has signed. The subjects are its list.
    Discard,
}

/// What a form remembers of the decision that gave its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Given {
    pub decision: DocumentId,
    pub on: NaiveDate,
    /// The first day on which the title no longer holds. `None` where it is given year by year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Who gave it, and takes it back.
    #[serde(default, skip_serializing_if = "Authority::is_home")]
    pub decided_by: Authority,
}

/// That a form is not to be proposed or recognised for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hold {
    pub reason: String,
    pub writer: Writer,
}

/// Why one line of a decision cannot stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineProblem {
    /// There is no form of this title and year.
    NoForm,
    /// It lies with another unit.
    Elsewhere,
    /// It is not where it would have to be: checked, proposed, or recognised.
    Stage { stage: StageName },
    /// Another decision lists it.
    Listed,
    /// A signed decision has commended it already.
    Commended,
    /// The decision that is to be corrected does not list it.
    NotListed,
    /// It would be read as it is read already.
    Unchanged,
    /// Its set of criteria is not complete or was not in force, so it gives no title.
    PartialCriteria,
    /// Its score does not pass.
    NotPassed,
    /// A complaint is open.
    Held,
    /// Two people wrote an answer apart, and nobody has chosen.
    Conflict,
    /// The next level may be given from this day on.
    TooSoon { from: NaiveDate },
    /// Another authority decides on it than on the rest of the list.
    Authority { decided_by: Authority },
}

impl Deciding {
    /// The documents beside its own that it is decided by: the forms, their subjects, for a paper that goes out the forms of the
    /// year before, and the decision that it corrects. No more than a list may hold, however many it names.
    pub fn rests_on(&self) -> Vec<DocumentId> {
        let form = |subject: SubjectId, year| form(subject, self.title, year);
        let subjects = self.subjects.iter().take(LISTED_MAX).copied();
        let signs = matches!(
            self.step,
            DecisionStep::Sign { .. } | DecisionStep::Submit { .. }
        );
        subjects
            .flat_map(|subject| {
                let before = signs.then(|| form(subject, self.year.before()));
                [subject.into(), form(subject, self.year)]
                    .into_iter()
                    .chain(before)
            })
            .chain(self.corrects)
            .collect()
    }
}

impl Does {
    /// Which award it gives, if it commends.
    pub fn award(&self) -> Option<Award> {
        match self {
            Does::Commend { award, .. } => Some(*award),
            Does::Recognise | Does::Revoke { .. } | Does::Correct { .. } => None,
        }
    }

    /// Of what time the merit is that it commends.
    pub fn occasion(&self) -> Occasion {
        match self {
            Does::Commend { occasion, .. } => *occasion,
            Does::Recognise | Does::Revoke { .. } | Does::Correct { .. } => Occasion::Year,
        }
    }

    /// Which decision it corrects, if it does.
    pub fn corrects(&self) -> Option<DocumentId> {
        match self {
            Does::Correct { decision, .. } => Some(*decision),
            Does::Recognise | Does::Revoke { .. } | Does::Commend { .. } => None,
        }
    }
}

impl DecisionHead {
    /// Whether another authority decides it: it is a proposal then, and its paper is not of the unit.
    pub fn goes_up(&self) -> bool {
        !self.decided_by.is_home() || self.does.award().is_some_and(Award::is_higher)
    }

    /// What its dossier consists of, where it is a proposal. For a title: the three papers of circulars 24 and 25/2023/TT-BGDĐT,
    /// articles 10 and 9; for taking one back the letter and the minutes, which nobody has read in a text.
    pub fn pieces(&self) -> &'static [Piece] {
        match self.does {
            _ if !self.goes_up() => &[],
            Does::Commend { .. } => &[Piece::Letter, Piece::Reports, Piece::Minutes],
            Does::Recognise => &[Piece::Letter, Piece::SelfReport, Piece::Summary],
            Does::Revoke { .. } | Does::Correct { .. } => &[Piece::Letter, Piece::Minutes],
        }
    }
}

/// The form of a subject.
pub fn form(subject: SubjectId, title: Title, year: Year) -> DocumentId {
    AssessmentId::of(subject, title.as_str(), year).into()
}

/// A decision that lines are checked for.
#[derive(Clone, Copy)]
pub struct Deliberation<'a> {
    pub id: DocumentId,
    pub shard: UnitId,
    pub head: &'a DecisionHead,
    /// The decision that it corrects.
    pub corrected: Option<&'a Document>,
    pub criteria: &'a [CriteriaSet],
    /// The day on which its list is drawn up.
    pub drawn: NaiveDate,
}

impl<'a> Deliberation<'a> {
    pub fn of(
        decision: &'a Document,
        corrected: Option<&'a Document>,
        criteria: &'a [CriteriaSet],
    ) -> Option<Self> {
        Some(Self {
            id: decision.id,
            shard: decision.shard,
            head: decision.decision()?,
            corrected,
            criteria,
            drawn: calendar::day(decision.made.at),
        })
    }

    /// Who decides on a form: by its set on whether it has the title, and whoever gave it on whether it keeps it.
    pub fn decides(&self, form: &AssessmentHead) -> Authority {
        let given = form.given.as_ref();
        let set = self.criteria.iter().find(|set| set.id == form.criteria);
        match self.head.does {
            Does::Recognise => set.map_or_else(Authority::default, |it| decided_by(it, self.drawn)),
            Does::Revoke { .. } => given.map_or_else(Authority::default, |it| it.decided_by),
            Does::Commend { .. } | Does::Correct { .. } => Authority::Home,
        }
    }

    fn may_decide(&self, form: &AssessmentHead) -> Result<(), LineProblem> {
        let decided_by = self.decides(form);
        match decided_by == self.head.decided_by {
            true => Ok(()),
            false => Err(LineProblem::Authority { decided_by }),
        }
    }

    /// Whether a form may come on the list.
    pub fn may_list(&self, form: Option<&Document>) -> Result<(), LineProblem> {
        let form = form.ok_or(LineProblem::NoForm)?;
        let head = form.assessment().ok_or(LineProblem::NoForm)?;
        if form.shard != self.shard {
            return Err(LineProblem::Elsewhere);
        }
        let stage = head.stage.name();
        match self.head.does {
            Does::Recognise => {}
            Does::Commend { occasion, .. } => return self.may_commend(head, occasion),
            Does::Correct { .. } => return self.may_correct(head).map(|_| ()),
            Does::Revoke { .. } => {
                return match stage {
                    StageName::Recognised => self.may_decide(head),
                    _ => Err(LineProblem::Stage { stage }),
                };
            }
        }
        if head.listed.is_some_and(|by| by != self.id) {
            return Err(LineProblem::Listed);
        }
        match stage {
            StageName::Verified | StageName::Proposed => {}
            _ => return Err(LineProblem::Stage { stage }),
        }
        if head.held.is_some() {
            return Err(LineProblem::Held);
        }
        self.may_decide(head)?;
        // A set that was not read in full cannot say that somebody passes; it may still say that they do not.
        match result(form, self.criteria) {
            Some(false) => Err(LineProblem::NotPassed),
            Some(true) | None => Ok(()),
        }
    }

    /// Whether what was done in the year of a form, or in the phase that ends with it, may be commended: it has its title, no
    /// complaint is open, and nothing commends it yet (Law on Emulation and Commendation of 2022, article 5: one merit, one
    /// award).
    fn may_commend(&self, head: &AssessmentHead, of: Occasion) -> Result<(), LineProblem> {
        let stage = head.stage.name();
        if stage != StageName::Recognised {
            Err(LineProblem::Stage { stage })
        } else if head.commended_for(of).is_some() {
            Err(LineProblem::Commended)
        } else if head.listed.is_some_and(|by| by != self.id) {
            Err(LineProblem::Listed)
        } else if head.held.is_some() {
            Err(LineProblem::Held)
        } else {
            Ok(())
        }
    }

    /// Whether a line of the corrected decision may be read otherwise: what that decided of it still stands, and no other draft
    /// corrects it.
    fn may_correct(&self, form: &AssessmentHead) -> Result<&'a Line, LineProblem> {
        let corrected = self.corrected.and_then(|it| Some((it.id, it.decision()?)));
        let (decision, head) = corrected.ok_or(LineProblem::NotListed)?;
        let line = head.list.get(&form.subject);
        let line = line.ok_or(LineProblem::NotListed)?;
        let stage = form.stage.name();
        let given = form.given.as_ref().map(|given| given.decision);
        let stands = match head.does {
            Does::Recognise => given == Some(decision),
            Does::Commend { occasion, .. } => form.commended_for(occasion) == Some(decision),
            Does::Revoke { .. } => stage == StageName::Revoked,
            Does::Correct { .. } => false,
        };
        if !stands {
            Err(LineProblem::Stage { stage })
        } else if line.correcting.is_some_and(|by| by != self.id) {
            Err(LineProblem::Listed)
        } else {
            Ok(line)
        }
    }

    /// Whether a form of the list may be signed on a day. `before` is the subject's form of the year before.
    pub fn may_sign(
        &self,
        form: Option<&Document>,
        before: Option<&Document>,
        on: NaiveDate,
    ) -> Result<(), LineProblem> {
        self.may_list(form)?;
        let Some((form, head)) = form.and_then(|form| Some((form, form.assessment()?))) else {
            return Err(LineProblem::NoForm);
        };
        match self.head.does {
            Does::Recognise => {}
            Does::Revoke { .. } => return Ok(()),
            Does::Commend { .. } => {
                let is_listed = head.listed == Some(self.id);
                return is_listed.then_some(()).ok_or(LineProblem::Listed);
            }
            Does::Correct { .. } => {
                let line = self.may_correct(head)?;
                let mended = self.head.list.get(&head.subject);
                return match mended.map(Line::said) {
                    _ if line.correcting != Some(self.id) => Err(LineProblem::Listed),
                    Some(reads) if reads != line.reading() => Ok(()),
                    _ => Err(LineProblem::Unchanged),
                };
            }
        }
        if head.listed != Some(self.id) || head.stage != Stage::Proposed {
            let stage = head.stage.name();
            return Err(LineProblem::Stage { stage });
        }
        let set = self.criteria.iter().find(|set| set.id == head.criteria);
        let set = set.filter(|set| set.gives_title_for(head.year));
        let set = set.ok_or(LineProblem::PartialCriteria)?;
        if result(form, self.criteria) != Some(true) {
            return Err(LineProblem::NotPassed);
        }
        if form.in_conflict() {
            return Err(LineProblem::Conflict);
        }
        match self.waits_until(form, set, before) {
            Some(from) if on < from => Err(LineProblem::TooSoon { from }),
            _ => Ok(()),
        }
    }

    /// Until when a higher level has to wait after the decision that gave the lower one (Circulars 24 and 25/2023/TT-BGDĐT:
    /// twelve months).
    fn waits_until(
        &self,
        form: &Document,
        set: &CriteriaSet,
        before: Option<&Document>,
    ) -> Option<NaiveDate> {
        let before = before?;
        let given = before.assessment()?.given.as_ref()?;
        let grade = |form: &Document| {
            let set = &form.assessment()?.criteria;
            let set = self.criteria.iter().find(|it| it.id == *set)?;
            match form.score(set)?.verdict.grade? {
                Grade::Level(level) => Some(level),
                Grade::Rank(_) => None,
            }
        };
        let rises = grade(form)? > grade(before)?;
        rises.then(|| set.upgrade_from(given.on)).flatten()
    }
}

/// What the forms become that a step of a decision concerns, after the decision became `after`; of a correction, what the decision
/// becomes that it corrects.
pub fn follow<'a>(
    change: &Change,
    after: &Document,
    find: impl Fn(DocumentId) -> Option<&'a Document>,
    writer: Writer,
    criteria: &[CriteriaSet],
) -> Vec<Document> {
    let ChangeBody::Decide(deciding) = &change.body else {
        return Vec::new();
    };
    let Some(head) = after.decision() else {
        return Vec::new();
    };
    #[cfg(not(target_arch = "wasm32"))]
    if let Some(corrected) = head.does.corrects() {
        let corrected = find(corrected).and_then(|it| read_anew(deciding, after.id, head, it));
        return corrected.into_iter().collect();
    }
    // What was put on the list or signed stands there now, what was taken off it no longer does.
    let is_off = matches!(deciding.step, DecisionStep::Unlist);
    let forms = deciding.subjects.iter();
    let forms = forms.filter(|subject| head.list.contains_key(*subject) != is_off);
    let forms = forms.filter_map(|subject| find(form(*subject, head.title, head.year)));
    forms
        .filter_map(|form| {
            let mut form = form.clone();
            let before = form.clone();
            step(&mut form, &deciding.step, after.id, head, writer, criteria);
            (form != before).then_some(form)
        })
        .collect()
}

/// What becomes of a decision that is corrected: its lines know which draft lists them, and how they are read once that is signed.
/// What its own paper says stays. Forms stay where they are.
#[cfg(not(target_arch = "wasm32"))]
fn read_anew(
    deciding: &Deciding,
    correction: DocumentId,
    head: &DecisionHead,
    corrected: &Document,
) -> Option<Document> {
    let mut document = corrected.clone();
    let of = document.decision_mut()?;
    for subject in &deciding.subjects {
        let Some(line) = of.list.get_mut(subject) else {
            continue;
        };
        let is_mine = line.correcting == Some(correction);
        let mended = head.list.get(subject);
        match (&deciding.step, mended, &head.signed) {
            (DecisionStep::Draft { .. } | DecisionStep::List, Some(_), _) => {
                line.correcting = Some(correction);
            }
            (DecisionStep::Unlist, None, _) | (DecisionStep::Discard, ..) if is_mine => {
                line.correcting = None;
            }
            (DecisionStep::Sign { .. }, Some(mended), Some(signed)) => {
                line.correcting = None;
                line.corrected = Some(Corrected {
                    by: correction,
                    number: signed.number.clone(),
                    on: signed.on,
                    reads: mended.said(),
                });
            }
            _ => {}
        }
    }
    (document != *corrected).then_some(document)
}

fn step(
    form: &mut Document,
    step: &DecisionStep,
    decision: DocumentId,
    by: &DecisionHead,
    writer: Writer,
    criteria: &[CriteriaSet],
) {
    let Some(head) = form.assessment_mut() else {
        return;
    };
    let is_listed = head.listed == Some(decision);
    let line = by.list.get(&head.subject);
    let is_declined = line.is_some_and(|line| line.declined);
    match (step, &by.does) {
        (DecisionStep::Draft { .. } | DecisionStep::List, Does::Recognise) if !is_listed => {
            head.listed = Some(decision);
            if head.stage != Stage::Proposed {
                head.move_to(Stage::Proposed, writer);
            }
        }
        (DecisionStep::Draft { .. } | DecisionStep::List, Does::Commend { .. }) => {
            head.listed = Some(decision);
        }
        (DecisionStep::Unlist | DecisionStep::Discard, Does::Commend { .. }) if is_listed => {
            head.listed = None;
        }
        (DecisionStep::Unlist | DecisionStep::Discard, Does::Recognise) if is_listed => {
            head.listed = None;
            if head.stage == Stage::Proposed {
                head.move_to(Stage::Verified, writer);
            }
        }
        (DecisionStep::Conclude { .. }, Does::Recognise) if is_listed && is_declined => {
            head.listed = None;
            if head.stage == Stage::Proposed {
                head.move_to(Stage::Verified, writer);
            }
        }
        (DecisionStep::Conclude { .. }, Does::Commend { .. }) if is_listed && is_declined => {
            head.listed = None;
        }
        (DecisionStep::Sign { .. } | DecisionStep::Conclude { .. }, does) if !is_declined => {
            let Some(signed) = &by.signed else { return };
            let number = signed.number.clone();
            match does {
                Does::Recognise if is_listed => {
                    let set = criteria.iter().find(|set| set.id == head.criteria);
                    head.listed = None;
                    head.given = Some(Given {
                        decision,
                        on: signed.on,
                        until: set.and_then(|set| set.holds_until(signed.on)),
                        decided_by: by.decided_by,
                    });
                    head.move_to(Stage::Recognised { decision: number }, writer);
                }
                Does::Commend { occasion, .. } if is_listed => {
                    head.listed = None;
                    commend(head, *occasion, decision);
                }
                Does::Recognise | Does::Commend { .. } | Does::Correct { .. } => {}
                // What lies above for a while may have been taken back otherwise.
                Does::Revoke { .. } if head.stage.name() != StageName::Recognised => {}
                Does::Revoke { .. } => {
                    head.given = None;
                    head.move_to(Stage::Revoked { decision: number }, writer);
                }
            }
        }
        _ => {}
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn decided_by(set: &CriteriaSet, day: NaiveDate) -> Authority {
    set.decided_by(day)
}

/// No list is drawn up on a phone.
#[cfg(target_arch = "wasm32")]
fn decided_by(_: &CriteriaSet, _: NaiveDate) -> Authority {
    Authority::Home
}

fn commend(form: &mut AssessmentHead, occasion: Occasion, decision: DocumentId) {
    match occasion {
        Occasion::Year => form.commended = Some(decision),
        Occasion::Phase => form.commended_for_phase = Some(decision),
    }
}

/// Typed reading of a decision's document.
impl Document {
    pub fn decision(&self) -> Option<&DecisionHead> {
        match &self.about {
            About::Decision(head) => Some(head),
            About::Subject(_) | About::Assessment(_) | About::Supporter(_) => None,
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn decision_mut(&mut self) -> Option<&mut DecisionHead> {
        match &mut self.about {
            About::Decision(head) => Some(head),
            About::Subject(_) | About::Assessment(_) | About::Supporter(_) => None,
        }
    }
}
