//! What stands over a list: the other places, the other kinds, the order, the hamlet.

use leptos::prelude::*;
use shared::access::Role;
use shared::assessment::StageName;
use shared::kind::SubjectKind;
use shared::roster::{List, ListKey, Sort};

use super::places::{self, OwnPlace, own_places};
use super::{meeting, together};
use crate::components::{Glyph, Icon, SelectOption};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// The person's places, each a tap away. One place needs none.
#[component]
pub fn PlaceTabs(here: ListKey) -> impl IntoView {
    let own = own_places(FieldStore::expect());
    let tab = move |place: OwnPlace| {
        // The same kind there, if there is one.
        let key = match place.takes(here.kind) {
            true => ListKey {
                place: place.id,
                kind: here.kind,
            },
            false => place.main_list(),
        };
        let current = (place.id == here.place).then_some("page");
        view! { <li><a class="chip" href=places::address(key) aria-current=current>{place.name}</a></li> }
    };
    view! {
        <When when=move || { own.with(Vec::len) > 1 }>
            <nav aria-label=ts("village.others")>
                <ul class="chips">{live(move || own.get().into_iter().map(tab).collect_view())}</ul>
            </nav>
        </When>
    }
}

/// The lists of a place: families, citizens, units. One list needs none.
#[component]
pub fn KindTabs(here: ListKey, place: OwnPlace) -> impl IntoView {
    let store = FieldStore::expect();
    let lists = memo(move || {
        let (role, year) = (store.role(), store.year());
        store.roster(|roster| places::lists(&place, role, year, roster))
    });
    let tab = move |key: ListKey| {
        let count = store.roster(|roster| roster.list(key).len());
        let current = (key == here).then_some("page");
        view! {
            <li>
                <a class="chip" href=places::address(key) aria-current=current>
                    {words::capital(&words::kind(key.kind))}
                    <span class="num">{count}</span>
                </a>
            </li>
        }
    };
    view! {
        <When when=move || { lists.with(Vec::len) > 1 }>
            <nav aria-label=ts("village.kinds")>
                <ul class="chips">{live(move || lists.get().into_iter().map(tab).collect_view())}</ul>
            </nav>
        </When>
    }
}

/// The order of the list and the hamlet looked at.
#[component]
pub fn Tools(key: ListKey, all: Memo<List>) -> impl IntoView {
    let store = FieldStore::expect();
    let hamlets = memo(move || all.with(List::hamlets));
    let has_numbers = memo(move || all.with(|all| all.iter().any(|it| it.number.is_some())));
    let orders = Signal::derive(move || {
        let there = |sort: &Sort| match sort {
            Sort::Name => true,
            Sort::Hamlet => hamlets.with(Vec::len) > 1,
            Sort::Number => has_numbers.get(),
        };
        let option = |sort: Sort| SelectOption {
            value: sort.as_str().to_owned(),
            label: t(match sort {
                Sort::Name => "village.by_name",
                Sort::Hamlet => "village.by_hamlet",
                Sort::Number => "village.by_number",
            }),
        };
        Sort::ALL
            .into_iter()
            .filter(there)
            .map(option)
            .collect::<Vec<_>>()
    });
    let places = Signal::derive(move || {
        let option = |(name, of): (String, shared::roster::Progress)| SelectOption {
            label: tf(
                "village.hamlet",
                &[("name", &name), ("scored", &of.scored), ("all", &of.all)],
            ),
            value: name,
        };
        let every = SelectOption {
            value: String::new(),
            label: t("village.every_hamlet"),
        };
        let named = hamlets.get().into_iter().map(option);
        std::iter::once(every).chain(named).collect::<Vec<_>>()
    });
    let order = Signal::derive(move || store.sort(key.place).as_str().to_owned());
    let place = Signal::derive(move || store.looked(key).hamlet.unwrap_or_default());
    let sorted = move |value: String| {
        if let Some(sort) = Sort::parse(&value) {
            store.keep_sort(key.place, sort);
            store.look(key, |looked| looked.scrolled = 0.0);
        }
    };
    let placed = move |value: String| {
        store.look(key, |looked| {
            looked.hamlet = (!value.is_empty()).then_some(value);
            looked.scrolled = 0.0;
        });
    };
    view! {
        <div class="list-tools">
            <When when=move || { orders.with(Vec::len) > 1 }>
                <Select label=ts("village.sort") options=orders value=order on_choose=sorted/>
            </When>
            <When when=move || { hamlets.with(Vec::len) > 1 }>
                <Select label=ts("village.hamlets") options=places value=place on_choose=placed/>
            </When>
        </div>
    }
}

