//! What the rules say, in words: stages, roles, refusals, reasons; and figures and dates as they are written here.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;
use shared::access::{Denied, Role};
use shared::assessment::{Move, StageName};
use shared::calendar;
use shared::campaign::{Due, Step};
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::{CriteriaSetId, CriterionCode, Exemption, Group, Indicator, Points, Title};
use shared::document::{FieldName, Scorer};
#[cfg(not(target_arch = "wasm32"))]
use shared::event::EventKind;
use shared::evidence::{EvidenceProblem, Medium};
use shared::field::{self, FieldProblem, FieldValue};
use shared::figure::Figure;
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::meeting::{self, Meeting};
use shared::problem::ProblemKind;
use shared::scoring::{Answer, AnswerError};

use crate::components::badge::Tone;
use crate::components::icon::Glyph;
use crate::criteria as sets;
use crate::locale::{self, Locale, t, tf};
#[cfg(target_arch = "wasm32")]
use crate::store::{NotSignedIn, Trouble};

#[cfg(not(target_arch = "wasm32"))]
mod campaign;
#[cfg(not(target_arch = "wasm32"))]
mod criteria;
#[cfg(not(target_arch = "wasm32"))]
mod decisions;
#[cfg(not(target_arch = "wasm32"))]
mod initiatives;
#[cfg(not(target_arch = "wasm32"))]
mod merging;
mod naming;
#[cfg(not(target_arch = "wasm32"))]
mod supporters;
mod verdict;

#[cfg(not(target_arch = "wasm32"))]
pub use self::campaign::{day_problem, due, late, left, legal, whose, year_step};
#[cfg(not(target_arch = "wasm32"))]
pub use self::criteria::{
    asks, became, end_problem, evidence, given_problem, in_force, proposed_state, rules,
    scan_problem, set_status,
};
#[cfg(not(target_arch = "wasm32"))]
pub use decisions::{
    authority, award, award_in_short, decision, decision_state, deserved, doubt, gave,
    line_problem, merit, money, period, piece,
};
#[cfg(not(target_arch = "wasm32"))]
pub use initiatives::{initiative_field, initiative_problem, recognised};
#[cfg(not(target_arch = "wasm32"))]
pub use merging::{merge_problem, sign};
pub use naming::named;
#[cfg(not(target_arch = "wasm32"))]
pub use naming::{on_paper, small};
#[cfg(not(target_arch = "wasm32"))]
pub use supporters::{book, supporter_field, supporter_problem, supporter_sort};
#[cfg(not(target_arch = "wasm32"))]
pub use verdict::grade;
pub use verdict::{distance, reason, so_far, standing, verdict};

pub fn stage(stage: StageName) -> String {
    t(match stage {
        StageName::Registered => "stage.registered",
        StageName::InProgress => "stage.in_progress",
        StageName::Submitted => "stage.submitted",
        StageName::Returned => "stage.returned",
        StageName::Verified => "stage.verified",
        StageName::Proposed => "stage.proposed",
        StageName::Recognised => "stage.recognised",
        StageName::NotEligible => "stage.not_eligible",
        StageName::Withdrawn => "stage.withdrawn",
        StageName::Exempt => "stage.exempt",
        StageName::Revoked => "stage.revoked",
    })
}

/// What is next for the forms of a village, until when, and how many wait for it. Nothing for a step that is not the village's.
pub fn ahead(due: Due, forms: usize, kind: SubjectKind) -> Option<String> {
    let (step, left) = match due.step {
        Step::Register => ("due.register", "due.not_registered"),
        Step::Score => ("due.score", "due.not_scored"),
        Step::Meet => ("due.meet", "due.not_met"),
        Step::Submit => ("due.submit", "due.not_sent"),
        Step::Verify | Step::Propose | Step::Decide => return None,
    };
    let key = match due.left {
        0 => "due.today",
        ..0 => "due.late",
        _ => "due.in",
    };
    let step = t(step);
    Some(tf(
        key,
        &[
            ("step", &step),
            ("Step", &capital(&step)),
            ("day", &date(due.day)),
            ("n", &due.left.abs()),
            ("forms", &forms),
            ("kind", &self::kind(kind)),
            ("left", &t(left)),
        ],
    ))
}

