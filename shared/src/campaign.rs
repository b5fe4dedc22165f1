//! The year as data: by which day each step of it is due, for whom, and what that means for one form.
//!
//! A district's plan sets days in a year, and decrees set some for units and communes ([`legal`]). Every unit above the villages may
//! have days of its own, for all titles or for one. They are the days of everybody below, who may set earlier ones and never later
//! ([`Calendar`]). What has no day is never late.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SortedMap;
use crate::assessment::StageName;
use crate::calendar::{self, Year};
use crate::criteria::{CriteriaSet, Title};
use crate::document::Document;
use crate::ids::UnitId;
use crate::kind::SubjectKind;

/// A step of the year, in the order of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// đăng ký
    Register,
    /// tự chấm
    Score,
    /// họp bình xét
    Meet,
    /// gửi xã
    Submit,
    /// thẩm tra
    Verify,
    /// trình
    Propose,
    /// ra quyết định
    Decide,
}

/// Whose a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Whoever scores.
    Village,
    /// Whoever checks.
    Commune,
    /// Whoever signs.
    Leader,
}

/// A row a step, in the order of [`Step`]: its name in JSON and in forms, whose it is, and the stages that a form leaves by it, or
/// stays in until it is taken. What is not registered yet has no stage.
#[rustfmt::skip]
const STEPS: [(Step, &str, Whose, &[StageName]); 7] = {
    use StageName as S;
    use Whose as W;
    [
        (Step::Register, "register", W::Village, &[]),
        (Step::Score,    "score",    W::Village, &[S::Registered, S::InProgress]),
        (Step::Meet,     "meet",     W::Village, &[S::Registered, S::InProgress]),
        (Step::Submit,   "submit",   W::Village, &[S::Registered, S::InProgress, S::Returned]),
        (Step::Verify,   "verify",   W::Commune, &[S::Submitted]),
        (Step::Propose,  "propose",  W::Commune, &[S::Verified]),
        (Step::Decide,   "decide",   W::Leader,  &[S::Proposed]),
    ]
};

impl Step {
    pub const ALL: [Step; STEPS.len()] = {
        let mut all = [Step::Register; STEPS.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = STEPS[at].0;
            at += 1;
        }
        all
    };

    pub fn as_str(self) -> &'static str {
        STEPS[self as usize].1
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }

    pub fn whose(self) -> Whose {
        STEPS[self as usize].2
    }

    /// The stages of forms that wait for it.
    pub fn ends(self) -> &'static [StageName] {
        STEPS[self as usize].3
    }

    /// Whether a form still waits for it.
    pub fn is_open(self, form: Standing) -> bool {
        let Some(stage) = form.stage else {
            return self == Step::Register;
        };
        let is_done = match self {
            Step::Score => form.answered,
            Step::Meet => form.met,
            _ => false,
        };
        !is_done && self.ends().contains(&stage)
    }
}

/// How far a form is, as far as the steps of the year ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// `None`: it is not registered.
    pub stage: Option<StageName>,
    /// Every question has its answer.
    pub answered: bool,
    /// The village has met about it, or does not meet about its kind.
    pub met: bool,
}

impl Standing {
    /// Of a form that is judged by a set.
    pub fn of(form: &Document, set: Option<&CriteriaSet>) -> Self {
        let head = form.assessment();
        let is_met = head.is_some_and(|head| !SubjectKind::of(head.title).is_voted_on());
        Self {
            stage: head.map(|head| head.stage.name()),
            answered: set
                .and_then(|set| form.score(set))
                .is_some_and(|it| it.complete),
            met: is_met || form.meeting().is_some(),
        }
    }
}

/// The step that is next, its day, and how many days it is until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Due {
    pub step: Step,
    pub day: NaiveDate,
    /// 0: today is the last day. Below: so many days late.
    pub left: i64,
}

impl Due {
    pub fn of(step: Step, day: NaiveDate, today: NaiveDate) -> Self {
        Self {
            step,
            day,
            left: (day - today).num_days(),
        }
    }

    pub fn is_late(&self) -> bool {
        self.left < 0
    }
}

/// By which day a step is due, where one is set.
pub type DayOf<'a> = &'a dyn Fn(Step) -> Option<NaiveDate>;

/// What is next for a form: the first step that it waits for and that has a day. All steps that a form waits for are the same
/// people's. Nobody is late with registering: they take no part in the year.
pub fn due(form: Standing, day_of: DayOf<'_>, today: NaiveDate) -> Option<Due> {
    let open = Step::ALL.into_iter().filter(|step| step.is_open(form));
    let mut dues = open.filter_map(|step| Some(Due::of(step, day_of(step)?, today)));
    dues.find(|due| due.step != Step::Register || !due.is_late())
}

