//! The server: one database, one or two processes over it, transactions that commit or do not, backups. What it decides,
//! numbers and reads is the real engine; what is written here is only what SQL and the operating system do.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use shared::SortedMap;
use shared::access::{Actor, Denied, Scope};
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::CriteriaSet;
use shared::document::{Document, Seq};
use shared::ids::{ChangeId, DocumentId, EpochId, ServerId, UnitId};
use shared::membership::{self, Base, Numbers};
use shared::org_unit::{OrgTree, OrgUnit};
use shared::problem::ProblemKind;
use shared::rollup::{self, Rollup};
use shared::sync::feed::Found;
use shared::sync::intake::Known;
use shared::sync::{
    BATCH_MAX, Carried, Departure, Feed, Intake, Logged, Map, Outcome, Position, Receipt,
    SyncRequest, SyncResponse, Terms,
};
use uuid::Uuid;

use super::attacker::Attack;
use super::faults::Fault;
use super::laws::Law;
use super::network::{Answer, Call};
use super::places::{self, Person, Reorganisation};
use super::random::Random;
use super::script::{Gateway, MINUTE, SECOND, Time};
use super::world::{Event, TabEvent, World, short};

/// Documents in one answer: few, so that feeds come in pages.
const PAGE: usize = 9;
/// Documents moved in one transaction: few, so that a move takes several.
const STEP: usize = 3;
/// How many submissions one transaction takes.
const GROUP: usize = 3;

/// What the server knows of the tables; the third one is of the future.
pub fn server_criteria() -> &'static [CriteriaSet] {
    &places::criteria()[..4]
}

/// One row of what happened in the database, in the order of commits.
#[derive(Clone, Debug)]
pub enum Entry {
    Decided {
        actor: Rc<Actor>,
        logged: Rc<Logged>,
        now: DateTime<Utc>,
    },
    Moved {
        document: DocumentId,
        to: UnitId,
    },
    Counted {
        form: DocumentId,
        numbers: Numbers,
    },
}

/// What is on the server's disk.
#[derive(Clone, Debug)]
pub struct Database {
    pub epoch: EpochId,
    pub documents: BTreeMap<DocumentId, Document>,
    pub log: BTreeMap<ChangeId, Known>,
    pub history: Vec<Entry>,
    pub seqs: BTreeMap<UnitId, Seq>,
    pub rollup: Rollup,
    pub departures: BTreeMap<(UnitId, DocumentId, UnitId), Departure>,
    /// The units of each person.
    pub units: Vec<Vec<UnitId>>,
    pub map: Vec<OrgUnit>,
    pub tree: Arc<OrgTree>,
    /// Who is signed in, by the cookie's token.
    pub sessions: BTreeMap<u64, usize>,
}

/// The signed-in person of a request, as the handler found them at its beginning.
#[derive(Clone, Debug)]
pub struct Caller {
    pub person: usize,
    pub actor: Rc<Actor>,
    pub units: Vec<UnitId>,
    pub tree: Arc<OrgTree>,
    pub day: NaiveDate,
    request: SyncRequest,
    /// The account is misused.
    attack: Option<Attack>,
}

impl Caller {
    /// Somebody else whose step is in the same transaction.
    pub fn in_the_place_of(&self, actor: Actor) -> Self {
        Self {
            actor: Rc::new(actor),
            ..self.clone()
        }
    }
}

/// Changes of one person that wait to be decided.
#[derive(Clone, Debug)]
struct Waiting {
    /// Nobody waits for the answer to a letter, or to an attack.
    call: Option<Call>,
    caller: Rc<Caller>,
}

/// What was unsent, carried by somebody else.
#[derive(Clone, Debug)]
pub struct Letter {
    pub person: usize,
    pub changes: Vec<Carried<Change>>,
}

impl Waiting {
    fn changes(&self) -> &[Carried<Change>] {
        &self.caller.request.changes
    }

    /// The database fails on it, and will again.
    fn is_cursed(&self) -> bool {
        self.caller.attack == Some(Attack::Curses)
    }
}

/// A transaction under way.
#[derive(Debug)]
struct Transaction {
    intake: Intake,
    /// When its changes were received.
    now: DateTime<Utc>,
    /// The authors of the rows of the log.
    authors: Vec<Rc<Caller>>,
    submissions: Vec<(Waiting, Vec<Receipt>)>,
    shards: BTreeSet<UnitId>,
    /// Differences of earlier tries (a planted fault).
    stale: Rollup,
    /// What was counted, to be told in the history.
    counted: Vec<(DocumentId, Numbers)>,
}

/// A process of the server.
#[derive(Debug)]
struct Process {
    alive: bool,
    life: u32,
    /// Read at the start and when the map changes.
    tree: Arc<OrgTree>,
    epoch: EpochId,
    /// The map that the documents were put in order by.
    ordered: Option<(Arc<OrgTree>, NaiveDate)>,
    queue: Vec<Waiting>,
    /// How many of the next ones are decided one by one, because their group failed.
    apart: usize,
    transaction: Option<Transaction>,
    /// After how many more events it ends, and for how long.
    doom: Option<(u32, Time)>,
}

