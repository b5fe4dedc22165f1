//! Who belongs to whom, and how many of those have a title.
//!
//! A family belongs to a clan, a citizen to a family and to a unit. A field of the member says so, written and merged like
//! every other field; so nobody belongs to two, and a family counts for one clan. A clan's gate (decision 448/QĐ-KHVN), the
//! share of a unit (circular 24/2023/TT-BGDĐT, article 6) and that of a commune (circular 25/2023/TT-BGDĐT) are counted from
//! what the members have reached.
//!
//! A phone never counts: the others' members are not there. The server does, in the transaction that changes what is counted
//! ([`Affected`]), and writes the numbers into the form ([`crate::assessment::AssessmentHead::counted`]). From the moment
//! the form is closed it keeps them with what else it was judged by; so what it adds to the totals rests on one document.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::SortedMap;
use crate::calendar::{self, Year};
use crate::criteria::{Counted, CriteriaSet, Title};
use crate::document::{About, Document};
use crate::field;
use crate::figure::passes;
use crate::ids::{DocumentId, SubjectId};
use crate::kind::SubjectKind;

/// Numbers that were counted, by the names criteria have for them ([`Counted`]).
pub type Numbers = SortedMap<String, u32>;

/// Those that a share is counted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    /// Their number, as criteria name it ([`Counted::base`]).
    pub name: &'static str,
    /// Whose form the share stands in.
    pub of: SubjectKind,
    /// What those who are counted have.
    pub title: Title,
    pub who: Who,
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Those who say that they belong to it and lie in its commune.
    NeighboursThatSaySo,
    /// Those who say that they belong to it, wherever they live.
    AllThatSaySo,
    /// Those who lie in its commune. How many live there is not counted: nobody lists every citizen.
    AllWhoLieThere,
}

/// All that is counted.
pub const BASES: [Base; 4] = [
    Base {
        name: "families",
        of: SubjectKind::Clan,
        title: Title::LearningFamily,
        // Families of one commune make a clan (decision 448/QĐ-KHVN).
        who: Who::NeighboursThatSaySo,
    },
    Base {
        name: "members",
        of: SubjectKind::Unit,
        title: Title::LearningCitizen,
        who: Who::AllThatSaySo,
    },
    Base {
        name: LEARNERS,
        of: SubjectKind::Unit,
        title: Title::LearningCitizen,
        who: Who::AllThatSaySo,
    },
    Base {
        name: "citizens",
        of: SubjectKind::Commune,
        title: Title::LearningCitizen,
        who: Who::AllWhoLieThere,
    },
];

/// Those of a unit who learn there. The others are its members.
const LEARNERS: &str = "learners";

impl Base {
    fn part(&self) -> String {
        let counted = Counted {
            title: self.title,
            base: self.name.to_owned(),
        };
        counted.part()
    }

    /// What is counted for a kind of subject.
    pub fn counted_for(kind: SubjectKind) -> impl Iterator<Item = &'static Base> {
        BASES.iter().filter(move |base| base.of == kind)
    }
}

/// How many were counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Members {
    pub all: u32,
    /// Of those, how many have the title: checked by the commune and passing.
    pub titled: u32,
}

/// So many members are counted of one subject: more than any clan or unit of a district has. Of more nothing is counted, and the
/// share is written by people; for counting holds up everybody whose changes wait meanwhile (7 µs a member, measured).
pub const COUNTED_MAX: u32 = 10_000;

/// What a member says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub field: &'static str,
    /// `None`: it has said so, and says so no longer.
    pub group: Option<SubjectId>,
    /// As what it is counted there, the name of a [`Base`]. What is counted nowhere is found by it all the same.
    pub base: &'static str,
}

/// What a subject says of where it belongs, or has ever said.
pub fn links(subject: &Document) -> impl Iterator<Item = Link> {
    let fields: &[(&'static str, &'static str)] = match subject.subject_kind() {
        Some(SubjectKind::Household) => &[(field::CLAN, "families")],
        Some(SubjectKind::Citizen) => match subject.text(field::CITIZEN_GROUP) {
            Some(field::LEARNER) => &[(field::FAMILY, "persons"), (field::UNIT, LEARNERS)],
            _ => &[(field::FAMILY, "persons"), (field::UNIT, "members")],
        },
        _ => &[],
    };
    fields.iter().filter_map(|&(field, base)| {
        subject.fields.get(&field.into())?;
        let group = subject.text(field).and_then(|id| id.parse().ok());
        Some(Link { field, group, base })
    })
}

/// The forms that a subject may have in the years that are open, and that something is counted for.
pub fn forms(group: SubjectId, now: DateTime<Utc>) -> impl Iterator<Item = DocumentId> {
    let kinds: BTreeSet<SubjectKind> = BASES.iter().map(|base| base.of).collect();
    let years: Vec<Year> = calendar::years_open(now).collect();
    kinds.into_iter().flat_map(move |kind| {
        let form = move |year| crate::ids::AssessmentId::of(group, kind.title().as_str(), year);
        years.clone().into_iter().map(move |year| form(year).into())
    })
}

