//! The rules of Bản Học, shared by the phone, the server and the tests.
//!
//! Nothing here does I/O, reads a clock, draws a random number or knows a framework: time and ids come in as
//! arguments. The modules are listed in reading order.

pub mod ids;
pub mod membership;
pub mod org_unit;

/// A sorted map of a document's or a screen's size: a list of pairs. As small as that in memory, and in the phone's program a
/// tenth of what a B-tree takes for each pair of types (docs/budgets.md). Documents by the thousand are in B-trees.
pub type SortedMap<K, V> = litemap::LiteMap<K, V>;

/// Writes a map as an object, an empty one too: by itself it would be written as an empty list.
fn as_object<K, V, S>(map: &SortedMap<K, V>, serializer: S) -> Result<S::Ok, S::Error>
where
    K: serde::Serialize,
    V: serde::Serialize,
    S: serde::Serializer,
{
    serializer.collect_map(map.iter())
}

pub mod criteria;
pub mod scoring;

pub mod access;
pub mod assessment;
mod at_desk;
pub mod authority;
pub mod award;
pub mod bounds;
pub mod campaign;
pub mod change;
pub mod contribution;
pub mod decision;
pub mod derive;
pub mod document;
#[cfg(not(target_arch = "wasm32"))]
pub mod duplicate;
pub mod evidence;
pub mod field;
pub mod figure;
pub mod kind;
pub mod meeting;
pub mod merge;
pub mod rollup;
pub mod stage;
pub mod subject;
pub mod submission;
pub mod supporter;
pub mod sync;

pub mod roster;

pub mod sealed;

pub mod address;
pub mod api;
pub mod calendar;
pub mod event;
#[cfg(not(target_arch = "wasm32"))]
pub mod job;
pub mod problem;
#[cfg(feature = "schema")]
pub mod schema;
#[cfg(not(target_arch = "wasm32"))]
pub mod table;
pub mod text;
