//! Small things that must be readable at once: who is signed in, preferences, the field being typed.
//!
//! They live in `localStorage`, through `gloo-storage`. Documents and changes never do.

use chrono::{DateTime, Utc};
use gloo_storage::{LocalStorage, Storage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::SortedMap;
use shared::api::{Group, Person, Session};
use shared::campaign::ToldCampaign;
use shared::criteria::ToldCriteria;
use shared::ids::{DeviceId, UnitId, UserId};

pub(crate) const SESSION: &str = "banhoc.session";
const DEVICE: &str = "banhoc.device";
const LOCALE: &str = "banhoc.locale";
const LOGOUT_OWED: &str = "banhoc.logout-owed";
const PERSIST_ASKED: &str = "banhoc.persist-asked";
const COACHED: &str = "banhoc.coached";
const PEOPLE: &str = "banhoc.people";
const GROUPS: &str = "banhoc.groups";
const SORTS: &str = "banhoc.sorts";
const CRITERIA: &str = "banhoc.criteria";
const CAMPAIGN: &str = "banhoc.campaign";
const LEFT_BEHIND: &str = "banhoc.left-behind";

/// Who is signed in on this device. A session of another form (an older app's) counts as none.
pub fn session() -> Option<Session> {
    read(SESSION)
}

pub fn keep_session(session: &Session) {
    write(SESSION, session);
}

pub fn forget_session() {
    forget(SESSION);
}

/// This browser's own id, made once.
pub fn device(make: impl FnOnce() -> DeviceId) -> DeviceId {
    read(DEVICE).unwrap_or_else(|| {
        let device = make();
        write(DEVICE, &device);
        device
    })
}

/// The chosen language's code.
pub fn locale() -> Option<String> {
    read(LOCALE)
}

pub fn keep_locale(code: &str) {
    write(LOCALE, &code);
}

/// Whether somebody signed out while the server was away; it must still be told.
pub fn logout_owed() -> bool {
    read(LOGOUT_OWED).unwrap_or(false)
}

pub fn owe_logout(owed: bool) {
    if owed {
        write(LOGOUT_OWED, &true);
    } else {
        forget(LOGOUT_OWED);
    }
}

/// When the browser was last asked to keep the storage.
pub fn persist_asked() -> Option<DateTime<Utc>> {
    read(PERSIST_ASKED)
}

pub fn keep_persist_asked(at: DateTime<Utc>) {
    write(PERSIST_ASKED, &at);
}

/// The colleagues' names, as the server last told them.
pub fn people(user: UserId) -> Vec<Person> {
    read(&format!("{PEOPLE}.{user}")).unwrap_or_default()
}

pub fn keep_people(user: UserId, people: &[Person]) {
    write(&format!("{PEOPLE}.{user}"), people);
}

/// The clans and units of the commune, as the server last told them.
pub fn groups(user: UserId) -> Vec<Group> {
    read(&format!("{GROUPS}.{user}")).unwrap_or_default()
}

pub fn keep_groups(user: UserId, groups: &[Group]) {
    write(&format!("{GROUPS}.{user}"), groups);
}

/// Whether a user has put the first guide away.
pub fn coached(user: UserId) -> bool {
    read(&format!("{COACHED}.{user}")).unwrap_or(false)
}

pub fn keep_coached(user: UserId) {
    write(&format!("{COACHED}.{user}"), &true);
}

/// The criteria that the server told of.
pub fn criteria() -> Option<ToldCriteria> {
    read(CRITERIA)
}

pub fn keep_criteria(told: &ToldCriteria) {
    write(CRITERIA, told);
}

/// The days of the year that the server told a user of.
pub fn campaign(user: UserId) -> ToldCampaign {
    read(&format!("{CAMPAIGN}.{user}")).unwrap_or_default()
}

pub fn keep_campaign(user: UserId, told: &ToldCampaign) {
    write(&format!("{CAMPAIGN}.{user}"), told);
}

/// How many unsent forms each person who signed out left on this device.
pub fn left_behind() -> SortedMap<UserId, usize> {
    read(LEFT_BEHIND).unwrap_or_default()
}

/// Keeps how many a person left; none forgets the person.
pub fn keep_left_behind(user: UserId, forms: usize) {
    let mut left = left_behind();
    let before = left.remove(&user);
    if forms > 0 {
        left.insert(user, forms);
    }
    if before.is_some() || forms > 0 {
        write(LEFT_BEHIND, &left);
    }
}

/// The orders of lists that a user chose, by village.
pub fn sorts(user: UserId) -> SortedMap<UnitId, String> {
    read(&format!("{SORTS}.{user}")).unwrap_or_default()
}

pub fn keep_sorts(user: UserId, sorts: &SortedMap<UnitId, String>) {
    write(&format!("{SORTS}.{user}"), sorts);
}

/// What a user was typing into a field.
pub fn draft(user: UserId, name: &str) -> Option<String> {
    read(&draft_key(user, name))
}

/// Keeps what is being typed; an empty text forgets it.
pub fn keep_draft(user: UserId, name: &str, text: &str) {
    let key = draft_key(user, name);
    if text.is_empty() {
        forget(&key);
    } else {
        write(&key, &text);
    }
}

fn draft_key(user: UserId, name: &str) -> String {
    format!("banhoc.draft.{user}.{name}")
}

fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    LocalStorage::get(key).ok()
}

/// A full or forbidden storage loses a convenience, never a change.
fn write<T: Serialize + ?Sized>(key: &str, value: &T) {
    if let Err(error) = LocalStorage::set(key, value) {
        leptos::logging::warn!("{key} was not kept: {error}");
    }
}

fn forget(key: &str) {
    LocalStorage::delete(key);
}