/// What is next for a village, and how many of its forms wait for it: the first step whose day is still to come, and where all
/// are past the last, by which the forms leave the village.
pub fn ahead(forms: &[Standing], day_of: DayOf<'_>, today: NaiveDate) -> Option<(Due, usize)> {
    let mut late = None;
    for step in Step::ALL {
        let Some(day) = day_of(step).filter(|_| step.whose() == Whose::Village) else {
            continue;
        };
        let due = Due::of(step, day, today);
        let waiting = forms.iter().filter(|form| step.is_open(**form)).count();
        match (waiting, due.is_late()) {
            (0, _) => {}
            (_, false) => return Some((due, waiting)),
            (_, true) if step == Step::Register => {}
            (_, true) => late = Some((due, waiting)),
        }
    }
    late
}

/// How many days after the day for it a form was sent.
pub fn sent_late(sent: DateTime<Utc>, day: NaiveDate) -> Option<u32> {
    let late = (calendar::day(sent) - day).num_days();
    u32::try_from(late).ok().filter(|late| *late > 0)
}

/// The days of a unit as its phones are told them, so far as somebody set one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnitDays {
    /// The commune, or the unit above the communes in which forms lie.
    pub unit: UnitId,
    pub year: Year,
    /// `None`: of all titles that have no days of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// By the name of the step. A step that this version does not know is nothing to it.
    #[serde(serialize_with = "crate::as_object")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<NaiveDate>"))]
    pub days: SortedMap<String, NaiveDate>,
}

/// What a server tells a phone whose days are others than its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToldCampaign {
    /// A name for just these days, which the phone says again with each request; "" for none at all.
    pub version: String,
    /// As JSON: a phone looks up single days, and what it does not know of is nothing to it.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<UnitDays>"))]
    pub days: Vec<Value>,
}

impl ToldCampaign {
    /// By which day a step is due in a unit.
    pub fn day(&self, unit: UnitId, year: Year, title: Title, step: Step) -> Option<NaiveDate> {
        let unit = unit.to_string();
        let of = |title: Option<&str>| {
            let mut days = self.days.iter();
            days.find(|it| {
                it["unit"].as_str() == Some(&unit)
                    && it["year"].as_i64() == Some(year.get().into())
                    && it["title"].as_str() == title
            })
        };
        let days = of(Some(title.as_str())).or_else(|| of(None))?;
        days["days"][step.as_str()].as_str()?.parse().ok()
    }
}

/// Days by their steps.
pub type Days = SortedMap<Step, NaiveDate>;

/// What one unit has set for a year: for all titles, or for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub unit: UnitId,
    pub title: Option<Title>,
    pub days: Days,
}

/// A day that holds, and the unit that set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holds {
    pub day: NaiveDate,
    pub by: UnitId,
    /// It was set for the title, and not for all.
    of_title: bool,
}

/// The days of one year in one unit: its own, and those of the units above it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The uppermost first.
    plans: Vec<Plan>,
}

impl Calendar {
    /// `chain` is the unit and those above it, the nearest first.
    pub fn new(chain: &[UnitId], plans: &[Plan]) -> Self {
        let of = |unit: UnitId| plans.iter().filter(move |plan| plan.unit == unit);
        let upwards = chain.iter().rev().copied();
        Self {
            plans: upwards.flat_map(|unit| of(unit).cloned()).collect(),
        }
    }

    /// The same without what a unit has set: for one of them, or for everything.
    pub fn without(&self, unit: UnitId, only: Option<Option<Title>>) -> Self {
        let goes = |plan: &&Plan| plan.unit == unit && only.is_none_or(|title| title == plan.title);
        let plans = self.plans.iter().filter(|plan| !goes(plan));
        Self {
            plans: plans.cloned().collect(),
        }
    }

    /// By which day a step is due. Of a unit and those above it the lowest that has set a day says it, unless one above asks for it
    /// earlier. A day for the title stands before one for all titles: below a unit that has set one, only others for the title count.
    pub fn holds(&self, title: Option<Title>, step: Step) -> Option<Holds> {
        let mut holds: Option<Holds> = None;
        let mut at = 0;
        while let Some(first) = self.plans.get(at) {
            let unit = first.unit;
            let own = || self.plans.iter().filter(move |plan| plan.unit == unit);
            let day_for = |wanted: Option<Title>| {
                let mut own = own().filter(|plan| plan.title == wanted);
                own.find_map(|plan| plan.days.get(&step).copied())
            };
            let of_title = title.and_then(|_| day_for(title));
            let is_of_title = holds.is_some_and(|it| it.of_title);
            let day = of_title.or_else(|| day_for(None).filter(|_| !is_of_title));
            if let Some(day) = day.filter(|day| holds.is_none_or(|above| *day <= above.day)) {
                holds = Some(Holds {
                    day,
                    by: unit,
                    of_title: of_title.is_some(),
                });
            }
            at += own().count();
        }
        holds
    }

    pub fn day(&self, title: Title, step: Step) -> Option<NaiveDate> {
        self.holds(Some(title), step).map(|it| it.day)
    }

    /// All days that hold for a title, or for all that have none of their own.
    pub fn days(&self, title: Option<Title>) -> Days {
        let days = Step::ALL.into_iter();
        days.filter_map(|step| Some((step, self.holds(title, step)?.day)))
            .collect()
    }

