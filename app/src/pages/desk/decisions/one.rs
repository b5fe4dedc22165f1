//! One decision: what it does, its list with what keeps a line from being signed, the signature, and the way back.

use chrono::Datelike;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::decisions::Decision;
use shared::decision::{DecisionState, Does, NUMBER_MAX, SIGNER_MAX};
use shared::ids::DocumentId;
use shared::problem::ProblemKind;

use super::super::export;
use super::super::frame::{DeskFrame, Way, asked};
use super::super::scans::{ScanField, Scans};
use super::super::table::{Acts, DataTable, File, Here};
use super::awards::{describing, reckoned, total};
use super::certificates::Certificates;
use super::corrections::{Corrections, begin, corrected, mending};
use super::proposals::{answered, awarded, dossier, reopen};
use super::reports::Reports;
use super::{COMMENDED, MENDED, PLAIN, Told, name_of, on_one_page, tick};
use crate::backend::backend;
use crate::components::{Badge, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

#[component]
pub fn DecisionPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id");
    let id = id.and_then(|it| it.parse::<DocumentId>().ok());
    let answer = async move {
        let id = id.ok_or(ProblemKind::NotFound)?;
        backend()?.decision(id).await
    };
    asked(answer, |found: Decision| {
        let title = words::decision(&found);
        view! { <DeskFrame title><One found/></DeskFrame> }
    })
}

#[component]
fn One(found: Decision) -> impl IntoView {
    let failing = found
        .rows
        .iter()
        .filter(|row| row.problem.is_some())
        .count();
    let table = tables::lines(&found);
    let (award, corrects) = (found.award(), found.corrects.is_some());
    let shown = on_one_page(match (failing, award) {
        (0, _) if corrects => table.on_page(&MENDED),
        (0, Some(_)) => table.on_page(&COMMENDED),
        (0, None) => table.on_page(&PLAIN),
        _ => table,
    });
    let here = Here::keeping(&[], &[""]);
    let file = File {
        what: "decision",
        query: format!("decision={}", found.id),
    };
    let (is_draft, is_signed) = (found.is_draft(), found.head.state == DecisionState::Signed);
    let is_submitted = found.head.state == DecisionState::Submitted;
    let (goes_up, may_propose) = (found.head.goes_up(), found.may_propose());
    let crumbs = found.crumbs.clone();
    let year = found.head.year;
    let facts = facts(&found);
    let waits = (is_draft && failing > 0).then(|| {
        let title = tf("decisions.failing", &[("n", &failing)]);
        view! { <Notice tone=Tone::Turmeric glyph=Glyph::Alert title><p>{t("decisions.failing_text")}</p></Notice> }
    });
    let to = To {
        action: format!("/decisions/{}/step", found.id),
        looked: found.seq,
    };
    let may_unlist = is_draft && found.may.draft && found.rows.len() > 1;
    let may_choose = may_correct(&found) || may_revoke(&found);
    let may_tick = is_submitted && may_propose;
    let acts = match (may_unlist, may_choose) {
        _ if may_tick => Some(awarded(&found)),
        (true, _) => Some(Acts {
            head: t("decisions.unlist"),
            is_first: false,
            draw: Box::new(unlist),
        }),
        (_, true) => Some(Acts {
            head: t("queue.chosen"),
            is_first: true,
            draw: Box::new(|row| tick(row, false)),
        }),
        _ => None,
    };
    let table = view! { <DataTable shown here anchor="list" file=Some(file) acts is_found=true/> };
    let list = match (may_unlist, may_choose) {
        _ if may_tick => answered(&to, &found, table).into_any(),
        (true, _) => view! {
            <form method="post" action=to.action.clone()>{to.hidden("unlist")} {table}</form>
        }
        .into_any(),
        (_, true) => choosing(&found, table).into_any(),
        _ => table.into_any(),
    };
    let says = found.wording().is_some_and(|wording| !wording.is_empty());
    let stands = is_draft && failing == 0 && (says || !found.rows.is_empty());
    let sign = (stands && !goes_up && found.may.sign).then(|| sign(&to, &found));
    let dossier = (goes_up && is_draft).then(|| dossier(&to, &found, stands));
    let waits_for_leader = (stands && !goes_up && !found.may.sign).then(|| {
        view! { <Notice tone=Tone::Sky glyph=Glyph::Clock title=ts("decisions.waits_for_leader")/> }
    });
    let deeds = (award.is_some() && is_draft && found.may.draft).then(|| describing(&to, &found));
    let mending = (corrects && is_draft && found.may.draft).then(|| mending(&to, &found));
    let has_list = !(corrects && found.rows.is_empty());
    let certificates = view! { <Certificates found=found.clone()/> };
    let scans = is_signed.then(|| scans(&found));
    let may_discard = (is_draft && found.may.draft) || may_tick;
    let discard = may_discard.then(|| discard(&to, &found));
    let reopen = may_tick.then(|| reopen(&to));
    view! {
        <Way crumbs query=format!("year={year}") here=Some(t("decisions.title"))/>
        <Told commends=award.is_some() corrects goes_up/>
        {facts}
        <Corrections rows=found.corrections.clone()/>
        {waits}
        {mending}
        {waits_for_leader}
        {sign}
        {dossier}
        {has_list.then(|| view! {
            <section class="card" id="list">
                <h2>{t("decisions.list")}</h2>
                {list}
            </section>
        })}
        {deeds}
        <Reports found=found.clone()/>
        {reopen}
        {discard}
        {scans}
        {certificates}
        <p class="no-print"><a href=format!("/decisions?unit={}&year={year}", found.unit)>{t("decisions.to_all")}</a></p>
    }
}

