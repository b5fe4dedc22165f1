//! Home: my places, how far they are, what was done today, what came back.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::access::Role;
use shared::assessment::StageName;
use shared::calendar;
use shared::criteria::Title;
use shared::ids::{DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::roster::{List, Listed, Progress};

use super::form::Partial;
use super::frame::{FieldFrame, ticking};
use super::places::{self, OwnPlace, own_places};
use crate::components::{Banner, Coach, Empty, Glyph, Icon, ProgressRing};
use crate::criteria;
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::{FieldStore, InstallOffer};
use crate::words;

#[component]
pub fn HomePage() -> impl IntoView {
    let store = FieldStore::expect();
    let title = Signal::derive(move || {
        let name = store
            .session()
            .with(|it| it.as_ref().map(|it| it.actor.name.clone()));
        name.unwrap_or_else(|| t("app.name"))
    });
    let subtitle = Signal::derive(move || {
        let session = store.session().get();
        session.map_or_else(String::new, |session| {
            tf(
                "home.who",
                &[
                    ("role", &words::role(session.actor.role)),
                    ("year", &session.year),
                ],
            )
        })
    });
    view! {
        <FieldFrame title subtitle>
            <Home/>
        </FieldFrame>
    }
}

#[component]
fn Home() -> impl IntoView {
    let store = FieldStore::expect();
    let places = own_places(store);
    let is_desk = move || {
        let role = store.role();
        role.is_some_and(|role| !role.keeps_documents())
    };
    let is_commune = move || store.role().is_some_and(Role::verifies);
    // Until the person has scored a first family, the first minute is explained.
    let is_new = memo(move || {
        store.is_listed() && store.roster(|roster| !roster.subjects().any(|it| it.is_own))
    });
    let clashes =
        memo(move || store.roster(|roster| roster.subjects().map(|it| it.clashes).sum::<usize>()));
    let now = ticking();
    let coached = RwSignal::new(store.coached());
    let understood = move |_| {
        store.keep_coached();
        coached.set(true);
    };
    view! {
        <When when=is_desk>
            <Empty glyph=Glyph::Chart title=ts("home.desk_title") text=ts("home.desk_text")>
                <a class="button" data-kind="primary" href="/dashboard" rel="external">{t("home.dashboard")}</a>
            </Empty>
        </When>
        <When when=is_commune>
            <p class="row">
                <a class="button" data-kind="primary" href="/commune" rel="external">{t("home.commune")}</a>
                <a class="button" data-kind="secondary" href="/dashboard" rel="external">{t("home.dashboard")}</a>
            </p>
        </When>
        <When when=move || is_new.get() && !coached.get() && !is_commune() && !places.with(Vec::is_empty)>
            <Coach
                kicker=ts("home.coach_kicker")
                title=ts("home.coach")
                steps=vec![ts("home.coach_1"), ts("home.coach_2"), ts("home.coach_3")]
            >
                <button type="button" class="button" data-kind="quiet" on:click=understood>{ts("home.understood")}</button>
            </Coach>
        </When>
        <When when=move || { clashes.get() > 0 }>
            <section class="card" data-tone="turmeric">
                <h2>{live(move || tf("home.conflicts", &[("n", &clashes.get())]))}</h2>
                <p>{ts("home.conflicts_text")}</p>
                <p><a class="button" data-kind="secondary" href="/conflicts">{ts("home.conflicts_open")}</a></p>
            </section>
        </When>
        <When when=move || !places.with(Vec::is_empty)>
            {live(move || criteria::known().for_title(Title::LearningFamily, store.year().last_day()).map(|set| view! { <Partial set/> }))}
        </When>
        <Today/>
        <div class="cards">
            <For each=move || places.get() key=|it| it.id children=move |place| view! { <PlaceCard place now/> }/>
        </div>
        <Returned/>
        <When when=move || matches!(store.install().get(), InstallOffer::Prompt | InstallOffer::IosGuide)>
            <Banner title=ts("home.install") text=ts("home.install_text")>
                <a class="button" data-kind="quiet" href="/install">{t("home.install_how")}</a>
            </Banner>
        </When>
    }
}

/// What was finished today, and how much of it the commune has; it leads to what was sent.
#[component]
fn Today() -> impl IntoView {
    let store = FieldStore::expect();
    let today = memo(move || store.today());
    view! {
        <When when=move || { today.get().scored > 0 }>
            <p class="today">
                <a href="/outbox#sent">
                    <Icon glyph=Glyph::Received/>
                    <span>{live(move || tf("home.today", &[("scored", &today.get().scored), ("received", &today.get().received)]))}</span>
                </a>
            </p>
        </When>
    }
}

/// What the commune sent back, with its words, whatever kind it is of.
#[component]
fn Returned() -> impl IntoView {
    let store = FieldStore::expect();
    let returned = memo(move || {
        store.roster(|roster| {
            let told = roster
                .subjects()
                .filter_map(|it| Some((it.id, it.name.clone(), it.returned.clone()?)));
            told.collect::<Vec<_>>()
        })
    });
    view! {
        <When when=move || !returned.with(Vec::is_empty)>
            <section class="stack">
                <h2>{live(move || tf("home.returned_title", &[("n", &returned.with(Vec::len))]))}</h2>
                {live(move || returned.get().into_iter().map(|(id, name, comment)| view! {
                    <article class="card" data-tone="red">
                        <h3>{name}</h3>
                        <p>{comment}</p>
                        <p><a class="button" data-kind="secondary" href=format!("/subject/{id}/score")>{t("home.open_form")}</a></p>
                    </article>
                }).collect_view())}
            </section>
        </When>
    }
}

/// The subject to go on with: one that was begun, or given back, before one that was not; among these in the chosen order.
fn go_on(store: FieldStore, place: UnitId, list: &List) -> Option<DocumentId> {
    let rank = |stage| match stage {
        Some(StageName::InProgress) => 0,
        Some(StageName::Returned) => 1,
        Some(StageName::Registered) => 2,
        _ => 3,
    };
    let open = list.chosen(store.sort(place), Listed::is_open);
    open.iter().min_by_key(|it| rank(it.stage)).map(|it| it.id)
}

#[component]
fn PlaceCard(place: OwnPlace, now: Signal<DateTime<Utc>>) -> impl IntoView {
    let store = FieldStore::expect();
    let key = place.main_list();
    let list = store.list(key);
    let progress = memo(move || list.with(List::progress));
    let share = Signal::derive(move || {
        let of = progress.get();
        // Families of a village: far below 2⁵².
        if of.all == 0 {
            0.0
        } else {
            of.scored as f64 * 100.0 / of.all as f64
        }
    });
    let words = Signal::derive(move || {
        let of = progress.get();
        if of.all == 0 && (store.is_reading() || !store.is_listed()) {
            return t("home.reading");
        }
        if of.all == 0 {
            return words::of_kind("village.none", key.kind);
        }
        told("home.progress", key.kind, &of)
    });
    let next = memo(move || list.with(|list| go_on(store, key.place, list)));
    let href = places::address(key);
    let button_name = place.name.clone();
    let title = place.clone();
    view! {
        <article class="card village-card">
            <div class="village-head">
                <ProgressRing share text=Signal::derive(move || format!("{:.0}\u{a0}%", share.get())) label=words/>
                <div>
                    <h2><a href=href.clone()>{live(move || title.title())}</a></h2>
                    <p>{words}</p>
                </div>
            </div>
            {live(move || {
                let ahead = list.with(|list| store.ahead(list, key, calendar::day(now.get())));
                ahead.map(|(due, forms)| view! {
                    <p class="next-step" data-late=due.is_late().then_some("")>
                        <Icon glyph=if due.is_late() { Glyph::Alert } else { Glyph::Calendar }/>
                        <span>{words::ahead(due, forms, key.kind)}</span>
                    </p>
                })
            })}
            <Others place/>
            {live(move || match next.get() {
                Some(next) => view! {
                    <a class="button" data-kind="primary" href=format!("/subject/{next}/score") aria-label=tf("home.go_on_in", &[("name", &button_name)])>
                        {t("home.go_on")}
                    </a>
                }.into_any(),
                None => view! { <a class="button" data-kind="quiet" href=href.clone()>{t("home.open_list")}</a> }.into_any(),
            })}
        </article>
    }
}

/// How far a list is, in words.
fn told(key: &str, kind: SubjectKind, of: &Progress) -> String {
    let kind = words::kind(kind);
    tf(
        key,
        &[
            ("done", &of.scored),
            ("all", &of.all),
            ("kind", &kind),
            ("Kind", &words::capital(&kind)),
        ],
    )
}

/// The other lists of a place that hold somebody, and how far they are.
#[component]
fn Others(place: OwnPlace) -> impl IntoView {
    let store = FieldStore::expect();
    let main = place.main_list();
    let others = memo(move || {
        store.roster(|roster| {
            let lists = places::lists(&place, None, store.year(), roster).into_iter();
            let others = lists.filter(|key| *key != main);
            others
                .map(|key| (key, roster.list(key).progress()))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <When when=move || !others.with(Vec::is_empty)>
            <nav aria-label=ts("home.others")>
                <ul class="chips">
                    {live(move || others.get().into_iter().map(|(key, of)| view! {
                        <li><a class="chip" href=places::address(key)>{told("home.other", key.kind, &of)}</a></li>
                    }).collect_view())}
                </ul>
            </nav>
        </When>
    }
}
