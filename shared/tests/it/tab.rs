//! What a tab decides: something happens, and this is to be done.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use shared::change::{Change, Refusal};
use shared::ids::{DeviceId, EpochId, ServerId};
use shared::problem::ProblemKind;
use shared::sync::tab::{
    Effect, Event, IDLE, Message, Moment, STORE_FIRST, Timer, Trouble, WAIT_MAX, Word,
};
use shared::sync::{
    Failure, Outcome, Pending, PendingState, Receipt, Refused, Replica, Stored, SyncResponse, Tab,
    UNDERSTANDS,
};
use uuid::Uuid;

use crate::support::*;

/// A tab, its replica, what is stored, and two clocks.
struct Phone {
    tab: Tab,
    replica: Replica,
    stored: Stored,
    page: Duration,
    clock: DateTime<Utc>,
}

/// What a tab wants, told in a few words.
fn told(effect: &Effect) -> String {
    match effect {
        Effect::Commit(writes) => format!("commit {}", writes.len()),
        Effect::ReadHead => "read head".into(),
        Effect::ReadAll => "read all".into(),
        Effect::Send { exchange, request } => {
            format!("send {} in {exchange}", request.changes.len())
        }
        Effect::Wake { timer, after } => format!("wake {timer:?} after {} s", after.as_secs()),
        Effect::Claim { take: true } => "take the lock".into(),
        Effect::Claim { take: false } => "queue for the lock".into(),
        Effect::Tell(message) => format!("tell {message:?}"),
        Effect::Say(word) => format!("say {word:?}"),
        Effect::Show(word) => format!("show {word:?}"),
        Effect::Writing => "writing".into(),
        Effect::Durable { tapped } => format!("durable, tapped {tapped}"),
        Effect::Redraw => "redraw".into(),
        Effect::Reading(is_reading) => format!("reading {is_reading}"),
        Effect::Carry => "carry".into(),
        Effect::LookForFiles => "look for files".into(),
        Effect::Stored(ticket) => format!("stored {ticket}"),
        Effect::CloseStore => "close the store".into(),
    }
}

impl Phone {
    fn new() -> Self {
        Self {
            tab: Tab::new(DeviceId::from_uuid(Uuid::from_u128(9)), "0.2.0"),
            replica: Replica::restore(officer(1), Stored::default(), sets(), UNDERSTANDS),
            stored: Stored::default(),
            page: Duration::ZERO,
            clock: noon(),
        }
    }

    /// A tab that leads and has read what there was.
    fn leading() -> Self {
        let mut phone = Self::new();
        phone.on(Event::Opened { in_front: true });
        phone.on(Event::Led);
        let done = phone.read_the_same();
        assert_eq!(done, ["wake Exchange(1) after 0 s"]);
        phone
    }

    /// One that has begun its first exchange, with what waits.
    fn sending(changes: Vec<Change>) -> Self {
        let mut phone = Self::leading();
        for change in changes {
            phone.tap(change);
            phone.commit();
        }
        phone.on(Event::Woke(Timer::Exchange(1)));
        phone.on(Event::Committed);
        phone
    }

    /// One that has had its first answer, and has nothing to send.
    fn at_rest() -> Self {
        let mut phone = Self::sending(Vec::new());
        phone.answer(1, response(&[]));
        phone.commit();
        assert!(phone.tab.is_at_rest());
        phone
    }

    fn effects(&mut self, event: Event) -> Vec<Effect> {
        let moment = Moment {
            page: self.page,
            clock: self.clock,
            random: 0.5,
            criteria: sets(),
        };
        let effects = self.tab.on(event, &mut self.replica, &moment);
        for effect in &effects {
            if let Effect::Commit(writes) = effect {
                writes.iter().for_each(|it| self.stored.write(it.clone()));
            }
        }
        effects
    }

    fn on(&mut self, event: Event) -> Vec<String> {
        self.effects(event).iter().map(told).collect()
    }

    fn record(&mut self, change: Change) -> Vec<String> {
        let writes = self.replica.record(change, sets()).unwrap();
        self.on(Event::Recorded(writes))
    }

    fn tap(&mut self, change: Change) -> Vec<String> {
        let mut effects = self.record(change);
        effects.extend(self.on(Event::Tapped));
        effects
    }

    fn commit(&mut self) -> Vec<String> {
        self.on(Event::Committed)
    }

