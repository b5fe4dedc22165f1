//! Devices: a disk, a link, a clock that anybody may set, and tabs. What a tab decides is the app's own machine
//! (`shared::sync::tab`) around the real replica; here is what a browser does for it: a disk, a lock, timers, messages. The
//! app's half of the same is `app/src/store/home.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::value::RawValue;
use shared::access::{Actor, Denied};
use shared::assessment::StageName;
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::CriteriaSet;
use shared::document::Document;
use shared::ids::{ChangeId, DeviceId};
use shared::org_unit::OrgTree;
use shared::sync::tab::{self as engine, Effect, Message, Moment, Timer, Trouble, Word};
use shared::sync::{
    Carried, Failure, Pending, PendingState, Refused, Replica, Stored, SyncRequest, SyncResponse,
    UNDERSTANDS, Write,
};
use uuid::Uuid;

use super::faults::Fault;
use super::laws::Tapped;
use super::network::{Answer, Call};
use super::places;
use super::random::Random;
use super::script::{DeviceShape, Lack, Link, MINUTE, SECOND, Storage, Time, What};
use super::server::Letter;
use super::world::{Event, TabEvent, TabKey, World, short};

/// A tab with the open store of one person.
pub struct Tab {
    pub person: usize,
    /// What the app in it cannot read, however new the device's is by now.
    lacks: Option<Lack>,
    pub replica: Replica,
    pub engine: engine::Tab,
    /// The transaction under way.
    writing: Vec<Write>,
    /// What was tapped and the screen has not called saved yet.
    unsaved: Vec<ChangeId>,
    frozen: Option<Vec<TabEvent>>,
    pub was_frozen: bool,
}

/// The browser's lock on one person's store.
#[derive(Debug, Default)]
pub struct Lock {
    pub holder: Option<u32>,
    /// Since when.
    pub since: Time,
    /// When the holder hears of it. Nobody hears that it lost what it was not given yet.
    heard: Time,
    queue: Vec<u32>,
}

impl Lock {
    fn give(&mut self, tab: u32, now: Time, wait: Time) {
        self.holder = Some(tab);
        self.since = now;
        self.heard = now + wait;
    }
}

/// Who is signed in, as the device was last told.
#[derive(Clone)]
struct Known {
    actor: Actor,
    tree: Arc<OrgTree>,
    day: NaiveDate,
}

pub struct Device {
    pub shape: DeviceShape,
    pub random: Random,
    at: usize,
    alive: bool,
    life: u32,
    pub link: Link,
    storage: Storage,
    /// Whether its storage was ever anything but fine.
    pub was_strained: bool,
    /// Milliseconds that the clock is wrong.
    clock: i64,
    cookie: Option<u64>,
    /// Who is signed in here.
    person: Option<usize>,
    known: BTreeMap<usize, Known>,
    pub disks: BTreeMap<usize, Stored>,
    pub tabs: BTreeMap<u32, Tab>,
    next_tab: u32,
    pub locks: BTreeMap<usize, Lock>,
    made: u64,
    poisons_next: bool,
    /// After how many more events the battery is taken out, and for how long.
    doom: Option<(u32, Time)>,
    /// What was tapped last, to be tapped again.
    pub last: Option<super::taps::Last>,
}

impl Device {
    pub fn new(seed: u64, at: usize, shape: DeviceShape) -> Self {
        Self {
            shape,
            random: Random::of(seed, 100 + at as u64),
            at,
            alive: true,
            life: 0,
            link: Link::Good,
            storage: Storage::Fine,
            was_strained: false,
            clock: 0,
            cookie: None,
            person: None,
            known: BTreeMap::new(),
            disks: BTreeMap::new(),
            tabs: BTreeMap::new(),
            next_tab: 0,
            locks: BTreeMap::new(),
            made: 0,
            poisons_next: false,
            doom: None,
            last: None,
        }
    }

    /// The criteria sets of its app.
    pub fn criteria(&self) -> &'static [CriteriaSet] {
        &places::criteria()[..2 + self.shape.sets]
    }

    /// What its clock shows.
    fn now(&self, right: DateTime<Utc>) -> DateTime<Utc> {
        right + TimeDelta::milliseconds(self.clock)
    }

    /// The next id made here. Ids name their device, so that a trace can be read.
    pub fn next_id(&mut self) -> Uuid {
        self.made += 1;
        // Version 7, as devices make them (RFC 9562, 5.7), with a counter where the time would be.
        const MADE_ON_A_DEVICE: u128 = 0x7000_8000_0000_0000_0000;
        Uuid::from_u128(MADE_ON_A_DEVICE | (self.at as u128) << 16 | u128::from(self.made))
    }

    /// The tabs in which somebody can do something.
    fn open_tabs(&self) -> Vec<u32> {
        let is_open = |tab: &Tab| !tab.engine.is_closed() && tab.frozen.is_none();
        let open = self.tabs.iter().filter(|(_, tab)| is_open(tab));
        open.map(|(id, _)| *id).collect()
    }

    pub fn map(&self, person: usize) -> Option<(&OrgTree, NaiveDate)> {
        let known = self.known.get(&person)?;
        Some((&known.tree, known.day))
    }
}

impl World {
    fn tab(&mut self, key: TabKey) -> Option<&mut Tab> {
        self.devices[key.device].tabs.get_mut(&key.tab)
    }