/// Whether another decision may correct it: one that was signed here, and itself corrects none.
fn may_correct(found: &Decision) -> bool {
    let is_signed = found.head.state == DecisionState::Signed;
    let is_own = found.corrects.is_none() && !found.head.goes_up();
    is_signed && found.may.draft && is_own
}

/// Whether titles that it gave may be taken back.
fn may_revoke(found: &Decision) -> bool {
    let is_signed = found.head.state == DecisionState::Signed;
    is_signed && found.may.draft && found.recognises()
}

/// What the decision is, in one glance.
fn facts(found: &Decision) -> impl IntoView + use<> {
    let head = &found.head;
    let (tone, glyph) = match head.state {
        DecisionState::Draft | DecisionState::Submitted => (Tone::Turmeric, Glyph::Clock),
        DecisionState::Signed => (Tone::Forest, Glyph::Check),
        DecisionState::Discarded => (Tone::Plain, Glyph::Minus),
    };
    let state = words::decision_state(head.state, head.goes_up());
    let mut facts = vec![
        (t("decisions.title_given"), words::title(head.title)),
        (t("decisions.year"), head.year.to_string()),
        (t("decisions.listed"), head.list.len().to_string()),
        (
            t("decisions.by"),
            format!("{}, {}", found.by, words::day(found.made)),
        ),
    ];
    if found.is_of_a_title_above() {
        facts.push((t("above.decides"), words::authority(head.decided_by)));
    }
    if let Some(letter) = &head.submitted {
        let letter_of = tf(
            "award.letter_of",
            &[("number", &letter.number), ("on", &words::date(letter.on))],
        );
        facts.push((t("decisions.proposal"), letter_of));
    }
    if let Some(signed) = &head.signed {
        facts.push((t("decisions.number"), signed.number.clone()));
        facts.push((t("decisions.on"), words::date(signed.on)));
        facts.push((t("decisions.signer"), signed.signer.clone()));
    }
    if let Some(award) = found.award() {
        facts.push((t("award.form"), words::award(award)));
        facts.extend(total(found).map(|total| (t("award.total_head"), total)));
    }
    if let Does::Revoke { reason } = &head.does {
        facts.push((t("decisions.reason"), reason.clone()));
    }
    let paper = |stem: &str, name: String| {
        let stem = format!("/decisions/{}/paper/{stem}", found.id);
        export::paper(name, &stem, "")
    };
    let own = match head.state {
        // What another authority signs is its paper.
        _ if head.goes_up() => None,
        DecisionState::Draft => Some(t("decisions.paper_draft")),
        DecisionState::Signed => Some(t("decisions.paper")),
        DecisionState::Submitted | DecisionState::Discarded => None,
    };
    let own = own.map(|name| paper("quyet-dinh", name));
    let is_open = matches!(head.state, DecisionState::Draft | DecisionState::Submitted);
    let is_proposed = is_open && !found.revokes();
    let proposal = is_proposed.then(|| paper("to-trinh", t("decisions.proposal")));
    let money = found
        .award()
        .map(|award| reckoned(award, head.title, found.reckoned_on()));
    let facts = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! {
        <section class="card stack" data-gap="s">
            <p><Badge tone glyph label=state/></p>
            <dl class="facts" data-flow="row">{facts}</dl>
            {corrected(found)}
            {found.gives_sheets().then(|| view! {
                <p class="no-print"><a href="#certificates">{t(if found.has_deeds() { "award.certificates" } else { "certificates.head" })}</a></p>
            })}
            {may_correct(found).then(|| view! { <p class="no-print"><a href="#correct">{t("corrections.to_begin")}</a></p> })}
            {money}
            {found.doubt.clone().map(|doubt| view! { <p class="hint">{doubt}</p> })}
            {proposal}
            {own}
        </section>
    }
}

/// Where a step goes, and the state it was taken by.
pub struct To {
    pub action: String,
    looked: u64,
}

