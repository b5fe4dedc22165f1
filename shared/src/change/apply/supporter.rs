//! Changes of a supporter: entered, mended, taken out of the book and put back.

use serde_json::Value;

use super::subject::MADE_ON_A_DEVICE;
use super::{Admitted, Context};
use crate::SortedMap;
use crate::change::{Change, Refusal};
use crate::document::{About, Document};
use crate::supporter::{Misfit, SupporterHead, Supporting, has_begun};

pub(super) fn support(
    document: Option<Document>,
    change: &Change,
    supporting: &Supporting,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    match supporting {
        Supporting::Write {
            shard,
            who,
            year,
            gave,
        } => {
            let who = who.clone().checked().map_err(misfit)?;
            let gave = gave.clone().checked().map_err(misfit)?;
            has_begun(*year, change).map_err(misfit)?;
            let mut document = match document {
                Some(document) => document,
                None if change.doc.as_uuid().get_version_num() != MADE_ON_A_DEVICE => {
                    return Err(Refusal::WrongKind);
                }
                None => Document {
                    id: change.doc,
                    about: About::Supporter(Box::new(SupporterHead {
                        who: who.clone(),
                        gave: SortedMap::new(),
                        is_struck: false,
                    })),
                    shard: *shard,
                    place: *shard,
                    made: change.writer(context.actor),
                    fields: SortedMap::new(),
                    written: SortedMap::new(),
                    conflicts: SortedMap::new(),
                    doubts: SortedMap::new(),
                    seq: 0,
                },
            };
            let head = document.supporter_mut().ok_or(Refusal::WrongKind)?;
            head.who = who;
            match gave.is_empty() {
                true => head.gave.remove(year),
                false => head.gave.insert(*year, gave),
            };
            Ok(Admitted::unchanged(document))
        }
        Supporting::Strike { is_struck } => {
            let mut document = document.ok_or(Refusal::UnknownDocument)?;
            let head = document.supporter_mut().ok_or(Refusal::WrongKind)?;
            let before = (head.is_struck != *is_struck).then_some(Value::Bool(head.is_struck));
            head.is_struck = *is_struck;
            Ok(Admitted { document, before })
        }
    }
}

fn misfit((field, problem): Misfit) -> Refusal {
    Refusal::Field {
        field: field.into(),
        problem,
    }
}
