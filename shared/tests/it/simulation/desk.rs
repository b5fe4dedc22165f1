//! Somebody at a desk, who draws decisions up and signs them while phones are away.
//!
//! They work on the server itself, so their step goes into the transaction of whoever comes: its shards are locked.

use std::collections::BTreeSet;
use std::rc::Rc;

use shared::access::{Actor, Role, Scope};
use shared::assessment::{Move, StageName};
use shared::award::{Award, Occasion, Piece};
use shared::change::{Change, ChangeBody};
use shared::decision::{
    Deciding, DecisionHead, DecisionState, DecisionStep, Does, Line, Numbered, Reading, form,
};
use shared::document::Document;
use shared::figure::result;
use shared::ids::{ChangeId, DocumentId, SubjectId, UnitId, UserId};
use shared::merge::{self, Merging};
use shared::sync::{Carried, Intake, Terms};
use uuid::{Builder, Uuid};

use super::faults::Fault;
use super::laws::Law;
use super::random::Random;
use super::server::{Caller, Entry, server_criteria};
use super::world::{World, doc};

const COMMENDS: Does = Does::Commend {
    award: Award::CommuneCommendation,
    occasion: Occasion::Year,
};

/// What the province decides.
const PROPOSES: Does = Does::Commend {
    award: Award::ProvinceCommendation,
    occasion: Occasion::Year,
};

/// Forms on one list at most.
const LISTED: usize = 4;

fn id(random: &mut Random) -> Uuid {
    let bytes = (u128::from(random.next()) << 64) | u128::from(random.next());
    Builder::from_u128(bytes)
        .with_version(uuid::Version::SortRand)
        .with_variant(uuid::Variant::RFC4122)
        .into_uuid()
}

/// Whoever leads a unit.
fn leader(unit: UnitId) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(0x1ead)),
        name: "Chủ tịch xã".into(),
        role: Role::CommuneLeader,
        scope: Scope::Communes([unit].into()),
    }
}

impl World {
    /// A step with a decision of one of the locked shards, now and then.
    pub fn decide_at_the_desk(
        &mut self,
        intake: &mut Intake,
        terms: &Terms<'_>,
        shards: &BTreeSet<UnitId>,
        beside: &Rc<Caller>,
    ) -> Option<Rc<Caller>> {
        let mut random = self.server.desk.clone();
        self.server.desk.next();
        if !random.chance(40) {
            return None;
        }
        let shards: Vec<UnitId> = shards.iter().copied().collect();
        let shard = *random.pick(&shards)?;
        let actor = leader(shard);
        let desk = Rc::new(beside.in_the_place_of(actor.clone()));
        let confirmed = self.work_the_queue(intake, terms, &actor, &shards, &mut random);
        let merged = self.merge_two(intake, terms, &actor, &shards, &mut random);
        let confirmed = confirmed || merged;
        let Some((doc, deciding)) = self.next_step(intake, shard, &mut random) else {
            return confirmed.then_some(desk);
        };
        for id in deciding.rests_on().into_iter().chain([doc]) {
            let Some(standing) = self.server.db.documents.get(&id) else {
                continue;
            };
            // It would have to be locked first.
            if !shards.contains(&standing.shard) {
                return confirmed.then_some(desk);
            }
            intake
                .documents
                .entry(id)
                .or_insert_with(|| standing.clone());
        }
        let listed = |intake: &Intake| {
            let first = deciding.subjects.first();
            let form = first.map(|it| form(*it, deciding.title, deciding.year));
            form.and_then(|form| intake.documents.get(&form).cloned())
        };
        let before = listed(intake);
        if self.fault != Some(Fault::ForgetsNumbers) {
            let stored = self.server.db.documents.values();
            intake.numbers.extend(stored.filter_map(Numbered::of));
        }
        let change = Change {
            id: ChangeId::from_uuid(id(&mut random)),
            doc,
            seen: None,
            made_at: terms.now,
            body: ChangeBody::Decide(deciding.clone()),
        };
        let Some(receipt) = intake.decide_at_desk(&actor, terms, &Carried::Known(change)) else {
            return confirmed.then_some(desk);
        };
        self.tally
            .count(match (&deciding.step, receipt.outcome.is_received()) {
                (DecisionStep::Draft { .. }, true) if deciding.corrects.is_some() => {
                    "corrections drafted"
                }
                (DecisionStep::Sign { .. }, true) if deciding.corrects.is_some() => {
                    "corrections signed"
                }
                (DecisionStep::Submit { .. }, true) => "proposals submitted",
                (DecisionStep::Conclude { .. }, true) => "proposals concluded",
                (DecisionStep::Draft { .. }, true) => "decisions drafted",
                (DecisionStep::Sign { .. }, true) => "decisions signed",
                (_, true) => "decisions changed or thrown away",
                (_, false) => "decisions refused",
            });
        if self.fault == Some(Fault::GivesHalfTheTitles)
            && let Some(before) = before
            && let Some(form) = intake.documents.get_mut(&before.id)
            && let seq = form.seq
        {
            *form = Document { seq, ..before };
        }
        Some(desk)
    }

