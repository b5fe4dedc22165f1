//! A tab of the app with one person's open store, and all that it decides: when to write and when again, when to read what
//! another tab wrote, whether it leads, when to talk to the server, what an answer and a failure mean for the next attempt,
//! and what the screen says of it.
//!
//! The tab does no I/O and knows no clock and no chance. Something happens ([`Event`]), and the tab says what is to be done
//! ([`Effect`]). The browser does it with IndexedDB, Web Locks, timers and `fetch` (`app/src/store/home.rs`); the simulation
//! does it with a map, a queue of events and a network that loses (`tests/it/simulation/phone.rs`). Both run this code, so
//! what the simulation tries is what phones do (`docs/adr/0039`).
//!
//! # Talking to the server
//!
//! At the start, when the network comes back, when the page comes to the front, a moment after something was tapped, when
//! somebody asks for it, and by a timer: as soon as the outbox allows after a failure, and now and then to hear what others
//! have done. Exchanges follow each other while there is more to read or to send. Only one runs at a time, and only in the
//! tab that leads. What it offers is stored as offered before it leaves, because from then on nobody can know whether it
//! arrived.
//!
//! # Several tabs
//!
//! The database is the truth; a tab's memory is the database with the tab's own uncommitted writes on top. A tab that has
//! written says so, and the others read again. A tab that takes the lead reads what the one before it offered, and then
//! sends.

mod journal;

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::messages::{SyncRequest, SyncResponse};
use super::outbox::Failure;
use super::refused::Refused;
use super::replica::{Replica, Stored, Write};
use crate::criteria::CriteriaSet;
use crate::ids::{ChangeId, DeviceId};
use crate::problem::ProblemKind;
use journal::{Batch, Journal, Then};

/// After a tap, so that several taps go in one exchange.
pub const AFTER_TAP: Duration = Duration::from_secs(2);
/// When nothing waits: how often to ask what others have done.
pub const IDLE: Duration = Duration::from_secs(300);
/// The longest wait, whatever the device's clock says: it may be set back a year at any moment.
pub const WAIT_MAX: Duration = Duration::from_secs(600);
/// How long an exchange waits for the database before it goes on without it. A phone whose storage is full must still be
/// able to hand its work in.
pub const STORE_FIRST: Duration = Duration::from_secs(5);

/// What the world is like when something happens.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// By the page's own clock, which nobody sets.
    pub page: Duration,
    /// By the device's clock, which anybody may set.
    pub clock: DateTime<Utc>,
    /// In 0..1, another one each time.
    pub random: f64,
    /// What the app knows of criteria.
    pub criteria: &'a [CriteriaSet],
}

/// Something happens.
#[derive(Debug)]
pub enum Event {
    /// The store was read and is in the replica.
    Opened {
        in_front: bool,
    },
    /// Somebody else takes the tab, or nobody. What is left of it only writes what it still holds.
    Closed,
    /// A person tapped something, and the replica has it.
    Recorded(Vec<Write>),
    /// The replica has something that nobody tapped; [`Effect::Stored`] says when the database has it too.
    Altered {
        writes: Vec<Write>,
        ticket: u32,
    },
    /// What was tapped may go a moment later, with what is tapped next.
    Tapped,
    /// What was tapped is no longer held back.
    LetGo,
    /// There is reason to believe that an exchange goes through now, or somebody asks for one.
    Asked,
    CameToFront,
    /// The browser's lock is this tab's.
    Led,
    /// Another tab took the lock.
    Lost,
    /// The database has what it was last given.
    Committed,
    /// It has nothing of it.
    NotCommitted,
    /// The answer to [`Effect::ReadHead`]: without documents and without what was received, of which only the names.
    HeadRead {
        stored: Box<Stored>,
        sent: Vec<ChangeId>,
    },
    /// The answer to [`Effect::ReadAll`].
    AllRead(Box<Stored>),
    /// The database could not be read. The memory is as good as it was; the next message or turn to the front tries again.
    NotRead,
    Answered {
        exchange: u64,
        answer: Result<Box<SyncResponse>, Refused>,
    },
    /// The time that an [`Effect::Wake`] asked for is over.
    Woke(Timer),
    /// Another tab of the same person says something.
    Heard(Message),
}

