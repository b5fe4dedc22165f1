//! The world: its clock, what is about to happen in it, and the loop that lets one thing happen after the other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use shared::ids::{ChangeId, DocumentId};
use shared::sync::tab::{Message, Timer};

use super::faults::Fault;
use super::laws::{Broken, Law, Laws};
use super::network::{Answer, Call};
use super::phone::Device;
use super::places::{self, Person};
use super::script::{HORIZON, MINUTE, Script, Time};
use super::server::{Letter, Reading, Server};

/// How often everybody comes back at most when the storm is over.
const VISITS: usize = 6;

/// A tab of a device. Numbers are not used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TabKey {
    pub device: usize,
    pub tab: u32,
}

/// What happens in a tab.
#[derive(Clone, Debug)]
pub enum TabEvent {
    /// A timer.
    Woke(Timer),
    /// The storage has come to the transaction under way.
    Commit,
    /// The tab hears that it has been committed.
    Committed,
    /// The storage has come to a question of the tab.
    ReadHead,
    ReadAll,
    Answered {
        exchange: u64,
        answer: Answer,
    },
    /// The lock is this tab's.
    Leads,
    /// The lock was taken away.
    Lost,
    /// Another tab says something.
    Heard(Message),
    /// The browser lets the tab go on.
    Thaw,
}

/// What happens next somewhere.
#[derive(Clone, Debug)]
pub enum Event {
    Step(usize),
    Awake {
        device: usize,
        life: u32,
    },
    SignIn {
        device: usize,
        person: usize,
    },
    Switch {
        key: TabKey,
        person: usize,
    },
    Tab(TabKey, TabEvent),
    Arrive(Call),
    /// A sealed letter comes to the server.
    Letter(Letter),
    Up {
        process: usize,
        life: u32,
    },
    ReadMap {
        process: usize,
        life: u32,
    },
    Begin {
        process: usize,
        life: u32,
    },
    Commit {
        process: usize,
        life: u32,
    },
    /// Reads the numbers of the shards for an answer.
    Numbers {
        process: usize,
        life: u32,
        reading: Box<Reading>,
    },
    /// Reads the documents for an answer.
    Documents {
        process: usize,
        life: u32,
        reading: Box<Reading>,
    },
}

/// What is about to happen.
#[derive(Debug, Default)]
pub struct Queue {
    pub now: Time,
    heap: BinaryHeap<Reverse<(Time, u64)>>,
    events: BTreeMap<u64, Event>,
    next: u64,
}

impl Queue {
    pub fn after(&mut self, wait: Time, event: Event) {
        self.at(self.now.saturating_add(wait), event);
    }

    pub fn at(&mut self, at: Time, event: Event) {
        self.heap.push(Reverse((at.max(self.now), self.next)));
        self.events.insert(self.next, event);
        self.next += 1;
    }

    pub fn tab(&mut self, wait: Time, key: TabKey, event: TabEvent) {
        self.after(wait, Event::Tab(key, event));
    }

    fn pop(&mut self, until: Time) -> Option<Event> {
        let next = self.heap.peek().map(|Reverse(next)| *next);
        let Some((at, number)) = next.filter(|(at, _)| *at <= until) else {
            self.now = until;
            return None;
        };
        self.heap.pop();
        self.now = at;
        self.events.remove(&number)
    }
}

/// What happened, for people.
#[derive(Debug, Default)]
pub struct Trace {
    pub on: bool,
    pub lines: Vec<String>,
}

/// How often what happened, so that nobody boasts of laws that were never tried.
#[derive(Clone, Debug, Default)]
pub struct Tally(pub BTreeMap<&'static str, u64>);

impl Tally {
    pub fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    pub fn add(&mut self, other: &Tally) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, count) in &self.0 {
            writeln!(f, "{count:>12}  {what}")?;
        }
        Ok(())
    }
}

/// Everything there is.
pub struct World {
    pub queue: Queue,
    pub script: Script,
    pub fault: Option<Fault>,
    pub people: Vec<Person>,
    pub devices: Vec<Device>,
    pub server: Server,
    pub laws: Laws,
    /// Changes that the server cannot read.
    pub poisoned: BTreeSet<ChangeId>,
    pub tally: Tally,
    pub trace: Trace,
    /// The storm is over: everything works.
    pub calm: bool,
}

/// The moment at which the simulation begins, by a right clock.
pub fn beginning() -> DateTime<Utc> {
    places::first_day()
        .and_hms_opt(1, 0, 0)
        .expect("a time of the day")
        .and_utc()
}