    /// What villages have sent is confirmed, as far as it passes; without that few lists would ever be drawn up. Whether
    /// anything was.
    fn work_the_queue(
        &mut self,
        intake: &mut Intake,
        terms: &Terms<'_>,
        actor: &Actor,
        shards: &[UnitId],
        random: &mut Random,
    ) -> bool {
        let stored = self.server.db.documents.values();
        let standing = stored.map(|it| intake.documents.get(&it.id).unwrap_or(it));
        let sent = standing.filter(|it| {
            let head = it.assessment();
            actor.scope.covers(it.shard, it.place)
                && shards.contains(&it.shard)
                && head.is_some_and(|head| head.stage.name() == StageName::Submitted)
                && result(it, terms.criteria) == Some(true)
        });
        let sent: Vec<DocumentId> = sent.map(|it| it.id).take(LISTED).collect();
        let mut confirmed = false;
        for form in sent {
            let change = Change {
                id: ChangeId::from_uuid(id(random)),
                doc: form,
                seen: None,
                made_at: terms.now,
                body: ChangeBody::Advance(Move::Verify),
            };
            let stored = &self.server.db.documents;
            let needs: Vec<&Document> = Intake::needs(&change, terms.now)
                .filter_map(|it| stored.get(&it))
                .collect();
            if needs.iter().any(|it| !shards.contains(&it.shard)) {
                continue;
            }
            for standing in needs {
                let entry = intake.documents.entry(standing.id);
                entry.or_insert_with(|| standing.clone());
            }
            let receipt = intake.decide(actor, terms, &Carried::Known(change));
            if receipt.is_some_and(|it| it.outcome.is_received()) {
                self.tally.count("forms confirmed at a desk");
            }
            confirmed = true;
        }
        confirmed
    }

    /// Two of a kind are said to be one, or it is taken back. Whether anything was.
    fn merge_two(
        &mut self,
        intake: &mut Intake,
        terms: &Terms<'_>,
        actor: &Actor,
        shards: &[UnitId],
        random: &mut Random,
    ) -> bool {
        if !random.chance(30) {
            return false;
        }
        let stored = self.server.db.documents.values();
        let standing = stored.map(|it| intake.documents.get(&it.id).unwrap_or(it));
        let here: Vec<&Document> = standing
            .filter(|it| it.subject_kind().is_some() && actor.scope.covers(it.shard, it.place))
            .collect();
        let Some(gone) = random.pick(&here).copied() else {
            return false;
        };
        let alike = here
            .iter()
            .filter(|it| it.subject_kind() == gone.subject_kind());
        let alike: Vec<&Document> = alike.copied().collect();
        let merging = match (gone.merged_into(), random.pick(&alike)) {
            (Some(kept), _) => Merging::Undo { kept },
            (None, Some(kept)) => Merging::Into {
                kept: kept.id.into(),
            },
            (None, None) => return false,
        };
        let by = gone.merged_by();
        let (group, undone) = (SubjectId::from(gone.id), merging.kept());
        let change = Change {
            id: ChangeId::from_uuid(id(random)),
            doc: gone.id,
            seen: gone.writer(&merge::INTO.into()).map(|it| it.change),
            made_at: terms.now,
            body: ChangeBody::Merge(merging),
        };
        let needed: BTreeSet<DocumentId> = Intake::needs(&change, terms.now).collect();
        let belongs = |it: &Document| {
            merge::belongs_to(it, group)
                || by.is_some()
                    && merge::belongs_to(it, undone)
                    && it.writers().any(|writer| Some(writer) == by)
        };
        let forgets = self.fault == Some(Fault::ForgetsMembers);
        let stored = self.server.db.documents.values();
        let needed: Vec<Document> = stored
            .filter(|it| needed.contains(&it.id) || belongs(it) && !forgets)
            .cloned()
            .collect();
        // It would have to be locked first.
        if needed.iter().any(|it| !shards.contains(&it.shard)) {
            return false;
        }
        for standing in needed {
            let entry = intake.documents.entry(standing.id);
            entry.or_insert(standing);
        }
        let undoes = !merge::merges_away(&change);
        let receipt = intake.decide_at_desk(actor, terms, &Carried::Known(change));
        let is_received = receipt.is_some_and(|it| it.outcome.is_received());
        self.tally.count(match (is_received, undoes) {
            (true, false) => "subjects merged",
            (true, true) => "subjects taken apart",
            (false, _) => "merges refused",
        });
        true
    }