pub struct Server {
    id: ServerId,
    pub db: Database,
    processes: Vec<Process>,
    backups: Vec<Database>,
    pub day: NaiveDate,
    reorganisations: u64,
    pub gateway: Gateway,
    random: Random,
    /// Of whoever sits at a desk.
    pub desk: Random,
    epochs: u128,
    tokens: u64,
    /// Numbers given out without a lock (a planted fault).
    loose: BTreeMap<UnitId, Seq>,
}

/// An answer being put together.
#[derive(Clone, Debug)]
pub struct Reading {
    call: Option<Call>,
    caller: Rc<Caller>,
    receipts: Vec<Receipt>,
    numbers: BTreeMap<UnitId, Seq>,
}

fn epoch(number: u128) -> EpochId {
    EpochId::from_uuid(Uuid::from_u128(0xe_0000 + number))
}

impl Server {
    pub fn new(seed: u64, processes: usize, people: &[Person]) -> Self {
        let map = places::first_map();
        let tree = Arc::new(OrgTree::new(map.clone()));
        let db = Database {
            epoch: epoch(1),
            documents: BTreeMap::new(),
            log: BTreeMap::new(),
            history: Vec::new(),
            seqs: BTreeMap::new(),
            rollup: Rollup::new(),
            departures: BTreeMap::new(),
            units: people.iter().map(|person| person.units.clone()).collect(),
            map,
            tree: tree.clone(),
            sessions: BTreeMap::new(),
        };
        let process = || Process {
            alive: true,
            life: 0,
            tree: tree.clone(),
            epoch: db.epoch,
            ordered: None,
            queue: Vec::new(),
            apart: 0,
            transaction: None,
            doom: None,
        };
        Self {
            id: ServerId::from_uuid(Uuid::from_u128(0x5_0001)),
            processes: (0..processes).map(|_| process()).collect(),
            db,
            backups: Vec::new(),
            day: places::day_after(0),
            reorganisations: 0,
            gateway: Gateway::Open,
            random: Random::of(seed, 2),
            desk: Random::of(seed, 77),
            epochs: 1,
            tokens: 0,
            loose: BTreeMap::new(),
        }
    }

    /// A process that answers, and its map.
    fn alive(&mut self) -> Option<usize> {
        let alive: Vec<usize> = (0..self.processes.len())
            .filter(|at| self.processes[*at].alive)
            .collect();
        self.random.pick(&alive).copied()
    }
}

impl World {
    pub fn person_in(&self, db: &Database, person: usize) -> Person {
        Person {
            units: db.units[person].clone(),
            ..self.people[person].clone()
        }
    }

    /// Somebody signs in: a token for the cookie, who they are, and the map they see. `None`: nobody answers.
    pub fn open_session(&mut self, person: usize) -> Option<(u64, Actor, Arc<OrgTree>)> {
        let process = self.server.alive()?;
        let tree = self.server.processes[process].tree.clone();
        let actor = self
            .person_in(&self.server.db, person)
            .actor(&tree, self.server.day);
        self.server.tokens += 1;
        let token = self.server.tokens;
        self.server.db.sessions.insert(token, person);
        Some((token, actor, tree))
    }

    /// Who a signed-in person is now.
    pub fn session(&mut self, token: u64) -> Option<(usize, Actor, Arc<OrgTree>)> {
        let process = self.server.alive()?;
        let person = *self.server.db.sessions.get(&token)?;
        let tree = self.server.processes[process].tree.clone();
        let actor = self
            .person_in(&self.server.db, person)
            .actor(&tree, self.server.day);
        Some((person, actor, tree))
    }

    pub fn expire(&mut self, person: usize) {
        self.server.db.sessions.retain(|_, of| *of != person);
    }

    /// A request reaches the server's address.
    pub fn arrive(&mut self, call: Call) {
        if let Some(answer) = self.at_the_gateway(&call) {
            self.reply(&call, answer);
            return;
        }
        let Some(process) = self.server.alive() else {
            // The proxy in front says so.
            self.reply(&call, Answer::status(502));
            return;
        };
        // A body that was cut is a broken connection: nobody is there to be answered.
        let Ok(request) = serde_json::from_slice::<SyncRequest>(&call.body) else {
            return;
        };
        let token = call.cookie;
        let signed_in = token.and_then(|token| self.server.db.sessions.get(&token).copied());
        let is_own = |person: &usize| {
            let user = self.people[*person].user;
            request.user.is_none_or(|said| said == user)
        };
        let Some(person) = signed_in.filter(is_own) else {
            self.tally.count("answered 401");
            self.reply(&call, Answer::problem(401, ProblemKind::SignedOut));
            return;
        };
        if request
            .server
            .is_some_and(|server| server != self.server.id)
        {
            self.reply(&call, Answer::problem(403, ProblemKind::Forbidden));
            return;
        }
        if request.changes.len() > BATCH_MAX {
            self.reply(&call, Answer::problem(413, ProblemKind::TooLarge));
            return;
        }
        let ids: Vec<Option<ChangeId>> = request.changes.iter().map(Carried::id).collect();
        let is_unreadable = |id: &Option<ChangeId>| id.is_none_or(|id| self.poisoned.contains(&id));
        if ids.iter().any(is_unreadable) {
            self.tally.count("answered 400");
            self.reply(&call, Answer::problem(400, ProblemKind::Malformed));
            return;
        }
        self.tally.count("requests served");
        let mut request = request;
        let epoch = self.server.processes[process].epoch;
        if !request.knows(epoch) && self.fault != Some(Fault::DecidesBeforeItRemembers) {
            request.changes.clear();
        }
        self.queue_up(process, person, request, Some(call), None);
    }