    /// The device's clock.
    pub fn clock_of(&self, device: usize) -> DateTime<Utc> {
        self.devices[device].now(self.clock())
    }

    /// Something happens from outside.
    pub fn step(&mut self, at: usize) {
        let what = self.script.steps[at].what.clone();
        self.say(|_| format!("-- {what:?}"));
        match what {
            What::Tap { device, tab, tap } => {
                if let Some(key) = self.nth_tab(device, tab) {
                    self.tap(key, tap);
                }
            }
            What::OpenTab { device, in_front } => {
                if let Some(person) = self.devices[device].person
                    && self.devices[device].alive
                    && self.devices[device].open_tabs().len() < 3
                {
                    self.open_tab(device, person, in_front);
                }
            }
            What::CloseTab { device, tab } => {
                // A person who closes the last tab opens it again when they want to tap.
                if self.devices[device].open_tabs().len() > 1
                    && let Some(key) = self.nth_tab(device, tab)
                {
                    self.tally.count("tabs closed");
                    self.leave(key);
                    // The browser does not wait for the journal.
                    self.devices[device].tabs.remove(&key.tab);
                }
            }
            What::ToFront { device, tab } => {
                if let Some(key) = self.nth_tab(device, tab) {
                    self.bring_to_front(key);
                }
            }
            What::Freeze { device, tab, until } => {
                if let Some(key) = self.nth_tab(device, tab) {
                    self.tally.count("tabs frozen");
                    if let Some(tab) = self.tab(key) {
                        tab.frozen = Some(Vec::new());
                        tab.was_frozen = true;
                    }
                    self.queue.at(until, Event::Tab(key, TabEvent::Thaw));
                }
            }
            What::Kill {
                device,
                after,
                lasts,
            } => self.devices[device].doom = Some((after, lasts)),
            What::Link { device, link } => {
                self.devices[device].link = link;
                if link != Link::Off {
                    // The browser says that there is a network.
                    for id in self.devices[device].open_tabs() {
                        self.turn(TabKey { device, tab: id }, engine::Event::Asked);
                    }
                }
            }
            What::Storage { device, storage } => {
                self.devices[device].storage = storage;
                self.devices[device].was_strained |= storage != Storage::Fine;
            }
            What::Clock { device, by } => {
                self.tally.count("clocks set");
                self.devices[device].clock += by;
            }
            What::SignIn { device, person } => {
                let people = &self.script.devices[device].people;
                let person = people[person % people.len()];
                self.sign_in(device, person);
            }
            What::Discard { device } => self.discard(device),
            What::Poison { device } => self.devices[device].poisons_next = true,
            What::Newer { device } => self.newer(device),
            What::Letter { device, lasts } => self.seal(device, lasts),
            What::Update { device, closes } => self.update(device, closes),
            What::Gateway(gateway) => self.server.gateway = gateway,
            What::Crash {
                process,
                after,
                lasts,
            } => self.doom(process, after, lasts),
            What::Expire { person } => {
                let device = person % self.devices.len();
                if let Some(person) = self.devices[device].person {
                    self.expire(person);
                }
            }
            What::Backup => self.backup(),
            What::Restore { backup } => self.restore(backup),
            What::Reorganise(how) => self.reorganise(how),
            What::Assign {
                person,
                village,
                how,
            } => {
                let person = self.script.devices[person % self.devices.len()].people[0];
                self.assign(person, village, how);
            }
            What::Attack { person, how, seed } => self.attack(person, how, seed),
        }
    }

    fn nth_tab(&self, device: usize, tab: usize) -> Option<TabKey> {
        if !self.devices[device].alive {
            return None;
        }
        let open = self.devices[device].open_tabs();
        let id = open.get(tab % open.len().max(1))?;
        Some(TabKey { device, tab: *id })
    }

    // --- tabs ---

    fn open_tab(&mut self, device: usize, person: usize, in_front: bool) {
        let at = &mut self.devices[device];
        let Some(known) = at.known.get(&person) else {
            return;
        };
        if !known.actor.role.keeps_documents() {
            return;
        }
        self.tally.count("tabs opened");
        let lacks = at.shape.lacks;
        if at.tabs.values().any(|tab| tab.lacks != lacks) {
            self.tally.count("older and newer apps side by side");
        }
        let mut stored = at.disks.get(&person).cloned().unwrap_or_default();
        leave_unread(&mut stored, lacks, device);
        let replica = Replica::restore(
            known.actor.clone(),
            sorted(stored),
            at.criteria(),
            understands(lacks),
        );
        let id = at.next_tab;
        at.next_tab += 1;
        at.tabs.insert(
            id,
            Tab {
                person,
                lacks,
                replica,
                engine: engine::Tab::new(
                    DeviceId::from_uuid(Uuid::from_u128(0xd000 + device as u128)),
                    "0.1.0",
                ),
                writing: Vec::new(),
                unsaved: Vec::new(),
                frozen: None,
                was_frozen: false,
            },
        );
        let key = TabKey { device, tab: id };
        self.turn(key, engine::Event::Opened { in_front });
    }