    /// Whoever was merged into another is named by nobody, and takes no part in the years from then on.
    pub fn check_merges(&mut self) {
        let documents = &self.server.db.documents;
        let merged = documents.values().filter(|it| it.merged_into().is_some());
        let merged: BTreeSet<SubjectId> = merged.map(|it| it.id.into()).collect();
        let wrong = documents.values().find(|it| match it.assessment() {
            Some(head) if merged.contains(&head.subject) => {
                let subject = documents.get(&head.subject.into());
                let until = subject.and_then(Document::until);
                head.stage.name().is_entered() && until.is_some_and(|until| head.year >= until)
            }
            _ => merged.iter().any(|of| merge::belongs_to(it, *of)),
        });
        if let Some(wrong) = wrong {
            let what = format!("{} goes on with somebody who was merged", doc(wrong.id));
            self.breaks(Law::MergedTakeNoPart, what);
        }
    }

    /// What they do next: a list of forms that are checked, a signature, one line less, or a title taken back.
    fn next_step(
        &self,
        intake: &Intake,
        shard: UnitId,
        random: &mut Random,
    ) -> Option<(DocumentId, Deciding)> {
        let stored = self.server.db.documents.values();
        let standing = stored.map(|it| intake.documents.get(&it.id).unwrap_or(it));
        let here: Vec<&Document> = standing.filter(|it| it.shard == shard).collect();
        let drafts = here.iter().copied().filter(|it| {
            let head = it.decision();
            head.is_some_and(|head| is_open(head.state))
        });
        let drafts: Vec<&Document> = drafts.collect();
        // A proposal is done after three steps and not after one.
        let goes_up = |draft: &&Document| draft.decision().is_some_and(DecisionHead::goes_up);
        if let Some(draft) = random.pick(&drafts)
            && random.chance(if goes_up(draft) { 90 } else { 60 })
        {
            let head = draft.decision()?;
            let all: Vec<SubjectId> = head.list.keys().copied().collect();
            let one: Vec<SubjectId> = random.pick(&all).copied().into_iter().collect();
            // So few that some are tried twice.
            let number = random.between(1, 5);
            let way = random.below(if head.goes_up() { 18 } else { 6 });
            let (step, subjects) = match way {
                0 => (DecisionStep::Discard, all),
                1 => (DecisionStep::Unlist, one),
                _ if reads_as_printed(head) => (mending(head, random), all),
                // What is at hand of a dossier names nobody.
                3 if head.goes_up() => (gathering(), Vec::new()),
                _ if head.goes_up() => (proposing(head, number, self.day(), random), all),
                // Somebody who has not looked at the whole list.
                2 => (signature(number, head.year.last_day()), one),
                _ => (signature(number, self.day()), all),
            };
            let deciding = Deciding {
                step,
                title: head.title,
                year: head.year,
                corrects: head.does.corrects(),
                subjects,
            };
            return Some((draft.id, deciding));
        }
        if random.chance(50)
            && let Some(step) = correction(&here, shard, random)
        {
            return Some((DocumentId::from_uuid(id(random)), step));
        }
        let (stages, does): (&[StageName], Does) = match random.below(9) {
            0 => (&[StageName::Recognised], COMMENDS),
            8 => (&[StageName::Recognised], PROPOSES),
            1 | 2 => (
                &[StageName::Recognised],
                Does::Revoke {
                    reason: "khai sai".into(),
                },
            ),
            _ => (&[StageName::Verified, StageName::Proposed], Does::Recognise),
        };
        let heads = here.iter().filter_map(|form| form.assessment());
        let heads: Vec<_> = heads
            .filter(|head| stages.contains(&head.stage.name()))
            .collect();
        let first = *random.pick(&heads)?;
        // Another set, and it may be another authority's to decide.
        let any_set = random.chance(20);
        let alike = heads.iter().filter(|head| {
            let is_alike = (head.title, head.year) == (first.title, first.year);
            is_alike && (any_set || head.criteria == first.criteria)
        });
        let deciding = Deciding {
            step: DecisionStep::Draft { shard, does },
            title: first.title,
            year: first.year,
            corrects: None,
            subjects: alike.take(LISTED).map(|head| head.subject).collect(),
        };
        Some((DocumentId::from_uuid(id(random)), deciding))
    }

