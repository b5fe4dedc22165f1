//! Phones and a server, by the real engine, without a network.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;
use shared::SortedMap;
use shared::access::Actor;
use shared::change::{Change, ChangeBody, Refusal};
use shared::document::Document;
use shared::ids::{ChangeId, DeviceId, DocumentId, EpochId, ServerId};
use shared::sync::{
    Carried, Failure, Intake, Outcome, Pending, PendingState, Receipt, Replica, ReplyRefused,
    Stored, SyncRequest, SyncResponse, UNDERSTANDS, Write,
};
use uuid::Uuid;

use crate::rollup::{actor_of, changes_of, taps};
use crate::support::*;

/// A server in memory: the real intake, and a feed by state.
struct Server {
    intake: Intake,
    id: ServerId,
    epoch: EpochId,
}

impl Server {
    fn new() -> Self {
        Self {
            intake: Intake::default(),
            id: ServerId::from_uuid(Uuid::from_u128(5)),
            epoch: EpochId::from_uuid(Uuid::from_u128(6)),
        }
    }

    fn answer(&mut self, actor: &Actor, request: &SyncRequest) -> SyncResponse {
        let decided = request.changes.iter().filter(|_| request.knows(self.epoch));
        let receipts: Vec<Receipt> = decided
            .filter_map(Carried::known)
            .map(|change| self.intake.receive(actor, &terms(), change.clone()))
            .collect();
        let fresh = request.epoch.is_none_or(|epoch| epoch == self.epoch)
            && request.scope.as_ref().is_none_or(|scope| scope == "s");
        let cursor = if fresh {
            request.cursors.get(&commune()).copied().unwrap_or(0)
        } else {
            0
        };
        let documents = self
            .intake
            .documents
            .values()
            .filter(|document| document.seq > cursor)
            .filter(|document| actor.scope.covers(document.shard, document.place))
            .cloned()
            .map(Carried::Known)
            .collect();
        let last = self.intake.seqs.get(&commune()).copied().unwrap_or(0);
        SyncResponse {
            server: self.id,
            epoch: self.epoch,
            scope: "s".into(),
            reset: !fresh,
            receipts,
            documents,
            left: Vec::new(),
            cursors: [(commune(), last)].into_iter().collect(),
            more: false,
            criteria: None,
            campaign: None,
            server_time: noon(),
            min_app_version: "0.1.0".into(),
        }
    }
}

/// What a phone has on disk.
#[derive(Default)]
struct Disk {
    stored: Stored,
}

impl Disk {
    fn commit(&mut self, writes: Vec<Write>) {
        for write in writes {
            self.stored.write(write);
        }
    }
}

struct Phone {
    replica: Replica,
    disk: Disk,
}

impl Phone {
    fn new(actor: Actor) -> Self {
        Self {
            replica: Replica::restore(actor, Stored::default(), sets(), UNDERSTANDS),
            disk: Disk::default(),
        }
    }

    fn tap(&mut self, change: Change) -> Result<(), Refusal> {
        let writes = self.replica.record(change, sets())?;
        self.disk.commit(writes);
        Ok(())
    }

    fn request(&mut self) -> SyncRequest {
        let device = DeviceId::from_uuid(Uuid::from_u128(9));
        let (request, writes) = self.replica.request(device, "0.1.0", noon());
        self.disk.commit(writes);
        request
    }

    fn sync(&mut self, server: &mut Server) {
        let request = self.request();
        let response = server.answer(&self.replica.actor().clone(), &request);
        let writes = self.replica.receive(response, sets(), noon()).unwrap();
        self.disk.commit(writes);
    }

    /// The battery dies; the phone starts again from its disk.
    fn restart(&mut self) {
        let stored = self.disk.stored.clone();
        self.replica = Replica::restore(self.replica.actor().clone(), stored, sets(), UNDERSTANDS);
    }

    fn view(&self) -> BTreeMap<DocumentId, Document> {
        self.replica
            .documents()
            .map(|document| {
                let unnumbered = Document {
                    seq: 0,
                    ..document.clone()
                };
                (document.id, unnumbered)
            })
            .collect()
    }
}

