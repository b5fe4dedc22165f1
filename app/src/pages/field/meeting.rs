//! The village's review meeting: who was there, and the votes on one form after the other, written down at once.

use leptos::prelude::*;
use serde_json::Value;
use shared::assessment::StageName;
use shared::change::Refusal;
use shared::evidence::{FileHash, Medium};
use shared::ids::{DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::meeting::{self, Meeting, Minutes, PRESENT_MAX};
use shared::roster::{List, ListKey, form_of};
use web_sys::Blob;

use super::frame::FieldFrame;
use super::kept::Kept;
use super::places::{self, asked_kind, place_at};
use super::{evidence, param};
use crate::clock;
use crate::components::error_summary::FieldProblem;
use crate::components::text_field::FieldKind;
use crate::components::{
    Checkbox, Empty, ErrorSummary, FileButton, Glyph, Icon, Notice, TextField, Tone,
};
use crate::live::{When, follow, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::{FieldStore, NewPiece, NotAttached};
use crate::words;

/// As many as one meeting writes down at once: each is a change that is kept before the next tap.
const AT_ONCE: usize = 200;
/// The names under which what is typed is kept.
const ON: &str = "on";
const PRESENT: &str = "present";

/// A form that a meeting can vote on.
#[derive(Clone, Debug, PartialEq)]
struct Discussed {
    form: DocumentId,
    name: String,
    meeting: Option<Meeting>,
    /// Its points, or how far it is.
    standing: String,
}

/// The forms of a list that somebody has begun to score and nobody has closed.
fn discussed(store: FieldStore, key: ListKey, all: &List) -> Vec<Discussed> {
    let year = store.year();
    let is_open =
        |stage: StageName| stage.is_open() && stage != StageName::Registered && stage.is_entered();
    store.with(|replica| {
        let open = all.iter().filter(|it| it.stage.is_some_and(is_open));
        open.filter_map(|it| {
            let form = replica.document(form_of(it.id, key.kind, year))?;
            Some(Discussed {
                form: form.id,
                name: it.name.clone(),
                meeting: form.meeting(),
                standing: it.score.as_ref().map(words::standing).unwrap_or_default(),
            })
        })
        .collect()
    })
}

/// The address of the page of a list.
pub fn address(key: ListKey) -> String {
    match key.kind {
        SubjectKind::Household => format!("/village/{}/meeting", key.place),
        kind => format!("/village/{}/meeting?kind={}", key.place, kind.as_str()),
    }
}

#[component]
pub fn MeetingPage() -> impl IntoView {
    let store = FieldStore::expect();
    let unit = param::<UnitId>("unit");
    let asked = asked_kind();
    let here = memo(move || {
        let place = place_at(store, unit.get()?)?;
        let kind = asked.get().unwrap_or_else(|| place.main_list().kind);
        let key = ListKey {
            place: place.id,
            kind,
        };
        place.takes(kind).then(|| (key, place.title()))
    });
    let subtitle = Signal::derive(move || {
        here.with(|here| here.as_ref().map(|(_, title)| title.clone()))
            .unwrap_or_default()
    });
    let back = Signal::derive(move || {
        here.with(|here| here.as_ref().map(|(key, _)| places::address(*key)))
            .unwrap_or_else(|| "/".to_owned())
    });
    view! {
        <FieldFrame title=ts("meeting.title") subtitle back>
            {live(move || match here.get() {
                Some((key, _)) => view! { <OneMeeting key/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Lock title=ts("village.unknown") text=ts("village.unknown_text")/> }.into_any(),
            })}
        </FieldFrame>
    }
}

#[component]
fn OneMeeting(key: ListKey) -> impl IntoView {
    let store = FieldStore::expect();
    let all = store.list(key);
    let forms = memo(move || all.with(|all| discussed(store, key, all)));
    view! {
        <When when=move || forms.with(Vec::is_empty)>
            <Empty glyph=Glyph::Users title=ts("meeting.none") text=Signal::derive(move || words::of_kind("meeting.none_text", key.kind))/>
        </When>
        <When when=move || !forms.with(Vec::is_empty)>
            <LastMeeting key forms/>
            <Votes key forms/>
        </When>
    }
}

/// What the last meeting came to, and the picture of its minutes.
#[component]
fn LastMeeting(key: ListKey, forms: Memo<Vec<Discussed>>) -> impl IntoView {
    let store = FieldStore::expect();
    let last = memo(move || {
        forms.with(|forms| {
            let meetings = || forms.iter().filter_map(|it| it.meeting);
            let on = meetings().map(|it| it.on).max()?;
            let of_that = meetings().filter(|it| it.on == on);
            let minutes = of_that.clone().find_map(|it| it.minutes);
            let missing = of_that.clone().filter(|it| it.minutes.is_none()).count();
            Some((on, of_that.count(), minutes, missing))
        })
    });
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    // The picture is listed by one form; all of the meeting name it.
    let name_it = move |on, minutes: Minutes| {
        let of_that = forms.get_untracked();
        let of_that = of_that
            .into_iter()
            .filter_map(|it| Some((it.form, it.meeting.filter(|meeting| meeting.on == on)?)));
        let words = tf("undo.minutes", &[("on", &words::date(on))]);
        let named = store.act(words, || {
            for (form, meeting) in of_that {
                let meeting = Meeting {
                    minutes: Some(minutes),
                    ..meeting
                };
                store.set_field(form, meeting::FIELD.into(), meeting.value())?;
            }
            Ok(())
        });
        problem.set(named.err().map(|refusal| words::refusal(&refusal)));
    };
    let photo = move |(file, _): (Blob, String)| {
        let Some((on, ..)) = last.get_untracked() else {
            return;
        };
        let first = forms.with_untracked(|forms| {
            let mut of_that = forms.iter();
            let first = of_that.find(|it| it.meeting.is_some_and(|it| it.on == on))?;
            Some(first.form)
        });
        let Some(form) = first else { return };
        let piece = NewPiece {
            medium: Medium::Photo,
            file,
            name: Some(tf("meeting.photo", &[("on", &words::date(on))])),
            criterion: None,
        };
        busy.set(true);
        let done = move |answer: Result<FileHash, NotAttached>| {
            busy.set(false);
            match answer {
                Ok(photo) => name_it(on, Minutes { form, photo }),
                Err(why) => problem.set(Some(evidence::told(&why))),
            }
        };
        store.attach(form, piece, Callback::new(done));
    };
    // Some were voted on after the picture was taken.
    let share = move |_| {
        if let Some((on, _, Some(minutes), _)) = last.get_untracked() {
            name_it(on, minutes);
        }
    };
    let told = move |(on, n, minutes, missing): (_, usize, Option<Minutes>, usize)| {
        let kind = words::kind(key.kind);
        let title = tf(
            "meeting.last",
            &[("on", &words::date(on)), ("n", &n), ("kind", &kind)],
        );
        let (tone, text) = match (minutes, missing) {
            (Some(_), 0) => (Tone::Forest, t("meeting.has_photo")),
            (Some(_), _) => (Tone::Turmeric, t("meeting.photo_of_some")),
            (None, _) => (Tone::Turmeric, t("meeting.no_photo")),
        };
        let action = match (minutes, missing) {
            (Some(_), 0) => None,
            (Some(_), _) => Some(
                view! { <button type="button" class="button" data-kind="secondary" on:click=share>{t("meeting.photo_for_all")}</button> }
                    .into_any(),
            ),
            (None, _) => Some(
                view! {
                    <div class="row evidence-add">
                        <FileButton label=ts("meeting.take_photo") glyph=Glyph::Camera accept="image/*" camera=true disabled=busy on_file=photo/>
                        <FileButton label=ts("evidence.choose_photo") glyph=Glyph::Share accept="image/*" disabled=busy on_file=photo/>
                    </div>
                }
                .into_any(),
            ),
        };
        view! {
            <Notice tone glyph=Glyph::Users title>
                <p>{text}</p>
                {action}
            </Notice>
        }
    };
    view! {
        {live(move || last.get().map(told))}
        <p class="small muted" role="status">{live(move || busy.get().then(|| t("evidence.keeping")))}</p>
        {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
    }
}

/// Whether a form is voted on; tracked. Those that were are voted on again only if somebody says so.
fn takes(typed: Kept, it: &Discussed) -> bool {
    match typed.text(&taken(it)).as_str() {
        "" => it.meeting.is_none(),
        said => said == "1",
    }
}

fn taken(it: &Discussed) -> String {
    format!("taken/{}", it.form)
}

fn against(it: &Discussed) -> String {
    format!("against/{}", it.form)
}

/// The control of the votes against one form.
fn against_id(it: &Discussed) -> String {
    format!("against-{}", it.form)
}

/// The meeting and its votes: everybody for everybody, but for those who are told otherwise.
#[component]
fn Votes(key: ListKey, forms: Memo<Vec<Discussed>>) -> impl IntoView {
    let store = FieldStore::expect();
    let typed = Kept::of(
        store,
        format!("meeting/{}/{}", key.place, key.kind.as_str()),
    );
    typed.suggest(ON, words::date(clock::today()));
    let problems = RwSignal::new(Vec::<FieldProblem>::new());
    let chosen = memo(move || {
        forms.with(|forms| {
            let taken = forms.iter().filter(|it| takes(typed, it));
            taken.take(AT_ONCE).cloned().collect::<Vec<_>>()
        })
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let read = untrack(|| read(store, typed, &chosen.get()));
        let votes = match read {
            Ok(votes) => votes,
            Err(wrong) => return problems.set(wrong),
        };
        let words = tf("undo.voted", &[("n", &votes.len())]);
        let recorded = store.act(words, || record(store, votes));
        problems.set(match recorded {
            Ok(()) => {
                // The next votes of the same meeting share its day, and how many were there.
                typed.forget(|name| matches!(name, ON | PRESENT));
                store.buzz();
                window().scroll_to_with_x_and_y(0.0, 0.0);
                Vec::new()
            }
            Err(refusal) => vec![FieldProblem {
                field: "meeting-on".to_owned(),
                message: words::refusal(&refusal),
            }],
        });
    };
    let line = move |name: &'static str| Signal::derive(move || typed.text(name));
    let error = move |id: &'static str| {
        Signal::derive(move || {
            problems.with(|it| {
                let found = it.iter().find(|it| it.field == id);
                found.map(|it| it.message.clone())
            })
        })
    };
    let fresh = memo(move || {
        forms.with(|forms| {
            let fresh = forms.iter().filter(|it| it.meeting.is_none());
            fresh.take(AT_ONCE).cloned().collect::<Vec<_>>()
        })
    });
    let over = memo(move || {
        forms.with(|forms| {
            let over = forms.iter().filter(|it| it.meeting.is_some());
            over.cloned().collect::<Vec<_>>()
        })
    });
    // Where everybody was voted on there is nothing to ask, unless somebody is to be voted on again.
    let is_asked = move || !fresh.with(Vec::is_empty) || !chosen.with(Vec::is_empty);
    let row = move |it: Discussed| view! { <Vote it typed problems/> };
    let label = move || {
        let n = chosen.with(Vec::len);
        tf(
            "meeting.save",
            &[("n", &n), ("kind", &words::kind(key.kind))],
        )
    };
    view! {
        <form class="stack" on:submit=save novalidate>
            <ErrorSummary heading=ts("add.problem") problems/>
            <When when=is_asked>
                <TextField id="meeting-on" label=ts("meeting.on") hint=ts("meeting.on_hint") value=line(ON) error=error("meeting-on")
                    on_input=move |text| typed.keep(ON, text)/>
                <TextField id="meeting-present" label=ts("meeting.present") kind=FieldKind::Number value=line(PRESENT) error=error("meeting-present")
                    on_input=move |text| typed.keep(PRESENT, text)/>
            </When>
            <fieldset class="stack" data-gap="s" id="meeting-votes" tabindex="-1">
                <legend><h2>{ts("meeting.votes")}</h2></legend>
                <p class="hint">{live(move || t(if is_asked() { "meeting.votes_hint" } else { "meeting.all_over" }))}</p>
                {live(move || error("meeting-votes").get().map(|why| view! { <p class="field-error"><Icon glyph=Glyph::Alert/>{why}</p> }))}
                <When when=move || !fresh.with(Vec::is_empty)>
                    <ul class="list votes">{live(move || fresh.get().into_iter().map(row).collect_view())}</ul>
                </When>
                <When when=move || !over.with(Vec::is_empty)>
                    <details class="official">
                        <summary>{live(move || tf("meeting.over", &[("n", &over.with(Vec::len))]))}</summary>
                        <ul class="list votes">{live(move || over.get().into_iter().map(row).collect_view())}</ul>
                    </details>
                </When>
            </fieldset>
            <When when=is_asked>
                <button type="submit" class="button" data-kind="primary" data-size="big" data-wide>{live(label)}</button>
                <p class="muted">{ts("meeting.safe")}</p>
            </When>
        </form>
    }
}

/// One form: whether it was voted on, and how many were against.
#[component]
fn Vote(it: Discussed, typed: Kept, problems: RwSignal<Vec<FieldProblem>>) -> impl IntoView {
    let (id, name) = (against_id(&it), against(&it));
    let said = it.meeting.map(|it| words::meeting_said(&it));
    let title = it.name.clone();
    let label = tf("meeting.against_of", &[("name", &title)]);
    let wrong = {
        let id = id.clone();
        memo(move || problems.with(|all| all.iter().any(|it| it.field == id)))
    };
    let value = {
        let name = name.clone();
        Signal::derive(move || typed.text(&name))
    };
    let kept = taken(&it);
    let choose = move |is: bool| {
        let said = if is { "1" } else { "0" };
        typed.keep(&kept, said.to_owned());
    };
    let standing = said.unwrap_or_else(|| it.standing.clone());
    let checked = Signal::derive(move || takes(typed, &it));
    view! {
        <li class="vote">
            <div>
                <Checkbox label=Signal::derive(move || title.clone()) checked on_change=choose/>
                <p class="small muted">{standing}</p>
            </div>
            <When when=move || checked.get()>
                <label class="vote-against">
                    <span class="small" aria-hidden="true">{ts("meeting.against")}</span>
                    <input id=id.clone() type="text" inputmode="numeric" autocomplete="off" placeholder="0" aria-label=label.clone()
                        aria-invalid=follow(move || wrong.get().then_some("true"))
                        prop:value=value
                        on:input={ let name = name.clone(); move |event| typed.keep(&name, event_target_value(&event)) }/>
                </label>
            </When>
        </li>
    }
}

/// The votes as they are typed, or what is wrong with them.
fn read(
    store: FieldStore,
    typed: Kept,
    chosen: &[Discussed],
) -> Result<Vec<(DocumentId, Meeting)>, Vec<FieldProblem>> {
    let mut wrong = Vec::new();
    let mut tell = |field: &str, message: String| {
        wrong.push(FieldProblem {
            field: field.to_owned(),
            message,
        });
    };
    let from = store.year().first_day();
    let on = words::parse_date(&typed.text(ON));
    match on {
        None => tell("meeting-on", t("meeting.on_wrong")),
        Some(day) if day < from || day > clock::today() => {
            tell("meeting-on", words::refusal(&Refusal::WrongDate { from }));
        }
        Some(_) => {}
    }
    let present = typed.text(PRESENT).trim().parse::<u32>().ok();
    let present = present.filter(|it| (1..=PRESENT_MAX).contains(it));
    if present.is_none() {
        tell("meeting-present", t("meeting.present_wrong"));
    }
    if chosen.is_empty() {
        tell("meeting-votes", t("meeting.nobody"));
    }
    let mut votes = Vec::new();
    for it in chosen {
        let text = typed.text(&against(it));
        let count = match text.trim() {
            "" => Some(0),
            text => text.parse::<u32>().ok(),
        };
        let count = count.filter(|count| present.is_none_or(|present| *count <= present));
        let Some(against) = count else {
            let told = tf("meeting.against_wrong", &[("name", &it.name)]);
            tell(&against_id(it), told);
            continue;
        };
        if let (Some(on), Some(present)) = (on, present) {
            // The picture of the minutes stays with the day it is of.
            let before = it.meeting.filter(|before| before.on == on);
            let meeting = Meeting {
                on,
                present,
                in_favour: present - against,
                against,
                minutes: before.and_then(|it| it.minutes),
            };
            votes.push((it.form, meeting));
        }
    }
    match wrong.is_empty() {
        true => Ok(votes),
        false => Err(wrong),
    }
}

fn record(store: FieldStore, votes: Vec<(DocumentId, Meeting)>) -> Result<(), Refusal> {
    for (form, meeting) in votes {
        let value: Value = meeting.value();
        store.set_field(form, meeting::FIELD.into(), value)?;
    }
    Ok(())
}