impl To {
    pub fn hidden(&self, step: &'static str) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="looked" value=self.looked.to_string()/>
            <input type="hidden" name="step" value=step/>
        }
    }
}

fn unlist(row: &shared::table::Row) -> AnyView {
    let Some((_, subject)) = row.of.first().cloned() else {
        return ().into_any();
    };
    let label = tf("decisions.unlist_one", &[("name", &name_of(row))]);
    view! {
        <button type="submit" class="button" data-kind="quiet" name="subject" value=subject aria-label=label>{t("decisions.unlist_short")}</button>
    }
    .into_any()
}

/// What is written down of a paper.
pub struct Paper {
    pub step: &'static str,
    pub head: String,
    pub text: String,
    pub number_hint: String,
    /// Who signs, as long as nobody has typed another.
    pub signer: String,
    /// What to do where the day does not fit.
    pub wrong_day: &'static str,
    pub button: String,
}

/// The decision that is signed here.
fn sign(to: &To, found: &Decision) -> impl IntoView + use<> {
    let button = match found.head.does {
        Does::Recognise => tf("decisions.sign", &[("n", &found.rows.len())]),
        Does::Revoke { .. } => tf("decisions.sign_revoke", &[("n", &found.rows.len())]),
        Does::Commend { .. } => tf("award.sign", &[("n", &found.rows.len())]),
        Does::Correct { .. } => t("corrections.sign"),
    };
    let (text, wrong_day) = match (found.award(), &found.corrects) {
        (Some(_), _) => ("award.sign_text", "decisions.wrong_day"),
        (None, Some(_)) => ("corrections.sign_text", "corrections.wrong_day"),
        (None, None) => ("decisions.sign_text", "decisions.wrong_day"),
    };
    let paper = Paper {
        step: "sign",
        head: t("decisions.sign_head"),
        text: t(text),
        number_hint: match &found.last_number {
            Some(last) => tf("decisions.number_last", &[("last", last)]),
            None => t("decisions.number_hint"),
        },
        signer: found.reader.clone(),
        wrong_day,
        button,
    };
    signing(to, found, paper)
}

/// A form in which a paper is written down.
pub fn signing(to: &To, found: &Decision, paper: Paper) -> impl IntoView + use<> {
    let fields = paper_fields(found, &paper);
    view! {
        <section class="card no-print">
            <form method="post" action=to.action.clone()>
                {to.hidden(paper.step)}
                {fields}
            </form>
        </section>
    }
}

/// Number, day and signer as a paper has them. What was typed wrongly stands as it was typed, with what to do.
pub fn paper_fields(found: &Decision, paper: &Paper) -> impl IntoView + use<> {
    let query = use_query_map().get_untracked();
    let wrong = query.get("wrong").unwrap_or_default();
    // The key of what to do, and the field to do it in.
    let (to_do, wrong_field) = match wrong.as_str() {
        "number" => ("decisions.wrong_number", "number"),
        "taken" => ("refusal.number_taken", "number"),
        "signer" => ("decisions.wrong_signer", "signer"),
        _ => (paper.wrong_day, "day"),
    };
    let typed = |name: &str| query.get(name);
    let today = found.today;
    let field = |name: &'static str,
                 label: String,
                 value: String,
                 max: usize,
                 hint: Option<String>| {
        let error = (!wrong.is_empty() && wrong_field == name).then(|| t(to_do));
        let is_wrong = error.is_some();
        let (hint_id, error_id) = (format!("{name}-hint"), format!("{name}-error"));
        let described = match (hint.is_some(), is_wrong) {
            (_, true) => Some(error_id.clone()),
            (true, false) => Some(hint_id.clone()),
            _ => None,
        };
        view! {
            <div class="field" data-invalid=is_wrong.then_some("")>
                <label for=name>{label}</label>
                {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
                {error.map(|error| view! { <p class="field-error" id=error_id>{error}</p> })}
                <input id=name name=name type="text" maxlength=max.to_string() autocomplete="off" value=value aria-describedby=described aria-invalid=is_wrong.then_some("true")/>
            </div>
        }
    };
    let number = typed("number").unwrap_or_default();
    let signer = typed("signer").unwrap_or_else(|| paper.signer.clone());
    let number = field(
        "number",
        t("decisions.number"),
        number,
        NUMBER_MAX,
        Some(paper.number_hint.clone()),
    );
    let signer = field("signer", t("decisions.signer"), signer, SIGNER_MAX, None);
    let is_date_wrong = !wrong.is_empty() && wrong_field == "day";
    let to_do_with_day = t(to_do);
    let part = |name: &'static str, label: &str, now: String| {
        let value = typed(name).unwrap_or(now);
        view! {
            <div class="field">
                <label for=name>{t(label)}</label>
                <input id=name name=name type="text" inputmode="numeric" maxlength="4" data-short="" autocomplete="off" value=value/>
            </div>
        }
    };
    let date = view! {
        <fieldset class="field" data-invalid=is_date_wrong.then_some("")>
            <legend>{t("decisions.on")}</legend>
            {is_date_wrong.then(|| view! { <p class="field-error">{to_do_with_day}</p> })}
            <div class="row date">
                {part("day", "decisions.day", today.day().to_string())}
                {part("month", "decisions.month", today.month().to_string())}
                {part("of_year", "decisions.year", today.year().to_string())}
            </div>
        </fieldset>
    };
    let summary = (!wrong.is_empty()).then(|| {
        view! {
            <div class="error-summary" role="alert" tabindex="-1">
                <h3>{t("decisions.wrong")}</h3>
                <ul><li><a href=format!("#{wrong_field}")>{t(to_do)}</a></li></ul>
            </div>
        }
    });
    view! {
        <div class="stack signing" id="sign">
            <h2>{paper.head.clone()}</h2>
            <p class="hint">{paper.text.clone()}</p>
            {summary}
            {number}
            {date}
            {signer}
            <p><button type="submit" class="button" data-kind="primary">{paper.button.clone()}</button></p>
        </div>
    }
}

