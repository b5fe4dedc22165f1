//! What proves the answers, on the phone: pictures, papers, a signature.

use leptos::html;
use leptos::prelude::*;
use shared::change::ChangeBody;
use shared::criteria::{CriteriaSet, CriterionCode, EvidenceKind, Indicator};
use shared::document::Document;
use shared::evidence::{Evidence, FileHash, Medium};
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;
use web_sys::Blob;

use super::sheet::Sheet;
use crate::components::{
    Badge, Dialog, FileButton, Glyph, Icon, Notice, SignaturePad, Tone, signature_pad,
};
use crate::live::{When, follow, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::evidence::{self, UploadState};
use crate::store::{FieldStore, NewPiece, NotAttached, Room};
use crate::words;

/// What of it a screen asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub photo: bool,
    pub paper: bool,
    pub signature: bool,
}

impl Asked {
    pub const ALL: Self = Self {
        photo: true,
        paper: true,
        signature: true,
    };

    /// What a criterion asks for, if it is anything that a phone can take. In a set that counts nothing without proof, a list or a count
    /// is a paper too: with no way to bring it nobody would pass.
    pub fn by(set: &CriteriaSet, indicator: &Indicator) -> Option<Self> {
        let asks = |kind| indicator.evidence.contains(&kind);
        let is_needed = set.pass.needs_evidence && indicator.is_proven_by_pieces();
        let paper = asks(EvidenceKind::Doc) || is_needed;
        (paper || asks(EvidenceKind::Photo)).then_some(Self {
            // A paper is a photo for whoever has it in hand.
            photo: true,
            paper,
            signature: false,
        })
    }
}

/// The pieces of a form, or of one criterion of it, and the buttons to add one.
#[component]
pub fn Pieces(
    sheet: Sheet,
    /// Whose pieces; nothing for all of the form, where new ones are about the whole of it.
    #[prop(optional)]
    criterion: Option<CriterionCode>,
    asked: Asked,
    #[prop(into)] disabled: Signal<bool>,
) -> impl IntoView {
    let (store, form) = (sheet.store, sheet.form);
    Effect::new(move || store.look_for_room());
    let of = criterion.clone();
    let pieces = memo(move || {
        form.with(|form| {
            let pieces = form.iter().flat_map(Document::evidence);
            pieces
                .filter(|(_, piece)| of.is_none() || piece.criterion == of)
                .collect::<Vec<_>>()
        })
    });
    let problem = RwSignal::new(None::<NotAttached>);
    let busy = RwSignal::new(false);
    let signing = RwSignal::new(false);
    let add = move |medium: Medium, file: Blob, name: Option<String>| {
        let form = match sheet.begun() {
            Ok(form) => form,
            Err(refusal) => return problem.set(Some(NotAttached::Refused(refusal))),
        };
        let piece = NewPiece {
            medium,
            file,
            name,
            criterion: criterion.clone(),
        };
        busy.set(true);
        let done = move |answer: Result<FileHash, NotAttached>| {
            busy.set(false);
            problem.set(answer.err());
        };
        store.attach(form, piece, Callback::new(done));
    };
    let add = StoredValue::new_local(add);
    let photo =
        move |(file, _): (Blob, String)| add.with_value(|add| add(Medium::Photo, file, None));
    let paper = move |(file, name): (Blob, String)| {
        add.with_value(|add| add(Medium::Document, file, Some(name)))
    };
    let signature = move |file: Blob| add.with_value(|add| add(Medium::Signature, file, None));
    let is_full = move || store.room().get() == Room::Full;
    let off = Signal::derive(move || disabled.get() || busy.get() || is_full());
    view! {
        <div class="stack evidence" data-gap="s">
            {live(move || {
                let pieces = pieces.get();
                (!pieces.is_empty()).then(|| view! {
                    <ul class="pieces">
                        {pieces.into_iter().map(|(hash, piece)| view! { <Piece form hash piece disabled/> }).collect_view()}
                    </ul>
                })
            })}
            <When when=is_full>
                <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("evidence.full")/>
            </When>
            <When when=move || !disabled.get()>
                <div class="row evidence-add">
                    {asked.photo.then(|| view! { <FileButton label=ts("evidence.take_photo") glyph=Glyph::Camera accept="image/*" camera=true disabled=off on_file=photo/> })}
                    {asked.photo.then(|| view! { <FileButton label=ts("evidence.choose_photo") glyph=Glyph::Share accept="image/*" disabled=off on_file=photo/> })}
                    {asked.paper.then(|| view! { <FileButton label=ts("evidence.add_paper") glyph=Glyph::Book accept=evidence::paper_types() disabled=off on_file=paper/> })}
                    {asked.signature.then(|| view! {
                        <button type="button" class="button" data-kind="secondary" disabled=off on:click=move |_| signing.set(true)>
                            <Icon glyph=Glyph::Pen/>{ts("evidence.sign")}
                        </button>
                    })}
                </div>
            </When>
            <p class="small muted" role="status">{live(move || busy.get().then(|| t("evidence.keeping")))}</p>
            {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{told(&why)}</p> }))}
            {asked.signature.then(|| view! { <Sign kind=sheet.kind open=signing on_signed=signature/> })}
        </div>
    }
}