fn unnumbered(server: &Server) -> BTreeMap<DocumentId, Document> {
    server
        .intake
        .documents
        .values()
        .map(|document| {
            let document = Document {
                seq: 0,
                ..document.clone()
            };
            (document.id, document)
        })
        .collect()
}

proptest! {
    #[test]
    fn a_phone_ends_where_the_server_ends(taps in taps(), restart_at in 0..60usize) {
        let mut server = Server::new();
        let mut phone = Phone::new(actor_of(2));
        // Somebody else was there before.
        for number in 0..2u128 {
            let made = register(1_000_000 + number, household(number), village(number % 2 + 1), "Tao Thị Ín");
            server.intake.receive(&actor_of(number as u8), &terms(), made);
        }
        phone.sync(&mut server);
        for (number, (_, tap)) in taps.iter().enumerate() {
            for change in changes_of(number as u128, tap) {
                let _ = phone.tap(change);
            }
            if number == restart_at {
                let before = phone.view();
                phone.restart();
                prop_assert_eq!(phone.view(), before, "nothing tapped is lost in a restart");
            }
        }
        let shown = phone.view();
        phone.sync(&mut server);
        prop_assert_eq!(&phone.view(), &unnumbered(&server));
        prop_assert_eq!(&phone.view(), &shown, "what the screen showed is what the server took");
        prop_assert_eq!(phone.replica.status().waiting, 0);
    }

    #[test]
    fn two_phones_of_one_scope_converge_and_nobody_is_overwritten_silently(
        taps in taps(),
        order in proptest::collection::vec(any::<bool>(), 1..12),
    ) {
        let mut server = Server::new();
        let mut phones = [Phone::new(actor_of(2)), Phone::new(actor_of(2))];
        for (number, (who, tap)) in taps.iter().enumerate() {
            let at = usize::from(*who) % 2;
            for change in changes_of(number as u128, tap) {
                let _ = phones[at].tap(change);
            }
            if order[number % order.len()] {
                phones[at].sync(&mut server);
            }
        }
        for _ in 0..2 {
            for phone in &mut phones {
                phone.sync(&mut server);
            }
        }
        let refused: usize = phones.iter().map(|phone| phone.replica.status().refused).sum();
        prop_assert_eq!(phones[0].view(), phones[1].view());
        prop_assert_eq!(phones[0].view(), unnumbered(&server));
        let received = server.intake.log.iter().filter(|row| row.outcome.is_received()).count();
        prop_assert_eq!(server.intake.log.len(), received + refused);
    }
}

#[test]
fn an_answer_that_was_lost_on_the_way_is_asked_for_again() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    let request = phone.request();
    let lost = server.answer(&officer(1), &request);
    phone
        .replica
        .failed(Failure::Unreachable, sets(), noon(), 0.5);
    phone.restart();
    assert_eq!(phone.replica.status().waiting, 1, "the phone cannot know");
    let again = phone.request();
    let answer = server.answer(&officer(1), &again);
    assert_eq!(answer.receipts, lost.receipts);
    phone.replica.receive(answer, sets(), noon()).unwrap();
    assert_eq!(phone.replica.status().waiting, 0);
    assert_eq!(server.intake.documents.len(), 1);
}

#[test]
fn a_second_thought_before_sending_replaces_the_first_and_makes_no_conflict() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    phone.tap(made.clone()).unwrap();
    phone.sync(&mut server);
    phone
        .tap(set_field(
            2,
            household(1),
            Some(made.id),
            "members",
            json!(6),
        ))
        .unwrap();
    phone
        .tap(set_field(
            3,
            household(1),
            Some(change_id(2)),
            "members",
            json!(7),
        ))
        .unwrap();
    assert_eq!(phone.replica.status().waiting, 1);
    phone.restart();
    phone.sync(&mut server);
    let document = &server.intake.documents[&household(1).into()];
    assert_eq!(document.number("members"), Some(7));
    assert!(!document.in_conflict());
}

#[test]
fn once_offered_an_edit_is_frozen_and_the_next_is_a_new_change() {
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone
        .tap(set_field(
            2,
            household(1),
            Some(change_id(1)),
            "members",
            json!(6),
        ))
        .unwrap();
    phone.request();
    phone
        .tap(set_field(
            3,
            household(1),
            Some(change_id(2)),
            "members",
            json!(7),
        ))
        .unwrap();
    assert_eq!(phone.replica.status().waiting, 3);
}

