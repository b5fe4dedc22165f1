//! The subjects of a phone, as its lists show them: the families of a village, its citizens, the units of a commune.
//!
//! A village may have thousands. What a list needs of each, its score among it, is made once and made again only when the
//! subject or its form changed; a page takes what is ready. The documents say everything: a roster can be thrown away and
//! made afresh, a part at a time, so that a cheap phone goes on answering the thumb meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::SortedMap;
use crate::assessment::{Phase, Stage, StageName};
use crate::calendar::{self, Year};
use crate::campaign::Standing;
use crate::criteria::Criteria;
use crate::document::{Document, Writer};
use crate::field;
use crate::ids::{AssessmentId, DocumentId, UnitId, UserId};
use crate::kind::SubjectKind;
use crate::scoring::Score;
use crate::sync::Replica;
use crate::text;

/// Which list: the subjects of a kind in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListKey {
    pub place: UnitId,
    pub kind: SubjectKind,
}

/// One subject in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub id: DocumentId,
    pub list: ListKey,
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
    /// Of a household.
    pub members: Option<u32>,
    /// Of a person.
    pub birth_year: Option<u32>,
    /// Of its form of the year; `None` before it is begun.
    pub stage: Option<StageName>,
    pub score: Option<Score>,
    /// The village has met about it, or does not meet about its kind.
    pub met: bool,
    /// The commune's words, while the form is given back.
    pub returned: Option<String>,
    pub doubted: bool,
    /// Fields of the subject and of its form that two people wrote apart.
    pub clashes: usize,
    /// Who moved the form to its stage.
    pub moved: Option<Writer>,
    /// Everything of the form has been received.
    pub is_received: bool,
    /// The owner of the phone has written in the form.
    pub is_own: bool,
}

impl Listed {
    /// Whether the village still has something to do with it.
    pub fn is_open(&self) -> bool {
        self.stage
            .is_none_or(|stage| stage.phase() == Phase::Village)
    }

    pub fn is_scored(&self) -> bool {
        self.stage.is_some_and(StageName::is_scored)
    }

    /// How far its form is, as far as the steps of the year ask.
    pub fn standing(&self) -> Standing {
        Standing {
            stage: self.stage,
            answered: self.score.as_ref().is_some_and(|it| it.complete),
            met: self.met,
        }
    }

    /// Whether a search finds it.
    pub fn is_found(&self, query: &Query) -> bool {
        text::has_words(&self.haystack, query.words.iter().map(String::as_str))
    }