/// Something is to be done.
#[derive(Debug)]
pub enum Effect {
    /// All of it in one durable transaction, or nothing; then [`Event::Committed`] or [`Event::NotCommitted`].
    Commit(Vec<Write>),
    ReadHead,
    ReadAll,
    Send {
        exchange: u64,
        request: Box<SyncRequest>,
    },
    /// Another one for the same kind of timer takes its place.
    Wake {
        timer: Timer,
        after: Duration,
    },
    /// Ask for the browser's lock: take it from whoever has it, or wait until they let it go.
    Claim {
        take: bool,
    },
    /// Tell the other tabs.
    Tell(Message),
    /// Show it here, and tell the other tabs if that is news.
    Say(Word),
    /// Show it here: another tab said it.
    Show(Word),
    /// What was tapped is on its way to the database.
    Writing,
    /// Everything is in the database. Says whether a person's taps were among it.
    Durable {
        tapped: bool,
    },
    /// What the replica shows may be another.
    Redraw,
    /// Whether there is more to read, or the last of it is not in the database yet.
    Reading(bool),
    /// Forms may have been confirmed whose files wait.
    Carry,
    /// Another tab may have taken or brought files.
    LookForFiles,
    /// The database has what came with this ticket.
    Stored(u32),
    /// Nothing is left to write.
    CloseStore,
}

/// What a tab is woken for. One that is no longer waited for is let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The plan of this number.
    Exchange(u64),
    /// The database has had its time for this exchange.
    Patience(u64),
    /// To write again what could not be written.
    Commit,
}

/// What one tab tells the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// The database has changed.
    Changed,
    /// Somebody wants an exchange now.
    Send,
    Says(Word),
}

/// What screens say of the exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// One has begun or ended.
    Syncing(bool),
    /// Whether the server answered.
    Online(bool),
    /// Why nothing is being sent.
    Trouble(Option<Trouble>),
}

/// Why nothing is being sent although there is a network. Nothing is lost by any of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server does not know the person any more; they must sign in again.
    SignedOut,
    /// This app is older than the server still takes.
    OldApp,
    /// Another server answered than the one this phone's data belongs to.
    OtherServer,
    /// The server does not let this account sync.
    Forbidden,
}

/// How far the exchange under way is.
#[derive(Debug, Default)]
enum Phase {
    #[default]
    Quiet,
    /// It waits until what it offers is stored.
    Storing(Box<SyncRequest>),
    Sent,
}

/// How far the reading under way is.
#[derive(Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    No,
    Head,
    All,
}

/// What is to be done when the store has been read.
#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    /// An exchange.
    send: bool,
    /// To look what another tab has tapped, and which files it has taken.
    look: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Tab {
    device: DeviceId,
    app_version: String,
    journal: Journal,
    leads: bool,
    closed: bool,
    /// Exchanges follow each other.
    running: bool,
    /// One more was asked for meanwhile.
    again: bool,
    /// When the next is planned, by the page's own clock.
    planned: Option<Duration>,
    plan: u64,
    exchange: u64,
    phase: Phase,
    reading: Reading,
    /// For whom the store is being read.
    wanted: Wanted,
    /// Who came too late for that and is served by one more reading.
    next_wanted: Option<Wanted>,
    /// The phone cannot be carried off yet: it has not read, or not written, everything.
    is_behind: bool,
    effects: Vec<Effect>,
}

impl Tab {
    pub fn new(device: DeviceId, app_version: &str) -> Self {
        Self {
            device,
            app_version: app_version.to_owned(),
            journal: Journal::default(),
            leads: false,
            closed: false,
            running: false,
            again: false,
            planned: None,
            plan: 0,
            exchange: 0,
            phase: Phase::default(),
            reading: Reading::default(),
            wanted: Wanted::default(),
            next_wanted: None,
            is_behind: false,
            effects: Vec::new(),
        }
    }

    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Whether this tab is the one to talk to the server.
    pub fn leads(&self) -> bool {
        self.leads
    }

    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether it waits for nothing but a timer or a person.
    pub fn is_at_rest(&self) -> bool {
        !self.running && self.journal.is_idle() && self.reading == Reading::No
    }

    /// How many exchanges it has begun.
    pub fn exchanges(&self) -> u64 {
        self.exchange
    }

    /// Whether the answer to an exchange is waited for.
    pub fn awaits(&self, exchange: u64) -> bool {
        self.exchange == exchange && matches!(self.phase, Phase::Sent)
    }

    /// Whether the answer to an exchange will be taken in, so that what it tells beside changes may be learned first.
    pub fn takes(&self, exchange: u64, response: &SyncResponse, replica: &Replica) -> bool {
        let server = replica.meta().server;
        self.awaits(exchange) && self.leads && server.is_none_or(|known| known == response.server)
    }