    /// Asks for the browser's lock.
    fn claim(&mut self, key: TabKey, take: bool) {
        let at = &mut self.devices[key.device];
        let Some(tab) = at.tabs.get(&key.tab) else {
            return;
        };
        if !at.shape.has_locks {
            self.queue.tab(0, key, TabEvent::Leads);
            return;
        }
        let now = self.queue.now;
        let lock = at.locks.entry(tab.person).or_default();
        if lock.holder == Some(key.tab) {
            return;
        }
        match lock.holder {
            Some(holder) if take => {
                self.tally.count("leads taken");
                let loser = TabKey { tab: holder, ..key };
                // For a while both believe that they lead.
                let lost = (now + at.random.between(1, 400)).max(lock.heard);
                self.queue.tab(lost - now, loser, TabEvent::Lost);
            }
            Some(_) => {
                lock.queue.push(key.tab);
                return;
            }
            None => {}
        }
        let wait = at.random.between(1, 100);
        lock.give(key.tab, now, wait);
        self.queue.tab(wait, key, TabEvent::Leads);
    }

    fn bring_to_front(&mut self, key: TabKey) {
        self.turn(key, engine::Event::CameToFront);
        self.refresh_session(key.device);
    }

    /// Leaves everything as it is stored and lets the lock go.
    fn leave(&mut self, key: TabKey) {
        let Some(tab) = self.tab(key) else { return };
        let person = tab.person;
        self.turn(key, engine::Event::Closed);
        let now = self.queue.now;
        let at = &mut self.devices[key.device];
        let lock = at.locks.entry(person).or_default();
        lock.queue.retain(|id| *id != key.tab);
        if lock.holder == Some(key.tab) {
            lock.holder = None;
            lock.since = now;
            if !lock.queue.is_empty() {
                let next = lock.queue.remove(0);
                lock.give(next, now, 5);
                let next = TabKey { tab: next, ..key };
                self.queue.tab(5, next, TabEvent::Leads);
            }
        }
    }

    /// Something happens in a tab.
    pub fn in_tab(&mut self, key: TabKey, event: TabEvent) {
        let at = &mut self.devices[key.device];
        if !at.alive {
            return;
        }
        if let Some((after, lasts)) = at.doom {
            if after == 0 {
                at.doom = None;
                self.kill(key.device, self.queue.now + lasts);
                return;
            }
            at.doom = Some((after - 1, lasts));
        }
        let Some(tab) = self.tab(key) else { return };
        if let TabEvent::Thaw = event {
            let mut held = tab.frozen.take().unwrap_or_default();
            // What waited comes from several sources and in any order, except the answers of one database and of one
            // lock.
            let random = &mut self.devices[key.device].random;
            for at in (1..held.len()).rev() {
                let other = random.below(at + 1);
                if !keeps_its_place(&held[at]) && !keeps_its_place(&held[other]) {
                    held.swap(at, other);
                }
            }
            for event in held {
                self.queue.tab(0, key, event);
            }
            return;
        }
        if let Some(held) = &mut tab.frozen {
            held.push(event);
            return;
        }
        match event {
            TabEvent::Commit => self.commit_writes(key),
            TabEvent::Committed => self.committed(key),
            TabEvent::ReadHead => self.read_head(key),
            TabEvent::ReadAll => self.read_all(key),
            TabEvent::Answered { exchange, answer } => self.answered(key, exchange, &answer),
            TabEvent::Woke(timer) => self.turn(key, engine::Event::Woke(timer)),
            TabEvent::Leads => self.turn(key, engine::Event::Led),
            // The mistake keeps the tab from being told.
            TabEvent::Lost if self.fault == Some(Fault::GoesOnLeading) => {}
            TabEvent::Lost => self.turn(key, engine::Event::Lost),
            TabEvent::Heard(message) => self.turn(key, engine::Event::Heard(message)),
            TabEvent::Thaw => {}
        }
    }

    // --- the machine ---

    /// Something happens to the tab's machine, and what it wants is done.
    fn turn(&mut self, key: TabKey, event: engine::Event) {
        let clock = self.clock_of(key.device);
        let page = Duration::from_millis(self.queue.now);
        let at = &mut self.devices[key.device];
        let moment = Moment {
            page,
            clock,
            random: at.random.unit(),
            criteria: at.criteria(),
        };
        let Some(tab) = at.tabs.get_mut(&key.tab) else {
            return;
        };
        for effect in tab.engine.on(event, &mut tab.replica, &moment) {
            self.follow(key, effect);
        }
    }

    fn follow(&mut self, key: TabKey, effect: Effect) {
        match effect {
            Effect::Commit(writes) => self.begin_writes(key, writes),
            Effect::ReadHead => self.read_soon(key, TabEvent::ReadHead),
            Effect::ReadAll => self.read_soon(key, TabEvent::ReadAll),
            Effect::Send { exchange, request } => self.leave_the_phone(key, exchange, *request),
            Effect::Wake { timer, after } => self.wait_for(key, timer, after),
            Effect::Claim { take } => self.claim(key, take),
            Effect::Tell(message) => self.tell(key, message),
            Effect::Say(word) => self.said(key, word),
            Effect::Writing if self.fault == Some(Fault::SaysSavedTooEarly) => self.saved(key),
            Effect::Durable { .. } => self.saved(key),
            Effect::Redraw => self.check_view(key),
            Effect::CloseStore => {
                self.devices[key.device].tabs.remove(&key.tab);
            }
            Effect::Carry => self.tally.count("answers read"),
            Effect::Show(_)
            | Effect::Writing
            | Effect::Reading(_)
            | Effect::LookForFiles
            | Effect::Stored(_) => {}
        }
    }