    /// The titles that somebody has set days for.
    pub fn titles(&self) -> Vec<Title> {
        let is_there = |title: &Title| self.plans.iter().any(|it| it.title == Some(*title));
        Title::ALL.into_iter().filter(is_there).collect()
    }

    /// As phones are told it.
    pub fn told(&self, unit: UnitId, year: Year) -> Vec<UnitDays> {
        let titles = self.titles().into_iter().map(Some);
        let of = |title: Option<Title>| UnitDays {
            unit,
            year,
            title: title.map(|title| title.as_str().to_owned()),
            days: {
                let days = self.days(title).into_iter();
                days.map(|(step, day)| (step.as_str().to_owned(), day))
                    .collect()
            },
        };
        let all = std::iter::once(None).chain(titles).map(of);
        // One without days for a title says that what holds for all does not hold for it.
        all.filter(|it| it.title.is_some() || !it.days.is_empty())
            .collect()
    }
}

/// Why a day cannot stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayProblem {
    /// It is no day.
    Unreadable,
    /// Before the year, or after the June that follows it.
    OutsideYear,
    /// The unit above wants it by this day.
    LaterThanAbove(NaiveDate),
    /// It lies before that of an earlier step.
    BeforeEarlier(Step, NaiveDate),
    /// It lies after that of a later step, which is set above.
    AfterLater(Step, NaiveDate),
}

/// The days that a year may ask for anything: until the end of the June after it, by when units (15 February) and communes
/// (31 March) have their decisions.
pub fn bounds(year: Year) -> (NaiveDate, NaiveDate) {
    let june = NaiveDate::from_ymd_opt(year.get() + 1, 6, 30);
    (year.first_day(), june.unwrap_or_else(|| year.last_day()))
}

/// What keeps the days that a unit wants to set from standing. `most` is what the units above ask for, `others` what would hold
/// where the unit sets nothing.
pub fn problems(year: Year, own: &Days, most: &Days, others: &Days) -> SortedMap<Step, DayProblem> {
    let (first, last) = bounds(year);
    let holds = |step: Step| own.get(&step).or_else(|| others.get(&step)).copied();
    let problem = |step: Step, day: NaiveDate| {
        if day < first || day > last {
            return Some(DayProblem::OutsideYear);
        }
        if let Some(most) = most.get(&step).filter(|most| day > **most) {
            return Some(DayProblem::LaterThanAbove(*most));
        }
        let days = Step::ALL
            .into_iter()
            .filter_map(|it| Some((it, holds(it)?)));
        let mut earlier = days.clone().filter(|(it, of)| *it < step && *of > day);
        let mut later = days.filter(|(it, of)| *it > step && *of < day && own.get(it).is_none());
        let before = earlier.next_back();
        before
            .map(|(step, day)| DayProblem::BeforeEarlier(step, day))
            .or_else(|| {
                later
                    .next()
                    .map(|(step, day)| DayProblem::AfterLater(step, day))
            })
    };
    let found = own.iter().map(|(step, day)| (*step, *day));
    found
        .filter_map(|(step, day)| Some((step, problem(step, day)?)))
        .collect()
}

/// Before which day a decree wants a step taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Legal {
    pub before: NaiveDate,
    /// The decree, as it is cited.
    pub source: &'static str,
}

/// What a decree says of a step, in the year after the one judged. Learning units: circular 24/2023/TT-BGDĐT, articles 10 and 16;
/// learning communities: circular 25/2023/TT-BGDĐT, articles 9 and 14. So citizens, who are counted in both, come before.
pub fn legal(year: Year, title: Option<Title>, step: Step) -> Option<Legal> {
    const UNITS: &str = "Thông tư 24/2023/TT-BGDĐT";
    const COMMUNITIES: &str = "Thông tư 25/2023/TT-BGDĐT";
    let (month, day, source) = match (title?, step) {
        (Title::LearningUnit, Step::Submit) => (1, 15, UNITS),
        (Title::LearningUnit, Step::Decide) => (2, 15, UNITS),
        (Title::LearningCommune, Step::Submit) => (2, 28, COMMUNITIES),
        (Title::LearningCommune, Step::Decide) => (3, 31, COMMUNITIES),
        (Title::LearningDistrict, Step::Submit) => (4, 30, COMMUNITIES),
        (Title::LearningDistrict, Step::Decide) => (5, 31, COMMUNITIES),
        _ => return None,
    };
    let before = NaiveDate::from_ymd_opt(year.last_day().year() + 1, month, day)?;
    Some(Legal { before, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_own_row() {
        for (at, (step, code, ..)) in STEPS.iter().enumerate() {
            assert_eq!(*step as usize, at, "{step:?}");
            assert_eq!(Step::parse(code), Some(*step));
            assert_eq!(serde_json::to_value(step).expect("a name is JSON"), *code);
        }
    }

    #[test]
    fn all_that_a_form_waits_for_is_the_same_peoples() {
        for stage in StageName::ALL {
            let open = Step::ALL
                .into_iter()
                .filter(|step| step.ends().contains(&stage));
            let mut whose = open.map(Step::whose);
            let first = whose.next();
            assert!(whose.all(|it| Some(it) == first), "{stage:?}");
        }
    }
}