    /// Lets something happen to the tab and its replica. What is to be done is done in this order.
    pub fn on(&mut self, event: Event, replica: &mut Replica, at: &Moment<'_>) -> Vec<Effect> {
        match event {
            Event::Recorded(writes) => self.keep(writes, true, Then::Nothing, replica, at),
            Event::Altered { writes, ticket } => {
                self.keep(writes, false, Then::Told(ticket), replica, at);
            }
            Event::Committed => self.committed(replica, at),
            Event::NotCommitted => {
                let after = self.journal.failed();
                self.wake(Timer::Commit, after);
            }
            Event::Woke(Timer::Commit) => {
                self.journal.try_again();
                self.commit();
            }
            _ if self.closed => {}
            Event::Closed => self.close(),
            Event::Opened { in_front } => {
                // Until this tab leads, another one may be offering what waits.
                replica.set_offered_elsewhere(true);
                self.will(Effect::Claim { take: in_front });
                self.asked(at);
            }
            Event::Tapped => self.tapped(replica, at),
            Event::LetGo => self.plan(until_retry(replica, at), at),
            Event::Asked => self.asked(at),
            Event::CameToFront if self.leads => self.asked(at),
            Event::CameToFront => self.will(Effect::Claim { take: true }),
            Event::Led => self.lead(true, replica),
            Event::Lost => {
                self.lead(false, replica);
                self.will(Effect::Claim { take: false });
            }
            Event::HeadRead { stored, sent } => self.head_read(*stored, sent, replica, at),
            Event::AllRead(stored) => self.all_read(*stored, replica, at),
            Event::NotRead => self.have_read(replica, at),
            Event::Answered { exchange, answer } => self.answered(exchange, answer, replica, at),
            Event::Woke(Timer::Exchange(plan)) => {
                if self.plan == plan && self.planned.take().is_some() {
                    self.run(replica, at);
                }
            }
            Event::Woke(Timer::Patience(exchange)) => self.offered(exchange, replica, at),
            Event::Heard(Message::Changed) => self.read(Wanted {
                look: true,
                ..Wanted::default()
            }),
            Event::Heard(Message::Send) => {
                if self.leads {
                    self.asked(at);
                }
            }
            Event::Heard(Message::Says(word)) => self.will(Effect::Show(word)),
        }
        std::mem::take(&mut self.effects)
    }