    fn of(
        replica: &Replica,
        criteria: Criteria,
        unsent: &BTreeSet<DocumentId>,
        subject: &Document,
        year: Year,
    ) -> Option<Self> {
        let kind = subject.subject_kind()?;
        if !subject.is_there(year) {
            return None;
        }
        let form = replica.document(form_of(subject.id, kind, year));
        let head = form.and_then(Document::assessment);
        let score = form.zip(head).and_then(|(form, head)| {
            let set = criteria.find(&head.criteria)?;
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
            list: ListKey {
                place: subject.place,
                kind,
            },
            name: subject.name().to_owned(),
            key: text::name_key(subject.name()),
            initial: text::initial(subject.name()),
            folded,
            haystack,
            hamlet,
            number,
            members: subject.number(field::MEMBERS),
            birth_year: subject.number(field::BIRTH_YEAR),
            stage: head.map(|head| head.stage.name()),
            score,
            met: !kind.is_voted_on() || form.is_some_and(|form| form.meeting().is_some()),
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

/// The form of a subject of a kind in a year.
pub fn form_of(subject: DocumentId, kind: SubjectKind, year: Year) -> DocumentId {
    AssessmentId::of(subject.into(), kind.title().as_str(), year).into()
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

/// The order of a list, which is also the order in which subjects are visited.
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
    fn apply(self, subjects: &mut [Arc<Listed>]) {
        match self {
            Sort::Name => {}
            Sort::Hamlet => {
                // Thousands of subjects live in a few hamlets.
                let named: BTreeSet<&String> = subjects
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
                subjects.sort_by_key(|it| {
                    let hamlet = it.hamlet.as_ref();
                    hamlet
                        .and_then(|it| rank.get(it))
                        .copied()
                        .unwrap_or(usize::MAX)
                });
            }
            Sort::Number => {
                subjects.sort_by_key(|it| (it.number.is_none(), it.number));
            }
        }
    }
}

/// The subjects of one list in the order of names. Cheap to copy and to compare.
#[derive(Clone, Debug, Default)]
pub struct List(Arc<Vec<Arc<Listed>>>);

impl PartialEq for List {
    /// The same list, and not one that happens to hold the same: whatever changed made another.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for List {
    type Target = [Arc<Listed>];

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
    fn count(&mut self, it: &Listed) {
        self.scored += usize::from(it.is_scored());
        self.all += 1;
    }
}

impl List {
    pub fn progress(&self) -> Progress {
        let mut progress = Progress::default();
        self.iter().for_each(|it| progress.count(it));
        progress
    }

    /// Those that are wanted, in an order.
    pub fn chosen(&self, sort: Sort, is_wanted: impl Fn(&Listed) -> bool) -> List {
        let wanted = self.iter().filter(|it| is_wanted(it));
        let mut subjects: Vec<Arc<Listed>> = wanted.cloned().collect();
        sort.apply(&mut subjects);
        List(Arc::new(subjects))
    }

    /// The hamlets in their order, and how far each is.
    pub fn hamlets(&self) -> Vec<(String, Progress)> {
        let mut by_name: SortedMap<&str, Progress> = SortedMap::new();
        for it in self.iter() {
            if let Some(hamlet) = &it.hamlet {
                by_name.entry(hamlet).or_default().count(it);
            }
        }
        let mut hamlets: Vec<_> = by_name.into_iter().collect();
        hamlets.sort_by(|a, b| text::place_order(a.0, b.0));
        let named = |(name, progress): (&str, Progress)| (name.to_owned(), progress);
        hamlets.into_iter().map(named).collect()
    }

    /// The subject to visit after one: the next open one in an order, first in the hamlet if one is chosen, and from the
    /// beginning when the list is at its end.
    pub fn next(&self, after: DocumentId, sort: Sort, hamlet: Option<&str>) -> Option<Arc<Listed>> {
        let List(subjects) = self.chosen(sort, |_| true);
        let here = subjects.iter().position(|it| it.id == after).unwrap_or(0);
        let (before, rest) = subjects.split_at_checked(here)?;
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

/// All subjects of a phone. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    subjects: BTreeMap<DocumentId, Arc<Listed>>,
    /// Whose form it is.
    forms: BTreeMap<DocumentId, DocumentId>,
    lists: SortedMap<ListKey, List>,
}

impl Roster {
    /// A list in the order of names.
    pub fn list(&self, key: ListKey) -> List {
        self.lists.get(&key).cloned().unwrap_or_default()
    }

    pub fn subject(&self, id: DocumentId) -> Option<&Arc<Listed>> {
        self.subjects.get(&id)
    }

    pub fn subjects(&self) -> impl Iterator<Item = &Arc<Listed>> {
        self.subjects.values()
    }

    pub fn today(&self, user: UserId, now: chrono::DateTime<chrono::Utc>) -> Today {
        let day = calendar::day(now);
        let is_todays = |writer: &Writer| writer.by == user && calendar::day(writer.at) == day;
        let scored = self
            .subjects()
            .filter(|it| it.is_scored() && it.moved.as_ref().is_some_and(is_todays));
        scored.fold(Today::default(), |today, it| Today {
            scored: today.scored + 1,
            received: today.received + usize::from(it.is_received),
        })
    }

    /// Makes the subjects anew that some documents are about: themselves, or their forms. Returns the lists that are to be
    /// arranged afterwards; thousands are made a part at a time and arranged once.
    #[must_use]
    pub fn make(
        &mut self,
        replica: &Replica,
        criteria: Criteria,
        year: Year,
        documents: impl IntoIterator<Item = DocumentId>,
    ) -> BTreeSet<ListKey> {
        let waiting = replica.outbox().waiting();
        let unsent: BTreeSet<DocumentId> = waiting
            .filter_map(|pending| Some(pending.change.known()?.doc))
            .collect();
        let mut lists = BTreeSet::new();
        for id in documents {
            let of_form = replica.document(id).and_then(Document::assessment);
            let subject = of_form
                .map(|head| head.subject.into())
                .or_else(|| self.forms.get(&id).copied())
                .unwrap_or(id);
            let standing = replica.document(subject);
            let listed = standing.and_then(|it| Listed::of(replica, criteria, &unsent, it, year));
            let before = match listed {
                Some(listed) => {
                    lists.insert(listed.list);
                    let form = form_of(subject, listed.list.kind, year);
                    self.forms.insert(form, subject);
                    self.subjects.insert(subject, Arc::new(listed))
                }
                None => self.subjects.remove(&subject),
            };
            lists.extend(before.map(|it| it.list));
        }
        lists
    }

    /// Puts lists in order.
    pub fn arrange(&mut self, keys: &BTreeSet<ListKey>) {
        let mut lists: SortedMap<ListKey, Vec<Arc<Listed>>> =
            keys.iter().map(|key| (*key, Vec::new())).collect();
        for subject in self.subjects.values() {
            if let Some(list) = lists.get_mut(&subject.list) {
                list.push(subject.clone());
            }
        }
        for (key, mut list) in lists {
            list.sort_by(|a, b| a.key.cmp(&b.key).then(a.id.cmp(&b.id)));
            self.lists.insert(key, List(Arc::new(list)));
        }
    }
}