/// The colour of a stage; `None`: not registered.
pub fn stage_tone(stage: Option<StageName>) -> Tone {
    match stage {
        None | Some(StageName::Registered | StageName::Withdrawn | StageName::Exempt) => {
            Tone::Plain
        }
        Some(StageName::InProgress) => Tone::Sky,
        Some(StageName::Submitted) => Tone::Turmeric,
        Some(StageName::Returned | StageName::NotEligible | StageName::Revoked) => Tone::Red,
        Some(StageName::Verified | StageName::Proposed) => Tone::Indigo,
        Some(StageName::Recognised) => Tone::Forest,
    }
}

pub fn stage_glyph(stage: Option<StageName>) -> Glyph {
    match stage {
        None | Some(StageName::Registered) => Glyph::Minus,
        Some(StageName::InProgress) => Glyph::Pen,
        Some(StageName::Submitted) => Glyph::Clock,
        Some(StageName::Returned | StageName::NotEligible | StageName::Revoked) => Glyph::Alert,
        Some(_) => Glyph::Check,
    }
}

pub fn role(role: Role) -> String {
    t(match role {
        Role::VillageOfficer => "role.village_officer",
        Role::Surveyor => "role.surveyor",
        Role::CommuneOfficer => "role.commune_officer",
        Role::CommuneLeader => "role.commune_leader",
        Role::AreaOfficer => "role.area_officer",
        Role::AreaLeader => "role.area_leader",
        Role::Auditor => "role.auditor",
        Role::Admin => "role.admin",
    })
}

pub fn title(title: Title) -> String {
    t(match title {
        Title::LearningFamily => "title.learning_family",
        Title::LearningClan => "title.learning_clan",
        Title::LearningVillage => "title.learning_village",
        Title::LearningUnit => "title.learning_unit",
        Title::LearningCitizen => "title.learning_citizen",
        Title::LearningCommune => "title.learning_commune",
        Title::LearningDistrict => "title.learning_district",
        Title::LearningProvince => "title.learning_province",
    })
}

pub fn kind(kind: SubjectKind) -> String {
    t(match kind {
        SubjectKind::Household => "kind.household",
        SubjectKind::Clan => "kind.clan",
        SubjectKind::Village => "kind.village",
        SubjectKind::Unit => "kind.unit",
        SubjectKind::Citizen => "kind.citizen",
        SubjectKind::Commune => "kind.commune",
        SubjectKind::District => "kind.district",
        SubjectKind::Province => "kind.province",
    })
}

/// One subject of a kind, as a sentence says it.
pub fn one(kind: SubjectKind) -> String {
    t(match kind {
        SubjectKind::Household => "one.household",
        SubjectKind::Clan => "one.clan",
        SubjectKind::Village => "one.village",
        SubjectKind::Unit => "one.unit",
        SubjectKind::Citizen => "one.citizen",
        SubjectKind::Commune => "one.commune",
        SubjectKind::District => "one.district",
        SubjectKind::Province => "one.province",
    })
}

/// Words with `{kind}` in them, or `{Kind}` where a sentence begins with it.
pub fn of_kind(key: &str, kind: SubjectKind) -> String {
    let one = one(kind);
    tf(key, &[("kind", &one), ("Kind", &capital(&one))])
}

/// Words with their first letter large.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Whom a figure counts, as the head of the list behind it says it.
pub fn figure(figure: Figure) -> String {
    t(match figure {
        Figure::Subjects => "figure.subjects",
        Figure::Unregistered => "figure.unregistered",
        Figure::Registered => "figure.registered",
        Figure::Started => "figure.started",
        Figure::Scored => "figure.scored",
        Figure::Passed => "figure.passed",
        Figure::Waiting => "figure.waiting",
        Figure::Returned => "figure.returned",
        Figure::Verified => "figure.verified",
        Figure::Recognised => "figure.recognised",
        Figure::Doubted => "figure.doubted",
        Figure::Conflicted => "figure.conflicted",
        Figure::SubjectsConflicted => "figure.subjects_conflicted",
    })
}

pub fn scorer(scorer: Scorer) -> String {
    t(match scorer {
        Scorer::Own => "scorer.own",
        Scorer::Village => "scorer.village",
        Scorer::Commune => "scorer.commune",
    })
}