    /// An account is misused: a request that no app would send.
    pub fn attack(&mut self, person: usize, how: Attack, seed: u64) {
        self.tally.count("attacks");
        let body = self.hostile(how, seed);
        let Some(process) = self.server.alive() else {
            return;
        };
        let Ok(mut request) = serde_json::from_slice::<SyncRequest>(&body) else {
            self.tally.count("attacks without a meaning");
            return;
        };
        // What has no id cannot have a receipt; the rest of the attack is let in, so that the engine sees it.
        request.changes.retain(|change| change.id().is_some());
        request.changes.truncate(BATCH_MAX);
        if how == Attack::Curses {
            // Whoever finds what hurts does it again, and the second one meets those who came while the first one failed.
            self.queue_up(process, person, request.clone(), None, Some(how));
        }
        self.queue_up(process, person, request, None, Some(how));
    }

    /// A letter is opened and its changes are taken in its author's name.
    pub fn deliver(&mut self, letter: Letter) {
        let Some(process) = self.server.alive() else {
            return;
        };
        let beginning = json!({
            "device": Uuid::from_u128(0xd999),
            "app_version": "0.1.0",
            "protocol": 1,
        });
        let Ok(mut request) = serde_json::from_value::<SyncRequest>(beginning) else {
            return;
        };
        let is_readable = |change: &Carried<Change>| {
            let id = change.id();
            id.is_some_and(|id| !self.poisoned.contains(&id))
        };
        request.changes = letter.changes.into_iter().filter(is_readable).collect();
        self.queue_up(process, letter.person, request, None, None);
    }

    fn queue_up(
        &mut self,
        process: usize,
        person: usize,
        request: SyncRequest,
        call: Option<Call>,
        attack: Option<Attack>,
    ) {
        let tree = self.server.processes[process].tree.clone();
        let somebody = self.person_in(&self.server.db, person);
        let caller = Caller {
            person,
            actor: Rc::new(somebody.actor(&tree, self.server.day)),
            units: somebody.units,
            tree,
            day: self.server.day,
            request,
            attack,
        };
        self.server.processes[process].queue.push(Waiting {
            call,
            caller: Rc::new(caller),
        });
        self.begin_soon(process, 0);
    }

    /// A server of somebody else: another identity, and receipts for everything.
    pub fn stranger(&mut self, call: &Call) -> Option<Answer> {
        let request: SyncRequest = serde_json::from_slice(&call.body).ok()?;
        // Whoever was never here before cannot know.
        request.server?;
        let receipt = |change: &Carried<Change>| {
            Some(Receipt {
                change: change.id()?,
                outcome: Outcome::Received { seq: 1 },
            })
        };
        let response = SyncResponse {
            server: ServerId::from_uuid(Uuid::from_u128(0x5_0666)),
            epoch: epoch(666),
            scope: "khác".into(),
            reset: true,
            receipts: request.changes.iter().filter_map(receipt).collect(),
            documents: Vec::new(),
            left: Vec::new(),
            cursors: SortedMap::new(),
            more: false,
            criteria: None,
            campaign: None,
            server_time: self.clock(),
            min_app_version: "0.1.0".into(),
        };
        let body = serde_json::to_vec(&response).ok()?;
        Some(Answer::Body(body.into()))
    }

    pub fn doom(&mut self, process: usize, after: u32, lasts: Time) {
        self.server.processes[process].doom = Some((after, lasts));
    }

    /// Whether a process comes to its next event.
    fn goes_on(&mut self, process: usize, life: u32) -> bool {
        let at = &mut self.server.processes[process];
        if !at.alive || at.life != life {
            return false;
        }
        if let Some((after, lasts)) = at.doom {
            if after == 0 {
                at.doom = None;
                self.crash(process, self.queue.now + lasts);
                return false;
            }
            at.doom = Some((after - 1, lasts));
        }
        true
    }

    fn begin_soon(&mut self, process: usize, wait: Time) {
        let life = self.server.processes[process].life;
        self.queue.after(wait, Event::Begin { process, life });
    }

    /// The task that writes looks what there is to do.
    pub fn begin(&mut self, process: usize, life: u32) {
        if !self.goes_on(process, life) {
            return;
        }
        let at = &self.server.processes[process];
        if at.transaction.is_some() {
            return;
        }
        let day = self.server.day;
        let at = &self.server.processes[process];
        let tree = at.tree.clone();
        let is_ordered = at
            .ordered
            .as_ref()
            .is_some_and(|(kept, on)| Arc::ptr_eq(kept, &tree) && *on == day);
        let map = Map { tree: &tree, day };
        let begun = if is_ordered {
            self.begin_group(process, &map)
        } else {
            self.begin_move(process, &map)
        };
        match begun {
            Ok(Some(transaction)) => {
                let is_cursed = transaction.submissions.iter().any(|(it, _)| it.is_cursed());
                self.server.processes[process].transaction = Some(transaction);
                let slow = self.server.random.chance(10);
                let wait = match (is_cursed, slow) {
                    // A database that fails takes its time.
                    (true, _) => self.server.random.between(SECOND, 20 * SECOND),
                    (_, true) => self.server.random.between(SECOND, 5 * SECOND),
                    _ => self.server.random.between(1, 120),
                };
                self.queue.after(wait, Event::Commit { process, life });
            }
            Ok(None) => {}
            // Somebody else holds a lock.
            Err(()) => self.begin_soon(process, 7),
        }
    }