#[test]
fn a_tab_that_does_not_lead_replaces_nothing_and_reads_what_the_leader_stored() {
    let members = |number, seen, count| {
        set_field(
            number,
            household(1),
            Some(change_id(seen)),
            "members",
            json!(count),
        )
    };
    let mut server = Server::new();
    let mut leader = Phone::new(officer(1));
    leader
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    leader.sync(&mut server);
    let mut other = Phone::new(officer(1));
    other.replica.set_offered_elsewhere(true);
    other.replica.reload(leader.disk.stored.clone(), sets());
    let writes = other.replica.record(members(2, 1, 6), sets()).unwrap();
    leader.disk.commit(writes);
    leader.replica.reload(leader.disk.stored.clone(), sets());
    // The leader offers the first edit while the other tab, which cannot know, makes a second one.
    let request = leader.request();
    let writes = other.replica.record(members(3, 2, 7), sets()).unwrap();
    assert!(!writes.contains(&Write::DropPending(change_id(2))));
    leader.disk.commit(writes);
    let answer = server.answer(&officer(1), &request);
    let writes = leader.replica.receive(answer, sets(), noon()).unwrap();
    leader.disk.commit(writes);
    leader.replica.reload(leader.disk.stored.clone(), sets());
    leader.sync(&mut server);
    let document = &server.intake.documents[&household(1).into()];
    assert_eq!(document.number("members"), Some(7));
    assert!(!document.in_conflict());
    assert_eq!(leader.replica.status().waiting, 0);
}

#[test]
fn a_store_read_again_still_honours_the_wait_a_server_asked_for() {
    let mut phone = Phone::new(officer(1));
    let busy = Failure::Busy {
        retry_after: Some(Duration::from_secs(120)),
    };
    phone.replica.failed(busy, sets(), noon(), 0.0);
    let retry_at = phone.replica.status().retry_at;
    phone.replica.reload(phone.disk.stored.clone(), sets());
    assert_eq!(phone.replica.status().retry_at, retry_at);
    assert!(retry_at.is_some());
}

#[test]
fn a_refused_change_stays_with_its_reason_and_stops_no_other() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    // The officer's scope shrinks while the phone is away: the server no longer takes changes for village 1.
    let request = phone.request();
    let response = server.answer(&officer(2), &request);
    phone.replica.receive(response, sets(), noon()).unwrap();
    let status = phone.replica.status();
    assert_eq!((status.waiting, status.refused), (0, 1));
    let refused: Vec<ChangeId> = phone
        .replica
        .outbox()
        .refused()
        .filter_map(Pending::id)
        .collect();
    assert_eq!(refused, [change_id(1)]);
    assert!(
        phone.replica.discard(change_id(1)).0.len() == 1,
        "only a person throws it away"
    );
}

#[test]
fn a_reply_from_another_server_is_not_read() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone.sync(&mut server);
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    let mut stranger = Server {
        id: ServerId::from_uuid(Uuid::from_u128(66)),
        ..Server::new()
    };
    let request = phone.request();
    let response = stranger.answer(&officer(1), &request);
    let refused = phone.replica.receive(response, sets(), noon());
    assert_eq!(refused, Err(ReplyRefused::OtherServer));
    assert_eq!(phone.replica.status().waiting, 1);
}

#[test]
fn a_restored_server_is_offered_again_what_it_forgot() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone.sync(&mut server);
    // Another run of the app goes on counting where this one stopped.
    phone.restart();
    phone
        .tap(set_field(
            2,
            household(1),
            Some(change_id(1)),
            "members",
            json!(6),
        ))
        .unwrap();
    phone.sync(&mut server);
    assert_eq!(phone.replica.status().waiting, 0);
    phone.restart();

    let mut restored = Server {
        epoch: EpochId::from_uuid(Uuid::from_u128(7)),
        ..Server::new()
    };
    phone.sync(&mut restored);
    phone.sync(&mut restored);
    phone.sync(&mut restored);
    assert_eq!(phone.replica.status().waiting, 0);
    let document = &restored.intake.documents[&household(1).into()];
    assert_eq!(document.number("members"), Some(6));
}