    fn wait_for(&mut self, key: TabKey, timer: Timer, after: Duration) {
        let Some(tab) = self.tab(key) else { return };
        let has_failed = tab.replica.outbox().retry_at().is_some();
        let mut wait = Time::try_from(after.as_millis()).unwrap_or(Time::MAX);
        match (self.fault, timer) {
            (Some(Fault::ForgetsToRetry), Timer::Exchange(_)) if has_failed => return,
            (Some(Fault::SendsBeforeItIsMarked), Timer::Patience(_)) => wait = 0,
            _ => {}
        }
        self.queue.tab(wait, key, TabEvent::Woke(timer));
    }

    /// What the screen says of the exchanges.
    fn said(&mut self, key: TabKey, word: Word) {
        match word {
            Word::Trouble(Some(Trouble::OtherServer)) => self.tally.count("strangers refused"),
            Word::Trouble(Some(Trouble::SignedOut)) => {
                let Some(person) = self.tab(key).map(|tab| tab.person) else {
                    return;
                };
                let device = key.device;
                let random = &mut self.devices[device].random;
                if random.chance(50) {
                    // Somebody signs in again.
                    let wait = random.between(5 * SECOND, 3 * MINUTE);
                    self.queue.after(wait, Event::SignIn { device, person });
                }
            }
            _ => {}
        }
    }

    /// The screen says "saved".
    fn saved(&mut self, key: TabKey) {
        let Some(tab) = self.tab(key) else { return };
        for id in std::mem::take(&mut tab.unsaved) {
            self.is_saved(id);
        }
    }

    fn is_saved(&mut self, id: ChangeId) {
        if let Some(tapped) = self.laws.taps.get_mut(&id) {
            tapped.saved = true;
        }
    }

    /// Tells the other tabs of the same person.
    fn tell(&mut self, key: TabKey, message: Message) {
        let at = &mut self.devices[key.device];
        let Some(person) = at.tabs.get(&key.tab).map(|tab| tab.person) else {
            return;
        };
        let others = at
            .tabs
            .iter()
            .filter(|(id, tab)| **id != key.tab && tab.person == person && !tab.engine.is_closed());
        let others: Vec<u32> = others.map(|(id, _)| *id).collect();
        for tab in others {
            let wait = at.random.between(1, 60);
            let event = TabEvent::Heard(message);
            self.queue.tab(wait, TabKey { tab, ..key }, event);
        }
    }

    /// Whether another tab believes that it leads as well, and the browser has not had the time to tell it otherwise.
    fn may_another_lead(&self, key: TabKey) -> bool {
        let at = &self.devices[key.device];
        let Some(tab) = at.tabs.get(&key.tab) else {
            return false;
        };
        let lock = at.locks.get(&tab.person);
        let is_moving = lock.is_none_or(|lock| self.queue.now < lock.since + SECOND);
        let mut others = at.tabs.iter().filter(|(id, _)| **id != key.tab);
        others.any(|(_, other)| {
            let is_behind = is_moving || tab.was_frozen || other.was_frozen;
            other.person == tab.person && other.engine.leads() && is_behind
        })
    }

    // --- the storage ---

    fn begin_writes(&mut self, key: TabKey, writes: Vec<Write>) {
        self.count_second_attempts(&writes);
        let is_aside = |write: &Write| {
            let Write::PutPending(pending) = write else {
                return false;
            };
            matches!(&pending.state, PendingState::Refused { refusal, .. } if *refusal == Refusal::NotUnderstood)
        };
        if writes.iter().any(is_aside) {
            self.tally.count("changes put aside");
        }
        let early: fn(&Write) -> bool = match self.fault {
            Some(Fault::ForgetsBeforeKeeping) => |write| matches!(write, Write::DropPending(_)),
            Some(Fault::CursorBeforeDocuments) => |write| matches!(write, Write::PutMeta(_)),
            _ => |_| false,
        };
        let at = &mut self.devices[key.device];
        let wait = match at.storage {
            Storage::Slow => at.random.between(500, 9 * SECOND),
            _ => at.random.between(1, 40),
        };
        let Some(tab) = at.tabs.get_mut(&key.tab) else {
            return;
        };
        let disk = at.disks.entry(tab.person).or_default();
        for write in writes.iter().filter(|write| early(write)) {
            disk.write(write.clone());
        }
        tab.writing = writes;
        self.queue.tab(wait, key, TabEvent::Commit);
    }

    /// The storage comes to the transaction: all of it is done, or nothing.
    fn commit_writes(&mut self, key: TabKey) {
        let at = &mut self.devices[key.device];
        let fails = match at.storage {
            Storage::Fine | Storage::Slow => false,
            Storage::Failing => at.random.chance(50),
            Storage::Full => true,
        };
        let Some(tab) = at.tabs.get_mut(&key.tab) else {
            return;
        };
        if fails {
            self.tally.count("writes that failed");
            self.turn(key, engine::Event::NotCommitted);
            return;
        }
        let person = tab.person;
        let disk = at.disks.entry(person).or_default();
        for write in &tab.writing {
            disk.write(write.clone());
        }
        let wait = at.random.between(0, 20);
        self.queue.tab(wait, key, TabEvent::Committed);
        self.check_kept(key.device, person);
    }

