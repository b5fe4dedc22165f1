//! What a subject gave to learning in a year: labour, money, knowledge (góp công, góp của, góp trí).
//!
//! It stands in three fields of the form of the year ([`field::FORM_FIELDS`]), is written by whoever scores, and is what a commendation
//! says that somebody is commended for, unless the commune puts it otherwise.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Document;
use crate::field;

/// What was given, as far as it was written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Contribution {
    /// Days of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labour: Option<u64>,
    /// In đồng.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub money: Option<u64>,
    /// In somebody's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

impl Contribution {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Document {
    /// What the subject of a form gave in its year. Nought is nothing.
    pub fn contribution(&self) -> Contribution {
        let amount = |name: &str| {
            let amount = self.field(&name.into()).and_then(Value::as_u64);
            amount.filter(|amount| *amount > 0)
        };
        Contribution {
            labour: amount(field::GAVE_LABOUR),
            money: amount(field::GAVE_MONEY),
            otherwise: self.text(field::GAVE_OTHERWISE).map(str::to_owned),
        }
    }
}