/// What is done by a step, as a button or a line of a history says it.
pub fn step(step: &Move) -> String {
    t(match step {
        Move::Submit => "step.submit",
        Move::Return { .. } => "step.return",
        Move::Verify => "step.verify",
        Move::Propose => "step.propose",
        Move::Recognise { .. } => "step.recognise",
        Move::NotEligible { .. } => "step.not_eligible",
        Move::Withdraw { .. } => "step.withdraw",
        Move::Exempt { .. } => "step.exempt",
        Move::Reopen => "step.reopen",
        Move::TakeBack => "step.take_back",
    })
}

pub fn denied(denied: Denied) -> String {
    t(match denied {
        Denied::OutsideScope => "refusal.outside_scope",
        Denied::Role => "refusal.role",
    })
}

/// That a form is closed, and why nobody can write in it.
pub fn closed(at: StageName) -> String {
    match at.is_verified() {
        true => t("form.closed_checked"),
        false => tf("form.closed", &[("stage", &stage(at))]),
    }
}

/// Why a change was not taken, and what can be done.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Denied(why) => denied(*why),
        Refusal::UnknownDocument => t("refusal.unknown_document"),
        Refusal::AlreadyExists => t("refusal.already_exists"),
        Refusal::IdTaken => t("refusal.id_taken"),
        Refusal::WrongKind => t("refusal.wrong_kind"),
        Refusal::Closed { stage: at } => match at.is_verified() {
            true => t("refusal.closed_checked"),
            false => tf("refusal.closed", &[("stage", &stage(*at))]),
        },
        Refusal::WrongStage { stage: at } => tf("refusal.wrong_stage", &[("stage", &stage(*at))]),
        Refusal::Incomplete { missing } => tf("refusal.incomplete", &[("n", &missing.len())]),
        Refusal::Answer { code, problem } => tf(
            "refusal.answer",
            &[("what", &asked(code)), ("problem", &answer_error(problem))],
        ),
        Refusal::Field { field, problem } => tf(
            "refusal.field",
            &[
                ("field", &field_name(field.as_str())),
                ("problem", &field_problem(problem)),
            ],
        ),
        Refusal::UnknownCriteria { .. } => t("refusal.unknown_criteria"),
        Refusal::PartialCriteria { .. } => t("refusal.partial_criteria"),
        Refusal::NotPassed => t("refusal.not_passed"),
        Refusal::ReasonMissing => t("refusal.reason_missing"),
        Refusal::TooLong { max } => tf("refusal.too_long", &[("max", max)]),
        Refusal::Evidence { problem } => evidence_problem(problem),
        Refusal::NeedsDecision => t("refusal.needs_decision"),
        Refusal::AtDeskOnly => t("refusal.at_desk_only"),
        Refusal::DecisionClosed => t("refusal.decision_closed"),
        Refusal::ListChanged => t("refusal.list_changed"),
        Refusal::WrongDate { from } => tf("refusal.wrong_date", &[("from", &date(*from))]),
        Refusal::DossierIncomplete => t("refusal.dossier_incomplete"),
        Refusal::NumberTaken => t("refusal.number_taken"),
        Refusal::Lines { lines } => tf("refusal.lines", &[("n", &lines.len())]),
        Refusal::Merged { .. } => t("refusal.merged"),
        #[cfg(not(target_arch = "wasm32"))]
        Refusal::NotMerged { problem } => merge_problem(*problem),
        // Nobody merges on a phone.
        #[cfg(target_arch = "wasm32")]
        Refusal::NotMerged { .. } => t("refusal.at_desk_only"),
        Refusal::NotUnderstood => t("refusal.not_understood"),
        Refusal::Unreadable => t("refusal.unreadable"),
    }
}

pub fn evidence_problem(problem: &EvidenceProblem) -> String {
    match problem {
        EvidenceProblem::Empty => t("refusal.evidence_empty"),
        EvidenceProblem::TooLarge { max } => {
            tf("refusal.evidence_too_large", &[("max", &(max >> 20))])
        }
        EvidenceProblem::WrongType => t("refusal.evidence_wrong_type"),
        EvidenceProblem::NameTooLong { max } => {
            tf("refusal.evidence_name_too_long", &[("max", max)])
        }
        EvidenceProblem::UnknownCriterion { code } => tf(
            "refusal.evidence_unknown_criterion",
            &[("what", &asked(code))],
        ),
        EvidenceProblem::TooMany { max } => tf("refusal.evidence_too_many", &[("max", max)]),
    }
}