    /// The database says what this tab knows already.
    fn read_the_same(&mut self) -> Vec<String> {
        let stored = Stored {
            meta: self.replica.meta().clone(),
            pending: self.replica.outbox().entries().to_vec(),
            ..Stored::default()
        };
        self.on(Event::HeadRead {
            stored: Box::new(stored),
            sent: Vec::new(),
        })
    }

    fn answer(&mut self, exchange: u64, response: SyncResponse) -> Vec<String> {
        let answer = Ok(Box::new(response));
        self.on(Event::Answered { exchange, answer })
    }

    fn fail(&mut self, exchange: u64, refused: Refused) -> Vec<String> {
        let answer = Err(refused);
        self.on(Event::Answered { exchange, answer })
    }

    fn states(&self) -> Vec<PendingState> {
        let pending = self.stored.pending.iter();
        pending.map(|it| it.state.clone()).collect()
    }
}

fn family() -> Change {
    register(1, household(1), village(1), "Lò Văn Pâng")
}

fn second_family() -> Change {
    register(2, household(2), village(1), "Cà Thị Mai")
}

/// An answer that has received these.
fn response(received: &[Change]) -> SyncResponse {
    let receipt = |(at, change): (usize, &Change)| Receipt {
        change: change.id,
        outcome: Outcome::Received { seq: at as u64 + 1 },
    };
    SyncResponse {
        server: ServerId::from_uuid(Uuid::from_u128(5)),
        epoch: EpochId::from_uuid(Uuid::from_u128(6)),
        scope: "s".into(),
        reset: false,
        receipts: received.iter().enumerate().map(receipt).collect(),
        documents: Vec::new(),
        left: Vec::new(),
        cursors: Default::default(),
        more: false,
        criteria: None,
        campaign: None,
        server_time: noon(),
        min_app_version: "0.1.0".into(),
    }
}

fn busy(seconds: u64) -> Refused {
    Refused::of(503, None, Some(Duration::from_secs(seconds)))
}

// --- at the start, and who leads ---

#[test]
fn a_tab_in_front_asks_for_the_lead_and_the_leader_for_an_exchange() {
    let mut phone = Phone::new();
    let done = phone.on(Event::Opened { in_front: true });
    assert_eq!(done, ["take the lock", "tell Send"]);
    assert!(!phone.tab.leads());
    let mut behind = Phone::new();
    let done = behind.on(Event::Opened { in_front: false });
    assert_eq!(done, ["queue for the lock", "tell Send"]);
}

#[test]
fn whoever_takes_the_lead_reads_before_anything_is_offered() {
    let mut phone = Phone::new();
    phone.on(Event::Opened { in_front: true });
    assert_eq!(phone.on(Event::Led), ["read head"]);
    assert!(phone.tab.leads());
    assert_eq!(phone.read_the_same(), ["wake Exchange(1) after 0 s"]);
    // To be told twice is to be told once.
    assert!(phone.on(Event::Led).is_empty());
}

#[test]
fn a_leader_does_not_send_before_a_reading_that_began_after_it_led() {
    let mut phone = Phone::new();
    phone.on(Event::Opened { in_front: true });
    assert_eq!(phone.on(Event::Heard(Message::Changed)), ["read head"]);
    assert!(phone.on(Event::Led).is_empty());
    // What was being read is as old as the message.
    let done = phone.read_the_same();
    assert_eq!(done, ["read head", "look for files"]);
    assert_eq!(phone.read_the_same(), ["wake Exchange(1) after 0 s"]);
}

#[test]
fn a_leader_whose_database_says_nothing_goes_on_with_what_it_knows() {
    let mut phone = Phone::new();
    phone.on(Event::Opened { in_front: true });
    phone.on(Event::Led);
    assert_eq!(phone.on(Event::NotRead), ["wake Exchange(1) after 0 s"]);
}

#[test]
fn whoever_loses_the_lead_queues_for_it_and_sends_no_more() {
    let mut phone = Phone::leading();
    assert_eq!(phone.on(Event::Lost), ["queue for the lock"]);
    assert!(!phone.tab.leads());
    assert!(phone.on(Event::Woke(Timer::Exchange(1))).is_empty());
    assert_eq!(phone.on(Event::Asked), ["tell Send"]);
    assert!(phone.on(Event::Heard(Message::Send)).is_empty());
    assert_eq!(phone.on(Event::CameToFront), ["take the lock"]);
}

#[test]
fn a_leader_that_comes_to_the_front_or_is_asked_sends() {
    for event in [
        Event::CameToFront,
        Event::Asked,
        Event::Heard(Message::Send),
    ] {
        let mut phone = Phone::at_rest();
        assert_eq!(phone.on(event), ["wake Exchange(3) after 0 s"]);
        // One run is enough.
        assert!(phone.on(Event::Asked).is_empty());
    }
}