    /// The tab hears that it is done.
    fn committed(&mut self, key: TabKey) {
        let Some(tab) = self.tab(key) else { return };
        // What is stored is owed, whether or not the screen has come to say so.
        for write in std::mem::take(&mut tab.writing) {
            if let Write::PutPending(pending) = write
                && let Some(id) = pending.id()
            {
                self.is_saved(id);
            }
        }
        self.turn(key, engine::Event::Committed);
    }

    fn read_soon(&mut self, key: TabKey, event: TabEvent) {
        let at = &mut self.devices[key.device];
        let wait = match at.storage == Storage::Slow || at.random.chance(15) {
            true => at.random.between(50, 1_500),
            false => at.random.between(1, 30),
        };
        self.queue.tab(wait, key, event);
    }

    /// Whether the storage gives nothing back this time.
    fn fails_to_read(&mut self, key: TabKey) -> bool {
        let at = &mut self.devices[key.device];
        let fails = at.storage == Storage::Failing && at.random.chance(50);
        if fails {
            self.tally.count("readings that failed");
            self.turn(key, engine::Event::NotRead);
        }
        fails
    }

    /// Reads of the disk what tells whether anything is another.
    fn read_head(&mut self, key: TabKey) {
        if self.fails_to_read(key) {
            return;
        }
        let at = &self.devices[key.device];
        let Some(person) = at.tabs.get(&key.tab).map(|tab| tab.person) else {
            return;
        };
        let none = Stored::default();
        let disk = at.disks.get(&person).unwrap_or(&none);
        let stored = sorted(Stored {
            meta: disk.meta.clone(),
            pending: disk.pending.clone(),
            ..Stored::default()
        });
        let sent = disk.sent.iter().filter_map(Pending::id).collect();
        let stored = Box::new(stored);
        self.turn(key, engine::Event::HeadRead { stored, sent });
    }

    fn read_all(&mut self, key: TabKey) {
        if self.fails_to_read(key) {
            return;
        }
        let at = &self.devices[key.device];
        let Some(tab) = at.tabs.get(&key.tab) else {
            return;
        };
        let disk = at.disks.get(&tab.person).cloned().unwrap_or_default();
        let mut stored = sorted(disk);
        leave_unread(&mut stored, tab.lacks, key.device);
        self.tally.count("stores read again");
        self.turn(key, engine::Event::AllRead(Box::new(stored)));
    }

    // --- exchanges ---

    /// A request goes to the network.
    fn leave_the_phone(&mut self, key: TabKey, exchange: u64, mut request: SyncRequest) {
        let cookie = self.devices[key.device].cookie;
        let Some(tab) = self.devices[key.device].tabs.get(&key.tab) else {
            return;
        };
        if self.fault == Some(Fault::RefusalStopsTheRest) {
            let first = tab.replica.outbox().refused().map(|it| it.order).min();
            let before = tab.replica.outbox().waiting();
            let before = before.filter(|it| first.is_none_or(|first| it.order < first));
            request.changes.truncate(before.count());
        }
        if self.fault == Some(Fault::WritesOverTheUnseen) {
            for change in &mut request.changes {
                see_what_came_down(&tab.replica, change);
            }
        }
        let Ok(body) = serde_json::to_vec(&request) else {
            return;
        };
        self.tally.count("exchanges");
        self.check_speaks(key);
        self.check_marked(key, &request);
        self.send(Call {
            from: key,
            exchange,
            cookie,
            body: body.into(),
        });
    }

    fn answered(&mut self, key: TabKey, exchange: u64, answer: &Answer) {
        // The silence after it is heard in any case.
        if self.tab(key).is_none_or(|tab| !tab.engine.awaits(exchange)) {
            return;
        }
        let answer = match answer {
            Answer::Body(body) => match serde_json::from_slice::<SyncResponse>(body) {
                Ok(response) => Ok(self.as_it_is_read(key, response)),
                Err(_) => Err(Refused::UNREACHABLE),
            },
            Answer::Status(it) => Err(Refused::of(it.status, it.kind, it.retry_after)),
            Answer::Nothing => Err(Refused::UNREACHABLE),
        };
        self.say(|_| match &answer {
            Ok(response) => format!(
                "tab {key:?} is answered: {} documents, {} left, reset {}, more {}, numbers {:?}",
                response.documents.len(),
                response.left.len(),
                response.reset,
                response.more,
                response.cursors.values()
            ),
            Err(refused) => format!("tab {key:?} failed: {:?}", refused.failure),
        });
        let is_busy = matches!(&answer, Err(it) if matches!(it.failure, Failure::Busy { .. }));
        let answer = engine::Event::Answered { exchange, answer };
        self.turn(key, answer);
        if is_busy && self.fault == Some(Fault::DropsWhenBusy) {
            self.drop_offered(key);
        }
    }

    /// The mistake of [`Fault::DropsWhenBusy`].
    fn drop_offered(&mut self, key: TabKey) {
        let Some(tab) = self.tab(key) else { return };
        let waiting = tab.replica.outbox().waiting();
        let offered = waiting.filter(|it| it.state == PendingState::Offered);
        let writes = offered
            .filter_map(Pending::id)
            .map(Write::DropPending)
            .collect();
        self.turn(key, engine::Event::Altered { writes, ticket: 0 });
        self.turn(key, engine::Event::Heard(Message::Changed));
    }