    fn day(&self) -> chrono::NaiveDate {
        shared::calendar::day(self.clock())
    }

    /// A form is proposed by the draft that lists it and by no other; whoever holds a title by a decision is on the list of
    /// one that was signed.
    pub fn check_decisions(&mut self) {
        let documents = &self.server.db.documents;
        let on_list = |form: &Document, of: DocumentId, in_state: fn(DecisionState) -> bool| {
            let decision = documents.get(&of).and_then(Document::decision);
            let subject = form.assessment().map(|head| head.subject);
            let lines = decision.filter(|head| in_state(head.state));
            let line = lines.and_then(|head| head.list.get(&subject?));
            // What was declined stands on the list until the paper is recorded.
            line.is_some_and(|line| !line.declined || in_state(DecisionState::Submitted))
        };
        let is_signed = |state| state == DecisionState::Signed;
        let stands = |form: &&Document| {
            let Some(head) = form.assessment() else {
                return true;
            };
            let listed = head.listed;
            let given = head.given.as_ref();
            let gave = given.and_then(|given| documents.get(&given.decision)?.decision());
            let by = given.zip(gave).map(|(given, gave)| {
                let set = server_criteria().iter().find(|it| it.id == head.criteria);
                let decides = set.map(|set| set.decided_by(given.on));
                (given.decided_by, Some(given.decided_by)) == (gave.decided_by, decides)
            });
            let given = given.map(|given| given.decision);
            let commended = head.commended;
            listed.is_none_or(|of| on_list(form, of, is_open))
                && given.is_none_or(|of| on_list(form, of, is_signed))
                && by.unwrap_or(true)
                && commended.is_none_or(|of| on_list(form, of, is_signed))
                && (given.is_some() == (head.stage.name() == StageName::Recognised))
        };
        let wrong = documents.values().find(|form| !stands(form));
        let kept = |decision: &&Document| {
            let Some(head) = decision.decision() else {
                return true;
            };
            let lists_forms = matches!(head.does, Does::Recognise | Does::Commend { .. });
            let is_draft = is_open(head.state) && lists_forms;
            let knows = |subject: &SubjectId| {
                let form = documents.get(&form(*subject, head.title, head.year));
                let form = form.and_then(Document::assessment);
                form.is_some_and(|form| form.listed == Some(decision.id))
            };
            !is_draft || head.list.keys().all(knows)
        };
        let wrong = wrong.or(documents.values().find(|decision| !kept(decision)));
        // What another authority has decided was put before it with all of its dossier.
        let went = |decision: &&Document| {
            let head = decision.decision();
            head.is_none_or(|head| {
                let has_gone = head.submitted.is_some() && head.dossier == head.pieces();
                let is_past =
                    !matches!(head.state, DecisionState::Draft | DecisionState::Discarded);
                !head.goes_up() || !is_past || has_gone
            })
        };
        let wrong = wrong.or(documents.values().find(|decision| !went(decision)));
        // A line is corrected by the draft that it names and by no other, and is read as a signed one says.
        let reads = |decision: &&Document| {
            let Some(head) = decision.decision() else {
                return true;
            };
            let of = |id: DocumentId, state: DecisionState, subject: &SubjectId| {
                let correction = documents.get(&id).and_then(Document::decision);
                let correction = correction
                    .filter(|it| it.state == state && it.does.corrects() == Some(decision.id));
                correction
                    .and_then(|it| it.list.get(subject))
                    .map(Line::said)
            };
            head.list.iter().all(|(subject, line)| {
                let draft = line.correcting;
                let draft = draft.map(|id| of(id, DecisionState::Draft, subject).is_some());
                let signed = line.corrected.as_ref();
                let signed = signed.map(|it| {
                    of(it.by, DecisionState::Signed, subject).as_ref() == Some(&it.reads)
                });
                draft.unwrap_or(true) && signed.unwrap_or(true)
            })
        };
        let wrong = wrong.or(documents.values().find(|decision| !reads(decision)));
        if let Some(wrong) = wrong {
            let what = format!("{} is not what its decision made of it", doc(wrong.id));
            self.breaks(Law::DecisionsMoveTheirList, what);
        }
        // Two communes may each have given a number to a paper before they became one.
        let history = self.server.db.history.iter();
        let moved: BTreeSet<DocumentId> = history
            .filter_map(|entry| match entry {
                Entry::Moved { document, .. } => Some(*document),
                _ => None,
            })
            .collect();
        let mut numbers = BTreeSet::new();
        let twice = self.server.db.documents.values().find(|decision| {
            let number = Numbered::of(decision).filter(|_| !moved.contains(&decision.id));
            number.is_some_and(|number| !numbers.insert(number))
        });
        if let Some(twice) = twice {
            let what = format!("{} has a number that another has", doc(twice.id));
            self.breaks(Law::NumbersStandOnce, what);
        }
    }
}

