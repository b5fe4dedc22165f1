//! What an address asks of a file.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::NaiveDate;
use shared::api::queue::QueueQuery;
use shared::calendar::Year;
use shared::criteria::Title;
use shared::event::EventKind;
use shared::figure::Figure;
use shared::ids::{DocumentId, UnitId};
use shared::problem::ProblemKind;
use shared::table::Order;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub unit: Option<UnitId>,
    pub title: Option<Title>,
    pub year: Option<Year>,
    pub as_of: Option<NaiveDate>,
    pub search: Option<String>,
    pub figure: Option<Figure>,
    pub who: Option<String>,
    pub kind: Option<EventKind>,
    pub decision: Option<DocumentId>,
    pub until: Option<NaiveDate>,
    /// The queue, where one is asked for.
    pub queue: QueueQuery,
    /// The order and the filter of the page that the file is asked for from.
    pub order: Order,
}

impl Asked {
    /// Reads an address; a field of a form that was left empty asks for nothing.
    pub fn read(query: &BTreeMap<String, String>) -> Result<Self, ProblemKind> {
        let text = |name: &str| query.get(name).filter(|text| !text.is_empty()).cloned();
        fn read<T: FromStr>(text: Option<String>) -> Result<Option<T>, ProblemKind> {
            text.map(|text| text.parse().map_err(|_| ProblemKind::Malformed))
                .transpose()
        }
        Ok(Self {
            unit: read(text("unit"))?,
            title: read(text("title"))?,
            year: read(text("year"))?,
            as_of: read(text("as_of"))?,
            decision: read(text("decision"))?,
            search: text("search"),
            figure: text("figure").and_then(|text| Figure::parse(&text)),
            who: text("who"),
            kind: text("kind").and_then(|text| EventKind::parse(&text)),
            until: text("until").and_then(|text| app::words::parse_date(&text)),
            queue: QueueQuery::read(text),
            order: Order::read("", |name| query.get(name).cloned()),
        })
    }
}