// --- writing ---

#[test]
fn saved_is_said_when_the_database_has_it() {
    let mut phone = Phone::leading();
    assert_eq!(phone.record(family()), ["writing", "commit 1"]);
    // What is tapped meanwhile waits for the next transaction, and the word with it.
    assert_eq!(phone.record(second_family()), ["writing"]);
    assert_eq!(phone.commit(), ["commit 1"]);
    let done = phone.commit();
    assert_eq!(done, ["tell Changed", "durable, tapped true"]);
    assert!(phone.commit().is_empty());
}

#[test]
fn what_was_not_written_is_written_again_with_all_that_came_since() {
    let mut phone = Phone::leading();
    phone.record(family());
    let mut waits = Vec::new();
    for _ in 0..6 {
        waits.extend(phone.on(Event::NotCommitted));
        assert!(
            phone
                .on(Event::Altered {
                    writes: vec![],
                    ticket: 1
                })
                .is_empty()
        );
        let again = phone.on(Event::Woke(Timer::Commit));
        assert_eq!(again, ["commit 1"]);
    }
    let seconds = [1, 2, 5, 10, 20, 20];
    assert_eq!(waits, seconds.map(|it| format!("wake Commit after {it} s")));
    let done = phone.commit();
    assert_eq!(&done[..2], ["tell Changed", "durable, tapped true"]);
    assert!(done.contains(&"stored 1".to_owned()));
    // The patience is as it was.
    phone.record(second_family());
    let done = phone.on(Event::NotCommitted);
    assert_eq!(done, ["wake Commit after 1 s"]);
}

#[test]
fn what_nobody_tapped_is_told_to_whoever_handed_it_over() {
    let mut phone = Phone::leading();
    phone.tap(family());
    phone.commit();
    let (_, writes) = phone.replica.seal();
    let done = phone.on(Event::Altered { writes, ticket: 7 });
    assert_eq!(done, ["commit 1"]);
    let done = phone.commit();
    assert_eq!(done, ["tell Changed", "durable, tapped false", "stored 7"]);
    // Nothing to write, and nothing before it: it is there.
    let nothing = Event::Altered {
        writes: vec![],
        ticket: 8,
    };
    assert_eq!(phone.on(nothing), ["stored 8"]);
}

// --- reading what another tab wrote ---

#[test]
fn a_tab_that_hears_of_a_change_reads_and_its_leader_sends() {
    let mut phone = Phone::at_rest();
    assert_eq!(phone.on(Event::Heard(Message::Changed)), ["read head"]);
    // Another tab has registered a family.
    let mut other = Replica::restore(officer(1), phone.stored.clone(), sets(), UNDERSTANDS);
    let writes = other.record(family(), sets()).unwrap();
    let mut stored = phone.stored.clone();
    writes.into_iter().for_each(|it| stored.write(it));
    let head = Event::HeadRead {
        stored: Box::new(stored.clone()),
        sent: Vec::new(),
    };
    assert_eq!(phone.on(head), ["read all"]);
    let done = phone.on(Event::AllRead(Box::new(stored)));
    let expected = ["redraw", "look for files", "wake Exchange(3) after 2 s"];
    assert_eq!(done, expected);
    assert!(phone.replica.document(household(1).into()).is_some());
}

#[test]
fn a_change_that_asks_for_nothing_is_no_reason_to_send() {
    // Or two tabs without locks would keep each other awake for ever.
    let mut phone = Phone::at_rest();
    phone.on(Event::Heard(Message::Changed));
    assert_eq!(phone.read_the_same(), ["look for files"]);
}

#[test]
fn what_this_tab_has_not_written_yet_stays_on_top_of_what_is_read() {
    let mut phone = Phone::leading();
    phone.record(family());
    phone.on(Event::Heard(Message::Changed));
    // The database has heard of nothing.
    let done = phone.on(Event::HeadRead {
        stored: Box::default(),
        sent: Vec::new(),
    });
    assert_eq!(done, ["look for files"]);
    assert!(phone.replica.document(household(1).into()).is_some());
}

#[test]
fn readings_that_are_asked_for_meanwhile_are_one_more_reading() {
    let mut phone = Phone::leading();
    assert_eq!(phone.on(Event::Heard(Message::Changed)), ["read head"]);
    for _ in 0..3 {
        assert!(phone.on(Event::Heard(Message::Changed)).is_empty());
    }
    assert_eq!(phone.read_the_same(), ["read head", "look for files"]);
    assert_eq!(phone.read_the_same(), ["look for files"]);
    assert!(phone.read_the_same().is_empty());
}

