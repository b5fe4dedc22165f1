//! What goes over the wire. A phone may come back after months: fields are only ever added, and optional.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::SortedMap;
use crate::campaign::ToldCampaign;
use crate::change::{self, Change, Refusal};
use crate::criteria::ToldCriteria;
use crate::document::{Document, Seq};
use crate::ids::{ChangeId, DeviceId, DocumentId, EpochId, ServerId, UnitId, UserId};

/// Something this version may not understand, which it then carries through untouched, byte for byte.
#[derive(Clone, Debug)]
pub enum Carried<T> {
    Known(T),
    Unknown(Box<RawValue>),
}

impl<T> Carried<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Carried::Known(value) => Some(value),
            Carried::Unknown(_) => None,
        }
    }
}

impl Carried<Change> {
    /// The change's id, which even a change of a newer kind has.
    pub fn id(&self) -> Option<ChangeId> {
        #[derive(Deserialize)]
        struct OnlyId {
            id: ChangeId,
        }
        match self {
            Carried::Known(change) => Some(change.id),
            Carried::Unknown(raw) => serde_json::from_str::<OnlyId>(raw.get())
                .ok()
                .map(|only| only.id),
        }
    }
}

impl<T: PartialEq> PartialEq for Carried<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Carried::Known(a), Carried::Known(b)) => a == b,
            (Carried::Unknown(a), Carried::Unknown(b)) => a.get() == b.get(),
            _ => false,
        }
    }
}

impl<T: Serialize> Serialize for Carried<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Carried::Known(value) => value.serialize(serializer),
            Carried::Unknown(raw) => raw.serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Carried<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Box::<RawValue>::deserialize(deserializer)?.into())
    }
}

impl<T: DeserializeOwned> From<Box<RawValue>> for Carried<T> {
    fn from(raw: Box<RawValue>) -> Self {
        match serde_json::from_str(raw.get()) {
            Ok(value) => Carried::Known(value),
            Err(_) => Carried::Unknown(raw),
        }
    }
}

/// What a phone sends: `POST /api/v1/sync`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncRequest {
    /// Whose changes these are. A device can be shared, and a browser has one cookie for all its tabs: the server
    /// answers 401 when somebody else is signed in, so one person's work never goes in under another's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    pub device: DeviceId,
    pub app_version: String,
    /// See [`super::PROTOCOL`].
    pub protocol: u16,
    /// The server and epoch the phone last spoke to; nothing on the first contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<EpochId>,
    /// The scope the cursors were read under, as the server named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// How far the phone has read each commune's feed.
    #[serde(default, serialize_with = "crate::as_object")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<Seq>"))]
    pub cursors: SortedMap<UnitId, Seq>,
    /// At most [`super::BATCH_MAX`].
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = super::BATCH_MAX)))]
    pub changes: Vec<Carried<Change>>,
    /// How many changes wait on the phone, these included.
    #[serde(default)]
    pub unsent: u32,
    /// When the oldest of them was made, by the phone's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_unsent: Option<DateTime<Utc>>,
    /// The phone's clock, so that the commune can see phones whose clock is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<DateTime<Utc>>,
    /// Whether the browser promised to keep the phone's storage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persisted: Option<bool>,
    /// The version of the criteria that the server told last, or that the app came with. An app that says none is of the
    /// first release and is told none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<String>,
    /// The version of the days that the server told last, "" before it told any. An app that says none is told none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
}

impl SyncRequest {
    /// Whether the phone knows that it speaks with this life of the server. If not, the server was restored since, and
    /// must not decide anything new before the phone has offered again what the server has forgotten: the new would rest
    /// on the old, and be refused for ever. It answers with the new epoch and no receipts.
    pub fn knows(&self, epoch: EpochId) -> bool {
        self.epoch.is_none_or(|known| known == epoch)
    }
}

/// What the server answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncResponse {
    pub server: ServerId,
    pub epoch: EpochId,
    /// The scope these documents were chosen under. When it differs from the request's, the cursors were not used and
    /// the phone starts its documents afresh.
    pub scope: String,
    #[serde(default)]
    pub reset: bool,
    /// One for each change sent, in the order sent; none if the phone does not know this epoch yet.
    pub receipts: Vec<Receipt>,
    /// The newest form of documents the phone has not seen, and of those its changes touched.
    pub documents: Vec<Carried<Document>>,
    /// Documents that left the phone's scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<DocumentId>,
    #[serde(serialize_with = "crate::as_object")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<Seq>"))]
    pub cursors: SortedMap<UnitId, Seq>,
    /// Whether there is more to read; the phone asks again at once.
    #[serde(default)]
    pub more: bool,
    /// All criteria of the server, when the phone said another version than the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<ToldCriteria>,
    /// By which days the steps of the year are due in the phone's units, when it said another version than the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<ToldCampaign>,
    pub server_time: DateTime<Utc>,
    /// The oldest app that may still send.
    pub min_app_version: String,
}

/// What became of one change. The same change always gets the same receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    pub change: ChangeId,
    pub outcome: Outcome,
}

/// Received, as which state of its shard; or refused, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Received { seq: Seq },
    Refused(#[serde(deserialize_with = "change::readable")] Refusal),
}

impl Outcome {
    pub fn is_received(&self) -> bool {
        matches!(self, Outcome::Received { .. })
    }
}
