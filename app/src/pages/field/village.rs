//! A village: its families, found by a few letters and by how far they are.

use leptos::prelude::*;
use shared::assessment::StageName;
use shared::ids::UnitId;

use super::frame::FieldFrame;
use super::{Family, families, param};
use crate::components::{
    Badge, Chip, Chips, Empty, Glyph, Icon, LettersRail, SearchField, Skeleton,
};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// Rows drawn at first and with each "show more". Unseen rows are not laid out (`content-visibility`), so a cheap phone
/// scrolls a village of 300 without a stutter.
const WINDOW: usize = 400;
/// From so many families on, the letters of their given names stand at the side.
const RAIL: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    All,
    Todo,
    Doing,
    Done,
    Returned,
}

impl Filter {
    const ALL: [Filter; 5] = [
        Filter::All,
        Filter::Todo,
        Filter::Doing,
        Filter::Done,
        Filter::Returned,
    ];

    fn holds(self, stage: Option<StageName>) -> bool {
        match self {
            Filter::All => true,
            Filter::Todo => matches!(stage, None | Some(StageName::Registered)),
            Filter::Doing => stage == Some(StageName::InProgress),
            Filter::Done => stage.is_some_and(StageName::is_scored),
            Filter::Returned => stage == Some(StageName::Returned),
        }
    }

    fn label(self) -> Signal<String> {
        ts(match self {
            Filter::All => "village.all",
            Filter::Todo => "village.todo",
            Filter::Doing => "village.doing",
            Filter::Done => "village.done",
            Filter::Returned => "village.returned",
        })
    }
}

#[component]
pub fn VillagePage() -> impl IntoView {
    let store = FieldStore::expect();
    let id = param::<UnitId>("unit");
    let title = Signal::derive(move || {
        let tree = store.tree().get();
        let name = id
            .get()
            .and_then(|id| tree.name(id, crate::clock::today()).map(str::to_owned));
        name.map_or_else(
            || t("village.title"),
            |name| tf("home.village", &[("name", &name)]),
        )
    });
    view! {
        <FieldFrame title back=Signal::derive(|| "/".to_owned())>
            {move || match id.get().filter(|id| store.tree().get().get(*id).is_some()) {
                Some(id) => view! { <Village id/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Lock title=ts("village.unknown") text=ts("village.unknown_text")/> }.into_any(),
            }}
        </FieldFrame>
    }
}