/// That a piece of evidence was added, as a line of a history says it.
pub fn attached(medium: Medium) -> String {
    t(match medium {
        Medium::Photo => "evidence.attached_photo",
        Medium::Document => "evidence.attached_document",
        Medium::Signature => "evidence.attached_signature",
    })
}

pub fn answer_error(problem: &AnswerError) -> String {
    match problem {
        AnswerError::UnknownCriterion => t("answer.unknown_criterion"),
        AnswerError::Negative => t("answer.negative"),
        AnswerError::AboveMax { max } => tf("answer.above_max", &[("max", &points(*max))]),
        AnswerError::NotAStep { step } => tf("answer.not_a_step", &[("step", &points(*step))]),
        AnswerError::NotExempt => t("answer.not_exempt"),
        AnswerError::WrongKind => t("answer.wrong_kind"),
        AnswerError::OutOfRange => t("answer.out_of_range"),
    }
}

/// A value of a field in words.
pub fn value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => t("subject.unknown"),
        Some(Value::Bool(true)) => t("answer.yes"),
        Some(Value::Bool(false)) => t("answer.no"),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The value of one field in words; an answer is stored as JSON of its own.
pub fn written(field: &FieldName, of: &Value) -> String {
    let given = field.as_answer().and_then(|_| Answer::deserialize(of).ok());
    match given {
        Some(given) => answer(&given),
        None => field_value(field.as_str(), Some(of)),
    }
}

/// What stands in a subject's field.
pub fn field_value(name: &str, of: Option<&Value>) -> String {
    field_value_by(name, of, |_| None)
}

/// `Họp ngày 12/10/2026: 24/25 người đồng ý, 1 không đồng ý`.
pub fn meeting_said(of: &Meeting) -> String {
    let (on, yes) = (date(of.on), &of.in_favour);
    let told: [(&str, &dyn std::fmt::Display); 4] = [
        ("on", &on),
        ("yes", yes),
        ("present", &of.present),
        ("no", &of.against),
    ];
    match of.against {
        0 => tf("meeting.said", &told),
        _ => tf("meeting.said_against", &told),
    }
}

/// What stands in a subject's field, where the names of other subjects are known.
pub fn field_value_by(
    name: &str,
    of: Option<&Value>,
    name_of: impl FnOnce(DocumentId) -> Option<String>,
) -> String {
    if let (meeting::FIELD, Some(of)) = (name, of)
        && let Some(of) = Meeting::read(of)
    {
        return meeting_said(&of);
    }
    match (field::find(name).map(|spec| spec.value), of) {
        (Some(FieldValue::Choice(_)), Some(Value::String(code))) => choice(code),
        (Some(_), Some(Value::Number(dong))) if name == field::GAVE_MONEY => {
            number(dong.as_i64().unwrap_or_default())
        }
        (Some(FieldValue::Subject(_)), Some(Value::String(id))) => {
            let known = id.parse().ok().and_then(name_of);
            known.unwrap_or_else(|| t("link.elsewhere"))
        }
        _ => value(of),
    }
}

/// One of the codes that a field offers; one that this version does not know is named as it is stored.
pub fn choice(code: &str) -> String {
    t(match code {
        "school" => "choice.school",
        "agency" => "choice.agency",
        "enterprise" => "choice.enterprise",
        "cooperative" => "choice.cooperative",
        "cooperative_union" => "choice.cooperative_union",
        "armed_force" => "choice.armed_force",
        "commune" => "choice.commune",
        "district" => "choice.district",
        "province" => "choice.province",
        "difficult" => "choice.difficult",
        "extremely_difficult" => "choice.extremely_difficult",
        "nguoi_dan" => "choice.nguoi_dan",
        "nguoi_lao_dong" => "choice.nguoi_lao_dong",
        "can_bo_doanh_nhan" => "choice.can_bo_doanh_nhan",
        "nguoi_hoc" => "choice.nguoi_hoc",
        other => other,
    })
}