    fn is_locked(&self, process: usize, shards: &BTreeSet<UnitId>) -> bool {
        let others = self.server.processes.iter().enumerate();
        others
            .filter(|(at, _)| *at != process)
            .filter_map(|(_, other)| other.transaction.as_ref())
            .any(|transaction| !transaction.shards.is_disjoint(shards))
    }

    /// Moves some documents that lie elsewhere than the map says. When there are none, the documents are in order.
    fn begin_move(&mut self, process: usize, map: &Map<'_>) -> Result<Option<Transaction>, ()> {
        let db = &self.server.db;
        let lies_elsewhere = |document: &&Document| {
            map.home(document.place)
                .is_some_and(|home| home != document.shard)
        };
        let first = db.documents.values().find(lies_elsewhere);
        let Some((shard, place)) = first.map(|document| (document.shard, document.place)) else {
            let tree = self.server.processes[process].tree.clone();
            self.server.processes[process].ordered = Some((tree, self.server.day));
            self.begin_soon(process, 0);
            return Ok(None);
        };
        let shards: BTreeSet<UnitId> = map.home(place).into_iter().chain([shard]).collect();
        if self.is_locked(process, &shards) {
            return Err(());
        }
        let of_place = db
            .documents
            .values()
            .filter(|document| document.shard == shard && document.place == place);
        let mut intake = Intake {
            documents: of_place
                .take(STEP)
                .map(|document| (document.id, document.clone()))
                .collect(),
            seqs: self.locked_seqs(&shards),
            ..Intake::default()
        };
        let numbers: BTreeMap<DocumentId, Seq> = intake
            .documents
            .values()
            .map(|document| (document.id, document.seq))
            .collect();
        intake.reorganise(map, server_criteria());
        if self.fault == Some(Fault::ForgetsDepartures) {
            intake.departures.clear();
        }
        if self.fault == Some(Fault::KeepsOldNumbers) {
            for document in intake.documents.values_mut() {
                document.seq = numbers[&document.id];
            }
        }
        self.tally.count("transactions that move documents");
        Ok(Some(Transaction {
            intake,
            now: self.clock(),
            authors: Vec::new(),
            submissions: Vec::new(),
            shards,
            stale: Rollup::new(),
            counted: Vec::new(),
        }))
    }

    fn locked_seqs(&self, shards: &BTreeSet<UnitId>) -> BTreeMap<UnitId, Seq> {
        let last = |shard| self.server.db.seqs.get(shard).copied().unwrap_or(0);
        shards.iter().map(|shard| (*shard, last(shard))).collect()
    }

