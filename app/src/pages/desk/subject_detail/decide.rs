//! What a commune decides of a form, below all that it decides by: it confirms the score, gives the form back, or finds the
//! subject not eligible. Plain forms, which need no script; the server answers by leading back here.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::access::Role;
use shared::api::queue::{Decided, QueueQuery};
use shared::assessment::{Move, Phase};
use shared::calendar::Year;
use shared::change::Refusal;
use shared::criteria::{CriteriaSet, Indicator};
use shared::decision::Hold;
use shared::document::Document;
use shared::figure;
use shared::scoring::Score;

use crate::components::{Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

/// What came of the decision that led here.
#[component]
pub fn Told() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let refused = query
        .get("refused")
        .and_then(|refusal| serde_json::from_str::<Refusal>(&refusal).ok());
    if let Some(refusal) = refused {
        let text = words::refusal(&refusal);
        return view! {
            <div class="error-summary" role="alert" tabindex="-1"><p>{t("decide.refused")} " " {text}</p></div>
        }
        .into_any();
    }
    let key = match query.get("told").as_deref() {
        Some("verify") => "decide.told_verify",
        Some("return") => "decide.told_return",
        Some("not_eligible") => "decide.told_not_eligible",
        Some("reopen") => "decide.told_reopen",
        Some("take_back") => "decide.told_take_back",
        Some("hold") => "decide.told_hold",
        Some("release") => "decide.told_release",
        // Told with what was answered, where the answers stand.
        Some("answer" | "answer_back" | "mistyped") => return ().into_any(),
        Some("changed") => {
            return view! { <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("decide.changed")/> }.into_any();
        }
        Some("later") => {
            return view! { <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("decide.later")/> }
                .into_any();
        }
        _ => return ().into_any(),
    };
    view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)/> }.into_any()
}

/// The decisions that a role may take with a form as it stands.
#[component]
pub fn Decide(
    form: Document,
    set: &'static CriteriaSet,
    role: Role,
    /// The queue to go on in.
    #[prop(optional)]
    queue: Option<QueueQuery>,
) -> impl IntoView {
    let Some(head) = form.assessment() else {
        return ().into_any();
    };
    let stage = head.stage.name();
    let may = |step: &Move| role.takes(step) && step.may_follow(stage);
    let to = Target {
        action: format!("/dashboard/subject/{}/decide", head.subject),
        form: form.id.to_string(),
        looked: form.seq,
        year: head.year,
        queue,
    };
    let verify = may(&Move::Verify).then(|| confirm(&to, &form, set));
    let give_back = may(&Move::Return {
        comment: String::new(),
        remarks: Default::default(),
    })
    .then(|| return_form(&to, set));
    let reason = String::new();
    let not_eligible = may(&Move::NotEligible { reason }).then(|| not_eligible(&to));
    let take_back = may(&Move::TakeBack).then(|| {
        to.button(
            "take_back",
            "secondary",
            t("decide.take_back"),
            t("decide.take_back_text"),
        )
    });
    let reopen = may(&Move::Reopen).then(|| {
        view! {
            <details>
                <summary>{t("decide.reopen_head")}</summary>
                {to.button("reopen", "secondary", t("step.reopen"), t("decide.reopen_text"))}
            </details>
        }
    });
    let holds = role.verifies_at_home() && stage.is_entered();
    let hold = holds.then(|| hold(&to, head.held.as_ref()));
    let is_empty = verify.is_none()
        && take_back.is_none()
        && reopen.is_none()
        && not_eligible.is_none()
        && hold.is_none();
    if is_empty {
        return ().into_any();
    }
    let head = match stage.phase() {
        Phase::Commune => t("decide.title"),
        _ => t("decide.title_after"),
    };
    view! {
        <section class="decide stack no-print">
            <h3>{head}</h3>
            {verify}
            {take_back}
            {give_back}
            {not_eligible}
            {reopen}
            {hold}
        </section>
    }
    .into_any()
}

/// Where a decision goes, and what it was taken by.
struct Target {
    action: String,
    form: String,
    /// The state of the form that is in sight: what has changed since must be looked at first.
    looked: u64,
    year: Year,
    queue: Option<QueueQuery>,
}

/// The form that takes a decision back which has just been made.
pub fn take_back(decided: &Decided, year: Year, queue: QueueQuery) -> impl IntoView + use<> {
    let to = Target {
        action: format!("/dashboard/subject/{}/decide", decided.subject),
        form: decided.form.to_string(),
        looked: decided.seq,
        year,
        queue: Some(queue),
    };
    view! {
        <form method="post" action=to.action.clone()>
            {to.hidden("take_back")}
            <button type="submit" class="button" data-kind="quiet">{t("decide.take_back")}</button>
        </form>
    }
}

impl Target {
    fn hidden(&self, step: &'static str) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="form" value=self.form.clone()/>
            <input type="hidden" name="looked" value=self.looked.to_string()/>
            <input type="hidden" name="year" value=self.year.to_string()/>
            <input type="hidden" name="step" value=step/>
            {self.queue.map(|queue| view! { <input type="hidden" name="queue" value=queue.written()/> })}
        }
    }

    /// A decision that needs no words.
    fn button(
        &self,
        step: &'static str,
        kind: &'static str,
        label: String,
        text: String,
    ) -> AnyView {
        view! {
            <form class="stack" data-gap="s" method="post" action=self.action.clone()>
                {self.hidden(step)}
                <p class="hint">{text}</p>
                <p><button type="submit" class="button" data-kind=kind accesskey=(step == "verify").then_some("x")>{label}</button></p>
            </form>
        }
        .into_any()
    }
}