/// What a subject's field is asked for with. Of a household it is the head's name and year of birth.
pub fn asked_for(kind: SubjectKind, name: &str) -> String {
    match (kind, name) {
        (SubjectKind::Household, field::NAME) => t("add.name"),
        (SubjectKind::Household, field::BIRTH_YEAR) => t("add.birth_year"),
        (kind, field::NAME) if !kind.is_called_after_a_person() => of_kind("add.name_of", kind),
        (_, field::MEMBERS) => t("add.members"),
        (_, field::CHILDREN) => t("add.children"),
        (_, field::ADULTS) => t("add.adults"),
        (_, field::LITERATE_ADULTS) => t("add.literate_adults"),
        (_, field::HAMLET) => t("add.hamlet"),
        (_, name) => field_name(name),
    }
}

/// What a piece of evidence is.
pub fn medium(medium: Medium) -> String {
    t(match medium {
        Medium::Photo => "evidence.photo",
        Medium::Document => "evidence.document",
        Medium::Signature => "evidence.signature",
    })
}

/// A change in words.
pub fn change(change: &Change) -> String {
    let field = |field: &FieldName, value: &Value| {
        let name = match field.as_answer() {
            Some((by, code)) => format!("{}: {}", scorer(by), asked(&code)),
            None => field_name(field.as_str()),
        };
        tf(
            "detail.set",
            &[("field", &name), ("value", &written(field, value))],
        )
    };
    match &change.body {
        ChangeBody::Register(_) => t("detail.registered"),
        ChangeBody::Start(start) => tf("detail.started", &[("year", &start.year)]),
        ChangeBody::SetField { field: name, value } | ChangeBody::Settle { field: name, value } => {
            field(name, value)
        }
        ChangeBody::SetAnswer {
            scorer: by,
            code,
            answer: given,
        } => {
            let given = given
                .as_ref()
                .map_or_else(|| t("detail.taken_back"), answer);
            let name = format!("{}: {}", scorer(*by), asked(code));
            tf("detail.set", &[("field", &name), ("value", &given)])
        }
        ChangeBody::Advance(taken) => step(taken),
        ChangeBody::SetFacts { .. } => t("detail.facts_told"),
        ChangeBody::Move { .. } => t("detail.moved"),
        ChangeBody::Attach { evidence, .. } => match &evidence.name {
            Some(name) => format!("{}: {name}", attached(evidence.medium)),
            None => attached(evidence.medium),
        },
        ChangeBody::Detach { .. } => t("evidence.detached"),
        ChangeBody::UseCriteria { criteria } => tf("detail.judged_by", &[("set", &set(criteria))]),
        ChangeBody::Decide(_) => t("detail.decided"),
        #[cfg(not(target_arch = "wasm32"))]
        ChangeBody::Merge(merging) => merging::merging(merging),
        // Never on a phone.
        #[cfg(target_arch = "wasm32")]
        ChangeBody::Merge(_) => t("detail.decided"),
        #[cfg(not(target_arch = "wasm32"))]
        ChangeBody::Support(supporting) => supporters::supporting(supporting),
        #[cfg(target_arch = "wasm32")]
        ChangeBody::Support(_) => t("detail.decided"),
        ChangeBody::Hold { reason } => match reason {
            Some(reason) => tf("detail.held", &[("reason", reason)]),
            None => t("detail.released"),
        },
        ChangeBody::Doubt { field, reason } => tf(
            "detail.doubted",
            &[("field", &field_name(field.as_str())), ("reason", reason)],
        ),
    }
}

/// A criteria set; one that this version does not know is named as it is stored.
pub fn set(id: &CriteriaSetId) -> String {
    let known = sets::known().find(id);
    known.map_or_else(|| id.to_string(), |set| set.name.clone())
}

/// An answer as it is shown: points, yes or no, or that the question does not apply.
pub fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Points(of) => tf("answer.points", &[("n", &points(*of))]),
        Answer::Exempt => t("answer.exempt"),
        Answer::Met(true) => t("answer.yes"),
        Answer::Met(false) => t("answer.no"),
        Answer::Share { part, whole } => {
            let share = percent((*part).into(), (*whole).into());
            format!(
                "{}/{} ({share})",
                number((*part).into()),
                number((*whole).into())
            )
        }
        Answer::Result { level, year } => tf("answer.result", &[("level", level), ("year", year)]),
    }
}