/// Why a piece was not taken.
pub fn told(why: &NotAttached) -> String {
    match why {
        NotAttached::Unreadable => t("evidence.unreadable"),
        NotAttached::Full => t("evidence.full"),
        NotAttached::NotKept => t("evidence.not_kept"),
        NotAttached::Problem(problem) => words::evidence_problem(problem),
        NotAttached::Refused(refusal) => words::refusal(refusal),
    }
}

/// One piece: what it looks like, how far it is, and away with it.
#[component]
fn Piece(
    form: Memo<Option<Document>>,
    hash: FileHash,
    piece: Evidence,
    #[prop(into)] disabled: Signal<bool>,
) -> impl IntoView {
    let store = FieldStore::expect();
    let doc = form.with_untracked(|it| it.as_ref().map(|it| it.id));
    let here = RwSignal::new(None::<String>);
    let looked = RwSignal::new(false);
    let alive = StoredValue::new(true);
    store.show_file(
        hash,
        Callback::new(move |address: Option<String>| match alive.try_get_value() {
            Some(true) => {
                here.set(address);
                looked.set(true);
            }
            // The screen is gone before the storage answered.
            _ => {
                if let Some(address) = address {
                    evidence::revoke(&address);
                }
            }
        }),
    );
    on_cleanup(move || {
        alive.set_value(false);
        if let Some(address) = here.get_untracked() {
            evidence::revoke(&address);
        }
    });
    let name = piece
        .name
        .clone()
        .unwrap_or_else(|| words::medium(piece.medium));
    let alt = name.clone();
    let removed = name.clone();
    let is_image = piece.media_type.is_image();
    // What another phone has taken is shown by the server, once it is there.
    let address = memo(move || {
        let there = || doc.map(|doc| format!("/api/v1/files/{hash}?doc={doc}"));
        here.get().or_else(|| looked.get().then(there).flatten())
    });
    let is_seen = RwSignal::new(false);
    let see = tf("evidence.see", &[("name", &name)]);
    let shown = move || {
        match address.get() {
        Some(address) if is_image => view! {
            <button type="button" class="piece-see" aria-label=see.clone() on:click=move |_| is_seen.set(true)>
                <img src=address alt=""/>
            </button>
        }
        .into_any(),
        Some(address) => view! {
            <a class="piece-paper" href=address target="_blank" rel="noopener external" aria-label=see.clone()><Icon glyph=Glyph::Book/></a>
        }
        .into_any(),
        None => view! { <p class="piece-paper"><Icon glyph=Glyph::Book/></p> }.into_any(),
    }
    };
    let stands = memo(move || {
        let upload = store.upload(hash);
        let carried = store.carrying().get();
        let carried = carried.filter(|(carried, _)| *carried == hash);
        match (upload.map(|it| it.state), carried) {
            (Some(UploadState::Waiting), Some((_, sent))) => {
                let percent = sent * 100 / piece.bytes.max(1);
                let words = tf("evidence.going", &[("percent", &percent)]);
                (Tone::Indigo, Glyph::Refresh, words)
            }
            (Some(UploadState::Waiting), None) => {
                (Tone::Turmeric, Glyph::Phone, t("evidence.waiting"))
            }
            (Some(UploadState::Arrived { .. }), _) => {
                (Tone::Forest, Glyph::Check, t("evidence.arrived"))
            }
            (Some(UploadState::Refused { kind }), _) => {
                let key = match kind {
                    ProblemKind::NotFound => "evidence.lost",
                    _ => "evidence.refused",
                };
                (Tone::Red, Glyph::Alert, t(key))
            }
            (None, _) => (Tone::Plain, Glyph::Clock, t("evidence.elsewhere")),
        }
    });
    let tone = Signal::derive(move || stands.with(|it| it.0));
    let glyph = Signal::derive(move || stands.with(|it| it.1));
    let words = Signal::derive(move || stands.with(|it| it.2.clone()));
    let asking = RwSignal::new(false);
    let removed = StoredValue::new(removed);
    let away = move |_| {
        asking.set(false);
        if let Some(doc) = doc {
            // A form that was closed meanwhile keeps it, and the screen shows that it did.
            let words = removed.with_value(|name| tf("undo.removed", &[("name", name)]));
            let _ = store.act(words, || store.record(doc, ChangeBody::Detach { hash }));
        }
    };
    let label = tf("evidence.remove_one", &[("name", &name)]);
    view! {
        <li>
            {shown}
            <p class="small">{name.clone()}</p>
            <Badge tone glyph label=words/>
            <When when=move || !disabled.get()>
                <button type="button" class="button" data-kind="quiet" data-icon-only aria-label=label.clone() on:click=move |_| asking.set(true)>
                    <Icon glyph=Glyph::Close/>
                </button>
            </When>
            <Dialog open=is_seen title=name.clone() on_close=move |()| is_seen.set(false)>
                <img class="piece-large" src=follow(move || address.get()) alt=alt.clone()/>
                <button type="button" class="button" data-kind="secondary" on:click=move |_| is_seen.set(false)>{t("evidence.close")}</button>
            </Dialog>
            <Dialog open=asking title=ts("evidence.remove_ask") on_close=move |()| asking.set(false)>
                <p>{t("evidence.remove_text")}</p>
                <div class="dialog-actions">
                    <button type="button" class="button" data-kind="secondary" on:click=move |_| asking.set(false)>{t("evidence.keep")}</button>
                    <button type="button" class="button" data-kind="danger" on:click=away>{t("evidence.remove")}</button>
                </div>
            </Dialog>
        </li>
    }
}