// --- when to talk to the server ---

#[test]
fn taps_go_together_a_moment_later() {
    let mut phone = Phone::at_rest();
    let done = phone.tap(family());
    assert_eq!(done, ["writing", "commit 1", "wake Exchange(3) after 2 s"]);
    phone.commit();
    phone.page += Duration::from_secs(1);
    let done = phone.tap(second_family());
    assert_eq!(done, ["writing", "commit 1"]);
    phone.commit();
    phone.page += Duration::from_secs(1);
    // The plan before it is no plan any more.
    assert!(phone.on(Event::Woke(Timer::Exchange(2))).is_empty());
    phone.on(Event::Woke(Timer::Exchange(3)));
    assert!(phone.commit().contains(&"send 2 in 2".to_owned()));
}

#[test]
fn nothing_leaves_before_it_is_stored_as_offered() {
    let mut phone = Phone::leading();
    phone.tap(family());
    phone.commit();
    let done = phone.on(Event::Woke(Timer::Exchange(1)));
    let patience = format!("wake Patience(1) after {} s", STORE_FIRST.as_secs());
    assert_eq!(done, ["say Syncing(true)", "commit 1", patience.as_str()]);
    assert_eq!(phone.states(), [PendingState::Offered]);
    let done = phone.commit();
    assert_eq!(
        done,
        ["tell Changed", "durable, tapped false", "send 1 in 1"]
    );
    // The patience comes too late.
    assert!(phone.on(Event::Woke(Timer::Patience(1))).is_empty());
}

#[test]
fn a_phone_whose_storage_is_full_can_still_hand_its_work_in() {
    let mut phone = Phone::leading();
    phone.tap(family());
    phone.on(Event::NotCommitted);
    phone.on(Event::Woke(Timer::Exchange(1)));
    let done = phone.on(Event::Woke(Timer::Patience(1)));
    assert_eq!(done, ["send 1 in 1"]);
}

#[test]
fn an_exchange_that_offers_nothing_waits_for_nothing() {
    let mut phone = Phone::leading();
    let done = phone.on(Event::Woke(Timer::Exchange(1)));
    assert_eq!(done, ["say Syncing(true)", "send 0 in 1"]);
}

#[test]
fn whoever_lost_the_lead_meanwhile_does_not_send_and_does_not_listen() {
    let mut phone = Phone::leading();
    phone.tap(family());
    phone.commit();
    phone.on(Event::Woke(Timer::Exchange(1)));
    phone.on(Event::Lost);
    let done = phone.commit();
    assert!(!done.iter().any(|it| it.starts_with("send")));
    assert!(done.contains(&"say Syncing(false)".to_owned()));

    let mut phone = Phone::sending(vec![family()]);
    phone.on(Event::Lost);
    let done = phone.answer(1, response(&[family()]));
    assert_eq!(done, ["say Syncing(false)", "wake Exchange(2) after 2 s"]);
    assert_eq!(phone.replica.outbox().waiting().count(), 1);
}

// --- answers ---

#[test]
fn an_answer_is_taken_in_once_and_the_next_exchange_is_planned() {
    let mut phone = Phone::sending(vec![family()]);
    let done = phone.answer(1, response(&[family()]));
    let idle = format!("wake Exchange(2) after {} s", IDLE.as_secs());
    assert_eq!(
        done,
        [
            "reading true",
            "say Online(true)",
            "redraw",
            "commit 3",
            "say Trouble(None)",
            "carry",
            "say Syncing(false)",
            idle.as_str(),
        ]
    );
    assert!(phone.answer(1, response(&[family()])).is_empty());
    // The phone can be carried off when the database has it.
    let done = phone.commit();
    assert_eq!(
        done,
        ["tell Changed", "durable, tapped false", "reading false"]
    );
}

#[test]
fn exchanges_follow_each_other_while_there_is_more() {
    let mut phone = Phone::sending(Vec::new());
    let more = SyncResponse {
        more: true,
        ..response(&[])
    };
    let done = phone.answer(1, more);
    assert!(!done.contains(&"say Syncing(false)".to_owned()));
    assert_eq!(phone.tab.exchanges(), 2);
    // The next one waits until what was read before it is stored.
    assert!(phone.commit().contains(&"send 0 in 2".to_owned()));
    // A restored server is read from its beginning.
    let restored = SyncResponse {
        epoch: EpochId::from_uuid(Uuid::from_u128(7)),
        ..response(&[])
    };
    phone.answer(2, restored);
    assert_eq!(phone.tab.exchanges(), 3);
}