/// A text of the criteria in the chosen language: the gloss where there is one, or else the Vietnamese that counts.
fn glossed(vietnamese: &str, english: Option<&String>) -> String {
    match (locale::current(), english) {
        (Locale::En, Some(english)) => english.clone(),
        _ => vietnamese.to_owned(),
    }
}

/// What a criterion asks, in plain words.
pub fn question(indicator: &Indicator) -> String {
    glossed(&indicator.question, indicator.english.as_ref())
}

/// What a criterion asks, whichever set it is of; one that this version does not know is named as it is stored.
pub fn asked(code: &CriterionCode) -> String {
    let found = sets::known().indicator(code);
    found.map_or_else(|| code.to_string(), question)
}

/// Whether [`question`] is a gloss, so that the words that count stand beside it.
pub fn is_glossed(indicator: &Indicator) -> bool {
    locale::current() == Locale::En && indicator.english.is_some()
}

/// What a group of criteria is about.
pub fn group(group: &Group) -> String {
    glossed(&group.label, group.english.as_ref())
}

/// When an exemption applies.
pub fn when(exemption: &Exemption) -> String {
    glossed(&exemption.when, exemption.english.as_ref())
}

/// The name of a subject's field; one that this version does not know is named as it is stored.
pub fn field_name(name: &str) -> String {
    match name {
        meeting::FIELD => t("fieldname.meeting"),
        field::GAVE_LABOUR => t("fieldname.gave_labour"),
        field::GAVE_MONEY => t("fieldname.gave_money"),
        field::GAVE_OTHERWISE => t("fieldname.gave_otherwise"),
        field::NAME => t("fieldname.name"),
        field::BIRTH_YEAR => t("fieldname.birth_year"),
        field::ETHNICITY => t("fieldname.ethnicity"),
        field::MEMBERS => t("fieldname.members"),
        field::CHILDREN => t("fieldname.children"),
        field::ADULTS => t("fieldname.adults"),
        field::LITERATE_ADULTS => t("fieldname.literate_adults"),
        field::UNIT_TYPE => t("fieldname.unit_type"),
        field::MANAGED_BY => t("fieldname.managed_by"),
        field::CITIZEN_GROUP => t("fieldname.citizen_group"),
        field::POOR => t("fieldname.poor"),
        field::CULTURE_YEAR => t("fieldname.culture_year"),
        field::STATE_BODY => t("fieldname.state_body"),
        field::PUBLIC_PRESCHOOL => t("fieldname.public_preschool"),
        field::GENERAL_SCHOOL => t("fieldname.general_school"),
        field::VOCATIONAL => t("fieldname.vocational"),
        field::UNIVERSITY => t("fieldname.university"),
        field::HAS_LEARNERS => t("fieldname.has_learners"),
        field::AREA_CLASS => t("fieldname.area_class"),
        field::CLAN => t("fieldname.clan"),
        field::FAMILY => t("fieldname.family"),
        field::UNIT => t("fieldname.unit"),
        field::FAMILIES => t("fieldname.families"),
        field::UNIT_MEMBERS => t("fieldname.unit_members"),
        field::LEARNERS => t("fieldname.learners"),
        field::CITIZENS => t("fieldname.citizens"),
        field::NOTE => t("fieldname.note"),
        field::NUMBER => t("fieldname.number"),
        field::HAMLET => t("fieldname.hamlet"),
        field::SINCE => t("fieldname.since"),
        field::UNTIL => t("fieldname.until"),
        // Not a field: what an import says of the village a family was listed under.
        "place" => t("fieldname.place"),
        other => other.to_owned(),
    }
}

pub fn field_problem(problem: &FieldProblem) -> String {
    match problem {
        FieldProblem::Empty => t("fieldproblem.empty"),
        FieldProblem::TooLong { max } => tf("fieldproblem.too_long", &[("max", max)]),
        FieldProblem::NotText => t("fieldproblem.not_text"),
        FieldProblem::NotNumber => t("fieldproblem.not_number"),
        FieldProblem::OutOfRange { min, max } => {
            tf("fieldproblem.out_of_range", &[("min", min), ("max", max)])
        }
        FieldProblem::NotYesNo => t("fieldproblem.not_yes_no"),
        FieldProblem::NotOffered => t("fieldproblem.not_offered"),
        FieldProblem::BadName | FieldProblem::TooMuch => t("fieldproblem.not_taken"),
    }
}