#[component]
fn Village(id: UnitId) -> impl IntoView {
    let store = FieldStore::expect();
    let all = Memo::new(move |_| families(store, id));
    let search = RwSignal::new(String::new());
    let filter = RwSignal::new(Filter::All);
    let room = RwSignal::new(WINDOW);
    let found = Memo::new(move |_| {
        let (query, filter) = (search.get(), filter.get());
        all.with(|all| {
            let hits = all.iter().filter(|it| filter.holds(it.stage));
            let hits = hits.filter(|it| shared::text::matches(&it.folded, &query));
            hits.cloned().collect::<Vec<_>>()
        })
    });
    let chips = Filter::ALL
        .map(|value| Chip {
            value,
            label: value.label(),
            count: Signal::derive(move || {
                Some(all.with(|all| all.iter().filter(|it| value.holds(it.stage)).count()))
            }),
        })
        .into();
    let shown = move || -> Vec<Entry> {
        let rows = found.get();
        let with_letters = has_rail(&rows);
        let mut entries = Vec::with_capacity(rows.len());
        let mut last = None;
        for family in rows.into_iter().take(room.get()) {
            let letter = shared::text::initial(&family.name);
            if with_letters && last != Some(letter) {
                entries.push(Entry::Letter(letter));
                last = Some(letter);
            }
            entries.push(Entry::Family(Box::new(family)));
        }
        entries
    };
    let letters = Signal::derive(move || {
        found.with(|rows| {
            let mut letters: Vec<char> = match has_rail(rows) {
                true => rows
                    .iter()
                    .map(|it| shared::text::initial(&it.name))
                    .collect(),
                false => Vec::new(),
            };
            letters.dedup();
            letters
        })
    });
    let clear = move |_| {
        search.set(String::new());
        filter.set(Filter::All);
    };
    view! {
        <SearchField
            label=ts("village.search")
            placeholder=ts("village.search_hint")
            clear_label=ts("village.clear")
            value=search
            on_input=move |text| { search.set(text); room.set(WINDOW); }
        />
        <Chips label=ts("village.filters") chips chosen=filter on_choose=move |value| { filter.set(value); room.set(WINDOW); }/>
        {move || all.with(Vec::is_empty).then(|| match (store.is_reading(), store.online().get()) {
            (true, true) => view! { <Skeleton label=ts("village.reading")/> }.into_any(),
            (true, false) => view! {
                <Empty glyph=Glyph::Offline title=ts("village.not_read") text=ts("village.not_read_text")/>
            }.into_any(),
            (false, _) => view! {
                <Empty glyph=Glyph::Users title=ts("village.none") text=ts("village.none_text")/>
            }.into_any(),
        })}
        <Show when=move || found.with(Vec::is_empty) && !all.with(Vec::is_empty)>
            <Empty glyph=Glyph::Search title=ts("village.no_match") text=ts("village.no_match_text")>
                <button type="button" class="button" data-kind="quiet" on:click=clear>{ts("village.show_all")}</button>
            </Empty>
        </Show>
        <Show when=move || !found.with(Vec::is_empty)>
            <div class="railed">
                <ul class="list">
                    <For each=shown key=Entry::key children=|entry| match entry {
                        Entry::Letter(letter) => view! { <li class="list-letter" id=format!("chu-{letter}")>{letter.to_string()}</li> }.into_any(),
                        Entry::Family(family) => view! { <Row family=*family/> }.into_any(),
                    }/>
                </ul>
                <Show when=move || !letters.with(Vec::is_empty)>
                    <LettersRail label=ts("village.letters") letters/>
                </Show>
            </div>
        </Show>
        <Show when=move || { found.with(Vec::len) > room.get() }>
            <button type="button" class="button" data-kind="quiet" data-wide on:click=move |_| room.update(|room| *room += WINDOW)>
                {move || tf("village.more", &[("n", &(found.with(Vec::len) - room.get()))])}
            </button>
        </Show>
        <a class="button button-float" data-kind="primary" href=format!("/village/{id}/add")>
            <Icon glyph=Glyph::Plus/>
            {ts("village.add")}
        </a>
    }
}

/// One line of the list: a letter, or a family under it.
#[derive(Clone, Debug)]
enum Entry {
    Letter(char),
    Family(Box<Family>),
}

impl Entry {
    /// What makes a line another one, so that only lines that changed are drawn again.
    fn key(&self) -> String {
        match self {
            Entry::Letter(letter) => letter.to_string(),
            Entry::Family(it) => {
                let points = it.points.as_ref().map(|score| (score.total, score.max));
                format!(
                    "{}{:?}{:?}{points:?}{}{}",
                    it.id, it.stage, it.members, it.doubted, it.name
                )
            }
        }
    }
}

fn has_rail(rows: &[Family]) -> bool {
    rows.len() >= RAIL
}

#[component]
fn Row(family: Family) -> impl IntoView {
    let Family {
        id,
        name,
        hamlet,
        members,
        stage,
        points,
        doubted,
        ..
    } = family;
    let glyph = match stage {
        None | Some(StageName::Registered) => Glyph::Minus,
        Some(StageName::InProgress) => Glyph::Pen,
        Some(StageName::Submitted) => Glyph::Clock,
        Some(StageName::Returned | StageName::NotEligible) => Glyph::Alert,
        Some(_) => Glyph::Check,
    };
    let label = Signal::derive(move || stage.map_or_else(|| t("village.not_begun"), words::stage));
    let sub = move || {
        let mut parts: Vec<String> = hamlet.clone().into_iter().collect();
        parts.push(match members {
            Some(n) => tf("village.members", &[("n", &n)]),
            None => t("village.members_unknown"),
        });
        if doubted {
            parts.push(t("village.doubted"));
        }
        parts.join(" · ")
    };
    let shown = points.filter(|_| stage.is_some_and(|it| it != StageName::Registered));
    view! {
        <li>
            <a class="item" href=format!("/subject/{id}")>
                <span class="item-main">
                    <span class="item-title">{name}</span>
                    <span class="item-sub">{sub}</span>
                </span>
                <span class="item-end">
                    <Badge tone=words::stage_tone(stage) glyph label/>
                    {shown.map(|score| view! { <span class="num">{format!("{}/{}", words::points(score.total), words::points(score.max))}</span> })}
                </span>
            </a>
        </li>
    }
}