    /// Decides what waits, in one transaction.
    fn begin_group(&mut self, process: usize, map: &Map<'_>) -> Result<Option<Transaction>, ()> {
        // Who came under another map is asked to come again: their scope may have moved.
        let minds_the_map = self.fault != Some(Fault::DecidesByAnOldMap);
        let queue = &mut self.server.processes[process].queue;
        let came_before = |waiting: &mut Waiting| {
            let caller = &waiting.caller;
            let is_another = !std::ptr::eq(&*caller.tree, map.tree) || caller.day != map.day;
            is_another && minds_the_map
        };
        let late: Vec<Waiting> = queue.extract_if(.., came_before).collect();
        for waiting in late {
            self.tally.count("asked to come again under another map");
            self.turn_away(&waiting);
        }
        let queue = &self.server.processes[process].queue;
        if queue.is_empty() {
            return Ok(None);
        }
        let size = match self.server.processes[process].apart {
            0 => GROUP,
            _ => 1,
        };
        let size = queue.len().min(size);
        let group = &queue[..size];
        let known_changes = group.iter().flat_map(|waiting| {
            let known = waiting.changes().iter().filter_map(Carried::known);
            known.map(|change| (&waiting.caller.actor, change))
        });
        let now = self.clock();
        let mut shards = BTreeSet::new();
        let mut documents = BTreeMap::new();
        let mut known = BTreeMap::new();
        for (actor, change) in known_changes {
            shards.extend(Intake::shard(change, map, actor));
            for id in Intake::needs(change, now) {
                if let Some(document) = self.server.db.documents.get(&id) {
                    shards.insert(document.shard);
                    documents.insert(id, document.clone());
                }
            }
            if let Some(receipt) = self.server.db.log.get(&change.id) {
                known.insert(change.id, receipt.clone());
            }
        }
        if minds_the_map && documents.values().any(|document| !map.holds(document)) {
            // Another process has a newer map and has moved what these are about.
            let queue = &mut self.server.processes[process].queue;
            let group: Vec<Waiting> = queue.drain(..size).collect();
            for waiting in &group {
                self.tally.count("asked to come again under another map");
                self.turn_away(waiting);
            }
            self.begin_soon(process, 0);
            return Ok(None);
        }
        let loose = self.fault == Some(Fault::NumbersWithoutLock);
        if !loose && self.is_locked(process, &shards) {
            return Err(());
        }
        let mut seqs = self.locked_seqs(&shards);
        if loose {
            for (shard, seq) in &mut seqs {
                *seq = (*seq).max(self.server.loose.get(shard).copied().unwrap_or(0));
            }
        }
        let mut intake = Intake {
            known,
            documents,
            seqs,
            ..Intake::default()
        };
        let taken: Vec<Waiting> = {
            let queue = &mut self.server.processes[process].queue;
            queue.drain(..size).collect()
        };
        let apart = &mut self.server.processes[process].apart;
        *apart = apart.saturating_sub(size);
        if taken.len() > 1 && taken.iter().any(|waiting| waiting.caller.attack.is_some()) {
            self.tally.count("attacks in one group with a neighbour");
        }
        let terms = Terms {
            criteria: server_criteria(),
            map: *map,
            now,
        };
        let mut authors = Vec::new();
        let mut submissions = Vec::new();
        for waiting in taken {
            let mut receipts = Vec::new();
            let actor = &waiting.caller.actor;
            for change in waiting.changes() {
                let receipt = match (self.fault, change) {
                    (Some(Fault::DoesNotRoute), Carried::Known(change)) => {
                        Some(intake.receive(actor, &terms, change.clone()))
                    }
                    _ => intake.decide(actor, &terms, change),
                };
                receipts.extend(receipt);
                if self.fault == Some(Fault::WritesAnything) && waiting.caller.attack.is_some() {
                    write_anything(&mut intake, change);
                }
                authors.resize(intake.log.len(), waiting.caller.clone());
            }
            let is_received = |receipt: &Receipt| receipt.outcome.is_received();
            if waiting.caller.attack.is_some() && receipts.iter().any(is_received) {
                self.tally.count("attacks that were received in part");
            }
            submissions.push((waiting, receipts));
        }
        let beside = submissions
            .last()
            .map(|(waiting, _)| waiting.caller.clone());
        if let Some(beside) = beside
            && let Some(desk) = self.decide_at_the_desk(&mut intake, &terms, &shards, &beside)
        {
            authors.resize(intake.log.len(), desk);
        }
        if loose {
            self.server.loose.extend(intake.seqs.clone());
        }
        if self.fault == Some(Fault::AnswersBeforeCommit) {
            for (waiting, receipts) in &submissions {
                self.answer_soon(process, waiting.clone(), receipts.clone());
            }
        }
        Ok(Some(Transaction {
            intake,
            now,
            authors,
            submissions,
            shards,
            stale: Rollup::new(),
            counted: Vec::new(),
        }))
    }

    /// The transaction comes to its end.
    pub fn commit(&mut self, process: usize, life: u32) {
        if !self.goes_on(process, life) {
            return;
        }
        let at = &mut self.server.processes[process];
        let Some(mut transaction) = at.transaction.take() else {
            return;
        };
        let chance = self.server.random.below(100);
        if !self.calm && chance < 3 {
            // The database failed; nobody's changes were taken.
            self.tally.count("transactions that failed");
            for (waiting, _) in &transaction.submissions {
                self.turn_away(waiting);
            }
            self.begin_soon(process, 0);
            return;
        }
        if !self.calm && chance < 8 {
            // Two transactions met. This one is rolled back and tried again.
            self.tally.count("transactions tried again");
            if self.fault == Some(Fault::CountsTwice) {
                rollup::merge(&mut transaction.stale, &transaction.intake.rollup);
                rollup::merge(&mut transaction.intake.rollup, &transaction.stale);
                self.server.processes[process].transaction = Some(transaction);
                self.queue.after(5, Event::Commit { process, life });
                return;
            }
            self.put_back(process, transaction);
            return;
        }
        if transaction.submissions.iter().any(|(it, _)| it.is_cursed()) {
            self.take_apart(process, transaction);
            return;
        }
        let log = &self.server.db.log;
        let is_decided = |logged: &Logged| log.contains_key(&logged.change.id);
        if transaction.intake.log.iter().any(is_decided) {
            // Another process has decided one of these changes meanwhile.
            self.put_back(process, transaction);
            return;
        }
        if !self.count_members(process, &mut transaction) {
            // Somebody else holds the lock of what must be counted.
            self.put_back(process, transaction);
            return;
        }
        self.apply(&transaction);
        for (waiting, receipts) in transaction.submissions {
            if self.fault != Some(Fault::AnswersBeforeCommit) {
                self.answer_soon(process, waiting, receipts);
            }
        }
        self.begin_soon(process, 0);
    }