#[test]
fn a_batch_that_is_too_large_is_halved_until_one_is_put_aside() {
    let mut phone = Phone::new(officer(1));
    for number in 0..8u128 {
        phone
            .tap(register(
                number,
                household(number),
                village(1),
                "Lò Văn Pâng",
            ))
            .unwrap();
    }
    let mut sizes = Vec::new();
    loop {
        let size = phone.request().changes.len();
        sizes.push(size);
        let writes = phone.replica.failed(Failure::TooLarge, sets(), noon(), 0.5);
        if size == 1 {
            assert_eq!(writes.len(), 1, "the one is put aside, with its reason");
            break;
        }
    }
    assert_eq!(sizes, [8, 4, 2, 1]);
    assert_eq!(phone.replica.status().waiting, 7);
    assert_eq!(phone.view().len(), 7, "what was put aside leaves the view");
}

#[test]
fn a_busy_server_is_left_alone_as_long_as_it_asks() {
    let mut phone = Phone::new(officer(1));
    let asked = Duration::from_secs(90);
    phone.replica.failed(
        Failure::Busy {
            retry_after: Some(asked),
        },
        sets(),
        noon(),
        0.1,
    );
    let retry_at = phone.replica.status().retry_at.unwrap();
    assert!(retry_at - noon() >= TimeDelta::seconds(90));
}

#[test]
fn a_change_from_a_newer_app_is_carried_byte_for_byte() {
    let text = r#"{"id":"00000000-0000-0000-0000-000000007001","doc":"00000000-0000-0000-0000-000000009001","made_at":"2026-11-20T05:00:00Z","body":{"teleport":{"to":  "Mường So"}}}"#;
    let carried: Carried<Change> = serde_json::from_str(text).unwrap();
    assert!(carried.known().is_none());
    assert_eq!(carried.id(), Some(change_id(1)));
    assert_eq!(serde_json::to_string(&carried).unwrap(), text);
}

#[test]
fn a_document_of_a_kind_from_the_future_does_not_spoil_the_others() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    server.intake.receive(
        &officer(1),
        &terms(),
        register(1, household(1), village(1), "Lò Văn Pâng"),
    );
    let request = phone.request();
    let response = server.answer(&officer(1), &request);
    let mut wire: serde_json::Value = serde_json::to_value(&response).unwrap();
    wire["documents"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "x", "about": {"spaceship": {}}}));
    let response: SyncResponse = serde_json::from_str(&wire.to_string()).unwrap();
    phone.replica.receive(response, sets(), noon()).unwrap();
    assert_eq!(phone.replica.documents().count(), 1);
}

/// What an app before this one understood.
const LESS: u16 = UNDERSTANDS - 1;

/// A phone whose app cannot read what the officer of village 1 has named "Mới".
struct OlderPhone(Phone);

impl OlderPhone {
    fn new() -> Self {
        let replica = Replica::restore(officer(1), Stored::default(), sets(), LESS);
        let disk = Disk::default();
        Self(Phone { replica, disk })
    }

    fn sync(&mut self, server: &mut Server) {
        let request = self.0.request();
        let mut response = server.answer(&officer(1), &request);
        for carried in &mut response.documents {
            let is_new = carried.known().is_some_and(|it| it.name() == "Mới");
            if is_new {
                let raw = serde_json::value::to_raw_value(carried).unwrap();
                *carried = Carried::Unknown(raw);
            }
        }
        let writes = self.0.replica.receive(response, sets(), noon()).unwrap();
        self.0.disk.commit(writes);
    }

    /// The same disk, opened by this version.
    fn updated(self) -> Phone {
        let mut phone = self.0;
        phone.restart();
        phone
    }
}

fn renamed(number: u128, seen: u128, name: &str) -> Change {
    let seen = Some(change_id(seen));
    set_field(number, household(1), seen, "name", json!(name))
}

fn server_with(changes: impl IntoIterator<Item = Change>) -> Server {
    let mut server = Server::new();
    for change in changes {
        server.intake.receive(&officer(1), &terms(), change);
    }
    server
}