/// As many as are registered at once: each is a change that is kept before the next tap.
const AT_ONCE: usize = 200;

/// One step for everybody of a list who is not registered for the year's title yet. Whoever checks registers nobody.
#[component]
pub fn RegisterAll(key: ListKey, all: Memo<List>) -> impl IntoView {
    let store = FieldStore::expect();
    let waiting = memo(move || {
        if store.role().is_none_or(Role::verifies_at_home) {
            return Vec::new();
        }
        all.with(|all| {
            let waiting = all.iter().filter(|it| it.stage.is_none());
            waiting.map(|it| it.id).take(AT_ONCE).collect()
        })
    });
    let problem = RwSignal::new(None::<String>);
    let register = move |_| {
        let subjects = waiting.get_untracked();
        let words = tf("undo.registered", &[("n", &subjects.len())]);
        let year = untrack(|| store.year());
        let done = store.act(words, || {
            for subject in subjects {
                store.open_assessment(subject.into(), key.kind.title(), year)?;
            }
            Ok(())
        });
        problem.set(done.err().map(|refusal| words::refusal(&refusal)));
    };
    let label = move || {
        let n = waiting.with(Vec::len);
        tf(
            "village.register",
            &[("n", &n), ("kind", &words::kind(key.kind))],
        )
    };
    view! {
        <When when=move || !waiting.with(Vec::is_empty)>
            <details class="register-all">
                <summary>{ts("village.register_head")}</summary>
                <div class="stack" data-gap="s">
                    <p class="hint">{ts("village.register_text")}</p>
                    <button type="button" class="button" data-kind="secondary" data-wide on:click=register>{live(label)}</button>
                    {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert">{why}</p> }))}
                </div>
            </details>
        </When>
    }
}

/// The way to the meeting of a village, once there is a form that it can vote on.
#[component]
pub fn MeetingLink(key: ListKey, all: Memo<List>, is_village: bool) -> impl IntoView {
    let store = FieldStore::expect();
    let is_asked = memo(move || {
        let scores = store.role().is_some_and(|role| !role.verifies_at_home());
        let is_scored = |stage: StageName| stage.is_open() && stage != StageName::Registered;
        let is_voted_on = is_village && key.kind.is_voted_on();
        is_voted_on
            && scores
            && all.with(|all| all.iter().any(|it| it.stage.is_some_and(is_scored)))
    });
    view! {
        <When when=move || is_asked.get()>
            <a class="button" data-kind="secondary" data-wide href=meeting::address(key)>
                <Icon glyph=Glyph::Users/>
                {ts("meeting.link")}
            </a>
        </When>
    }
}

/// The way to the page that scores many citizens at once, while the village works on more than one.
#[component]
pub fn TogetherLink(key: ListKey, all: Memo<List>) -> impl IntoView {
    let store = FieldStore::expect();
    let is_asked = memo(move || {
        let scores = store.role().is_some_and(|role| !role.verifies_at_home());
        let is_many = || all.with(|all| all.iter().filter(|it| it.is_open()).nth(1).is_some());
        key.kind == SubjectKind::Citizen && scores && is_many()
    });
    view! {
        <When when=move || is_asked.get()>
            <a class="button" data-kind="secondary" data-wide href=together::address(key.place)>
                <Icon glyph=Glyph::Pen/>
                {ts("together.link")}
            </a>
        </When>
    }
}

/// The system's own list, in a line of its own words.
#[component]
fn Select(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<SelectOption>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_choose: Callback<String>,
) -> impl IntoView {
    let option = move |SelectOption { value: own, label }: SelectOption| {
        let compared = own.clone();
        let selected = move || value.with(|value| *value == compared);
        view! { <option value=own selected=selected>{label}</option> }
    };
    view! {
        <select aria-label=label prop:value=value on:change=move |event| on_choose.run(event_target_value(&event))>
            {live(move || options.get().into_iter().map(option).collect_view())}
        </select>
    }
}