/// Why nothing is being sent although there is a network.
#[cfg(target_arch = "wasm32")]
pub fn trouble(trouble: Trouble) -> String {
    t(match trouble {
        Trouble::SignedOut => "trouble.signed_out",
        Trouble::OldApp => "trouble.old_app",
        Trouble::OtherServer => "trouble.other_server",
        Trouble::Forbidden => "trouble.forbidden",
    })
}

/// What went wrong with a question to the server.
pub fn problem(kind: ProblemKind) -> String {
    if locale::current() == Locale::Vi {
        return kind.title().to_owned();
    }
    t(match kind {
        ProblemKind::Malformed => "problem.malformed",
        ProblemKind::TooLarge => "problem.too_large",
        ProblemKind::SignedOut => "problem.signed_out",
        ProblemKind::WrongPassword => "problem.wrong_password",
        ProblemKind::WeakPassword => "problem.weak_password",
        ProblemKind::TooMany => "problem.too_many",
        ProblemKind::Forbidden => "problem.forbidden",
        ProblemKind::NotFound => "problem.not_found",
        ProblemKind::OldApp => "problem.old_app",
        ProblemKind::OtherProtocol => "problem.other_protocol",
        ProblemKind::OutOfStep => "problem.out_of_step",
        ProblemKind::Damaged => "problem.damaged",
        ProblemKind::WrongType => "problem.wrong_type",
        ProblemKind::NotSealed => "problem.not_sealed",
        ProblemKind::OldSeal => "problem.old_seal",
        ProblemKind::NoSpace => "problem.no_space",
        ProblemKind::Unavailable => "problem.unavailable",
        ProblemKind::Internal => "problem.internal",
    })
}

/// Why nobody is signed in, and what to do.
#[cfg(target_arch = "wasm32")]
pub fn not_signed_in(why: NotSignedIn) -> String {
    match (why.kind, why.wait) {
        (Some(ProblemKind::TooMany), Some(time)) => {
            tf("signin.wait", &[("wait", &wait(time.as_secs()))])
        }
        (Some(kind), _) => problem(kind),
        (None, _) => t("signin.unreachable"),
    }
}

/// A day as the name of a file has it, so that a folder sorts by it.
#[cfg(target_arch = "wasm32")]
pub fn file_date(at: DateTime<Utc>) -> String {
    calendar::day(at).to_string()
}

/// `23/11/2026`, in both languages: the office's forms are Vietnamese.
pub fn date(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// A day as somebody types it: `23/11/2026`, with strokes, points or blanks between.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split(['/', '-', '.', ' ']).map(str::trim);
    let mut parts = parts.by_ref().filter(|part| !part.is_empty());
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && year.len() == 4;
    let day = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    day.filter(|_| whole)
}

/// The day of a moment in Viet Nam.
pub fn day(at: DateTime<Utc>) -> String {
    calendar::here(at).format("%d/%m/%Y").to_string()
}

/// `23/11/2026 14:05`, in Viet Nam.
pub fn moment(at: DateTime<Utc>) -> String {
    calendar::here(at).format("%d/%m/%Y %H:%M").to_string()
}

/// How long ago: `2 giờ trước`. A moment in the future, which only a wrong clock makes, is just now.
pub fn ago(then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let passed = now - then;
    let (key, n) = match passed.num_minutes() {
        ..1 => return t("ago.now"),
        minutes @ 1..60 => ("ago.minutes", minutes),
        minutes @ 60..1440 => ("ago.hours", minutes / 60),
        minutes => ("ago.days", minutes / 1440),
    };
    tf(key, &[("n", &n)])
}

