//! The families of a phone, as its lists show them.
//!
//! A village may have thousands. What a list needs of each, its score among it, is made once and made again only when the
//! family or its form changed; a page takes what is ready. The documents say everything: a roster can be thrown away and
//! made afresh, a part at a time, so that a cheap phone goes on answering the thumb meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::SortedMap;
use crate::assessment::{Phase, Stage, StageName};
use crate::calendar::{self, Year};
use crate::criteria;
use crate::document::{Document, Writer};
use crate::field;
use crate::ids::{AssessmentId, DocumentId, UnitId, UserId};
use crate::kind::SubjectKind;
use crate::scoring::Score;
use crate::sync::Replica;
use crate::text;

/// One family in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    pub id: DocumentId,
    pub village: UnitId,
    pub name: String,
    /// The name folded, to be compared with another.
    pub folded: String,
    /// What a search looks in: name, hamlet and number, folded.
    haystack: String,
    /// The order of Vietnamese lists ([`text::name_key`]).
    key: String,
    /// The letter under which lists have it.
    pub initial: char,
    pub hamlet: Option<String>,
    /// In the commune's own list.
    pub number: Option<u32>,
    pub members: Option<u32>,
    /// Of its form of the year; `None` before it is begun.
    pub stage: Option<StageName>,
    pub score: Option<Score>,
    /// The commune's words, while the form is given back.
    pub returned: Option<String>,
    pub doubted: bool,
    /// Fields of the family and of its form that two people wrote apart.
    pub clashes: usize,
    /// Who moved the form to its stage.
    pub moved: Option<Writer>,
    /// Everything of the form has been received.
    pub is_received: bool,
    /// The owner of the phone has written in the form.
    pub is_own: bool,
}

impl Family {
    /// Whether the village still has something to do with it.
    pub fn is_open(&self) -> bool {
        self.stage
            .is_none_or(|stage| stage.phase() == Phase::Village)
    }

    pub fn is_scored(&self) -> bool {
        self.stage.is_some_and(StageName::is_scored)
    }

    /// Whether a search finds it.
    pub fn is_found(&self, query: &Query) -> bool {
        text::has_words(&self.haystack, query.words.iter().map(String::as_str))
    }

    fn of(
        replica: &Replica,
        unsent: &BTreeSet<DocumentId>,
        subject: &Document,
        year: Year,
    ) -> Option<Self> {
        let kind = subject.subject_kind();
        if kind != Some(SubjectKind::Household) {
            return None;
        }
        let form = replica.document(form_of(subject.id, year));
        let head = form.and_then(Document::assessment);
        let score = form.zip(head).and_then(|(form, head)| {
            let set = criteria::find(&head.criteria)?;
            form.score(set)
        });
        let hamlet = subject.text(field::HAMLET).map(str::to_owned);
        let number = subject.number(field::NUMBER);
        let folded = text::fold(subject.name());
        let mut haystack = folded.clone();
        for more in [
            hamlet.as_deref().map(text::fold),
            number.map(|it| it.to_string()),
        ]
        .into_iter()
        .flatten()
        {
            haystack.push(' ');
            haystack.push_str(&more);
        }
        let own = replica.actor().user;
        let documents = || std::iter::once(subject).chain(form);
        Some(Self {
            id: subject.id,
            village: subject.place,
            name: subject.name().to_owned(),
            key: text::name_key(subject.name()),
            initial: text::initial(subject.name()),
            folded,
            haystack,
            hamlet,
            number,
            members: subject.number(field::MEMBERS),
            stage: head.map(|head| head.stage.name()),
            score,
            returned: head.and_then(|head| match &head.stage {
                Stage::Returned { comment } => Some(comment.clone()),
                _ => None,
            }),
            doubted: !subject.doubts.is_empty(),
            clashes: documents().map(open_clashes).sum(),
            moved: head.and_then(|head| head.moved),
            is_received: form.is_none_or(|form| !unsent.contains(&form.id)),
            is_own: form.is_some_and(|form| form.written.values().any(|writer| writer.by == own)),
        })
    }
}