#[test]
fn what_an_older_app_could_not_read_is_read_after_its_update() {
    let mut server = server_with([
        register(1, household(1), village(1), "Mới"),
        register(2, household(2), village(1), "Lò Văn Pâng"),
    ]);
    let mut older = OlderPhone::new();
    older.sync(&mut server);
    assert_eq!(older.0.replica.documents().count(), 1);
    assert!(older.0.replica.status().is_outdated);
    older.0.replica = Replica::restore(officer(1), older.0.disk.stored.clone(), sets(), LESS);
    let again = older.0.request();
    assert_eq!(
        again.scope.as_deref(),
        Some("s"),
        "the same app asks for nothing again"
    );

    let mut phone = older.updated();
    assert!(!phone.replica.status().is_outdated);
    phone.sync(&mut server);
    assert_eq!(phone.view(), unnumbered(&server));
    assert_eq!(phone.view().len(), 2);
    assert_eq!(phone.replica.meta().stepped_over, None);
    phone.restart();
    let once = phone.request();
    assert_eq!(once.scope.as_deref(), Some("s"), "it is read afresh once");
}

#[test]
fn an_update_reads_nothing_again_where_everything_was_read() {
    let mut server = server_with([register(1, household(1), village(1), "Lò Văn Pâng")]);
    let mut older = OlderPhone::new();
    older.sync(&mut server);
    assert!(!older.0.replica.status().is_outdated);
    let mut phone = older.updated();
    let request = phone.request();
    assert_eq!(request.scope.as_deref(), Some("s"));
    assert_eq!(server.answer(&officer(1), &request).documents, []);
}

#[test]
fn a_known_document_that_a_newer_app_has_altered_stays_and_the_phone_says_so() {
    let mut server = server_with([register(1, household(1), village(1), "Lò Văn Pâng")]);
    let mut older = OlderPhone::new();
    older.sync(&mut server);
    server
        .intake
        .receive(&officer(1), &terms(), renamed(2, 1, "Mới"));
    older.sync(&mut server);
    let name = |phone: &Phone| {
        let family = phone.replica.document(household(1).into());
        family.map(|it| it.name().to_owned())
    };
    assert_eq!(name(&older.0).as_deref(), Some("Lò Văn Pâng"));
    assert!(older.0.replica.status().is_outdated);
    let mut phone = older.updated();
    phone.sync(&mut server);
    assert_eq!(name(&phone).as_deref(), Some("Mới"));
}

#[test]
fn what_an_older_tab_stepped_over_is_not_forgotten_by_a_newer_one() {
    let mut server = server_with([register(1, household(1), village(1), "Mới")]);
    let mut older = OlderPhone::new();
    older.sync(&mut server);
    // A newer tab, opened before, hears of it and has its answer on the way.
    let mut newer = Phone::new(officer(1));
    newer.replica.reload(older.0.disk.stored.clone(), sets());
    server.intake.receive(
        &officer(1),
        &terms(),
        register(2, household(2), village(1), "Lò Văn Pâng"),
    );
    newer.sync(&mut server);
    assert_eq!(newer.view(), unnumbered(&server));
    assert_eq!(newer.view().len(), 2);
}

/// The same server, put back to an empty backup.
fn restored() -> Server {
    Server {
        epoch: EpochId::from_uuid(Uuid::from_u128(7)),
        ..Server::new()
    }
}

fn members(number: u128, seen: u128, count: u32) -> Change {
    let seen = Some(change_id(seen));
    set_field(number, household(1), seen, "members", json!(count))
}

fn refused(phone: &Phone) -> Vec<ChangeId> {
    let refused = phone.replica.outbox().refused();
    refused.filter_map(Pending::id).collect()
}

#[test]
fn a_restored_server_decides_nothing_new_before_it_remembers() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone.sync(&mut server);
    // Tapped after the last contact; it rests on what the backup does not know.
    phone.tap(members(2, 1, 6)).unwrap();
    let mut restored = restored();
    phone.sync(&mut restored);
    assert!(restored.intake.log.is_empty());
    assert_eq!(phone.replica.status().waiting, 2);
    phone.sync(&mut restored);
    assert_eq!(refused(&phone), []);
    let document = &restored.intake.documents[&household(1).into()];
    assert_eq!(document.number("members"), Some(6));
}