#[test]
fn whoever_asks_while_an_exchange_goes_on_gets_one_more() {
    let mut phone = Phone::sending(Vec::new());
    assert_eq!(phone.on(Event::Asked), ["wake Exchange(2) after 0 s"]);
    assert!(phone.on(Event::Woke(Timer::Exchange(2))).is_empty());
    phone.answer(1, response(&[]));
    assert_eq!(phone.tab.exchanges(), 2);
}

#[test]
fn another_server_is_not_believed() {
    let mut phone = Phone::at_rest();
    phone.on(Event::Woke(Timer::Exchange(2)));
    let stranger = SyncResponse {
        server: ServerId::from_uuid(Uuid::from_u128(55)),
        ..response(&[])
    };
    assert!(!phone.tab.takes(2, &stranger, &phone.replica));
    assert!(phone.tab.takes(2, &response(&[]), &phone.replica));
    assert!(!phone.tab.takes(1, &response(&[]), &phone.replica));
    let done = phone.answer(2, stranger);
    assert!(done.contains(&"say Trouble(Some(OtherServer))".to_owned()));
    assert!(phone.replica.outbox().retry_at().is_some());
}

#[test]
fn an_old_app_is_told_so_and_goes_on() {
    for (least, is_old) in [
        ("0.2.0", false),
        ("0.10.0", true),
        ("0.1.9", false),
        ("?", false),
    ] {
        let mut phone = Phone::sending(Vec::new());
        let answer = SyncResponse {
            min_app_version: least.into(),
            ..response(&[])
        };
        let word = match is_old {
            true => "say Trouble(Some(OldApp))",
            false => "say Trouble(None)",
        };
        assert!(
            phone.answer(1, answer).contains(&word.to_owned()),
            "{least}"
        );
    }
}

// --- failures ---

#[test]
fn a_failure_is_tried_again_when_the_outbox_allows() {
    let mut phone = Phone::sending(vec![family()]);
    let done = phone.fail(1, busy(30));
    assert_eq!(
        done,
        [
            "say Online(true)",
            "say Trouble(None)",
            "redraw",
            "say Syncing(false)",
            "wake Exchange(2) after 30 s",
        ]
    );
    // A tap does not come before that.
    let done = phone.tap(second_family());
    assert!(!done.iter().any(|it| it.starts_with("wake")));
    // A person who asks does.
    assert_eq!(phone.on(Event::Asked), ["wake Exchange(3) after 0 s"]);
}

#[test]
fn a_clock_that_is_set_back_silences_nobody() {
    let mut phone = Phone::sending(vec![family()]);
    phone.fail(1, busy(30));
    phone.page += Duration::from_secs(30);
    phone.on(Event::Woke(Timer::Exchange(2)));
    phone.commit();
    phone.on(Event::Lost);
    phone.clock -= TimeDelta::days(400);
    // What the outbox wants is more than a year away by this clock.
    let longest = format!("wake Exchange(3) after {} s", WAIT_MAX.as_secs());
    let done = phone.fail(2, Refused::UNREACHABLE);
    assert_eq!(done, ["say Syncing(false)", longest.as_str()]);
}

#[test]
fn who_is_not_reached_takes_nothing_back() {
    let mut phone = Phone::sending(vec![family()]);
    let done = phone.fail(1, Refused::UNREACHABLE);
    assert_eq!(&done[..2], ["say Online(false)", "redraw"]);
    assert_eq!(phone.replica.outbox().waiting().count(), 1);
}

#[test]
fn what_was_asked_during_an_exchange_that_failed_waits_with_the_rest() {
    let mut phone = Phone::sending(vec![family()]);
    phone.on(Event::Asked);
    phone.on(Event::Woke(Timer::Exchange(2)));
    let done = phone.fail(1, busy(30));
    assert_eq!(done.last().unwrap(), "wake Exchange(3) after 30 s");
}