#[component]
fn Sign(
    kind: SubjectKind,
    open: RwSignal<bool>,
    #[prop(into)] on_signed: Callback<Blob>,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let signed = RwSignal::new(false);
    let again = move |_| {
        signed.set(false);
        if let Some(paper) = canvas.get_untracked() {
            signature_pad::clear(&paper);
        }
    };
    let done = move |_| {
        let Some(paper) = canvas.get_untracked() else {
            return;
        };
        leptos::task::spawn_local(async move {
            if let Some(file) = evidence::drawn(&paper).await {
                on_signed.run(file);
            }
            signed.set(false);
            open.set(false);
        });
    };
    view! {
        <Dialog open title=ts("evidence.sign_title") on_close=move |()| open.set(false)>
            <p>{match kind {
                SubjectKind::Household => t("evidence.sign_text"),
                _ => t("evidence.sign_text_of"),
            }}</p>
            <SignaturePad label=ts("evidence.signature") canvas signed/>
            <div class="dialog-actions">
                <button type="button" class="button" data-kind="primary" disabled=follow(move || !signed.get()) on:click=done>{t("evidence.sign_done")}</button>
                <button type="button" class="button" data-kind="secondary" on:click=again>{t("evidence.sign_again")}</button>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| open.set(false)>{t("evidence.cancel")}</button>
            </div>
        </Dialog>
    }
}