    /// An answer as the app in a tab reads it: what it cannot read comes to it as it is on the wire.
    fn as_it_is_read(&mut self, key: TabKey, mut response: SyncResponse) -> Box<SyncResponse> {
        if self.fault == Some(Fault::SkipsADocument) && self.devices[key.device].random.chance(10) {
            response.documents.pop();
        }
        self.step_over(key, &mut response);
        Box::new(response)
    }

    fn step_over(&mut self, key: TabKey, response: &mut SyncResponse) {
        let tab = self.devices[key.device].tabs.get(&key.tab);
        let Some((tab, lacks)) = tab.and_then(|tab| Some((tab, tab.lacks?))) else {
            return;
        };
        let (mut steps_over, mut was_known) = (false, false);
        for carried in &mut response.documents {
            let unread = carried.known().filter(|it| !lacks.is_read(it, key.device));
            let Some((id, raw)) =
                unread.and_then(|it| Some((it.id, serde_json::value::to_raw_value(it).ok()?)))
            else {
                continue;
            };
            steps_over = true;
            was_known |= tab.replica.confirmed(id).is_some();
            *carried = Carried::Unknown(raw);
        }
        if self.fault == Some(Fault::StepsOverInSilence) {
            response.documents.retain(|it| it.known().is_some());
        }
        if steps_over {
            self.tally.count("answers that an older app read in part");
        }
        if was_known {
            self.tally
                .count("documents that an older app could read no more");
        }
    }

    /// Refused changes that are offered once more, under another id.
    fn count_second_attempts(&mut self, writes: &[Write]) {
        for write in writes {
            let Write::DropPending(first) = write else {
                continue;
            };
            let second = first.second_attempt();
            let is_second =
                |write: &Write| matches!(write, Write::PutPending(it) if it.id() == Some(second));
            if writes.iter().any(is_second)
                && !self.laws.taps.contains_key(&second)
                && let Some(tapped) = self.laws.taps.get_mut(first)
            {
                tapped.replaced_by = Some(second);
                let tapped = Tapped {
                    saved: false,
                    replaced_by: None,
                    ..tapped.clone()
                };
                self.tally.count("second attempts");
                self.laws.taps.insert(second, tapped);
            }
        }
    }

    // --- people ---

    /// Takes in what was tapped.
    pub fn record(&mut self, key: TabKey, change: Change) {
        let criteria = self.devices[key.device].criteria();
        let fault = self.fault;
        let Some(tab) = self.tab(key) else {
            return;
        };
        let person = tab.person;
        let id = change.id;
        let mut change = change;
        let mut dropped = None;
        if fault == Some(Fault::ReplacesWhatWasOffered) {
            let mut entries = tab.replica.outbox().entries().iter().rev();
            let earlier = entries.find_map(|entry| {
                let earlier = entry.change.known()?;
                let is_same = earlier.doc == change.doc && earlier.field() == change.field();
                let is_offered = entry.state == PendingState::Offered;
                (is_same && is_offered && change.field().is_some()).then_some(earlier)
            });
            if let Some(earlier) = earlier {
                change.seen = earlier.seen;
                dropped = Some(earlier.id);
            }
        }
        let body = self.trace.on.then(|| format!("{:?}", change.body));
        let Some(tab) = self.devices[key.device].tabs.get_mut(&key.tab) else {
            return;
        };
        let document = change.doc;
        let makes = matches!(change.body, ChangeBody::Register(_) | ChangeBody::Start(_));
        let was_confirmed = tab.replica.confirmed(document).is_some();
        let mut writes = match tab.replica.record(change, criteria) {
            Ok(writes) => writes,
            Err(refusal) => {
                if refusal == Refusal::Denied(Denied::OutsideScope) {
                    self.check_refused_tap(key, document);
                }
                self.tally.count("taps refused on the phone");
                self.say(|_| {
                    format!(
                        "tab {key:?} refuses {}: {refusal:?}",
                        body.unwrap_or_default()
                    )
                });
                return;
            }
        };
        writes.extend(dropped.map(Write::DropPending));
        self.tally.count("taps");
        let tapped = Tapped {
            first: id,
            device: key.device,
            person,
            saved: false,
            replaced_by: None,
            discarded: false,
            document,
            was_confirmed,
        };
        self.laws.taps.insert(id, tapped);
        if makes {
            let maker = (document, key.device, person);
            self.laws.makers.entry(maker).or_insert(id);
        }
        for write in &writes {
            if let Write::DropPending(replaced) = write {
                self.tally.count("edits replaced");
                if self.may_another_lead(key) {
                    // Both believe that they lead. That is as short as it is harmless: an edit may meet itself.
                    self.laws.seen.remove(&id);
                }
                if let Some(replaced) = self.laws.taps.get_mut(replaced) {
                    replaced.replaced_by = Some(id);
                }
            }
        }
        if std::mem::take(&mut self.devices[key.device].poisons_next) {
            self.tally.count("poisoned changes");
            self.poisoned.insert(id);
        }
        self.say(|_| {
            format!(
                "tab {key:?} taps {}: {}",
                short(id),
                body.unwrap_or_default()
            )
        });
        if let Some(tab) = self.tab(key) {
            tab.unsaved.push(id);
        }
        self.turn(key, engine::Event::Recorded(writes));
        if dropped.is_some() {
            self.turn(key, engine::Event::Heard(Message::Changed));
        }
        self.turn(key, engine::Event::Tapped);
        self.check_view(key);
    }