/// The paper as it was signed.
fn scans(found: &Decision) -> impl IntoView + use<> {
    let problem = use_query_map().get_untracked().get("scan");
    let problem = problem.and_then(|problem| problem.parse().ok());
    let error = problem.map(words::scan_problem);
    let action = format!("/decisions/{}/scans", found.id);
    let give = (found.may.draft || found.may.sign).then(|| {
        view! {
            <form class="stack signing no-print" method="post" action=action.clone() enctype="multipart/form-data">
                <ScanField label=t("scans.choose") hint=t("scans.hint") error/>
                <p><button type="submit" class="button" data-kind="secondary">{t("scans.add")}</button></p>
            </form>
        }
    });
    let none = found
        .scans
        .is_empty()
        .then(|| view! { <p class="hint">{t("scans.none")}</p> });
    view! {
        <section class="card stack" data-gap="s" id="scans">
            <h2>{t("scans.head")}</h2>
            {none}
            <Scans scans=found.scans.clone() place=action/>
            {give}
        </section>
    }
}

fn discard(to: &To, found: &Decision) -> impl IntoView + use<> {
    let is_title = found.is_of_a_title_above();
    let text = match (found.award(), &found.corrects) {
        _ if found.head.state == DecisionState::Submitted && is_title => "above.discard_text",
        _ if found.head.state == DecisionState::Submitted => "award.up_discard_text",
        (Some(_), _) => "award.discard_text",
        (None, Some(_)) => "corrections.discard_text",
        (None, None) => "decisions.discard_text",
    };
    let head = match found.head.state {
        DecisionState::Submitted if is_title => "above.discard_head",
        DecisionState::Submitted => "award.up_discard_head",
        _ => "decisions.discard_head",
    };
    view! {
        <details class="no-print">
            <summary>{t(head)}</summary>
            <form class="stack" data-gap="s" method="post" action=to.action.clone()>
                {to.hidden("discard")}
                <p class="hint">{t(text)}</p>
                <p><button type="submit" class="button" data-kind="danger">{t("decisions.discard")}</button></p>
            </form>
        </details>
    }
}

/// A signed list of which some are chosen: to be corrected, or to lose their title.
fn choosing(found: &Decision, table: impl IntoView) -> impl IntoView {
    let head = &found.head;
    let revoke_text = match found.head.goes_up() {
        true => "above.revoke_text",
        false => "decisions.revoke_text",
    };
    let revoke = may_revoke(found).then(|| {
        view! {
            <details class="no-print">
                <summary>{t("decisions.revoke_head")}</summary>
                <div class="stack" data-gap="s">
                    <p class="hint">{t(revoke_text)}</p>
                    <div class="field">
                        <label for="reason">{t("decisions.reason")}</label>
                        <textarea id="reason" name="reason" rows="2" maxlength="1000"></textarea>
                    </div>
                    <p><button type="submit" class="button" data-kind="danger" name="does" value="revoke">{t("decisions.revoke")}</button></p>
                </div>
            </details>
        }
    });
    view! {
        <form class="stack" method="post" action="/decisions/draft">
            <input type="hidden" name="unit" value=found.unit.to_string()/>
            <input type="hidden" name="title" value=head.title.as_str()/>
            <input type="hidden" name="year" value=head.year.to_string()/>
            <input type="hidden" name="back" value=found.id.to_string()/>
            {table}
            {may_correct(found).then(|| begin(found))}
            {revoke}
        </form>
    }
}
