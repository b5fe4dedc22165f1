//! Home: my villages, how far they are, what came back.

use leptos::prelude::*;
use shared::assessment::StageName;
use shared::ids::UnitId;
use shared::org_unit::UnitKind;

use super::frame::FieldFrame;
use super::{families, is_open};
use crate::components::{Banner, Coach, Empty, Glyph, ProgressRing};
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
    let villages = Memo::new(move |_| {
        let session = store.session().get();
        let tree = store.tree().get();
        let Some(session) = session.filter(|it| it.actor.role.keeps_documents()) else {
            return Vec::new();
        };
        let today = crate::clock::today();
        let mut villages: Vec<(UnitId, String)> = tree
            .iter()
            .filter(|unit| unit.kind == UnitKind::Village)
            .filter(|unit| {
                let commune = tree.commune_of(unit.id, today).map(|it| it.id);
                commune.is_some_and(|commune| session.actor.scope.covers(commune, unit.id))
            })
            .map(|unit| (unit.id, unit.name(today).to_owned()))
            .collect();
        villages.sort_by(|a, b| shared::text::place_order(&a.1, &b.1));
        villages
    });
    let is_desk = move || {
        let role = store
            .session()
            .with(|it| it.as_ref().map(|it| it.actor.role));
        role.is_some_and(|role| !role.keeps_documents())
    };
    let is_commune = move || {
        use shared::access::Role::{CommuneLeader, CommuneOfficer};
        let role = store
            .session()
            .with(|it| it.as_ref().map(|it| it.actor.role));
        matches!(role, Some(CommuneOfficer | CommuneLeader))
    };
    // Until the person has scored a first family, the first minute is explained.
    let is_new = Memo::new(move |_| {
        let user = store
            .session()
            .with(|it| it.as_ref().map(|it| it.actor.user));
        store.with(|replica| {
            let mut own = replica.documents().filter(|it| it.assessment().is_some());
            !own.any(|it| it.written.values().any(|writer| Some(writer.by) == user))
        })
    });
    let clashes = Memo::new(move |_| super::conflicts::all(store).len());
    let coached = RwSignal::new(store.coached());
    let understood = move |_| {
        store.keep_coached();
        coached.set(true);
    };
    view! {
        <Show when=is_desk>
            <Empty glyph=Glyph::Chart title=ts("home.desk_title") text=ts("home.desk_text")>
                <a class="button" data-kind="primary" href="/dashboard" rel="external">{t("home.dashboard")}</a>
            </Empty>
        </Show>
        <Show when=is_commune>
            <p class="row">
                <a class="button" data-kind="primary" href="/commune" rel="external">{t("home.commune")}</a>
                <a class="button" data-kind="secondary" href="/dashboard" rel="external">{t("home.dashboard")}</a>
            </p>
        </Show>
        <Show when=move || is_new.get() && !coached.get() && !is_commune() && !villages.with(Vec::is_empty)>
            <Coach
                kicker=ts("home.coach_kicker")
                title=ts("home.coach")
                steps=vec![ts("home.coach_1"), ts("home.coach_2"), ts("home.coach_3")]
            >
                <button type="button" class="button" data-kind="quiet" on:click=understood>{ts("home.understood")}</button>
            </Coach>
        </Show>
        <Show when=move || { clashes.get() > 0 }>
            <section class="card" data-tone="turmeric">
                <h2>{move || tf("home.conflicts", &[("n", &clashes.get())])}</h2>
                <p>{ts("home.conflicts_text")}</p>
                <p><a class="button" data-kind="secondary" href="/conflicts">{ts("home.conflicts_open")}</a></p>
            </section>
        </Show>
        <div class="cards">
            <For each=move || villages.get() key=|it| it.0 children=move |(id, name)| view! { <VillageCard id name/> }/>
        </div>
        <Returned villages=villages/>
        <Show when=move || matches!(store.install().get(), InstallOffer::Prompt | InstallOffer::IosGuide)>
            <Banner title=ts("home.install") text=ts("home.install_text")>
                <a class="button" data-kind="quiet" href="/install">{t("home.install_how")}</a>
            </Banner>
        </Show>
    }
}

/// What the commune sent back, with its words, in all of the person's villages.
#[component]
fn Returned(villages: Memo<Vec<(UnitId, String)>>) -> impl IntoView {
    let store = FieldStore::expect();
    let returned = Memo::new(move |_| {
        let of = |(village, _): (UnitId, String)| families(store, village);
        let all = villages.get().into_iter().flat_map(of);
        all.filter_map(|it| Some((it.id, it.name.clone(), it.returned?)))
            .collect::<Vec<_>>()
    });
    view! {
        <Show when=move || !returned.with(Vec::is_empty)>
            <section class="stack">
                <h2>{move || tf("home.returned_title", &[("n", &returned.with(Vec::len))])}</h2>
                {move || returned.get().into_iter().map(|(id, name, comment)| view! {
                    <article class="card" data-tone="red">
                        <h3>{name}</h3>
                        <p>{comment}</p>
                        <p><a class="button" data-kind="secondary" href=format!("/subject/{id}")>{t("home.open_form")}</a></p>
                    </article>
                }).collect_view()}
            </section>
        </Show>
    }
}

#[component]
fn VillageCard(id: UnitId, name: String) -> impl IntoView {
    let store = FieldStore::expect();
    let list = Memo::new(move |_| families(store, id));
    let counts = Memo::new(move |_| {
        list.with(|list| {
            let done = list
                .iter()
                .filter(|it| it.stage.is_some_and(StageName::is_scored))
                .count();
            (done, list.len())
        })
    });
    let share = Signal::derive(move || {
        let (done, all) = counts.get();
        // Families of a village: far below 2⁵².
        if all == 0 {
            0.0
        } else {
            done as f64 * 100.0 / all as f64
        }
    });
    let words = Signal::derive(move || {
        let (done, all) = counts.get();
        if all == 0 && store.is_reading() {
            return t("home.reading");
        }
        tf("home.progress", &[("done", &done), ("all", &all)])
    });
    let next = move || {
        let order = |stage| match stage {
            Some(StageName::InProgress) => 0,
            Some(StageName::Returned) => 1,
            Some(StageName::Registered) => 2,
            _ => 3,
        };
        list.with(|list| {
            let open = list.iter().filter(|it| is_open(it.stage));
            open.min_by_key(|it| order(it.stage)).map(|it| it.id)
        })
    };
    let href = format!("/village/{id}");
    let title = name.clone();
    let button_name = name.clone();
    view! {
        <article class="card village-card">
            <div class="village-head">
                <ProgressRing share text=Signal::derive(move || format!("{:.0}\u{a0}%", share.get())) label=words/>
                <div>
                    <h2><a href=href.clone()>{tf("home.village", &[("name", &title)])}</a></h2>
                    <p>{words}</p>
                </div>
            </div>
            {move || match next() {
                Some(next) => view! {
                    <a class="button" data-kind="primary" href=format!("/subject/{next}/score") aria-label=tf("home.go_on_in", &[("name", &button_name)])>
                        {t("home.go_on")}
                    </a>
                }.into_any(),
                None => view! { <a class="button" data-kind="quiet" href=href.clone()>{t("home.open_list")}</a> }.into_any(),
            }}
        </article>
    }
}