    fn will(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn say(&mut self, word: Word) {
        if !self.closed {
            self.will(Effect::Say(word));
        }
    }

    fn wake(&mut self, timer: Timer, after: Duration) {
        self.will(Effect::Wake { timer, after });
    }

    fn close(&mut self) {
        self.closed = true;
        self.leads = false;
        // An exchange that is going on ends unheard; what it sent will be offered again.
        self.phase = Phase::Quiet;
        if self.journal.is_idle() {
            self.will(Effect::CloseStore);
        }
    }

    // --- writing ---

    fn keep(
        &mut self,
        writes: Vec<Write>,
        tapped: bool,
        then: Then,
        replica: &mut Replica,
        at: &Moment<'_>,
    ) {
        if writes.is_empty() && self.journal.is_idle() {
            self.go_on(then, replica, at);
            return;
        }
        if tapped && !self.closed {
            self.will(Effect::Writing);
        }
        self.journal.push(Batch {
            writes,
            tapped,
            then,
        });
        self.commit();
    }

    fn commit(&mut self) {
        if let Some(writes) = self.journal.begin() {
            self.will(Effect::Commit(writes));
        }
    }

    fn committed(&mut self, replica: &mut Replica, at: &Moment<'_>) {
        let Some((tapped, thens)) = self.journal.committed() else {
            return;
        };
        if !self.closed && !self.journal.has_taps() {
            self.will(Effect::Tell(Message::Changed));
            self.will(Effect::Durable { tapped });
        }
        for then in thens {
            self.go_on(then, replica, at);
        }
        self.commit();
        if self.closed && self.journal.is_idle() {
            self.will(Effect::CloseStore);
        }
    }

    /// The database has what this waited for.
    fn go_on(&mut self, then: Then, replica: &mut Replica, at: &Moment<'_>) {
        match then {
            Then::Nothing => {}
            Then::Send(exchange) => self.offered(exchange, replica, at),
            Then::CaughtUp => self.be_behind(false),
            Then::Told(ticket) => self.will(Effect::Stored(ticket)),
        }
    }

    // --- reading what another tab wrote ---

    fn read(&mut self, wanted: Wanted) {
        if self.reading == Reading::No {
            self.wanted = wanted;
            self.reading = Reading::Head;
            self.will(Effect::ReadHead);
            return;
        }
        // What is being read may have been written before this was asked.
        let next = self.next_wanted.get_or_insert_default();
        next.send |= wanted.send;
        next.look |= wanted.look;
    }

    fn head_read(
        &mut self,
        mut stored: Stored,
        sent: Vec<ChangeId>,
        replica: &mut Replica,
        at: &Moment<'_>,
    ) {
        if self.reading != Reading::Head {
            return;
        }
        self.journal.overlay(&mut stored);
        stored.pending.sort_by_key(|pending| pending.order);
        if replica.is_at(&stored.meta, &stored.pending, sent) {
            self.have_read(replica, at);
        } else {
            self.reading = Reading::All;
            self.will(Effect::ReadAll);
        }
    }

    fn all_read(&mut self, mut stored: Stored, replica: &mut Replica, at: &Moment<'_>) {
        if self.reading != Reading::All {
            return;
        }
        self.journal.overlay(&mut stored);
        replica.reload(stored, at.criteria);
        self.will(Effect::Redraw);
        self.have_read(replica, at);
    }

    fn have_read(&mut self, replica: &mut Replica, at: &Moment<'_>) {
        self.reading = Reading::No;
        let wanted = std::mem::take(&mut self.wanted);
        if let Some(next) = self.next_wanted.take() {
            self.read(next);
        }
        if wanted.send {
            self.asked(at);
        }
        if wanted.look {
            self.will(Effect::LookForFiles);
            if self.leads && has_waiting(replica) {
                self.tapped(replica, at);
            }
        }
    }

    // --- leading ---

    fn lead(&mut self, leads: bool, replica: &mut Replica) {
        if self.leads == leads {
            return;
        }
        self.leads = leads;
        replica.set_offered_elsewhere(!leads);
        if leads {
            // What the earlier leader offered must be known before anything is offered or replaced.
            self.read(Wanted {
                send: true,
                ..Wanted::default()
            });
        }
    }

    // --- when to talk to the server ---

    fn tapped(&mut self, replica: &Replica, at: &Moment<'_>) {
        self.plan(AFTER_TAP.max(until_retry(replica, at)), at);
    }

    fn asked(&mut self, at: &Moment<'_>) {
        if self.leads {
            self.plan(Duration::ZERO, at);
        } else {
            self.will(Effect::Tell(Message::Send));
        }
    }

    /// Runs after this time, unless an earlier run is planned already.
    fn plan(&mut self, after: Duration, at: &Moment<'_>) {
        let due = at.page.saturating_add(after);
        if self.closed || self.planned.is_some_and(|planned| planned <= due) {
            return;
        }
        self.planned = Some(due);
        self.plan += 1;
        self.wake(Timer::Exchange(self.plan), after);
    }

    fn run(&mut self, replica: &mut Replica, at: &Moment<'_>) {
        if !self.leads {
            return;
        }
        if self.running {
            self.again = true;
            return;
        }
        self.running = true;
        self.say(Word::Syncing(true));
        self.exchange(replica, at);
    }

    fn rest(&mut self, replica: &Replica, at: &Moment<'_>) {
        self.running = false;
        self.phase = Phase::Quiet;
        self.say(Word::Syncing(false));
        let next = match replica.outbox().retry_at() {
            Some(_) => until_retry(replica, at),
            None if has_waiting(replica) => AFTER_TAP,
            None => IDLE,
        };
        self.plan(next, at);
    }

    // --- one exchange ---

    fn exchange(&mut self, replica: &mut Replica, at: &Moment<'_>) {
        self.again = false;
        self.exchange += 1;
        let (request, writes) = replica.request(self.device, &self.app_version, at.clock);
        self.phase = Phase::Storing(Box::new(request));
        let exchange = self.exchange;
        self.keep(writes, false, Then::Send(exchange), replica, at);
        if matches!(self.phase, Phase::Storing(_)) {
            self.wake(Timer::Patience(exchange), STORE_FIRST);
        }
    }

    /// What is offered has been stored, or is not waited for any longer.
    fn offered(&mut self, exchange: u64, replica: &Replica, at: &Moment<'_>) {
        if self.exchange != exchange {
            return;
        }
        match std::mem::take(&mut self.phase) {
            Phase::Storing(_) if !self.leads => self.rest(replica, at),
            Phase::Storing(request) => {
                self.phase = Phase::Sent;
                self.will(Effect::Send { exchange, request });
            }
            other => self.phase = other,
        }
    }

    fn answered(
        &mut self,
        exchange: u64,
        answer: Result<Box<SyncResponse>, Refused>,
        replica: &mut Replica,
        at: &Moment<'_>,
    ) {
        if !self.awaits(exchange) {
            return;
        }
        self.phase = Phase::Quiet;
        // Whoever leads now will be told the same again.
        let goes_on = self.leads
            && match answer {
                Ok(response) => self.receive(*response, replica, at) || self.again,
                Err(refused) => {
                    self.refuse(refused, replica, at);
                    false
                }
            };
        if goes_on {
            self.exchange(replica, at);
        } else {
            self.rest(replica, at);
        }
    }

    /// Whether to go on at once, because there is more to read or to send.
    fn receive(&mut self, response: SyncResponse, replica: &mut Replica, at: &Moment<'_>) -> bool {
        let moved = !response.receipts.is_empty();
        // A restored server is read from its beginning, and offered again what it forgot.
        let known = replica.meta().epoch;
        let restored = known.is_some_and(|known| known != response.epoch);
        let more = response.more || restored;
        // Until the database has the last of it, this phone cannot yet be carried off without a network.
        let was_behind = self.is_behind || replica.meta().last_contact.is_none();
        self.be_behind(more || was_behind);
        let is_old = is_older(&self.app_version, &response.min_app_version);
        self.say(Word::Online(true));
        let Ok(writes) = replica.receive(response, at.criteria, at.clock) else {
            self.say(Word::Trouble(Some(Trouble::OtherServer)));
            self.fail(Failure::Busy { retry_after: None }, replica, at);
            return false;
        };
        self.will(Effect::Redraw);
        // The next exchange need not wait for the database: it reads on from memory, and a phone that dies in between
        // reads the same again.
        let then = match was_behind && !more {
            true => Then::CaughtUp,
            false => Then::Nothing,
        };
        self.keep(writes, false, then, replica, at);
        self.say(Word::Trouble(is_old.then_some(Trouble::OldApp)));
        self.will(Effect::Carry);
        more || (moved && has_waiting(replica))
    }

    fn be_behind(&mut self, is_behind: bool) {
        if self.is_behind != is_behind && !self.closed {
            self.is_behind = is_behind;
            self.will(Effect::Reading(is_behind));
        }
    }

    fn refuse(&mut self, refused: Refused, replica: &mut Replica, at: &Moment<'_>) {
        let is_online = refused.failure != Failure::Unreachable;
        self.say(Word::Online(is_online));
        let trouble = match (refused.failure, refused.kind) {
            (Failure::SignedOut, _) => Some(Trouble::SignedOut),
            (_, Some(ProblemKind::OldApp)) => Some(Trouble::OldApp),
            (_, Some(ProblemKind::Forbidden)) => Some(Trouble::Forbidden),
            _ => None,
        };
        // Who was not reached has not taken anything back.
        if is_online {
            self.say(Word::Trouble(trouble));
        }
        self.fail(refused.failure, replica, at);
    }

    fn fail(&mut self, failure: Failure, replica: &mut Replica, at: &Moment<'_>) {
        let writes = replica.failed(failure, at.criteria, at.clock, at.random);
        self.will(Effect::Redraw);
        self.keep(writes, false, Then::Nothing, replica, at);
    }
}

fn has_waiting(replica: &Replica) -> bool {
    replica.outbox().waiting().next().is_some()
}

/// How long the outbox wants to wait after a failure.
fn until_retry(replica: &Replica, at: &Moment<'_>) -> Duration {
    let wait = replica.outbox().retry_at().map(|retry| retry - at.clock);
    wait.and_then(|wait| wait.to_std().ok())
        .unwrap_or_default()
        .min(WAIT_MAX)
}

/// Compares two versions number by number. A version that cannot be read is not older.
fn is_older(version: &str, than: &str) -> bool {
    let numbers = |text: &str| -> Option<Vec<u32>> {
        text.split('.').map(|part| part.parse().ok()).collect()
    };
    match (numbers(version), numbers(than)) {
        (Some(version), Some(than)) => version < than,
        _ => false,
    }
}
