//! The devices that report to a commune: which still hold what, and who was never heard of.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::api::{DeviceRow, Unheard};
use shared::ids::UnitId;

use crate::components::{Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

/// A phone that has not been heard of for this long is asked after.
const SILENT_DAYS: i64 = 7;
/// A clock that is wrong by less than this is right.
const CLOCK_MINUTES: i64 = 5;

/// How wrong a device's clock is, when it is wrong enough to matter to whoever reads its dates.
fn clock(offset: Option<i64>) -> String {
    let Some(seconds) = offset else {
        return "–".to_owned();
    };
    let minutes = seconds.abs() / 60;
    if minutes < CLOCK_MINUTES {
        return t("commune.clock_right");
    }
    let key = if seconds > 0 {
        "commune.clock_fast"
    } else {
        "commune.clock_slow"
    };
    let by = match minutes {
        minutes @ ..120 => tf("commune.minutes", &[("n", &minutes)]),
        minutes @ 120..2_880 => tf("commune.hours", &[("n", &(minutes / 60))]),
        minutes => tf("commune.days", &[("n", &(minutes / 1_440))]),
    };
    tf(key, &[("by", &by)])
}

#[component]
pub fn Devices(
    devices: Vec<DeviceRow>,
    unheard: Vec<Unheard>,
    unit: UnitId,
    /// Whether the reader may put a device away.
    keeps_order: bool,
    /// Whether one has just been taken off the list.
    retired: bool,
    now: DateTime<Utc>,
) -> impl IntoView {
    let is_empty = devices.is_empty();
    let retire = move |row: &DeviceRow| {
        let label = tf(
            "commune.retire_label",
            &[
                ("who", &row.user),
                ("device", &row.name.clone().unwrap_or_default()),
            ],
        );
        keeps_order.then(|| view! {
            <td class="no-print">
                <form method="post" action="/commune/devices/retire">
                    <input type="hidden" name="unit" value=unit.to_string()/>
                    <input type="hidden" name="device" value=row.device.to_string()/>
                    <input type="hidden" name="user" value=row.user_id.to_string()/>
                    <button type="submit" class="button" data-kind="quiet" aria-label=label>{t("commune.retire")}</button>
                </form>
            </td>
        })
    };
    let row = |row: DeviceRow| {
        let retire = retire(&row);
        let is_silent = (now - row.last_contact).num_days() >= SILENT_DAYS;
        let unsent = match row.oldest_unsent {
            Some(oldest) if row.unsent > 0 => tf(
                "commune.unsent_since",
                &[("n", &row.unsent), ("ago", &words::ago(oldest, now))],
            ),
            _ => words::number(row.unsent.into()),
        };
        view! {
            <tr>
                <th scope="row">{row.user}</th>
                <td>{row.unit}</td>
                <td>{row.name.unwrap_or_else(|| "–".to_owned())}</td>
                <td class="num" class:behind=is_silent>{words::ago(row.last_contact, now)}</td>
                <td class="num">{unsent}</td>
                <td class="num">{clock(row.clock_offset)}</td>
                <td>{match row.persisted {
                    Some(true) => t("commune.kept"),
                    Some(false) => t("commune.not_kept"),
                    None => "–".to_owned(),
                }}</td>
                <td class="num minor">{row.app_version}</td>
                {retire}
            </tr>
        }
    };
    view! {
        <section class="card" id="devices">
            <h2>{t("commune.phones")}</h2>
            {retired.then(|| view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts("commune.told_retired")/> })}
            <p class="hint">{t("commune.phones_text")} " " {keeps_order.then(|| t("commune.retire_text"))}</p>
            {is_empty.then(|| view! { <p>{t("commune.no_phones")}</p> })}
            {(!is_empty).then(|| view! {
                <div class="table-wrap" role="group" tabindex="0" aria-label=t("commune.phones")>
                    <table class="table">
                        <thead><tr>
                            <th scope="col">{t("commune.person")}</th>
                            <th scope="col">{t("commune.place")}</th>
                            <th scope="col">{t("commune.device")}</th>
                            <th scope="col" class="num">{t("commune.last_contact")}</th>
                            <th scope="col" class="num">{t("commune.unsent")}</th>
                            <th scope="col" class="num">{t("commune.clock")}</th>
                            <th scope="col">{t("commune.storage")}</th>
                            <th scope="col" class="num minor">{t("commune.version")}</th>
                            {keeps_order.then(|| view! { <th scope="col" class="no-print"><span class="visually-hidden">{t("commune.retire")}</span></th> })}
                        </tr></thead>
                        <tbody>{devices.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            })}
            <Never unheard/>
        </section>
    }
}

/// Who could report and never did.
#[component]
fn Never(unheard: Vec<Unheard>) -> impl IntoView {
    let row = |row: Unheard| {
        let state = match row.signed_in {
            true => t("commune.in_not_sent"),
            false => t("commune.never_in"),
        };
        view! {
            <tr>
                <th scope="row">{row.name}</th>
                <td class="minor">{row.username}</td>
                <td>{row.unit}</td>
                <td>{state}</td>
            </tr>
        }
    };
    (!unheard.is_empty()).then(|| {
        view! {
            <h3>{t("commune.unheard")}</h3>
            <p class="hint">{t("commune.unheard_text")}</p>
            <div class="table-wrap" role="group" tabindex="0" aria-label=t("commune.unheard")>
                <table class="table">
                    <thead><tr>
                        <th scope="col">{t("commune.person")}</th>
                        <th scope="col" class="minor">{t("signin.username")}</th>
                        <th scope="col">{t("commune.place")}</th>
                        <th scope="col">{t("commune.state")}</th>
                    </tr></thead>
                    <tbody>{unheard.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    })
}
