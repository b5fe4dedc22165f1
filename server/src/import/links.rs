//! Those to whom the subjects of a list belong, by the names that it has for them.

use std::collections::BTreeMap;

use app::words::capital;
use serde_json::Value;
use shared::document::Document;
use shared::field::{self, FieldValue};
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::text::fold;

use super::kinds::Listing;
use super::list::ListedSubject;
use super::words::label;

/// Those to whom subjects may belong, by their folded names.
pub(super) struct Links<'a>(BTreeMap<(SubjectKind, String), Vec<&'a Document>>);

impl<'a> Links<'a> {
    pub fn of(known: &'a [Document]) -> Self {
        let mut links: BTreeMap<_, Vec<&Document>> = BTreeMap::new();
        for document in known {
            if let Some(kind) = document.subject_kind() {
                let named = links.entry((kind, fold(document.name()))).or_default();
                named.push(document);
            }
        }
        Self(links)
    }

    /// Finds those to whom a subject belongs: a family of its village, a unit of the commune. What is not found, or found
    /// twice, is told, and the subject taken without it.
    pub fn link(
        &self,
        listing: &Listing,
        subject: &mut ListedSubject,
        place: UnitId,
    ) -> Vec<String> {
        let mut remarks = Vec::new();
        for (name, written) in &subject.links {
            let Some(FieldValue::Subject(kind)) = field::find(name.as_str()).map(|spec| spec.value)
            else {
                continue;
            };
            let named = self.0.get(&(kind, fold(written)));
            let named = named.into_iter().flatten();
            let found: Vec<&&Document> = named
                .filter(|it| kind == SubjectKind::Unit || it.place == place)
                .collect();
            if let [one] = found.as_slice() {
                let id = Value::from(one.id.to_string());
                subject.fields.insert(name.clone(), id);
                continue;
            }
            let noun = Listing::of(kind).noun;
            let why = match found.len() {
                0 => format!("chưa có {noun} nào tên như vậy"),
                many => format!("có {many} {noun} cùng tên"),
            };
            let what = capital(&label(listing, name.as_str()));
            remarks.push(format!("{what} “{written}”: {why}, nên chưa ghi."));
        }
        remarks
    }
}
