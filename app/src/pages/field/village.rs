//! A village, or a commune: its families, citizens or units, found by a few letters, by hamlet and by how far they are.

use std::sync::Arc;

use leptos::prelude::*;
use shared::assessment::StageName;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::roster::{List, ListKey, Listed, Query, Sort};
use shared::scoring::Score;

use super::frame::FieldFrame;
use super::param;
use super::places::{self, OwnPlace, asked_kind, place_at};
use super::village_tools::{KindTabs, MeetingLink, PlaceTabs, RegisterAll, TogetherLink, Tools};
use crate::components::{
    Badge, Chip, Chips, Empty, Glyph, Icon, LazyList, LettersRail, SearchField, Skeleton,
};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// From so many subjects on, the letters of their given names stand at the side.
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

    fn holds(self, subject: &Listed) -> bool {
        let stage = subject.stage;
        match self {
            Filter::All => true,
            Filter::Todo => matches!(stage, None | Some(StageName::Registered)),
            Filter::Doing => stage == Some(StageName::InProgress),
            Filter::Done => subject.is_scored(),
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
    let place = memo(move || id.get().and_then(|id| place_at(store, id)));
    let asked = asked_kind();
    let kind = memo(move || {
        place.with(|place| {
            let place = place.as_ref()?;
            let asked = asked.get().filter(|kind| kind.may_lie_in(place.tier));
            Some(asked.unwrap_or_else(|| place.main_list().kind))
        })
    });
    let title = Signal::derive(move || {
        place.with(|place| {
            place
                .as_ref()
                .map_or_else(|| t("village.title"), OwnPlace::title)
        })
    });
    view! {
        <FieldFrame title back=Signal::derive(|| "/".to_owned())>
            {live(move || match place.get().zip(kind.get()) {
                Some((place, kind)) => {
                    let key = ListKey { place: place.id, kind };
                    view! { <Village key place/> }.into_any()
                }
                None => view! { <Empty glyph=Glyph::Lock title=ts("village.unknown") text=ts("village.unknown_text")/> }.into_any(),
            })}
        </FieldFrame>
    }
}

#[component]
fn Village(key: ListKey, place: OwnPlace) -> impl IntoView {
    let store = FieldStore::expect();
    store.keep_last_list(key);
    let ListKey { place: id, kind } = key;
    let is_village = place.is_village();
    let all = store.list(key);
    let looked = memo(move || store.looked(key));
    let sort = memo(move || store.sort(id));
    let found = memo(move || {
        let looked = looked.get();
        let (query, filter) = (Query::new(&looked.search), Filter::of(looked.filter));
        all.with(|all| {
            all.chosen(sort.get(), |subject| {
                let lives_there = looked.hamlet.is_none() || looked.hamlet == subject.hamlet;
                lives_there && filter.holds(subject) && subject.is_found(&query)
            })
        })
    });
    let chips: Vec<Chip<Filter>> = Filter::ALL
        .map(|value| Chip {
            value,
            label: value.label(),
            count: Signal::derive(move || {
                Some(all.with(|all| all.iter().filter(|it| value.holds(it)).count()))
            }),
        })
        .into();
    let change = move |change: &dyn Fn(&mut crate::store::Looked)| {
        store.look(key, |looked| {
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
            true => places::adding(key, None),
            false => places::adding(key, Some(&typed)),
        }
    };
    view! {
        <PlaceTabs here=key/>
        <KindTabs here=key place/>
        // Where nobody is there is nothing to search.
        <When when=move || !all.with(|all| all.is_empty())>
            <SearchField
                label=Signal::derive(move || words::of_kind("village.search", kind))
                placeholder=ts("village.search_hint")
                clear_label=ts("village.clear")
                value=search
                on_input=move |text: String| change(&|looked| looked.search.clone_from(&text))
            />
            <Chips label=ts("village.filters") chips=chips.clone() chosen=filter on_choose=move |value: Filter| change(&|looked| looked.filter = value.kept())/>
            <Tools key all/>
            <RegisterAll key all/>
            <TogetherLink key all/>
            <MeetingLink key all is_village/>
        </When>
        {live(move || all.with(|all| all.is_empty()).then(|| match (store.is_reading() || !store.is_listed(), store.online().get()) {
            (true, true) => view! { <Skeleton label=ts("village.reading")/> }.into_any(),
            (true, false) => view! {
                <Empty glyph=Glyph::Offline title=ts("village.not_read") text=words::of_kind("village.not_read_text", kind)/>
            }.into_any(),
            (false, _) => view! {
                <Empty glyph=Glyph::Users title=words::of_kind("village.none", kind) text=nothing_there(kind)/>
            }.into_any(),
        }))}
        <When when=move || found.with(|it| it.is_empty()) && !all.with(|it| it.is_empty())>
            <Empty glyph=Glyph::Search title=ts("village.no_match") text=Signal::derive(move || words::of_kind("village.no_match_text", kind))>
                <button type="button" class="button" data-kind="quiet" on:click=clear>{ts("village.show_all")}</button>
            </Empty>
        </When>
        <When when=move || !found.with(|it| it.is_empty())>
            <Rows key found sort/>
        </When>
        // Of a community there is one in its village.
        <When when=move || !(kind.is_a_unit() && all.with(|all| !all.is_empty()))>
            <a class="button button-float" data-kind="primary" href=add>
                <Icon glyph=Glyph::Plus/>
                {live(move || words::of_kind("village.add", kind))}
            </a>
        </When>
    }
}

/// What to do about an empty list. Families come from the commune's list, the others are entered by hand.
fn nothing_there(kind: SubjectKind) -> String {
    match kind {
        SubjectKind::Household => t("village.none_text"),
        kind => words::of_kind("village.none_text_of", kind),
    }
}

/// The rows with their headings, the rail beside them, and the place where they were left.
#[component]
fn Rows(key: ListKey, found: Memo<List>, sort: Memo<Sort>) -> impl IntoView {
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
    let heights = store.heights(key);
    let scroll = window_event_listener(leptos::ev::scroll, move |_| {
        if let Ok(y) = window().scroll_y() {
            store.keep_scrolled(key, y);
        }
    });
    on_cleanup(move || scroll.remove());
    let scrolled = untrack(|| store.looked(key).scrolled);
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

/// One line of the list: a heading, or a subject under it.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    Heading(String),
    Subject(Arc<Listed>),
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
            Line::Subject(_) => None,
        });
        headings.collect()
    }
}