    /// Counts again what a transaction has changed the count of, and locks what it writes for it.
    fn count_members(&mut self, process: usize, transaction: &mut Transaction) -> bool {
        let affected = std::mem::take(&mut transaction.intake.affected);
        if affected.is_empty() || self.fault == Some(Fault::CountsNobody) {
            return true;
        }
        let mut all = self.server.db.documents.clone();
        all.extend(transaction.intake.documents.clone());
        let members = affected.members.iter();
        let members = members.filter_map(|member| all.get(&(*member).into()));
        let mut groups = affected.groups;
        groups.extend(
            members
                .flat_map(membership::links)
                .filter_map(|it| it.group),
        );
        let forms = groups
            .into_iter()
            .flat_map(|group| membership::forms(group, transaction.now));
        let forms: Vec<&Document> = forms.filter_map(|form| all.get(&form)).collect();
        let shards: BTreeSet<UnitId> = forms.iter().map(|form| form.shard).collect();
        let unlocked: BTreeSet<UnitId> = shards.difference(&transaction.shards).copied().collect();
        if self.is_locked(process, &unlocked) {
            return false;
        }
        let intake = &mut transaction.intake;
        intake.seqs.extend(self.locked_seqs(&unlocked));
        for form in forms {
            let before = intake
                .documents
                .entry(form.id)
                .or_insert_with(|| form.clone());
            let before = before.assessment().map(|head| head.counted.clone());
            let count =
                |base: &Base| membership::count(base, form, all.values(), server_criteria());
            intake.count(form.id, server_criteria(), count);
            let after = intake
                .documents
                .get(&form.id)
                .and_then(Document::assessment);
            let after = after.map(|head| head.counted.clone());
            if let Some(numbers) = after.filter(|it| before.as_ref() != Some(it)) {
                transaction.counted.push((form.id, numbers));
                self.tally.count("forms counted again");
            }
        }
        true
    }

    /// The database failed on what somebody sent. They are decided one by one, so that only the one to blame hears of it.
    fn take_apart(&mut self, process: usize, transaction: Transaction) {
        self.tally.count("transactions that failed on an attack");
        let is_one = transaction.submissions.len() == 1;
        if is_one || self.fault == Some(Fault::FailsTogether) {
            for (waiting, _) in &transaction.submissions {
                if waiting.caller.attack.is_none() {
                    let person = waiting.caller.person;
                    let what = format!("person {person} was turned away for another's fault");
                    self.breaks(Law::NeighboursGoOn, what);
                }
                self.turn_away(waiting);
            }
            self.begin_soon(process, 0);
            return;
        }
        self.server.processes[process].apart += transaction.submissions.len();
        self.put_back(process, transaction);
    }

    /// Nothing was taken; the phone comes again by itself.
    fn turn_away(&mut self, waiting: &Waiting) {
        if let Some(call) = &waiting.call {
            self.reply(call, Answer::busy(Some(2)));
        }
    }

    fn put_back(&mut self, process: usize, transaction: Transaction) {
        let waiting = transaction.submissions.into_iter().map(|(it, _)| it);
        self.server.processes[process].queue.splice(0..0, waiting);
        self.begin_soon(process, 3);
    }

    /// Writes what a transaction has left to write.
    fn apply(&mut self, transaction: &Transaction) {
        self.tally.count("transactions");
        let intake = &transaction.intake;
        let forgets = |random: &mut Random| random.chance(10);
        for (at, (logged, author)) in intake.log.iter().zip(&transaction.authors).enumerate() {
            self.tally.count(match &logged.outcome {
                Outcome::Received { .. } => "changes received",
                Outcome::Refused(_) => "changes refused",
            });
            self.server.db.history.push(Entry::Decided {
                actor: author.actor.clone(),
                logged: Rc::new(logged.clone()),
                now: transaction.now,
            });
            let is_outside =
                logged.outcome == Outcome::Refused(Refusal::Denied(Denied::OutsideScope));
            // An attacker asks for what no app offers: a commune registered in a village, a family in a commune.
            if is_outside && author.attack.is_none() {
                self.check_own_village(author, logged, &intake.log[..at]);
            }
            // A letter may come to another life than it was written to. What it brings is attempted again by its author.
            let knows = author.request.epoch.is_some();
            if knows && logged.outcome == Outcome::Refused(Refusal::UnknownDocument) {
                self.check_own_order(logged, &intake.log);
            }
            let receipt = Known {
                by: logged.by,
                outcome: logged.outcome.clone(),
            };
            let forget = self.fault == Some(Fault::ReceiptNotStored);
            if !(forget && forgets(&mut self.server.random)) {
                self.server.db.log.insert(logged.change.id, receipt);
            }
            if self.trace.on {
                let logged = logged.clone();
                self.say(|_| {
                    format!(
                        "server: {} {:?} is {:?}",
                        short(logged.change.id),
                        logged.change.body,
                        logged.outcome
                    )
                });
            }
        }
        for departure in &intake.departures {
            self.tally.count("documents moved");
            let row = (departure.shard, departure.document, departure.place);
            self.server.db.departures.insert(row, *departure);
        }
        for id in &intake.dirty {
            let Some(document) = intake.documents.get(id) else {
                continue;
            };
            self.check_document(document);
            if document.in_conflict() {
                self.tally.count("documents in conflict");
            }
            let follows = !intake.log.iter().any(|logged| logged.change.doc == *id);
            let is_by_a_change = !intake.log.is_empty();
            if self.fault == Some(Fault::FormsDoNotFollow) && follows && is_by_a_change {
                continue;
            }
            let standing = self.server.db.documents.get(id);
            if standing.is_some_and(|standing| standing.shard != document.shard) {
                self.server.db.history.push(Entry::Moved {
                    document: *id,
                    to: document.shard,
                });
            }
            let forget = self.fault == Some(Fault::DocumentNotStored);
            if !(forget && forgets(&mut self.server.random)) {
                self.server.db.documents.insert(*id, document.clone());
            }
        }
        for (form, numbers) in &transaction.counted {
            self.server.db.history.push(Entry::Counted {
                form: *form,
                numbers: numbers.clone(),
            });
        }
        rollup::merge(&mut self.server.db.rollup, &intake.rollup);
        for (shard, seq) in &intake.seqs {
            let last = self.server.db.seqs.entry(*shard).or_default();
            *last = (*last).max(*seq);
        }
        self.check_database();
    }

