//! Commendations: for which titles somebody can be commended, what each is commended for, and the money that goes with it.

use leptos::prelude::*;
use shared::api::decisions::{Decision, Merit};
use shared::award::{Award, Recipient, base_salary, money};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::decision::DEED_MAX;
use shared::ids::UnitId;
use shared::kind::SubjectKind;

use super::one::To;
use crate::components::{Empty, Glyph, TextArea};
use crate::locale::{t, tf, ts};
use crate::words;

/// For each title that is held, the way to choose whom to commend.
#[component]
pub fn Merits(unit: UnitId, year: Year, merits: Vec<Merit>) -> impl IntoView {
    let none = merits.is_empty().then(|| {
        view! { <Empty glyph=Glyph::Users title=ts("award.none") text=ts("award.none_text")/> }
    });
    let rows = merits.into_iter().map(|merit| {
        let title = merit.title;
        let said = tf(
            "award.held",
            &[
                ("n", &words::number(merit.count)),
                ("kind", &words::kind(SubjectKind::of(title))),
                ("title", &words::title(title)),
            ],
        );
        let listed = (merit.listed > 0).then(|| {
            let said = tf("award.listed", &[("n", &words::number(merit.listed.into()))]);
            view! { <p class="hint">{said}</p> }
        });
        let title = title.as_str();
        let href = format!("/decisions/draft?unit={unit}&title={title}&year={year}&does=commend");
        let label = tf("award.choose_of", &[("title", &words::title(merit.title))]);
        view! {
            <div class="row ready">
                <div><p>{said}</p> {listed}</div>
                <a class="button" data-kind="secondary" href=href aria-label=label>{t("award.choose")}</a>
            </div>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="card stack no-print" data-gap="s" id="awards">
            <h2>{t("award.title")}</h2>
            <p class="hint">{t("award.text")}</p>
            {rows}
            {none}
        </section>
    }
}

/// What each of those on a list gets, and how that is reckoned.
pub fn reckoned(award: Award, title: Title, on: chrono::NaiveDate) -> impl IntoView {
    let kind = SubjectKind::of(title);
    let said = match (money(award, kind, on), base_salary(on)) {
        (Some(each), Some(base)) => tf(
            "award.each",
            &[
                ("money", &words::money(each)),
                ("base", &words::money(base)),
                ("day", &words::date(on)),
            ],
        ),
        _ => t("award.no_money"),
    };
    let mut doubts: Vec<_> = Recipient::of(kind).doubt().into_iter().collect();
    doubts.extend(award.bases(on).iter().filter_map(|basis| basis.doubt));
    let doubts = doubts.into_iter().map(words::doubt);
    let doubts = doubts
        .map(|doubt| view! { <p class="hint">{doubt}</p> })
        .collect_view();
    view! { <p class="hint">{said}</p> {doubts} }
}

/// All the money of a list, with what each gets. Nothing where no text says how much.
pub fn total(found: &Decision) -> Option<String> {
    let kind = SubjectKind::of(found.head.title);
    let each = money(found.award()?, kind, found.reckoned_on())?;
    let many = u64::try_from(found.rows.len()).unwrap_or(u64::MAX);
    Some(tf(
        "award.total",
        &[
            ("n", &words::number(i64::try_from(many).unwrap_or(i64::MAX))),
            ("each", &words::money(each)),
            ("total", &words::money(each.saturating_mul(many))),
        ],
    ))
}

/// What each on a draft is commended for, to be written before it is signed.
pub fn describing(to: &To, found: &Decision) -> impl IntoView + use<> {
    let lines = found.rows.iter().map(|row| {
        let name = format!("deed.{}", row.subject);
        // What was given is what is praised, until somebody puts it otherwise.
        let deed = row.deed.clone().or_else(|| words::gave(&row.gave));
        let deed = deed.unwrap_or_default();
        view! {
            <div class="field">
                <label for=name.clone()>{row.name.clone()} <span class="hint">" " {row.village.clone()}</span></label>
                <TextArea id=name.clone() name=name rows=2 value=deed max=DEED_MAX/>
            </div>
        }
    });
    let lines = lines.collect_view();
    let otherwise = tf(
        "award.otherwise",
        &[("merit", &words::merit(found.head.year))],
    );
    view! {
        <section class="card stack no-print" id="deeds">
            <h2>{t("award.deeds")}</h2>
            <p class="hint">{tf("award.deeds_text", &[("max", &DEED_MAX)])}</p>
            <p class="hint">{otherwise}</p>
            <form class="stack" method="post" action=to.action.clone()>
                {to.hidden("describe")}
                {lines}
                <p><button type="submit" class="button" data-kind="secondary">{t("award.describe")}</button></p>
            </form>
        </section>
    }
}