fn lines(subjects: &List, sort: Sort) -> Vec<Line> {
    let hamlets = match sort {
        Sort::Hamlet => subjects.hamlets(),
        Sort::Name | Sort::Number => Vec::new(),
    };
    let heading = |subject: &Listed| match sort {
        Sort::Name if subjects.len() >= RAIL => Some(subject.initial.to_string()),
        Sort::Hamlet => Some(match &subject.hamlet {
            Some(hamlet) => {
                let of = hamlets.iter().find(|(name, _)| name == hamlet);
                let (scored, all) = of.map_or((0, 0), |(_, it)| (it.scored, it.all));
                format!("{hamlet} · {scored}/{all}")
            }
            None => t("village.no_hamlet"),
        }),
        Sort::Name | Sort::Number => None,
    };
    let mut lines = Vec::with_capacity(subjects.len());
    let mut last = None;
    for subject in subjects.iter() {
        let heading = heading(subject);
        if heading != last {
            lines.extend(heading.clone().map(Line::Heading));
            last = heading;
        }
        lines.push(Line::Subject(subject.clone()));
    }
    lines
}

fn drawn(line: Line) -> AnyView {
    match line {
        Line::Heading(text) => view! { <li class="list-letter">{text}</li> }.into_any(),
        Line::Subject(subject) => view! { <Row subject/> }.into_any(),
    }
}

#[component]
fn Row(subject: Arc<Listed>) -> impl IntoView {
    let stage = subject.stage;
    let glyph = words::stage_glyph(stage);
    let mut about: Vec<String> = subject.hamlet.clone().into_iter().collect();
    about.extend(
        match (subject.list.kind, subject.members, subject.birth_year) {
            (SubjectKind::Household, Some(n), _) => Some(tf("village.members", &[("n", &n)])),
            (SubjectKind::Household, None, _) => Some(t("village.members_unknown")),
            (_, _, Some(year)) => Some(tf("village.born", &[("year", &year)])),
            _ => None,
        },
    );
    if subject.doubted || subject.clashes > 0 {
        about.push(t("village.doubted"));
    }
    let number = subject.number.map(|it| tf("village.number", &[("n", &it)]));
    about.splice(0..0, number);
    let label = stage.map_or_else(|| t("village.not_begun"), words::stage);
    let score = subject.score.as_ref();
    let shown = score.filter(|_| stage.is_some_and(|it| it != StageName::Registered));
    view! {
        <li>
            <a class="item" href=format!("/subject/{}", subject.id)>
                <span class="item-main">
                    <span class="item-title">{subject.name.clone()}</span>
                    <span class="item-sub">{about.join(" · ")}</span>
                </span>
                <span class="item-end">
                    <Badge tone=words::stage_tone(stage) glyph label/>
                    {shown.and_then(Score::points).map(|(got, max)| view! { <span class="num">{format!("{}/{}", words::points(got), words::points(max))}</span> })}
                </span>
            </a>
        </li>
    }
}
