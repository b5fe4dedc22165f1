//! A village: its families, found by a few letters, by hamlet and by how far they are.

use std::sync::Arc;

use leptos::prelude::*;
use shared::assessment::StageName;
use shared::ids::UnitId;
use shared::roster::{Family, List, Query, Sort};

use super::frame::FieldFrame;
use super::home::own_villages;
use super::param;
use super::village_tools::{Tools, VillageTabs};
use crate::components::{
    Badge, Chip, Chips, Empty, Glyph, Icon, LazyList, LettersRail, SearchField, Skeleton,
};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

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

    fn holds(self, family: &Family) -> bool {
        let stage = family.stage;
        match self {
            Filter::All => true,
            Filter::Todo => matches!(stage, None | Some(StageName::Registered)),
            Filter::Doing => stage == Some(StageName::InProgress),
            Filter::Done => family.is_scored(),
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

    /// As the store keeps it for the way back.
    fn kept(self) -> u8 {
        let at = Self::ALL.iter().position(|it| *it == self);
        at.and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
    }

    fn of(kept: u8) -> Self {
        Self::ALL
            .get(usize::from(kept))
            .copied()
            .unwrap_or(Filter::All)
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
            {live(move || match id.get().filter(|id| store.tree().get().get(*id).is_some()) {
                Some(id) => view! { <Village id/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Lock title=ts("village.unknown") text=ts("village.unknown_text")/> }.into_any(),
            })}
        </FieldFrame>
    }
}

#[component]
fn Village(id: UnitId) -> impl IntoView {
    let store = FieldStore::expect();
    store.keep_last_village(id);
    let all = store.village(id);
    let looked = memo(move || store.looked(id));
    let sort = memo(move || store.sort(id));
    let found = memo(move || {
        let looked = looked.get();
        let (query, filter) = (Query::new(&looked.search), Filter::of(looked.filter));
        all.with(|all| {
            all.chosen(sort.get(), |family| {
                let lives_there = looked.hamlet.is_none() || looked.hamlet == family.hamlet;
                lives_there && filter.holds(family) && family.is_found(&query)
            })
        })
    });
    let chips = Filter::ALL
        .map(|value| Chip {
            value,
            label: value.label(),
            count: Signal::derive(move || {
                Some(all.with(|all| all.iter().filter(|it| value.holds(it)).count()))
            }),
        })
        .into();
    let change = move |change: &dyn Fn(&mut crate::store::Looked)| {
        store.look(id, |looked| {
            change(looked);
            looked.scrolled = 0.0;
        });
    };
    let clear = move |_| change(&|looked| *looked = Default::default());
    let search = Signal::derive(move || looked.with(|it| it.search.clone()));
    let filter = Signal::derive(move || looked.with(|it| Filter::of(it.filter)));
    let add = move || {
        let typed = search.with(|it| it.trim().to_owned());
        match typed.is_empty() || Query::new(&typed).is_number() {
            true => format!("/village/{id}/add"),
            false => format!(
                "/village/{id}/add?name={}",
                String::from(js_sys::encode_uri_component(&typed))
            ),
        }
    };
    view! {
        <VillageTabs here=id villages=own_villages(store)/>
        <SearchField
            label=ts("village.search")
            placeholder=ts("village.search_hint")
            clear_label=ts("village.clear")
            value=search
            on_input=move |text: String| change(&|looked| looked.search.clone_from(&text))
        />
        <Chips label=ts("village.filters") chips chosen=filter on_choose=move |value: Filter| change(&|looked| looked.filter = value.kept())/>
        <Tools id all/>
        {live(move || all.with(|all| all.is_empty()).then(|| match (store.is_reading() || !store.is_listed(), store.online().get()) {
            (true, true) => view! { <Skeleton label=ts("village.reading")/> }.into_any(),
            (true, false) => view! {
                <Empty glyph=Glyph::Offline title=ts("village.not_read") text=ts("village.not_read_text")/>
            }.into_any(),
            (false, _) => view! {
                <Empty glyph=Glyph::Users title=ts("village.none") text=ts("village.none_text")/>
            }.into_any(),
        }))}
        <When when=move || found.with(|it| it.is_empty()) && !all.with(|it| it.is_empty())>
            <Empty glyph=Glyph::Search title=ts("village.no_match") text=ts("village.no_match_text")>
                <button type="button" class="button" data-kind="quiet" on:click=clear>{ts("village.show_all")}</button>
            </Empty>
        </When>
        <When when=move || !found.with(|it| it.is_empty())>
            <Rows id found sort/>
        </When>
        <a class="button button-float" data-kind="primary" href=add>
            <Icon glyph=Glyph::Plus/>
            {ts("village.add")}
        </a>
    }
}

/// The rows with their headings, the rail beside them, and the place where they were left.
#[component]
fn Rows(id: UnitId, found: Memo<List>, sort: Memo<Sort>) -> impl IntoView {
    let store = FieldStore::expect();
    let rows = memo(move || found.with(|found| Lines(Arc::new(lines(found, sort.get())))));
    let letters = Signal::derive(move || match sort.get() {
        Sort::Name => rows.with(Lines::letters),
        Sort::Hamlet | Sort::Number => Vec::new(),
    });
    let jump = RwSignal::new(None::<usize>);
    let to_letter = move |letter: char| {
        let row = rows.with_untracked(|rows| {
            let heading = Line::Heading(letter.to_string());
            rows.0.iter().position(|line| *line == heading)
        });
        jump.set(row);
    };
    let heights = store.heights(id);
    let scroll = window_event_listener(leptos::ev::scroll, move |_| {
        if let Ok(y) = window().scroll_y() {
            store.keep_scrolled(id, y);
        }
    });
    on_cleanup(move || scroll.remove());
    let scrolled = untrack(|| store.looked(id).scrolled);
    if scrolled > 0.0 {
        // After the rows have their room, and after the router has gone to the top of the page.
        request_animation_frame(move || {
            request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, scrolled));
        });
    }
    view! {
        <div class="railed">
            <LazyList rows=Signal::derive(move || rows.with(|rows| rows.0.clone())) draw=drawn jump heights/>
            <When when=move || { letters.with(Vec::len) > 1 }>
                <LettersRail label=ts("village.letters") letters on_letter=to_letter/>
            </When>
        </div>
    }
}