#[test]
fn each_refusal_has_its_trouble() {
    let kinds = [
        (401, ProblemKind::SignedOut, Some(Trouble::SignedOut)),
        (403, ProblemKind::Forbidden, Some(Trouble::Forbidden)),
        (426, ProblemKind::OldApp, Some(Trouble::OldApp)),
        (503, ProblemKind::Unavailable, None),
    ];
    for (status, kind, trouble) in kinds {
        let mut phone = Phone::sending(vec![family()]);
        let effects = phone.effects(Event::Answered {
            exchange: 1,
            answer: Err(Refused::of(status, Some(kind), None)),
        });
        let said = effects
            .iter()
            .any(|it| matches!(it, Effect::Say(Word::Trouble(said)) if *said == trouble));
        assert!(said, "{kind:?}");
    }
}

#[test]
fn a_batch_that_is_refused_is_halved_until_one_is_put_aside() {
    let mut phone = Phone::sending(vec![family(), second_family()]);
    let rejected = Refused::of(400, Some(ProblemKind::Malformed), None);
    let done = phone.fail(1, rejected);
    assert_eq!(done.last().unwrap(), "wake Exchange(2) after 0 s");
    phone.on(Event::Woke(Timer::Exchange(2)));
    let done = phone.commit();
    assert!(done.contains(&"send 1 in 2".to_owned()), "{done:?}");
    phone.fail(2, rejected);
    let aside = phone.replica.outbox().refused().next().unwrap();
    let refusal = Refusal::NotUnderstood;
    assert!(matches!(&aside.state, PendingState::Refused { refusal: it, .. } if *it == refusal));
    phone.commit();
    phone.on(Event::Woke(Timer::Exchange(3)));
    assert!(phone.commit().contains(&"send 1 in 3".to_owned()));
}

#[test]
fn a_status_means_one_failure() {
    let minute = Some(Duration::from_secs(60));
    let busy = |retry_after| Failure::Busy { retry_after };
    let day = Some(Duration::from_secs(86_400));
    let cases = [
        (413, None, None, Failure::TooLarge),
        (400, Some(ProblemKind::TooLarge), None, Failure::TooLarge),
        (401, Some(ProblemKind::SignedOut), None, Failure::SignedOut),
        (400, Some(ProblemKind::Malformed), None, Failure::Rejected),
        (403, Some(ProblemKind::Forbidden), None, busy(None)),
        (503, None, minute, busy(minute)),
        (429, None, day, busy(Some(Duration::from_secs(600)))),
        // Somebody else's sign-in page, and somebody else's refusal.
        (302, None, None, Failure::Unreachable),
        (400, None, None, Failure::Unreachable),
        (401, None, None, Failure::Unreachable),
    ];
    for (status, kind, retry_after, failure) in cases {
        let refused = Refused::of(status, kind, retry_after);
        assert_eq!(refused, Refused { failure, kind }, "{status} {kind:?}");
    }
}

// --- another person ---

#[test]
fn a_closed_tab_writes_what_it_holds_and_does_nothing_else() {
    let mut phone = Phone::leading();
    phone.tap(family());
    assert!(phone.on(Event::Closed).is_empty());
    assert!(phone.tab.is_closed() && !phone.tab.leads());
    for event in [
        Event::Asked,
        Event::Led,
        Event::Tapped,
        Event::CameToFront,
        Event::Heard(Message::Changed),
        Event::Woke(Timer::Exchange(1)),
    ] {
        assert!(phone.on(event).is_empty());
    }
    assert_eq!(phone.on(Event::NotCommitted), ["wake Commit after 1 s"]);
    assert_eq!(phone.on(Event::Woke(Timer::Commit)), ["commit 1"]);
    assert_eq!(phone.commit(), ["close the store"]);
    assert_eq!(phone.stored.pending.len(), 1);
}

#[test]
fn an_answer_that_comes_to_a_closed_tab_is_not_read() {
    let mut phone = Phone::sending(vec![family()]);
    assert_eq!(phone.on(Event::Closed), ["close the store"]);
    let before = phone.stored.pending.clone();
    assert!(phone.answer(1, response(&[family()])).is_empty());
    let entries: Vec<Pending> = phone.replica.outbox().entries().to_vec();
    assert_eq!(entries, before);
}

#[test]
fn what_other_tabs_say_is_shown_and_not_said_again() {
    let mut phone = Phone::leading();
    let word = Word::Trouble(Some(Trouble::SignedOut));
    let done = phone.on(Event::Heard(Message::Says(word)));
    assert_eq!(done, ["show Trouble(Some(SignedOut))"]);
}

#[test]
fn what_is_let_go_is_planned_at_once_or_when_the_outbox_allows() {
    let mut phone = Phone::at_rest();
    assert_eq!(phone.on(Event::LetGo), ["wake Exchange(3) after 0 s"]);
}