    fn discard(&mut self, device: usize) {
        let Some(key) = self.nth_tab(device, 0) else {
            return;
        };
        let Some(tab) = self.tab(key) else { return };
        let Some(id) = tab.replica.outbox().refused().find_map(Pending::id) else {
            return;
        };
        let (writes, _) = tab.replica.discard(id);
        self.tally.count("refused changes thrown away");
        if let Some(tapped) = self.laws.taps.get_mut(&id) {
            tapped.discarded = true;
        }
        self.turn(key, engine::Event::Recorded(writes));
    }

    /// Everything unsent goes into a letter that a neighbour carries to the server.
    fn seal(&mut self, device: usize, wait: Time) {
        let Some(key) = self.nth_tab(device, 0) else {
            return;
        };
        let Some(tab) = self.tab(key) else { return };
        let person = tab.person;
        let (changes, writes) = tab.replica.seal();
        if changes.is_empty() {
            return;
        }
        self.tally.count("letters");
        self.turn(key, engine::Event::Altered { writes, ticket: 0 });
        let letter = Letter { person, changes };
        self.queue.after(wait, Event::Letter(letter));
    }

    /// The next page that is opened has a newer app. Pages that are open go on with theirs, unless they are closed.
    fn update(&mut self, device: usize, closes: bool) {
        let at = &mut self.devices[device];
        if at.shape.lacks.take().is_none() {
            return;
        }
        self.tally.count("apps updated");
        let is_open = at.alive && !at.tabs.is_empty();
        if let Some(person) = at.person.filter(|_| closes && is_open) {
            at.tabs.clear();
            at.locks.clear();
            self.open_tab(device, person, true);
        }
        for person in self.script.devices[device].people.clone() {
            self.check_kept(device, person);
        }
    }

    /// A newer app has left changes that this one does not understand; one has not even an id.
    fn newer(&mut self, device: usize) {
        let Some(key) = self.nth_tab(device, 0) else {
            return;
        };
        let id = self.devices[device].next_id();
        let texts = [
            format!(
                r#"{{"id":"{id}","doc":"{id}","made_at":"2027-01-01T00:00:00Z","body":{{"sing":{{}}}}}}"#
            ),
            r#"{"key":7,"verse":"mới"}"#.to_owned(),
        ];
        let Some(tab) = self.tab(key) else { return };
        let mut order = tab
            .replica
            .outbox()
            .entries()
            .last()
            .map_or(0, |it| it.order);
        let person = tab.person;
        let disk = self.devices[device].disks.entry(person).or_default();
        for text in texts {
            let Ok(raw) = RawValue::from_string(text) else {
                continue;
            };
            order += 1;
            disk.write(Write::PutPending(Pending {
                order,
                change: Carried::Unknown(raw),
                state: PendingState::Waiting,
                known_in: None,
            }));
        }
        self.tally.count("changes of a newer kind");
        self.turn(key, engine::Event::Heard(Message::Changed));
        self.tell(key, Message::Changed);
    }

    /// Somebody signs in. All tabs go over to their store.
    pub fn sign_in(&mut self, device: usize, person: usize) {
        let at = &self.devices[device];
        if !at.alive || (at.link == Link::Off && !self.calm) {
            return;
        }
        let Some((token, actor, tree)) = self.open_session(person) else {
            return;
        };
        let day = self.server.day;
        let at = &mut self.devices[device];
        at.cookie = Some(token);
        let known = Known { actor, tree, day };
        at.known.insert(person, known.clone());
        let is_another = at.person.replace(person) != Some(person);
        let open = at.open_tabs();
        if open.is_empty() {
            self.open_tab(device, person, true);
            return;
        }
        for tab in open {
            let key = TabKey { device, tab };
            if is_another {
                self.tally.count("changes of person");
                let wait = self.devices[device].random.between(1, 300);
                self.queue.after(wait, Event::Switch { key, person });
            } else {
                self.adopt(key, &known);
                self.turn(key, engine::Event::Asked);
            }
        }
    }

    fn adopt(&mut self, key: TabKey, known: &Known) {
        if let Some(tab) = self.tab(key)
            && tab.replica.actor().user == known.actor.user
        {
            tab.replica.set_actor(known.actor.clone());
        }
    }

    /// A tab goes over to another person's store; its journal is written nevertheless.
    pub fn switch(&mut self, key: TabKey, person: usize) {
        let at = &self.devices[key.device];
        let Some(tab) = at.tabs.get(&key.tab) else {
            return;
        };
        if !at.alive || tab.engine.is_closed() || tab.person == person || at.person != Some(person)
        {
            return;
        }
        self.leave(key);
        self.open_tab(key.device, person, false);
    }

    /// Asks the server who is signed in, as a tab does that comes to the front.
    fn refresh_session(&mut self, device: usize) {
        let at = &self.devices[device];
        let (Some(token), true) = (at.cookie, at.link != Link::Off) else {
            return;
        };
        let Some((person, actor, tree)) = self.session(token) else {
            return;
        };
        let day = self.server.day;
        let at = &mut self.devices[device];
        let known = Known { actor, tree, day };
        at.known.insert(person, known.clone());
        for tab in at.open_tabs() {
            let key = TabKey { device, tab };
            self.adopt(key, &known);
            self.check_view(key);
        }
    }

