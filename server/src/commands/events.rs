//! `banhoc events`.

use anyhow::bail;
use app::words;
use shared::api::{EventsQuery, Known};
use shared::event::EventKind;

use super::columns;
use crate::config::EventsCommand;
use crate::db::Db;
use crate::services::events::list::newest;

pub async fn run(db: &Db, command: EventsCommand) -> anyhow::Result<()> {
    let kind = match &command.kind {
        None => None,
        Some(kind) => match EventKind::parse(kind) {
            Some(kind) => Some(kind),
            None => bail!("không có việc {kind:?}. Các việc: {}", kinds()),
        },
    };
    let query = EventsQuery {
        who: Some(command.who.join(" ")),
        kind,
        ..EventsQuery::default()
    };
    let found = newest(&mut *db.read().await?, &query, command.limit).await?;
    let head = ["LÚC", "AI", "VIỆC", "LẦN", "VỀ", "MẠNG"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for event in &found {
        rows.push(vec![
            words::moment(event.at),
            named(event.by.as_ref()),
            words::event(event.kind),
            event.times.to_string(),
            match &event.of {
                Some(of) => named(Some(of)),
                None => event.what.clone().unwrap_or_default(),
            },
            event.network.clone().unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    print!("{}", columns(&rows));
    Ok(())
}

fn named(known: Option<&Known>) -> String {
    known.map_or_else(
        || "–".to_owned(),
        |it| format!("{} ({})", it.name, it.username),
    )
}

/// All kinds, by the names that people and programs give them.
fn kinds() -> String {
    let kind = |kind: EventKind| format!("{} ({})", kind.as_str(), words::event(kind));
    EventKind::ALL.map(kind).join(", ")
}