    fn answer_soon(&mut self, process: usize, waiting: Waiting, receipts: Vec<Receipt>) {
        // Whoever carries a letter does not wait; whoever attacks reads what they can get.
        if waiting.call.is_none() && waiting.caller.attack.is_none() {
            return;
        }
        let life = self.server.processes[process].life;
        let wait = self.server.random.between(0, 30);
        let reading = Box::new(Reading {
            call: waiting.call,
            caller: waiting.caller,
            receipts,
            numbers: BTreeMap::new(),
        });
        let event = Event::Numbers {
            process,
            life,
            reading,
        };
        self.queue.after(wait, event);
    }

    /// First the numbers are read.
    pub fn numbers(&mut self, process: usize, life: u32, mut reading: Box<Reading>) {
        if !self.goes_on(process, life) {
            return;
        }
        reading.numbers = self.server.db.seqs.clone();
        let wait = match self.server.random.chance(30) {
            true => self.server.random.between(1, 200),
            false => 0,
        };
        let event = Event::Documents {
            process,
            life,
            reading,
        };
        self.queue.after(wait, event);
    }

    /// Then the documents, and the answer goes out.
    pub fn documents(&mut self, process: usize, life: u32, reading: Reading) {
        if !self.goes_on(process, life) {
            return;
        }
        let epoch = self.server.processes[process].epoch;
        let caller = reading.caller.clone();
        let (actor, request) = (&caller.actor, &caller.request);
        let mut position = Position::from(request);
        if self.fault == Some(Fault::NoResetForAnotherScope) && position.scope.is_some() {
            position.scope = Some(shared::sync::scope_name(actor));
        }
        let numbers = &reading.numbers;
        let mut feed = Feed::open(actor, &position, epoch, numbers, PAGE);
        let mut found: Vec<Document> = Vec::new();
        let mut left: Vec<DocumentId> = Vec::new();
        let db = &self.server.db;
        while let Some(window) = feed.next_window() {
            let is_inside = |place: &UnitId| match &window.places {
                Some(_) if self.fault == Some(Fault::LeaksNeighbours) => true,
                Some(places) => places.contains(place),
                None => true,
            };
            let mut rows: Vec<&Document> = db
                .documents
                .values()
                .filter(|document| document.decision().is_none())
                .filter(|document| document.shard == window.shard && document.seq > window.after)
                .filter(|document| is_inside(&document.place))
                .collect();
            rows.sort_by_key(|document| document.seq);
            rows.truncate(window.room);
            let upto = feed.found(
                &window,
                Found {
                    count: rows.len(),
                    last: rows.last().map(|document| document.seq),
                    more: rows.len() == window.room,
                },
            );
            found.extend(rows.into_iter().cloned());
            if window.departures {
                let gone = db.departures.values().filter(|departure| {
                    departure.shard == window.shard
                        && (window.after + 1..=upto).contains(&departure.seq)
                        && is_inside(&departure.place)
                });
                let gone = gone.filter_map(|departure| db.documents.get(&departure.document));
                left.extend(
                    gone.filter(|document| !actor.scope.works_on(document.shard, document.place))
                        .map(|document| document.id),
                );
            }
        }
        let touched: BTreeSet<DocumentId> = request
            .changes
            .iter()
            .filter_map(Carried::known)
            .map(|change| change.doc)
            .collect();
        let sent: BTreeSet<DocumentId> = found.iter().map(|document| document.id).collect();
        for id in touched.difference(&sent) {
            let document = db.documents.get(id);
            found.extend(
                document
                    .filter(|document| actor.scope.works_on(document.shard, document.place))
                    .cloned(),
            );
        }
        let read = feed.close();
        for document in &found {
            self.check_scope(&caller, document);
        }
        // Whoever sends another's change under its id is told so; its receipt stays its author's.
        let is_stolen = |receipt: &Receipt| {
            reading.call.is_none() && receipt.outcome == Outcome::Refused(Refusal::IdTaken)
        };
        for receipt in reading.receipts.iter().filter(|it| !is_stolen(it)) {
            self.check_receipt(epoch, receipt.change, &receipt.outcome);
        }
        for (name, is_so) in [
            ("answers with more to come", read.more),
            ("answers that begin afresh", read.reset),
            ("answers that tell what left", !left.is_empty()),
        ] {
            if is_so {
                self.tally.count(name);
            }
        }
        let response = SyncResponse {
            server: self.server.id,
            epoch,
            scope: read.scope,
            reset: read.reset,
            receipts: reading.receipts,
            documents: found.into_iter().map(Carried::Known).collect(),
            left,
            cursors: read.cursors,
            more: read.more,
            criteria: None,
            campaign: None,
            server_time: self.clock(),
            min_app_version: "0.1.0".into(),
        };
        let Ok(body) = serde_json::to_vec(&response) else {
            return;
        };
        if let Some(call) = &reading.call {
            self.reply(call, Answer::Body(body.into()));
        }
    }