impl World {
    pub fn new(script: Script, fault: Option<Fault>, trace: bool) -> Self {
        let people = places::people();
        let server = Server::new(script.seed, script.processes, &people);
        let mut world = Self {
            queue: Queue::default(),
            fault,
            devices: Vec::new(),
            server,
            laws: Laws::default(),
            poisoned: BTreeSet::new(),
            tally: Tally::default(),
            trace: Trace {
                on: trace,
                lines: Vec::new(),
            },
            calm: false,
            people,
            script,
        };
        for at in 0..world.script.devices.len() {
            let device = Device::new(world.script.seed, at, world.script.devices[at].clone());
            world.devices.push(device);
            let person = world.script.devices[at].people[0];
            world.sign_in(at, person);
        }
        for at in 0..world.script.steps.len() {
            world.queue.at(world.script.steps[at].at, Event::Step(at));
        }
        world
    }

    /// The right time.
    pub fn clock(&self) -> DateTime<Utc> {
        let since = i64::try_from(self.queue.now).unwrap_or(i64::MAX);
        beginning() + TimeDelta::milliseconds(since)
    }

    pub fn say(&mut self, what: impl FnOnce(&Self) -> String) {
        if self.trace.on {
            let now = self.queue.now;
            let line = format!("{:>5}.{:03} s  {}", now / 1_000, now % 1_000, what(self));
            self.trace.lines.push(line);
        }
    }

    pub fn breaks(&mut self, law: Law, what: impl Into<String>) {
        let what = what.into();
        if self.laws.broken.is_none() {
            let at = self.queue.now;
            self.say(|_| format!("BROKEN {law:?}: {what}"));
            self.laws.broken = Some(Broken { law, what, at });
        }
    }

    /// Lets things happen until a moment, or until a law is broken.
    pub fn run_until(&mut self, until: Time) {
        while self.laws.broken.is_none()
            && let Some(event) = self.queue.pop(until)
        {
            self.tally.count("events");
            self.happen(event);
        }
    }

    /// The whole story: the storm, and what is left when it is over.
    pub fn run(&mut self) -> Result<(), Broken> {
        self.run_until(HORIZON);
        if self.laws.broken.is_none() {
            self.mend();
        }
        if self.laws.broken.is_none() {
            self.check_the_end();
        }
        self.laws.broken.clone().map_or(Ok(()), Err)
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Step(at) => self.step(at),
            Event::Awake { device, life } => self.wake(device, life),
            // When the storm is over people come one after the other.
            Event::SignIn { .. } if self.calm => {}
            Event::SignIn { device, person } => self.sign_in(device, person),
            Event::Switch { key, person } => self.switch(key, person),
            Event::Tab(key, event) => self.in_tab(key, event),
            Event::Arrive(call) => self.arrive(call),
            Event::Letter(letter) => self.deliver(letter),
            Event::Up { process, life } => self.up(process, life),
            Event::ReadMap { process, life } => self.read_map(process, life),
            Event::Begin { process, life } => self.begin(process, life),
            Event::Commit { process, life } => self.commit(process, life),
            Event::Numbers {
                process,
                life,
                reading,
            } => self.numbers(process, life, reading),
            Event::Documents {
                process,
                life,
                reading,
            } => self.documents(process, life, *reading),
        }
    }

    /// Everything is mended, and everybody comes back: first whoever is there, then every person on every device.
    fn mend(&mut self) {
        self.calm = true;
        self.say(|_| "the storm is over".to_owned());
        self.mend_server();
        for device in 0..self.devices.len() {
            self.mend_device(device);
        }
        self.run_until(self.queue.now + 2 * MINUTE);
        // At least twice, because what the last one sends, the first one reads; and again as long as that makes somebody
        // send something. It must end.
        for round in 1..=VISITS {
            let before = self.server.db.history.len();
            for device in 0..self.devices.len() {
                for person in self.script.devices[device].people.clone() {
                    if self.laws.broken.is_some() {
                        return;
                    }
                    self.visit(device, person);
                }
            }
            if round > 1 && self.server.db.history.len() == before {
                return;
            }
        }
        self.breaks(Law::PhonesConverge, "it does not end");
    }
}

/// A change, short: its device and its number there.
pub fn short(change: ChangeId) -> String {
    let number = change.as_uuid().as_u128() & 0xffff_ffff;
    format!("c{}.{}", number >> 16, number & 0xffff)
}

/// A document, short.
pub fn doc(document: DocumentId) -> String {
    let number = document.as_uuid().as_u128();
    match number >> 64 {
        0 => format!("h{}.{}", (number >> 16) & 0xffff, number & 0xffff),
        // An assessment's id is derived.
        _ => format!("f{:04x}", number & 0xffff),
    }
}
