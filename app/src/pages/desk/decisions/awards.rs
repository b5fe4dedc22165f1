//! Commendations: for which titles somebody can be commended, what each is commended for, and the money that goes with it.

use leptos::prelude::*;
use shared::api::decisions::{Decision, Merit};
use shared::award::{Award, Occasion, Recipient, base_salary, money};
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
        let href = to_choose(unit, merit.title, year, Award::CommuneCommendation, Occasion::Year);
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

fn to_choose(unit: UnitId, title: Title, year: Year, award: Award, occasion: Occasion) -> String {
    let (title, award) = (title.as_str(), award.as_str());
    let occasion = occasion.as_str();
    format!(
        "/decisions/draft?unit={unit}&title={title}&year={year}&award={award}&occasion={occasion}"
    )
}

/// For which award somebody is chosen, and for merit of what time: the one that is looked at, and the way to the others.
pub fn choices(
    unit: UnitId,
    title: Title,
    year: Year,
    award: Award,
    occasion: Occasion,
) -> impl IntoView {
    let chip = |label: String, of: Award, at: Occasion| {
        let href = to_choose(unit, title, year, of, at);
        let current = ((of, at) == (award, occasion)).then_some("page");
        view! { <li><a class="chip" href=href aria-current=current>{label}</a></li> }
    };
    let occasions = Occasion::ALL.into_iter();
    let fits = |of: Award, at: Occasion| of.is_for(at, year);
    let occasions: Vec<Occasion> = occasions
        .filter(|at| Award::ALL.into_iter().any(|of| fits(of, *at)))
        .collect();
    let periods = (occasions.len() > 1).then(|| {
        let chips = occasions.iter().map(|at| {
            // An award that is not for the other time gives way to the commune's own.
            let of = if fits(award, *at) { award } else { Award::CommuneCommendation };
            chip(words::capital(&words::period(*at, year)), of, *at)
        });
        let chips = chips.collect_view();
        view! { <nav class="no-print" aria-label=t("award.occasions")><ul class="chips">{chips}</ul></nav> }
    });
    let awards = Award::ALL.into_iter().filter(|of| fits(*of, occasion));
    let awards = awards
        .map(|of| chip(words::award_in_short(of), of, occasion))
        .collect_view();
    view! {
        {periods}
        <nav class="no-print" aria-label=t("award.forms")><ul class="chips">{awards}</ul></nav>
    }
}

/// What each of those on a list gets, and how that is reckoned.
pub fn reckoned(award: Award, title: Title, on: chrono::NaiveDate) -> impl IntoView {
    let kind = SubjectKind::of(title);
    let said = match (money(award, kind, on), base_salary(on)) {
        (Some(each), Some(_)) if award.is_higher() => {
            tf("award.each_above", &[("money", &words::money(each))])
        }
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
    let many = u64::try_from(found.many()).unwrap_or(u64::MAX);
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
        let deed = row.deed.clone().or_else(|| words::deserved(row));
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
        &[(
            "merit",
            &words::merit(found.head.does.occasion(), found.head.year),
        )],
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