    /// A process ends, wherever it was. A transaction that was at its end may have been committed, and nobody was told.
    pub fn crash(&mut self, process: usize, until: Time) {
        let at = &mut self.server.processes[process];
        if !at.alive {
            return;
        }
        at.alive = false;
        at.life += 1;
        let life = at.life;
        at.apart = 0;
        let queue = std::mem::take(&mut at.queue);
        let transaction = at.transaction.take();
        self.tally.count("server processes killed");
        let mut calls: Vec<Call> = queue
            .into_iter()
            .filter_map(|waiting| waiting.call)
            .collect();
        if let Some(mut transaction) = transaction {
            let log = &self.server.db.log;
            let is_decided = |logged: &Logged| log.contains_key(&logged.change.id);
            let is_possible = !transaction.intake.log.iter().any(is_decided);
            // What is counted is of the same transaction.
            let is_whole = is_possible && self.count_members(process, &mut transaction);
            if is_whole && self.server.random.chance(50) {
                self.tally
                    .count("killed after the commit, before the answer");
                self.apply(&transaction);
            } else {
                self.tally.count("killed before the commit");
            }
            let submissions = transaction.submissions.into_iter();
            calls.extend(submissions.filter_map(|(waiting, _)| waiting.call));
        }
        for call in calls {
            if self.server.random.chance(50) {
                let exchange = call.exchange;
                let answer = Answer::Nothing;
                let event = TabEvent::Answered { exchange, answer };
                self.queue.tab(50, call.from, event);
            }
        }
        self.queue.at(until, Event::Up { process, life });
    }

    pub fn up(&mut self, process: usize, life: u32) {
        let db = &self.server.db;
        let (tree, epoch) = (db.tree.clone(), db.epoch);
        let at = &mut self.server.processes[process];
        if at.alive || at.life != life {
            return;
        }
        at.alive = true;
        at.tree = tree;
        at.epoch = epoch;
        at.ordered = None;
        self.begin_soon(process, 0);
    }

    pub fn backup(&mut self) {
        self.tally.count("backups");
        self.server.backups.push(self.server.db.clone());
    }

    /// The database is put back to a backup. Every process was stopped before.
    pub fn restore(&mut self, backup: usize) {
        if self.server.backups.is_empty() {
            return;
        }
        self.tally.count("restores");
        let at = backup % self.server.backups.len();
        let until = self.queue.now + self.server.random.between(200, MINUTE);
        for process in 0..self.server.processes.len() {
            self.crash(process, until);
        }
        self.server.epochs += 1;
        let before = self.server.db.epoch;
        self.server.db = self.server.backups[at].clone();
        self.server.db.epoch = match self.fault {
            Some(Fault::SameEpochAfterRestore) => before,
            _ => epoch(self.server.epochs),
        };
        self.server.loose.clear();
        self.check_all_kept();
    }

    pub fn reorganise(&mut self, how: Reorganisation) {
        self.tally.count("reorganisations");
        // Some hold from the next day on, others are written down in the middle of the day they hold from.
        if self.server.random.chance(50) {
            self.server.reorganisations += 1;
        }
        self.server.day = places::day_after(self.server.reorganisations);
        let map = places::reorganised(self.server.db.map.clone(), how, self.server.day);
        self.server.db.tree = Arc::new(OrgTree::new(map.clone()));
        self.server.db.map = map;
        for process in 0..self.server.processes.len() {
            let life = self.server.processes[process].life;
            // They do not hear of it at the same moment.
            let wait = self.server.random.between(0, 2 * MINUTE);
            self.queue.after(wait, Event::ReadMap { process, life });
        }
    }

    pub fn read_map(&mut self, process: usize, life: u32) {
        let tree = self.server.db.tree.clone();
        let at = &mut self.server.processes[process];
        if at.alive && at.life == life {
            at.tree = tree;
            self.begin_soon(process, 0);
        }
    }

    /// A person is given other units.
    pub fn assign(&mut self, person: usize, village: usize, how: u8) {
        let own = places::village(village);
        let first = self.people[person].units.clone();
        let is_of_villages = matches!(
            self.people[person]
                .actor(&self.server.db.tree, self.server.day)
                .scope,
            Scope::Villages(_)
        );
        let other = if is_of_villages {
            own
        } else {
            places::commune(village)
        };
        let units = &mut self.server.db.units[person];
        match how {
            0 => *units = vec![other],
            1 => units.push(other),
            2 => units.clear(),
            _ => *units = first,
        }
        self.tally.count("people given other units");
    }

    /// All processes run, on the newest map, and nothing stands before them.
    pub fn mend_server(&mut self) {
        self.server.gateway = Gateway::Open;
        for process in 0..self.server.processes.len() {
            self.server.processes[process].doom = None;
            let life = self.server.processes[process].life;
            self.up(process, life);
            self.read_map(process, life);
        }
        // Nobody is left without a village.
        for person in 0..self.people.len() {
            if self.server.db.units[person].is_empty() {
                self.server.db.units[person] = self.people[person].units.clone();
            }
        }
    }
}

/// What a server without bounds would do (a planted fault).
fn write_anything(intake: &mut Intake, change: &Carried<Change>) {
    let Some(change) = change.known() else { return };
    let ChangeBody::SetField { field, value } = &change.body else {
        return;
    };
    if let Some(document) = intake.documents.get_mut(&change.doc) {
        document.fields.insert(field.clone(), value.clone());
        intake.dirty.insert(change.doc);
    }
}
