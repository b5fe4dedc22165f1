//! A field that names another subject: the clan of a family, the unit of a citizen. It is found by a part of its name and
//! picked with a thumb.

use leptos::prelude::*;
use serde_json::Value;
use shared::document::Document;
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::membership::links;
use shared::sync::Replica;
use shared::text;

use crate::components::{Glyph, Icon, SearchField};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// Names that are shown at once; more of them are found by typing.
const SHOWN: usize = 6;

/// What stands in a field of a subject, with the names that this phone knows; tracked.
pub fn value(store: FieldStore, name: &str, of: Option<&Value>) -> String {
    words::field_value_by(name, of, |id| name_of(store, id))
}

/// The name of a subject of this phone, or of a clan or unit of the commune; tracked.
fn name_of(store: FieldStore, id: DocumentId) -> Option<String> {
    let here = store.document(id).map(|it| it.name().to_owned());
    here.or_else(|| {
        let groups = store.groups();
        groups.with(|all| Some(all.iter().find(|it| it.id == id)?.name.clone()))
    })
}

/// Somebody who can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    id: DocumentId,
    name: String,
    place: String,
    folded: String,
}

/// All of a kind that this phone has, and those of the commune's other villages that it was told of, in the order of names.
fn candidates(store: FieldStore, kind: SubjectKind) -> Vec<Candidate> {
    let tree = store.tree().get_untracked();
    let read = |replica: &Replica| {
        let all = replica
            .documents()
            .filter(|it| it.subject_kind() == Some(kind));
        let candidate = |it: &Document| Candidate {
            id: it.id,
            name: it.name().to_owned(),
            place: tree
                .name(it.place, crate::clock::today())
                .unwrap_or_default()
                .to_owned(),
            folded: text::fold(it.name()),
        };
        all.map(candidate).collect::<Vec<_>>()
    };
    let mut found = untrack(|| store.with(read));
    let elsewhere = store.groups().get_untracked().into_iter();
    let elsewhere = elsewhere.filter(|group| group.kind == kind);
    for group in elsewhere {
        if found.iter().all(|it| it.id != group.id) {
            found.push(Candidate {
                id: group.id,
                folded: text::fold(&group.name),
                name: group.name,
                place: group.place,
            });
        }
    }
    found.sort_by_cached_key(|it| text::name_key(&it.name));
    found
}

/// The subject that stands in the field, and the way to another one.
#[component]
pub fn LinkField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    kind: SubjectKind,
    #[prop(into)] chosen: Signal<Option<String>>,
    /// `None`: it belongs nowhere.
    #[prop(into)]
    on_choose: Callback<Option<DocumentId>>,
) -> impl IntoView {
    let store = FieldStore::expect();
    let open = RwSignal::new(false);
    let search = RwSignal::new(String::new());
    let all = RwSignal::new(Vec::<Candidate>::new());
    let standing = memo(move || {
        let id = chosen.get()?;
        let known = id.parse().ok().and_then(|id| name_of(store, id));
        Some(known.unwrap_or_else(|| t("link.elsewhere")))
    });
    let choose = move |id: Option<DocumentId>| {
        open.set(false);
        search.set(String::new());
        on_choose.run(id);
    };
    let begin = move |_| {
        all.set(candidates(store, kind));
        open.set(true);
    };
    let found = memo(move || {
        let words = text::fold(&search.get());
        all.with(|all| {
            let fits = all.iter().filter(|it| it.folded.contains(&words));
            let mut fits: Vec<Candidate> = fits.cloned().collect();
            let more = fits.len().saturating_sub(SHOWN);
            fits.truncate(SHOWN);
            (fits, more)
        })
    });
    let button = move |Candidate {
                           id, name, place, ..
                       }: Candidate| {
        view! {
            <li>
                <button type="button" class="button side" data-kind="secondary" on:click=move |_| choose(Some(id))>
                    <strong>{name}</strong>
                    <span class="muted small">{place}</span>
                </button>
            </li>
        }
    };
    view! {
        <fieldset class="stack" data-gap="s" id=id>
            <legend><strong>{label}</strong></legend>
            <p class="row">
                <strong>{live(move || standing.get().unwrap_or_else(|| "–".to_owned()))}</strong>
                <When when=move || !open.get()>
                    <button type="button" class="button" data-kind="secondary" on:click=begin>
                        {live(move || t(if standing.with(Option::is_some) { "link.other" } else { "link.pick" }))}
                        <span class="visually-hidden">" " {label}</span>
                    </button>
                </When>
            </p>
            <When when=move || open.get()>
                <div class="stack" data-gap="s">
                    <SearchField label placeholder=ts("link.search") clear_label=ts("village.clear") value=search on_input=move |text| search.set(text)/>
                    <ul class="sides">{live(move || found.get().0.into_iter().map(button).collect_view())}</ul>
                    {live(move || match found.get() {
                        (fits, _) if fits.is_empty() => Some(view! { <p class="row muted"><Icon glyph=Glyph::Info/>{tf("link.nobody", &[("kind", &words::one(kind))])}</p> }),
                        (_, 0) => None,
                        (_, more) => Some(view! { <p class="row muted"><Icon glyph=Glyph::Search/>{tf("link.more", &[("n", &more)])}</p> }),
                    })}
                    <p class="row">
                        <When when=move || standing.with(Option::is_some)>
                            <button type="button" class="button" data-kind="quiet" on:click=move |_| choose(None)>{ts("link.none")}</button>
                        </When>
                        <button type="button" class="button" data-kind="quiet" on:click=move |_| open.set(false)>{ts("link.leave")}</button>
                    </p>
                </div>
            </When>
        </fieldset>
    }
}

/// Those who say that they belong to a subject, as far as they are on this phone.
#[component]
pub fn Members(id: DocumentId, kind: SubjectKind) -> impl IntoView {
    let store = FieldStore::expect();
    let members = memo(move || {
        let mut found = store.with(|replica| {
            let all = replica.documents();
            let belongs = |it: &&Document| links(it).any(|link| link.group == Some(id.into()));
            let named = all.filter(belongs).map(|it| (it.id, it.name().to_owned()));
            named.collect::<Vec<_>>()
        });
        found.sort_by_cached_key(|(_, name)| text::name_key(name));
        found
    });
    let line = |(id, name): (DocumentId, String)| {
        view! { <li><a href=format!("/subject/{id}")>{name}</a></li> }
    };
    let title = match kind {
        SubjectKind::Clan => "members.clan",
        SubjectKind::Unit => "members.unit",
        SubjectKind::Household => "members.household",
        _ => return ().into_any(),
    };
    view! {
        <When when=move || !members.with(Vec::is_empty)>
            <details class="card fold">
                <summary><h2>{live(move || tf(title, &[("n", &members.with(Vec::len))]))}</h2></summary>
                <ul class="plain">{live(move || members.get().into_iter().map(line).collect_view())}</ul>
                <p class="small muted">{ts("members.here")}</p>
            </details>
        </When>
    }
    .into_any()
}