/// The numbers of a form, if it is one that something is counted for and that is not closed.
pub fn numbers(form: &Document, count: impl Fn(&Base) -> Members) -> Option<Numbers> {
    let head = form.assessment().filter(|head| head.stage.is_open())?;
    let mut numbers = Numbers::new();
    let mut bases = Base::counted_for(SubjectKind::of(head.title)).peekable();
    bases.peek()?;
    for base in bases {
        let Members { all, titled } = count(base);
        if base.who != Who::AllWhoLieThere {
            // Where nobody has said where they belong, nothing is known.
            if all == 0 {
                continue;
            }
            numbers.insert(base.name.to_owned(), all);
        }
        numbers.insert(base.part(), titled);
    }
    Some(numbers)
}

/// Whether a form gives its subject the title: checked by the commune and passing.
pub fn has_title(form: &Document, criteria: &[CriteriaSet]) -> bool {
    let head = form.assessment();
    head.is_some_and(|head| head.stage.name().is_verified()) && passes(form, criteria)
}

/// Counts from the documents themselves what the server counts from its columns. To prove it.
pub fn count<'a>(
    base: &Base,
    form: &Document,
    documents: impl Iterator<Item = &'a Document> + Clone,
    criteria: &[CriteriaSet],
) -> Members {
    let Some(head) = form.assessment() else {
        return Members::default();
    };
    let titled: BTreeSet<SubjectId> = documents
        .clone()
        .filter(|it| has_title(it, criteria))
        .filter(|it| base.who != Who::AllWhoLieThere || it.shard == form.shard)
        .filter_map(Document::assessment)
        .filter(|it| it.title == base.title && it.year == head.year)
        .map(|it| it.subject)
        .collect();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    if base.who == Who::AllWhoLieThere {
        return Members {
            all: 0,
            titled: number(titled.len()),
        };
    }
    let says_so = |it: &&Document| {
        links(it).any(|link| link.base == base.name && link.group == Some(head.subject))
    };
    let say_so = documents.filter(says_so);
    if number(say_so.clone().count()) > COUNTED_MAX {
        return Members::default();
    }
    let members: Vec<SubjectId> = say_so
        .filter(|it| it.since() <= head.year && it.until().is_none_or(|until| until > head.year))
        .filter(|it| base.who == Who::AllThatSaySo || it.shard == form.shard)
        .map(|it| it.id.into())
        .collect();
    let have = members.iter().filter(|member| titled.contains(*member));
    Members {
        titled: number(have.count()),
        all: number(members.len()),
    }
}

/// For whom something may have to be counted again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    /// Those that something is counted for.
    pub groups: BTreeSet<SubjectId>,
    /// Members; wherever they belong.
    pub members: BTreeSet<SubjectId>,
}

impl Affected {
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.members.is_empty()
    }

    /// Notes whom a document is counted for that goes from one state to the next.
    pub fn note(&mut self, before: Option<&Document>, after: &Document, criteria: &[CriteriaSet]) {
        match &after.about {
            About::Subject(_) => self.note_subject(before, after),
            About::Decision(_) | About::Supporter(_) => {}
            About::Assessment(head) => {
                let is_open =
                    |form: &Document| form.assessment().is_some_and(|head| head.stage.is_open());
                let lay_there = |form: &&Document| form.shard == after.shard;
                let was_open = before.filter(lay_there).is_some_and(is_open);
                let opens = is_open(after) && !was_open;
                if opens
                    && Base::counted_for(SubjectKind::of(head.title))
                        .next()
                        .is_some()
                {
                    self.groups.insert(head.subject);
                }
                let mut bases = BASES
                    .iter()
                    .filter(|base| base.title == head.title)
                    .peekable();
                let said = |form: &Document| has_title(form, criteria).then_some(form.shard);
                if bases.peek().is_none() || before.and_then(said) == said(after) {
                    return;
                }
                self.members.insert(head.subject);
                if bases.any(|base| base.who == Who::AllWhoLieThere) {
                    let shards = before.into_iter().chain([after]).map(|form| form.shard);
                    self.groups.extend(shards.map(SubjectId::of_unit));
                }
            }
        }
    }

    fn note_subject(&mut self, before: Option<&Document>, after: &Document) {
        let said = |subject: &Document| {
            let links: Vec<Link> = links(subject).collect();
            (links, subject.since(), subject.until(), subject.shard)
        };
        let (before, after) = (before.map(said), said(after));
        if before.as_ref() == Some(&after) {
            return;
        }
        let links = before.iter().chain([&after]).flat_map(|it| &it.0);
        self.groups.extend(links.filter_map(|link| link.group));
    }
}