/// One line of the list: a heading, or a family under it.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    Heading(String),
    Family(Arc<Family>),
}

/// The lines of a list. Another list is another, whatever it holds.
#[derive(Clone)]
struct Lines(Arc<Vec<Line>>);

impl PartialEq for Lines {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Lines {
    fn letters(&self) -> Vec<char> {
        let headings = self.0.iter().filter_map(|line| match line {
            Line::Heading(text) => text.chars().next(),
            Line::Family(_) => None,
        });
        headings.collect()
    }
}

fn lines(families: &List, sort: Sort) -> Vec<Line> {
    let hamlets = match sort {
        Sort::Hamlet => families.hamlets(),
        Sort::Name | Sort::Number => Vec::new(),
    };
    let heading = |family: &Family| match sort {
        Sort::Name if families.len() >= RAIL => Some(family.initial.to_string()),
        Sort::Hamlet => Some(match &family.hamlet {
            Some(hamlet) => {
                let of = hamlets.iter().find(|(name, _)| name == hamlet);
                let (scored, all) = of.map_or((0, 0), |(_, it)| (it.scored, it.all));
                format!("{hamlet} · {scored}/{all}")
            }
            None => t("village.no_hamlet"),
        }),
        Sort::Name | Sort::Number => None,
    };
    let mut lines = Vec::with_capacity(families.len());
    let mut last = None;
    for family in families.iter() {
        let heading = heading(family);
        if heading != last {
            lines.extend(heading.clone().map(Line::Heading));
            last = heading;
        }
        lines.push(Line::Family(family.clone()));
    }
    lines
}

fn drawn(line: Line) -> AnyView {
    match line {
        Line::Heading(text) => view! { <li class="list-letter">{text}</li> }.into_any(),
        Line::Family(family) => view! { <Row family/> }.into_any(),
    }
}

#[component]
fn Row(family: Arc<Family>) -> impl IntoView {
    let stage = family.stage;
    let glyph = words::stage_glyph(stage);
    let mut about: Vec<String> = family.hamlet.clone().into_iter().collect();
    about.push(match family.members {
        Some(n) => tf("village.members", &[("n", &n)]),
        None => t("village.members_unknown"),
    });
    if family.doubted || family.clashes > 0 {
        about.push(t("village.doubted"));
    }
    let number = family.number.map(|it| tf("village.number", &[("n", &it)]));
    about.splice(0..0, number);
    let label = stage.map_or_else(|| t("village.not_begun"), words::stage);
    let score = family.score.as_ref();
    let shown = score.filter(|_| stage.is_some_and(|it| it != StageName::Registered));
    view! {
        <li>
            <a class="item" href=format!("/subject/{}", family.id)>
                <span class="item-main">
                    <span class="item-title">{family.name.clone()}</span>
                    <span class="item-sub">{about.join(" · ")}</span>
                </span>
                <span class="item-end">
                    <Badge tone=words::stage_tone(stage) glyph label/>
                    {shown.map(|score| view! { <span class="num">{format!("{}/{}", words::points(score.total), words::points(score.max))}</span> })}
                </span>
            </a>
        </li>
    }
}