#[test]
fn what_another_phone_has_not_brought_back_yet_is_attempted_again() {
    let mut server = Server::new();
    let mut village_phone = Phone::new(officer(1));
    let mut colleague = Phone::new(second_officer(1));
    village_phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    village_phone.sync(&mut server);
    colleague.sync(&mut server);
    colleague.tap(start(2, household(1))).unwrap();
    colleague
        .tap(answer(3, household(1), None, "GD.1a", 10))
        .unwrap();
    colleague
        .tap(answer(4, household(1), Some(change_id(3)), "GD.1a", 8))
        .unwrap();
    colleague.sync(&mut server);
    let before = unnumbered(&server);

    let mut restored = restored();
    colleague.sync(&mut restored);
    colleague.sync(&mut restored);
    assert_eq!(refused(&colleague).len(), 2, "nobody knows the family yet");
    village_phone.sync(&mut restored);
    village_phone.sync(&mut restored);
    colleague.restart();
    // First the family comes back, then what rests on it goes out once more.
    colleague.sync(&mut restored);
    assert_eq!(refused(&colleague), []);
    colleague.sync(&mut restored);
    assert_eq!(colleague.replica.status().waiting, 0);
    let form = &restored.intake.documents[&assessment_of(household(1))];
    assert_eq!(form.fields, before[&form.id].fields);
    assert!(!form.in_conflict());
    let receipt = restored.intake.known[&change_id(2)].clone();
    assert!(!receipt.outcome.is_received(), "the first receipt stands");
}

#[test]
fn a_receipt_of_an_earlier_life_that_is_stored_late_is_no_receipt() {
    let mut server = Server::new();
    let mut slow = Phone::new(officer(1));
    slow.sync(&mut server);
    slow.tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    let mut disk = slow.disk.stored.clone();
    // One tab gets the receipt, and its storage does not come to it.
    let request = slow.request();
    let answer = server.answer(&officer(1), &request);
    let late = slow.replica.receive(answer, sets(), noon()).unwrap();
    // Another tab meets the restored server.
    let mut restored = restored();
    let mut quick = Phone::new(officer(1));
    quick.replica.reload(disk.clone(), sets());
    let request = quick.request();
    let answer = restored.answer(&officer(1), &request);
    let writes = quick.replica.receive(answer, sets(), noon()).unwrap();
    for write in late.into_iter().chain(writes) {
        disk.write(write);
    }
    let mut phone = Phone::new(officer(1));
    phone.disk.stored = disk;
    phone.restart();
    assert_eq!(phone.replica.status().waiting, 1);
    phone.sync(&mut restored);
    assert_eq!(phone.view(), unnumbered(&restored));
    assert_eq!(phone.view().len(), 1);
}

#[test]
fn what_a_document_shows_is_not_refused() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone.sync(&mut server);
    // In another life the same officer answered for another village. Then the newest backup was found after all.
    let elsewhere = Actor {
        scope: officer(2).scope,
        ..officer(1)
    };
    let mut restored = restored();
    for _ in 0..2 {
        let request = phone.request();
        let answer = restored.answer(&elsewhere, &request);
        let writes = phone.replica.receive(answer, sets(), noon()).unwrap();
        phone.disk.commit(writes);
    }
    assert_eq!(refused(&phone), [change_id(1)]);
    phone.sync(&mut server);
    phone.sync(&mut server);
    assert_eq!(refused(&phone), []);
    phone.tap(members(2, 1, 6)).unwrap();
    phone.restart();
    phone.sync(&mut server);
    assert!(!server.intake.documents[&household(1).into()].in_conflict());
}

#[test]
fn what_another_tab_stored_late_is_read_although_nothing_waits() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone.sync(&mut server);
    let is_at = |phone: &Phone, sent: &[u128]| {
        let (meta, pending) = (phone.replica.meta(), phone.replica.outbox().entries());
        let sent = sent.iter().map(|number| change_id(*number));
        phone.replica.is_at(meta, pending, sent)
    };
    assert!(is_at(&phone, &[]));
    // Its storage was full when it got the receipt, and this tab has led and read on since. A restored server will be
    // offered this one first.
    assert!(!is_at(&phone, &[1]));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    assert!(is_at(&phone, &[1]), "it waits here");
    phone.sync(&mut server);
    assert!(is_at(&phone, &[1]));
    assert!(!is_at(&phone, &[1, 2]));
}

