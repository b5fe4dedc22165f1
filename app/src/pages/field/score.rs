//! The form, one group of criteria a screen, for those who go question by question.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::criteria::{Group, Points};

use super::criterion::Question;
use super::form::{AnotherSet, Given, Locked, Partial, form_of_year};
use super::sheet::{Sheet, told};
use super::sheet_frame::SheetFrame;
use crate::components::{Badge, DotState, Glyph, GroupDot, GroupDots, Icon, Saved, Tone};
use crate::live::{live, memo};
use crate::locale::{t, tf, ts};
use crate::store::{FieldStore, Saving};
use crate::words;

#[component]
pub fn ScorePage() -> impl IntoView {
    let params = use_params_map();
    let group = memo(move || params.with(|it| it.get("group")));
    let page = move |sheet: Sheet| {
        let code = group.get();
        let groups = &sheet.set.groups;
        let at = code
            .and_then(|code| groups.iter().position(|it| it.code.as_str() == code))
            .unwrap_or(0);
        match groups.get(at) {
            Some(group) => view! { <GroupScreen sheet group at/> }.into_any(),
            None => view! { <p>{t("form.no_groups")}</p> }.into_any(),
        }
    };
    view! { <SheetFrame subtitle=form_of_year() back=|id| format!("/subject/{id}/score") page/> }
}

/// The quiet word that what was tapped is on the phone.
pub fn saved(store: FieldStore) -> Signal<String> {
    Signal::derive(move || match store.saved().get() {
        Saving::Saved => t("form.saved"),
        Saving::Saving => t("form.saving"),
        _ => String::new(),
    })
}

/// The points of a group so far; nothing where nothing is counted.
pub fn points_of(sheet: Sheet, group: &'static Group) -> impl IntoView {
    move || {
        if sheet.is_uncounted(group) {
            return view! { <Badge tone=Tone::Plain glyph=Glyph::Info label=ts("form.uncounted")/> }.into_any();
        }
        let points = sheet.score.with(|score| {
            let of = score.groups.iter().find(|it| it.code == group.code)?;
            (of.max > Points::ZERO).then(|| (words::points(of.total), words::points(of.max)))
        });
        points.map(|(got, max)| view! {
            <p class="score">
                <strong>{got}</strong><span>"/" {max} " " <span class="visually-hidden">{t("form.group_points")}</span></span>
            </p>
        }).into_any()
    }
}

#[component]
fn GroupScreen(sheet: Sheet, group: &'static Group, at: usize) -> impl IntoView {
    let store = FieldStore::expect();
    let id = sheet.subject;
    let dots = Signal::derive(move || {
        let score = sheet.score.get();
        let dot = |(index, group): (usize, &Group)| {
            let of = score.groups.iter().find(|it| it.code == group.code);
            let (answered, asked) = of.map_or((0, 0), |it| (it.answered, it.asked));
            let state = match (index == at, answered) {
                (true, _) => DotState::Now,
                (_, answered) if answered >= asked => DotState::Done,
                (_, 0) => DotState::Todo,
                _ => DotState::Missing,
            };
            GroupDot {
                href: format!("/subject/{id}/score/{}", group.code),
                label: tf(
                    "form.dot",
                    &[
                        ("name", &words::group(group)),
                        ("answered", &answered),
                        ("asked", &asked),
                    ],
                ),
                state,
            }
        };
        sheet
            .set
            .groups
            .iter()
            .enumerate()
            .map(dot)
            .collect::<Vec<_>>()
    });
    let next = match sheet.set.groups.get(at + 1) {
        Some(next) => (format!("/subject/{id}/score/{}", next.code), "form.next"),
        None => (format!("/subject/{id}/score/finish"), "form.review"),
    };
    view! {
        <div class="group-head">
            <div>
                <p class="kicker">{tf("form.step", &[("n", &(at + 1)), ("all", &sheet.set.groups.len())])}</p>
                <h2>{words::group(group)}</h2>
            </div>
            {points_of(sheet, group)}
            <GroupDots label=ts("form.groups") groups=dots/>
        </div>
        {(at == 0).then(|| view! { <Partial set=sheet.set/> })}
        <AnotherSet sheet/>
        <Locked sheet/>
        {group.note.clone().map(|note| view! { <p class="muted" lang="vi">{note}</p> })}
        {group.indicators.iter().map(|indicator| view! {
            <section class="criterion" id=indicator.code.to_string()>
                <div class="criterion-head">
                    <h3>{words::question(indicator)}</h3>
                    <Given sheet group indicator/>
                </div>
                <Question sheet group indicator/>
            </section>
        }).collect_view()}
        <div class="foot">
            <p class="foot-text">
                <strong>{live(move || sheet.score.with(told))}</strong>
                <Saved label=saved(store)/>
            </p>
            <a class="button" data-kind="primary" href=next.0>{t(next.1)} <Icon glyph=Glyph::Right/></a>
        </div>
    }
}