/// What happened, from the side of whoever it happened to or did it.
#[cfg(not(target_arch = "wasm32"))]
pub fn event(kind: EventKind) -> String {
    t(match kind {
        EventKind::SignedIn => "event.signed_in",
        EventKind::SignInFailed => "event.sign_in_failed",
        EventKind::SignedOut => "event.signed_out",
        EventKind::PasswordChanged => "event.password_changed",
        EventKind::PasswordSet => "event.password_set",
        EventKind::PersonAdded => "event.person_added",
        EventKind::PersonDisabled => "event.person_disabled",
        EventKind::PersonEnabled => "event.person_enabled",
        EventKind::SessionsEnded => "event.sessions_ended",
        EventKind::AccountSlowed => "event.account_slowed",
        EventKind::LetterDelivered => "event.letter_delivered",
        EventKind::EvidenceRead => "event.evidence_read",
        EventKind::SubjectRead => "event.subject_read",
        EventKind::Exported => "event.exported",
        EventKind::ListImported => "event.list_imported",
        EventKind::ListTakenBack => "event.list_taken_back",
        EventKind::CriteriaProposed => "event.criteria_proposed",
        EventKind::CriteriaAdded => "event.criteria_added",
        EventKind::CriteriaRefused => "event.criteria_refused",
        EventKind::CampaignSet => "event.campaign_set",
        EventKind::ExemplarShown => "event.exemplar_shown",
        EventKind::ExemplarHidden => "event.exemplar_hidden",
        EventKind::InitiativeWritten => "event.initiative_written",
    })
}

/// How long to wait, at least: `5 phút`.
pub fn wait(seconds: u64) -> String {
    let (key, n) = match seconds {
        ..60 => ("wait.seconds", seconds.max(1)),
        60..3_600 => ("wait.minutes", seconds.div_ceil(60)),
        _ => ("wait.hours", seconds.div_ceil(3_600)),
    };
    tf(key, &[("n", &n)])
}

/// `8,5`
pub fn points(points: Points) -> String {
    decimal(
        points.as_f64(),
        if points.is_multiple_of(Points::whole(1)) {
            0
        } else {
            1
        },
    )
}

/// `4.012` in Vietnamese, `4,012` in English.
pub fn number(number: i64) -> String {
    let separator = match locale::current() {
        Locale::Vi => '.',
        Locale::En => ',',
    };
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A share with one decimal, `61,4 %`; a dash when there is no whole.
pub fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    // Shares are of counts, far below 2⁵².
    let share = part as f64 * 100.0 / whole as f64;
    format!("{}\u{a0}%", decimal(share, 1))
}

/// A share that is written without decimals where it can be: `70 %`, `62,5 %`.
#[cfg(not(target_arch = "wasm32"))]
pub fn whole(percent: f64) -> String {
    let decimals = usize::from(percent.fract() != 0.0);
    format!("{}\u{a0}%", decimal(percent, decimals))
}

/// A distance to a target in percentage points: `−8,6`, `+3,0`.
pub fn gap(points: f64) -> String {
    let text = decimal(points.abs(), 1);
    if points < 0.0 {
        format!("−{text}")
    } else {
        format!("+{text}")
    }
}

/// Thousandths as a percentage: `70 %`, `62,5 %`.
pub fn permille(permille: u32) -> String {
    let decimals = usize::from(!permille.is_multiple_of(10));
    format!("{}\u{a0}%", decimal(f64::from(permille) / 10.0, decimals))
}

pub(crate) fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match locale::current() {
        Locale::Vi => text.replace('.', ","),
        Locale::En => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn figures_are_written_as_here() {
        assert_eq!(number(0), "0");
        assert_eq!(number(-4_012_345), "-4.012.345");
        assert_eq!(percent(614, 1000), "61,4\u{a0}%");
        assert_eq!(percent(1, 0), "–");
        assert_eq!(permille(700), "70\u{a0}%");
        assert_eq!(permille(625), "62,5\u{a0}%");
        assert_eq!(points(Points::from_halves(17)), "8,5");
        assert_eq!(points(Points::whole(-3)), "-3");
    }

    #[test]
    fn a_day_begins_at_midnight_in_viet_nam() {
        let at: DateTime<Utc> = "2026-11-23T17:30:00Z".parse().expect("a moment");
        assert_eq!(day(at), "24/11/2026");
        assert_eq!(moment(at), "24/11/2026 00:30");
    }

    #[test]
    fn a_wrong_clock_reads_as_just_now() {
        let at = DateTime::UNIX_EPOCH;
        assert_eq!(ago(at + TimeDelta::hours(1), at), "vừa xong");
        assert_eq!(ago(at, at + TimeDelta::minutes(59)), "59 phút trước");
        assert_eq!(ago(at, at + TimeDelta::hours(23)), "23 giờ trước");
        assert_eq!(ago(at, at + TimeDelta::hours(49)), "2 ngày trước");
    }
}