#[test]
fn an_answer_that_no_longer_fits_is_put_away() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    for number in 1..=2 {
        let made = register(number, household(number), village(1), "Lò Văn Pâng");
        server.intake.receive(&officer(1), &terms(), made);
    }
    phone.sync(&mut server);
    let request = phone.request();
    let made = register(3, household(3), village(1), "Lò Văn Pâng");
    server.intake.receive(&officer(1), &terms(), made);
    let answer = server.answer(&officer(1), &request);
    // Meanwhile another tab has begun afresh and stored the first page.
    let mut stored = phone.disk.stored.clone();
    stored.documents.clear();
    stored.meta.cursors.clear();
    stored.meta.held = None;
    phone.replica.reload(stored, sets());
    assert_eq!(
        phone.replica.receive(answer, sets(), noon()),
        Ok(Vec::new())
    );
    phone.sync(&mut server);
    assert_eq!(phone.view(), unnumbered(&server));
}

#[test]
fn a_store_whose_documents_are_not_those_of_its_cursors_is_read_afresh() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone.sync(&mut server);
    phone.disk.stored.documents.clear();
    phone.restart();
    let request = phone.request();
    assert_eq!(request.scope.as_deref(), Some(""), "a scope of nobody");
    let mut answer = server.answer(
        &officer(1),
        &SyncRequest {
            cursors: SortedMap::new(),
            ..request
        },
    );
    answer.reset = true;
    let writes = phone.replica.receive(answer, sets(), noon()).unwrap();
    phone.disk.commit(writes);
    phone.restart();
    assert_eq!(phone.view(), unnumbered(&server));
    assert_eq!(phone.request().scope.as_deref(), Some("s"));
}

#[test]
fn what_rests_on_a_subject_is_seen_and_hidden_with_it() {
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone.tap(start(2, household(1))).unwrap();
    phone
        .tap(answer(3, household(1), None, "GD.1a", 10))
        .unwrap();
    assert_eq!(phone.view().len(), 2);
    // The officer answers for another village now, and the server says so of the registration alone.
    let mut server = Server::new();
    let mut request = phone.request();
    request.changes.truncate(1);
    let answer = server.answer(&officer(2), &request);
    phone.replica.receive(answer, sets(), noon()).unwrap();
    assert_eq!(phone.view().len(), 0);
    // A colleague has registered the family; it comes down, and what waited for it is in sight again.
    let mut server = Server::new();
    let made = register(9, household(1), village(1), "Lò Văn Pâng");
    server.intake.receive(&second_officer(1), &terms(), made);
    let request = SyncRequest {
        changes: Vec::new(),
        ..phone.request()
    };
    let answer = server.answer(&officer(1), &request);
    phone.replica.receive(answer, sets(), noon()).unwrap();
    assert_eq!(phone.view().len(), 2);
}

#[test]
fn what_was_tapped_stays_in_sight_when_its_author_gets_other_units() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone.sync(&mut server);
    phone.tap(members(2, 1, 6)).unwrap();
    let elsewhere = Actor {
        scope: officer(2).scope,
        ..officer(1)
    };
    phone.replica.set_actor(elsewhere);
    phone.restart();
    let document = phone.replica.document(household(1).into()).unwrap();
    assert_eq!(document.number("members"), Some(6));
    // The family was theirs when the server sent it. Only the server can say that it no longer is.
    assert!(phone.tap(members(3, 2, 7)).is_ok());
}