    // --- the battery ---

    fn kill(&mut self, device: usize, until: Time) {
        let at = &mut self.devices[device];
        if !at.alive {
            return;
        }
        self.tally.count("phones killed");
        at.alive = false;
        at.life += 1;
        at.tabs.clear();
        at.locks.clear();
        let life = at.life;
        self.queue.at(until, Event::Awake { device, life });
        for person in self.script.devices[device].people.clone() {
            self.check_kept(device, person);
        }
    }

    pub fn wake(&mut self, device: usize, life: u32) {
        let at = &mut self.devices[device];
        if at.alive || at.life != life {
            return;
        }
        at.alive = true;
        if let Some(person) = at.person {
            self.open_tab(device, person, true);
        }
    }

    // --- the end ---

    pub fn mend_device(&mut self, device: usize) {
        let at = &mut self.devices[device];
        at.doom = None;
        at.link = Link::Good;
        at.storage = Storage::Fine;
        at.poisons_next = false;
        at.shape.lacks = None;
        let life = at.life;
        self.wake(device, life);
        let frozen: Vec<u32> = self.devices[device].tabs.keys().copied().collect();
        for tab in frozen {
            let key = TabKey { device, tab };
            self.queue.tab(0, key, TabEvent::Thaw);
            self.turn(key, engine::Event::Asked);
        }
    }

    /// A person comes to a device, opens the app, and waits until everything is sent and read.
    pub fn visit(&mut self, device: usize, person: usize) {
        self.say(|_| format!("person {person} comes to device {device}"));
        for tab in self.devices[device].open_tabs() {
            self.leave(TabKey { device, tab });
        }
        // Closed tabs write what they hold.
        let limit = self.queue.now + MINUTE;
        let writes = |world: &Self| {
            let mut tabs = world.devices[device].tabs.values();
            tabs.any(|tab| tab.engine.is_closed())
        };
        while writes(self) && self.queue.now < limit && self.laws.broken.is_none() {
            self.run_until(self.queue.now + SECOND);
        }
        self.devices[device].tabs.clear();
        self.devices[device].locks.clear();
        self.devices[device].person = Some(person);
        self.sign_in(device, person);
        let limit = self.queue.now + 30 * MINUTE;
        while self.queue.now < limit && self.laws.broken.is_none() {
            self.run_until(self.queue.now + SECOND);
            let quiet = self.devices[device].tabs.values().all(|tab| {
                let waits = tab.replica.outbox().waiting().next().is_some();
                let is_idle = tab.engine.is_at_rest() && tab.engine.exchanges() > 0;
                is_idle && !waits && tab.replica.outbox().retry_at().is_none()
            });
            if quiet {
                return;
            }
        }
    }
}

impl Lack {
    /// Whether an app that lacks this can read a document, on a device.
    pub fn is_read(self, document: &Document, device: usize) -> bool {
        match self {
            Lack::Kind => {
                // A device enters only what its app knows, and its number is in the id.
                let number = document.id.as_uuid().as_u128();
                let is_own = (number >> 16) & 0xffff == device as u128;
                document.subject_kind().is_none() || is_own || number.is_multiple_of(3)
            }
            Lack::Stage => {
                let stage = document.assessment().map(|head| head.stage.name());
                !matches!(
                    stage,
                    Some(StageName::Submitted | StageName::Returned | StageName::Verified)
                )
            }
        }
    }
}

/// What an app understands that lacks something, or nothing.
fn understands(lacks: Option<Lack>) -> u16 {
    UNDERSTANDS - u16::from(lacks.is_some())
}

/// Rows that an app cannot read are left where they are.
fn leave_unread(stored: &mut Stored, lacks: Option<Lack>, device: usize) {
    if let Some(lacks) = lacks {
        stored.documents.retain(|it| lacks.is_read(it, device));
    }
}

/// The mistake of [`Fault::WritesOverTheUnseen`].
fn see_what_came_down(replica: &Replica, change: &mut Carried<Change>) {
    let Carried::Known(change) = change else {
        return;
    };
    let confirmed = replica.confirmed(change.doc);
    let field = change.field();
    let writer = field.and_then(|field| confirmed?.writer(&field));
    let mut own = replica.outbox().waiting().filter_map(Pending::id);
    if !own.any(|id| change.seen == Some(id)) {
        change.seen = writer.map(|writer| writer.change).or(change.seen);
    }
}

/// A row of the database comes back in the order of its key.
fn sorted(mut stored: Stored) -> Stored {
    stored.pending.sort_by_key(Pending::id);
    stored.sent.sort_by_key(Pending::id);
    stored
}

/// Whether an event of a frozen tab is not overtaken by others of its kind.
fn keeps_its_place(event: &TabEvent) -> bool {
    matches!(
        event,
        TabEvent::Commit
            | TabEvent::Committed
            | TabEvent::ReadHead
            | TabEvent::ReadAll
            | TabEvent::Woke(Timer::Commit)
            | TabEvent::Leads
            | TabEvent::Lost
    )
}