/// The conflicts of a document that somebody can end: in a form that is closed nothing is chosen.
fn open_clashes(document: &Document) -> usize {
    match document.assessment() {
        Some(head) if !head.stage.is_open() => 0,
        _ => document.conflicts.len(),
    }
}

/// The form of a family in a year.
pub fn form_of(subject: DocumentId, year: Year) -> DocumentId {
    let title = SubjectKind::Household.title();
    AssessmentId::of(subject.into(), title.as_str(), year).into()
}

/// What somebody searches for, folded once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    words: Vec<String>,
}

impl Query {
    pub fn new(typed: &str) -> Self {
        let folded = text::fold(typed);
        let words = folded.split(' ').filter(|word| !word.is_empty());
        Self {
            words: words.map(str::to_owned).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether it is a place in a list, and no part of a name.
    pub fn is_number(&self) -> bool {
        let digits = |word: &String| word.chars().all(|c| c.is_ascii_digit());
        !self.is_empty() && self.words.iter().all(digits)
    }
}

/// The order of a list, which is also the order in which families are visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By given name.
    #[default]
    Name,
    /// By hamlet, and by given name within it.
    Hamlet,
    /// As the commune's own list numbers them.
    Number,
}

impl Sort {
    pub const ALL: [Sort; 3] = [Sort::Name, Sort::Hamlet, Sort::Number];

    pub fn as_str(self) -> &'static str {
        match self {
            Sort::Name => "name",
            Sort::Hamlet => "hamlet",
            Sort::Number => "number",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }

    /// Sorts a list that is in the order of names. What the order does not know of comes last.
    fn apply(self, families: &mut [Arc<Family>]) {
        match self {
            Sort::Name => {}
            Sort::Hamlet => {
                // Thousands of families live in a few hamlets.
                let named: BTreeSet<&String> = families
                    .iter()
                    .filter_map(|it| it.hamlet.as_ref())
                    .collect();
                let mut named: Vec<String> = named.into_iter().cloned().collect();
                named.sort_by(|a, b| text::place_order(a, b));
                let rank: SortedMap<String, usize> = named
                    .into_iter()
                    .enumerate()
                    .map(|(at, it)| (it, at))
                    .collect();
                families.sort_by_key(|family| {
                    let hamlet = family.hamlet.as_ref();
                    hamlet
                        .and_then(|it| rank.get(it))
                        .copied()
                        .unwrap_or(usize::MAX)
                });
            }
            Sort::Number => {
                families.sort_by_key(|family| (family.number.is_none(), family.number));
            }
        }
    }
}

/// The families of one village in the order of names. Cheap to copy and to compare.
#[derive(Clone, Debug, Default)]
pub struct List(Arc<Vec<Arc<Family>>>);

impl PartialEq for List {
    /// The same list, and not one that happens to hold the same: whatever changed made another.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for List {
    type Target = [Arc<Family>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// How far a hamlet, or a village, is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub scored: usize,
    pub all: usize,
}

impl Progress {
    fn count(&mut self, family: &Family) {
        self.scored += usize::from(family.is_scored());
        self.all += 1;
    }
}

impl List {
    pub fn progress(&self) -> Progress {
        let mut progress = Progress::default();
        self.iter().for_each(|family| progress.count(family));
        progress
    }

    /// Those that are wanted, in an order.
    pub fn chosen(&self, sort: Sort, is_wanted: impl Fn(&Family) -> bool) -> List {
        let wanted = self.iter().filter(|family| is_wanted(family));
        let mut families: Vec<Arc<Family>> = wanted.cloned().collect();
        sort.apply(&mut families);
        List(Arc::new(families))
    }

    /// The hamlets in their order, and how far each is.
    pub fn hamlets(&self) -> Vec<(String, Progress)> {
        let mut by_name: SortedMap<&str, Progress> = SortedMap::new();
        for family in self.iter() {
            if let Some(hamlet) = &family.hamlet {
                by_name.entry(hamlet).or_default().count(family);
            }
        }
        let mut hamlets: Vec<_> = by_name.into_iter().collect();
        hamlets.sort_by(|a, b| text::place_order(a.0, b.0));
        let named = |(name, progress): (&str, Progress)| (name.to_owned(), progress);
        hamlets.into_iter().map(named).collect()
    }