/// A draft that corrects some lines of a signed decision.
fn correction(here: &[&Document], shard: UnitId, random: &mut Random) -> Option<Deciding> {
    let signed = here.iter().filter_map(|it| Some((it.id, it.decision()?)));
    let signed = signed.filter(|(_, head)| head.state == DecisionState::Signed);
    let signed: Vec<(DocumentId, &DecisionHead)> = signed.collect();
    let (decision, head) = *random.pick(&signed)?;
    let wording = String::new();
    Some(Deciding {
        step: DecisionStep::Draft {
            shard,
            does: Does::Correct { decision, wording },
        },
        title: head.title,
        year: head.year,
        corrects: Some(decision),
        subjects: head.list.keys().take(2).copied().collect(),
    })
}

/// A correction that nobody has worded yet.
fn reads_as_printed(head: &DecisionHead) -> bool {
    let mut lines = head.list.values();
    lines.any(|line| line.was.as_ref() == Some(&line.said()))
}

/// How the lines of a correction should read.
fn mending(head: &DecisionHead, random: &mut Random) -> DecisionStep {
    let mut lines = head.list.iter();
    let first = lines.next().map(|(subject, line)| {
        let name = format!("Lò Thị Đúng {}", random.below(9));
        let reading = Reading {
            name,
            ..line.said()
        };
        (*subject, reading)
    });
    let rest = lines.map(|(subject, line)| {
        let name = format!("{} mới", line.name.trim_end_matches(" mới"));
        (
            *subject,
            Reading {
                name,
                ..line.said()
            },
        )
    });
    DecisionStep::Reword {
        readings: first.into_iter().chain(rest).collect(),
        wording: String::new(),
    }
}

fn signature(number: u64, on: chrono::NaiveDate) -> DecisionStep {
    DecisionStep::Sign {
        number: format!("{number}/QĐ-UBND"),
        on,
        signer: "Chủ tịch xã".into(),
    }
}

/// Whether nobody has decided about its list yet.
fn is_open(state: DecisionState) -> bool {
    matches!(state, DecisionState::Draft | DecisionState::Submitted)
}

fn gathering() -> DecisionStep {
    let pieces = Piece::ALL.to_vec();
    DecisionStep::Gather { pieces }
}

/// What comes next of a proposal; now and then it is sent before its dossier is at hand, or comes back.
fn proposing(
    head: &DecisionHead,
    number: u64,
    on: chrono::NaiveDate,
    random: &mut Random,
) -> DecisionStep {
    let number = format!("{number}/TTr-UBND");
    let signer = "Chủ tịch".to_owned();
    match head.state {
        DecisionState::Submitted if random.chance(20) => DecisionStep::Reopen,
        DecisionState::Submitted if random.chance(40) => {
            let subjects = head.list.keys().copied();
            DecisionStep::Decline {
                declined: subjects.filter(|_| random.chance(50)).collect(),
            }
        }
        DecisionState::Submitted => DecisionStep::Conclude { number, on, signer },
        _ if head.dossier.is_empty() && random.chance(60) => gathering(),
        _ => DecisionStep::Submit { number, on, signer },
    }
}
