//! The commune's answer to a criterion that is measured: two numbers beside each other, so many of so many, or a level and
//! the year it was found for.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::measured::{self, Mistyped, TYPED_MAX, Typed};
use shared::calendar::Year;
use shared::criteria::{CriterionCode, Measure};
use shared::scoring::{Answer, RESULT_MAX, WHOLE_MAX};

use crate::components::{Glyph, Icon};
use crate::locale::{t, tf};
use crate::words;

/// What stands in the two fields of a criterion.
pub struct Numbers {
    code: CriterionCode,
    measure: Measure,
    first: String,
    second: String,
    /// Where what was sent could not be taken, and stands here to be mended.
    mistyped: Option<(Typed, Mistyped)>,
}

impl Numbers {
    /// What was just typed and could not be taken, or else what stands. A result is asked for the form's own year until
    /// somebody writes another.
    pub fn of(
        code: &CriterionCode,
        measure: Measure,
        standing: Option<&Answer>,
        year: Year,
    ) -> Self {
        let query = use_query_map().get_untracked();
        let is_mistyped = query.get("told").as_deref() == Some("mistyped");
        if is_mistyped && query.get("code").as_deref() == Some(code.as_str()) {
            let typed = |name| query.get(name).unwrap_or_default();
            let (first, second) = (typed("first"), typed("second"));
            return Self {
                code: code.clone(),
                measure,
                mistyped: measured::read(measure, &first, &second).err(),
                first,
                second,
            };
        }
        let (first, second) = match (standing, measure) {
            (Some(Answer::Share { part, whole }), _) => (part.to_string(), whole.to_string()),
            (Some(Answer::Result { level, year }), _) => (level.to_string(), year.to_string()),
            (_, Measure::Share) => (String::new(), String::new()),
            (_, Measure::Result) => (String::new(), year.to_string()),
        };
        Self {
            code: code.clone(),
            measure,
            first,
            second,
            mistyped: None,
        }
    }

    pub fn is_mistyped(&self) -> bool {
        self.mistyped.is_some()
    }

    /// What to do, above the two fields, each after its label.
    pub fn fields(self) -> impl IntoView {
        let measure = self.measure;
        let (first, second) = match measure {
            Measure::Share => ("measured.part", "measured.whole"),
            Measure::Result => ("measured.level", "measured.year"),
        };
        let measure = match measure {
            Measure::Share => "share",
            Measure::Result => "result",
        };
        let error_id = format!("{}-error", self.code);
        let error = self.mistyped.map(|(_, why)| {
            view! { <p class="field-error" id=error_id.clone()><Icon glyph=Glyph::Alert/>{self.said(why)}</p> }
        });
        let field = |which: Typed, name: &'static str, label: &'static str, value: String| {
            let id = format!("{}-{name}", self.code);
            let is_wrong = self.mistyped.is_some_and(|(at, _)| at == which);
            view! {
                <label for=id.clone()>{t(label)}</label>
                <input id=id name=name type="text" inputmode="numeric" autocomplete="off" maxlength=TYPED_MAX value=value
                    autofocus=is_wrong aria-invalid=is_wrong.then_some("true")
                    aria-describedby=is_wrong.then(|| error_id.clone())/>
            }
        };
        view! {
            <input type="hidden" name="measure" value=measure/>
            {error}
            <div class="measured">
                {field(Typed::First, "first", first, self.first.clone())}
                {field(Typed::Second, "second", second, self.second.clone())}
            </div>
        }
    }

    /// What to do about it.
    fn said(&self, why: Mistyped) -> String {
        match (why, self.measure) {
            (Mistyped::Missing, Measure::Share) => t("measured.missing_share"),
            (Mistyped::Missing, Measure::Result) => t("measured.missing_result"),
            (Mistyped::NotANumber, _) => t("measured.not_a_number"),
            (Mistyped::MoreThanAll, _) => tf(
                "measured.more_than_all",
                &[("part", &self.first), ("whole", &self.second)],
            ),
            (Mistyped::OfNobody, _) => t("measured.of_nobody"),
            (Mistyped::OfTooMany, _) => tf(
                "measured.of_too_many",
                &[("max", &words::number(WHOLE_MAX.into()))],
            ),
            (Mistyped::NoSuchLevel, _) => tf("measured.no_such_level", &[("max", &RESULT_MAX)]),
            (Mistyped::NoSuchYear, _) => tf(
                "measured.no_such_year",
                &[("first", &Year::FIRST), ("last", &Year::LAST)],
            ),
        }
    }
}