    /// The family to visit after one: the next open one in an order, first in the hamlet if one is chosen, and from the
    /// beginning when the list is at its end.
    pub fn next(&self, after: DocumentId, sort: Sort, hamlet: Option<&str>) -> Option<Arc<Family>> {
        let List(families) = self.chosen(sort, |_| true);
        let here = families.iter().position(|it| it.id == after).unwrap_or(0);
        let (before, rest) = families.split_at_checked(here)?;
        let others = || {
            let round = rest.iter().chain(before);
            round.filter(|it| it.id != after && it.is_open())
        };
        let near = hamlet.and_then(|hamlet| {
            let mut there = others().filter(|it| it.hamlet.as_deref() == Some(hamlet));
            there.next()
        });
        near.or_else(|| others().next()).cloned()
    }
}

/// What the owner of the phone finished on a day, and how much of it the commune has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Today {
    pub scored: usize,
    pub received: usize,
}

/// All families of a phone. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    families: BTreeMap<DocumentId, Arc<Family>>,
    /// Whose form it is.
    forms: BTreeMap<DocumentId, DocumentId>,
    villages: SortedMap<UnitId, List>,
}

impl Roster {
    /// The families of a village in the order of names.
    pub fn village(&self, village: UnitId) -> List {
        self.villages.get(&village).cloned().unwrap_or_default()
    }

    pub fn family(&self, id: DocumentId) -> Option<&Arc<Family>> {
        self.families.get(&id)
    }

    pub fn families(&self) -> impl Iterator<Item = &Arc<Family>> {
        self.families.values()
    }

    pub fn today(&self, user: UserId, now: chrono::DateTime<chrono::Utc>) -> Today {
        let day = calendar::day(now);
        let is_todays = |writer: &Writer| writer.by == user && calendar::day(writer.at) == day;
        let scored = self
            .families()
            .filter(|family| family.is_scored() && family.moved.as_ref().is_some_and(is_todays));
        scored.fold(Today::default(), |today, family| Today {
            scored: today.scored + 1,
            received: today.received + usize::from(family.is_received),
        })
    }

    /// Makes the families anew that some documents are about: themselves, or their forms. Returns the villages whose list
    /// is to be arranged afterwards; thousands are made a part at a time and arranged once.
    #[must_use]
    pub fn make(
        &mut self,
        replica: &Replica,
        year: Year,
        documents: impl IntoIterator<Item = DocumentId>,
    ) -> BTreeSet<UnitId> {
        let waiting = replica.outbox().waiting();
        let unsent: BTreeSet<DocumentId> = waiting
            .filter_map(|pending| Some(pending.change.known()?.doc))
            .collect();
        let mut villages = BTreeSet::new();
        for id in documents {
            let of_form = replica.document(id).and_then(Document::assessment);
            let subject = of_form
                .map(|head| head.subject.into())
                .or_else(|| self.forms.get(&id).copied())
                .unwrap_or(id);
            let standing = replica.document(subject);
            let family = standing.and_then(|it| Family::of(replica, &unsent, it, year));
            let before = match family {
                Some(family) => {
                    villages.insert(family.village);
                    self.forms.insert(form_of(subject, year), subject);
                    self.families.insert(subject, Arc::new(family))
                }
                None => self.families.remove(&subject),
            };
            villages.extend(before.map(|it| it.village));
        }
        villages
    }

    /// Puts the lists of villages in order.
    pub fn arrange(&mut self, villages: &BTreeSet<UnitId>) {
        let mut lists: SortedMap<UnitId, Vec<Arc<Family>>> = villages
            .iter()
            .map(|village| (*village, Vec::new()))
            .collect();
        for family in self.families.values() {
            if let Some(list) = lists.get_mut(&family.village) {
                list.push(family.clone());
            }
        }
        for (village, mut list) in lists {
            list.sort_by(|a, b| a.key.cmp(&b.key).then(a.id.cmp(&b.id)));
            self.villages.insert(village, List(Arc::new(list)));
        }
    }
}