#[test]
fn a_change_without_a_readable_id_stops_no_other() {
    let mut phone = Phone::new(officer(1));
    for order in 0..2 {
        let text = format!(r#"{{"verse":{order}}}"#);
        let change = serde_json::from_str::<Carried<Change>>(&text).unwrap();
        phone.disk.stored.write(Write::PutPending(Pending {
            order,
            change,
            state: PendingState::Waiting,
            known_in: None,
        }));
    }
    assert_eq!(phone.disk.stored.pending.len(), 2);
    phone.restart();
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    let mut sent = Vec::new();
    while phone.replica.status().waiting > 0 && sent.len() < 20 {
        let request = phone.request();
        sent.push(request.changes.len());
        let is_readable = request.changes.iter().all(|change| change.id().is_some());
        if is_readable {
            let mut server = Server::new();
            let answer = server.answer(&officer(1), &request);
            let writes = phone.replica.receive(answer, sets(), noon()).unwrap();
            phone.disk.commit(writes);
        } else {
            let writes = phone.replica.failed(Failure::Rejected, sets(), noon(), 0.5);
            phone.disk.commit(writes);
        }
    }
    assert_eq!(sent, [3, 2, 1, 2, 1, 1]);
    phone.restart();
    assert_eq!(
        phone.replica.status().refused,
        2,
        "both stay, with their reason"
    );
}

#[test]
fn only_what_was_offered_is_put_aside() {
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    let request = phone.request();
    assert_eq!(request.changes.len(), 1);
    // Another tab gets the receipt first, and something new is tapped before the gateway's 400 arrives.
    let mut server = Server::new();
    let answer = server.answer(&officer(1), &request);
    let mut other = Phone::new(officer(1));
    other.replica.reload(phone.disk.stored.clone(), sets());
    let writes = other.replica.receive(answer, sets(), noon()).unwrap();
    phone.disk.commit(writes);
    phone.replica.reload(phone.disk.stored.clone(), sets());
    phone.tap(members(2, 1, 6)).unwrap();
    let writes = phone.replica.failed(Failure::Rejected, sets(), noon(), 0.5);
    assert_eq!(writes, []);
    assert_eq!(phone.replica.status().waiting, 1);
}

#[test]
fn who_wrote_once_more_after_a_refusal_has_seen_what_stood_before() {
    let mut server = Server::new();
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone.sync(&mut server);
    phone.tap(members(2, 1, 6)).unwrap();
    phone.request();
    phone.tap(members(3, 2, 7)).unwrap();
    let writes = phone.replica.failed(Failure::Rejected, sets(), noon(), 0.5);
    phone.disk.commit(writes);
    assert_eq!(refused(&phone), [change_id(2)]);
    phone.restart();
    phone.sync(&mut server);
    let document = &server.intake.documents[&household(1).into()];
    assert_eq!(document.number("members"), Some(7));
    assert!(!document.in_conflict(), "nobody else wrote anything");
}

#[test]
fn an_edit_that_another_tab_may_have_offered_is_not_replaced() {
    let mut phone = Phone::new(officer(1));
    phone
        .tap(register(1, household(1), village(1), "Lò Văn Pâng"))
        .unwrap();
    phone.tap(members(2, 1, 6)).unwrap();
    phone.replica.set_offered_elsewhere(true);
    // This tab gets the lead back, and its owner taps before it has read what the other one stored.
    phone.replica.set_offered_elsewhere(false);
    let writes = phone.replica.record(members(3, 2, 7), sets()).unwrap();
    assert!(!writes.contains(&Write::DropPending(change_id(2))));
    let writes = phone.replica.record(members(4, 3, 8), sets()).unwrap();
    assert!(writes.contains(&Write::DropPending(change_id(3))));
}

#[test]
fn a_mistaken_header_does_not_silence_a_phone() {
    let mut phone = Phone::new(officer(1));
    let busy = Failure::Busy {
        retry_after: Some(Duration::MAX),
    };
    phone.replica.failed(busy, sets(), noon(), 0.0);
    let wait = phone.replica.status().retry_at.unwrap() - noon();
    assert_eq!(wait, TimeDelta::days(1));
    // Nor does a clock at the end of its calendar.
    let end = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    phone.replica.failed(busy, sets(), end, 0.0);
    assert_eq!(phone.replica.status().retry_at, Some(end));
}

#[test]
fn outcomes_are_told_apart() {
    let refused = Outcome::Refused(Refusal::UnknownDocument);
    assert!(!refused.is_received());
    let nobody = change(
        1,
        household(9).into(),
        None,
        ChangeBody::Advance(shared::assessment::Move::Submit),
    );
    let mut intake = Intake::default();
    assert_eq!(
        intake.receive(&officer(1), &terms(), nobody).outcome,
        refused
    );
}
