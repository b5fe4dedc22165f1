//! What goes up to another authority: the dossier and the letter, and what comes back.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::api::decisions::Decision;
use shared::award::Doubt;

use super::super::table::Acts;
use super::one::{Paper, To, paper_fields, signing};
use super::tick;
use crate::components::{Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

/// What has to be at hand before the letter goes, and the letter. `stands`: nothing of the list keeps it at home.
pub fn dossier(to: &To, found: &Decision, stands: bool) -> impl IntoView + use<> {
    let may = found.may_propose();
    let needed = found.head.pieces();
    let pieces = needed.iter().map(|piece| {
        let piece = *piece;
        let has = found.head.dossier.contains(&piece);
        view! {
            <label class="check">
                <input type="checkbox" name="piece" value=piece.as_str() checked=has disabled=!may/>
                <span>{words::piece(piece)}</span>
            </label>
        }
    });
    let pieces = pieces.collect_view();
    let lacks = needed.len() - found.head.dossier.len();
    let save = may.then(|| {
        view! { <p><button type="submit" class="button" data-kind="secondary">{t("award.gather")}</button></p> }
    });
    let submit = (may && stands && lacks == 0).then(|| submit(to, found));
    let waits = (stands && lacks > 0).then(|| {
        let said = tf("award.lacks", &[("n", &lacks)]);
        view! { <Notice tone=Tone::Sky glyph=Glyph::Clock title=said/> }
    });
    let rests = match (found.award(), found.revokes()) {
        (Some(_), _) => words::doubt(Doubt::DossierInferred),
        (None, true) => t("above.dossier_of_revoking"),
        (None, false) => t("above.dossier_rests"),
    };
    view! {
        <section class="card stack no-print" data-gap="s" id="dossier">
            <h2>{t("award.dossier")}</h2>
            <p class="hint">{t("award.dossier_text")}</p>
            <form class="stack" data-gap="s" method="post" action=to.action.clone()>
                {to.hidden("gather")}
                {pieces}
                <p class="hint">{rests}</p>
                {save}
            </form>
        </section>
        {waits}
        {submit}
    }
}

fn submit(to: &To, found: &Decision) -> impl IntoView + use<> {
    let paper = Paper {
        step: "submit",
        head: t("award.submit_head"),
        text: t("award.submit_text"),
        number_hint: t("award.letter_hint"),
        signer: String::new(),
        wrong_day: "decisions.wrong_day",
        button: tf("award.submit", &[("n", &found.rows.len())]),
    };
    signing(to, found, paper)
}

/// The words for an award, or for a title.
fn said(found: &Decision, award: &'static str, title: &'static str) -> &'static str {
    match found.is_of_a_title_above() {
        true => title,
        false => award,
    }
}

/// A box before each line, ticked for whom the award was given.
pub fn awarded(found: &Decision) -> Acts {
    let declined = found.rows.iter().filter(|row| row.declined);
    let declined: BTreeSet<String> = declined.map(|row| row.subject.to_string()).collect();
    Acts {
        head: t(said(found, "award.is_given", "above.is_agreed")),
        is_first: true,
        draw: Box::new(move |row| {
            let is_given = row
                .of
                .first()
                .is_some_and(|(_, subject)| !declined.contains(subject));
            tick(row, is_given)
        }),
    }
}

/// The list, on which is ticked whom the award was given, and the paper by which the authority has decided: one form, so that no tick
/// is left behind.
pub fn answered(to: &To, found: &Decision, table: impl IntoView) -> impl IntoView {
    let lines = found.rows.iter();
    let lines = lines.map(|row| {
        view! { <input type="hidden" name="line" value=row.subject.to_string()/> }
    });
    let lines = lines.collect_view();
    let nobody = (found.many() == 0).then(|| {
        view! { <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts(said(found, "award.nobody_given", "above.nobody_agreed"))/> }
    });
    let paper = Paper {
        step: "conclude",
        head: t("award.conclude_head"),
        text: t(said(found, "award.conclude_text", "above.conclude_text")),
        number_hint: t("decisions.number_hint"),
        signer: String::new(),
        wrong_day: "award.wrong_day",
        button: t("award.conclude"),
    };
    let fields = paper_fields(found, &paper);
    view! {
        <form class="stack" data-gap="s" method="post" action=to.action.clone()>
            {to.hidden(paper.step)}
            {lines}
            {nobody}
            <p class="hint">{t(said(found, "award.answered_text", "above.answered_text"))}</p>
            {table}
            {fields}
        </form>
    }
}

/// The way back for what was sent back.
pub fn reopen(to: &To) -> impl IntoView + use<> {
    view! {
        <details class="no-print">
            <summary>{t("award.reopen_head")}</summary>
            <form class="stack" data-gap="s" method="post" action=to.action.clone()>
                {to.hidden("reopen")}
                <p class="hint">{t("award.reopen_text")}</p>
                <p><button type="submit" class="button" data-kind="secondary">{t("award.reopen")}</button></p>
            </form>
        </details>
    }
}
