//! The clans and units of somebody's communes, by name.

use std::collections::BTreeSet;

use shared::access::Scope;
use shared::api::Group;
use shared::calendar;
use shared::document::Document;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::text;

use super::day_map::Reader;
use crate::db::{self, AnyConnection, documents};

/// So many are told; a commune has some tens.
const GROUPS: usize = 2_000;

/// Those that stand in the year judged, in the order of names. An administrator keeps no forms, and is told none.
pub async fn of(conn: &mut AnyConnection, reader: &Reader<'_>) -> db::Result<Vec<Group>> {
    let in_communes = |shards: BTreeSet<UnitId>| {
        let villages = shards
            .iter()
            .flat_map(|shard| reader.tree.villages_under(*shard, reader.today));
        let villages: Vec<UnitId> = villages.map(|village| village.id).collect();
        villages.into_iter().chain(shards).collect()
    };
    let places: BTreeSet<UnitId> = match &reader.actor.scope {
        // What its communes have is not theirs to say who belongs to.
        Scope::Area { own, .. } => own.clone(),
        scope => in_communes(scope.shards().unwrap_or_default()),
    };
    let kinds = [SubjectKind::Clan, SubjectKind::Unit];
    let found = documents::of_kinds(conn, &places, &kinds, GROUPS).await?;
    let year = calendar::year_judged(reader.today);
    let stands = |it: &Document| it.until().is_none_or(|until| until > year);
    let mut groups: Vec<Group> = found
        .iter()
        .filter(|it| stands(it))
        .filter_map(|it| {
            let place = reader.tree.name(it.place, reader.today);
            Some(Group {
                id: it.id,
                kind: it.subject_kind()?,
                name: it.name().to_owned(),
                place: place.unwrap_or_default().to_owned(),
            })
        })
        .collect();
    groups.sort_by_cached_key(|group| text::name_key(&group.name));
    Ok(groups)
}
