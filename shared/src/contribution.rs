//! What a subject gave to learning in a year: labour, money, knowledge (góp công, góp của, góp trí).
//!
//! It stands in three fields of the form of the year ([`field::FORM_FIELDS`]), is written by whoever scores, and is what a commendation
//! says that somebody is commended for, unless the commune puts it otherwise.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Document;
use crate::field::{self, FieldProblem};

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

    /// As the fields of a form would hold it, or what does not fit and in which of them. Nought is nothing.
    pub fn checked(self) -> Result<Self, (&'static str, FieldProblem)> {
        let checked = |name: &'static str, value: Value| {
            field::check(&name.into(), value).map_err(|problem| (name, problem))
        };
        let amount = |name, amount: Option<u64>| {
            let value = checked(name, amount.map_or(Value::Null, Value::from))?;
            Ok(value.as_u64().filter(|amount| *amount > 0))
        };
        let otherwise = self.otherwise.map_or(Value::Null, Value::String);
        let otherwise = checked(field::GAVE_OTHERWISE, otherwise)?;
        Ok(Self {
            labour: amount(field::GAVE_LABOUR, self.labour)?,
            money: amount(field::GAVE_MONEY, self.money)?,
            otherwise: otherwise.as_str().map(str::to_owned),
        })
    }

    /// This and another together; what is in words is not added up.
    pub fn and(&self, other: &Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
        Self {
            labour: sum(self.labour, other.labour),
            money: sum(self.money, other.money),
            otherwise: None,
        }
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
