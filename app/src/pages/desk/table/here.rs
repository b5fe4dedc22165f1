//! The address of a page with tables.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::location::Url;
use shared::table::{Order, Shown, Table};

/// Rows on a page of a table that is at hand whole.
const PAGE: usize = 100;

/// The address of a page, with what it asks of its tables.
#[derive(Clone, Debug)]
pub struct Here {
    pub(super) path: String,
    pub(super) asked: Vec<(String, String)>,
}

impl Here {
    /// This page with what is named of its address, and what is asked of its tables: those of `prefixes` (see [`Order::read`]).
    /// What an address tells once, such as what was just done, is not kept.
    pub fn keeping(names: &[&str], prefixes: &[&str]) -> Self {
        let query = use_query_map().get_untracked();
        let of_tables = prefixes
            .iter()
            .flat_map(|prefix| Order::NAMES.map(|name| format!("{prefix}{name}")));
        let names = names.iter().map(|name| (*name).to_owned());
        let asked = names.chain(of_tables).filter_map(|name| {
            let value = query.get(&name).filter(|value| !value.is_empty())?;
            Some((name, value))
        });
        Self {
            path: use_location().pathname.get_untracked(),
            asked: asked.collect(),
        }
    }

    /// The same page with other values of some names.
    pub(super) fn with(&self, others: &[(String, Option<String>)], anchor: &str) -> String {
        let is_other = |name: &str| others.iter().any(|(other, _)| other == name);
        let kept = self.asked.iter().filter(|(name, _)| !is_other(name));
        let kept = kept.map(|(name, value)| (name, value.as_str()));
        let others = others
            .iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let pairs: Vec<String> = kept
            .chain(others)
            .map(|(name, value)| format!("{name}={}", Url::escape(value)))
            .collect();
        let anchor = match anchor {
            "" => String::new(),
            anchor => format!("#{anchor}"),
        };
        format!("{}?{}{anchor}", self.path, pairs.join("&"))
    }

    /// What the address asks of one of its tables.
    pub fn order(prefix: &str) -> Order {
        let query = use_query_map().get_untracked();
        Order::read(prefix, |name| query.get(name))
    }

    /// The page of a table that is at hand whole.
    pub fn show(table: Table, prefix: &str) -> Shown {
        table.shown(Self::order(prefix), PAGE)
    }
}