/// Confirming says that the score is right. Whether it passes follows from the score and from nobody's hand.
fn confirm(to: &Target, form: &Document, set: &'static CriteriaSet) -> AnyView {
    let score = form.score(set);
    let passes = score.as_ref().and_then(|score| figure::said(form, score));
    let label = score.map_or_else(String::new, |score| confirms(&score, passes, set));
    let kind = if passes == Some(true) {
        "primary"
    } else {
        "secondary"
    };
    to.button("verify", kind, label, t("decide.confirm_text"))
}

/// `Xác nhận điểm: 38/40 điểm, Đạt`; of a set with levels there are no points: `Xác nhận kết quả: đạt mức 1`.
fn confirms(score: &Score, passes: Option<bool>, set: &CriteriaSet) -> String {
    let result = words::verdict(passes, score, set);
    if score.points().is_some() {
        let points = words::standing(score);
        return tf(
            "decide.confirm",
            &[("points", &points), ("result", &result)],
        );
    }
    let result = match score.verdict.grade.filter(|_| passes == Some(true)) {
        Some(grade) => tf("decide.passes", &[("grade", &words::grade(grade, set))]),
        None => words::small(&result),
    };
    tf("decide.confirm_result", &[("result", &result)])
}

fn return_form(to: &Target, set: &'static CriteriaSet) -> AnyView {
    let remark = |asked: &'static Indicator| {
        let name = format!("remark.{}", asked.code);
        let id = format!("{name}.{}", to.form);
        view! {
            <div class="field">
                <label for=id.clone()>{asked.question.clone()}</label>
                <input id=id name=name type="text" maxlength="1000" autocomplete="off"/>
            </div>
        }
    };
    let remarks = set.indicators().map(remark).collect_view();
    let id = format!("comment.{}", to.form);
    view! {
        <details>
            <summary>{t("step.return")}</summary>
            <form class="stack" data-gap="s" method="post" action=to.action.clone()>
                {to.hidden("return")}
                <div class="field">
                    <label for=id.clone()>{t("decide.comment")}</label>
                    <textarea id=id name="comment" rows="2" maxlength="1000"></textarea>
                </div>
                <fieldset class="stack" data-gap="s">
                    <legend>{t("decide.remarks")}</legend>
                    {remarks}
                </fieldset>
                <p><button type="submit" class="button" data-kind="secondary">{t("step.return")}</button></p>
            </form>
        </details>
    }
    .into_any()
}

/// While a complaint is open the form goes on no list; what was said of it stands here until that ends.
fn hold(to: &Target, held: Option<&Hold>) -> AnyView {
    if let Some(held) = held {
        let said = tf("decide.held", &[("reason", &held.reason)]);
        let release = to.button(
            "release",
            "secondary",
            t("decide.release"),
            t("decide.release_text"),
        );
        return view! { <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=said>{release}</Notice> }
            .into_any();
    }
    let id = format!("hold.{}", to.form);
    view! {
        <details>
            <summary>{t("decide.hold")}</summary>
            <form class="stack" data-gap="s" method="post" action=to.action.clone()>
                {to.hidden("hold")}
                <p class="hint">{t("decide.hold_text")}</p>
                <div class="field">
                    <label for=id.clone()>{t("decide.reason")}</label>
                    <textarea id=id name="reason" rows="2" maxlength="1000" required></textarea>
                </div>
                <p><button type="submit" class="button" data-kind="secondary">{t("decide.hold")}</button></p>
            </form>
        </details>
    }
    .into_any()
}

fn not_eligible(to: &Target) -> AnyView {
    let id = format!("reason.{}", to.form);
    view! {
        <details>
            <summary>{t("step.not_eligible")}</summary>
            <form class="stack" data-gap="s" method="post" action=to.action.clone()>
                {to.hidden("not_eligible")}
                <p class="hint">{t("decide.not_eligible_text")}</p>
                <div class="field">
                    <label for=id.clone()>{t("decide.reason")}</label>
                    <textarea id=id name="reason" rows="2" maxlength="1000" required></textarea>
                </div>
                <p><button type="submit" class="button" data-kind="danger">{t("step.not_eligible")}</button></p>
            </form>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use shared::SortedMap;
    use shared::criteria::{Criteria, Title};
    use shared::scoring::{Answer, Facts, score};

    use super::*;

    #[test]
    fn levels_are_confirmed_as_levels_and_points_as_points() {
        let confirmed = |set: &CriteriaSet, passes| {
            let answers = set.indicators().map(|it| {
                let answer = match it.max {
                    Some(max) => Answer::Points(max),
                    None => Answer::Met(true),
                };
                (it.code.clone(), answer)
            });
            let answers: SortedMap<_, _> = answers.collect();
            confirms(&score(set, &answers, &Facts::default()), passes, set)
        };
        let find = |id: &str| {
            let mut sets = Criteria::builtin().sets().iter();
            sets.find(|set| set.id.as_str() == id).expect("built in")
        };
        let points = confirmed(find("don_vi_tt22"), Some(true));
        assert!(
            points.starts_with("Xác nhận điểm: 100/100 điểm, Đạt"),
            "{points}"
        );
        let levels = find("cong_dong_xa_tt25");
        assert_eq!(levels.title, Title::LearningCommune);
        assert_eq!(confirmed(levels, Some(false)), "Xác nhận kết quả: chưa đạt");
        let mut score = score(levels, &SortedMap::default(), &Facts::default());
        score.verdict.grade = Some(shared::scoring::Grade::Level(1));
        assert_eq!(
            confirms(&score, Some(true), levels),
            "Xác nhận kết quả: đạt mức 1"
        );
    }
}
