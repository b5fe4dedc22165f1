//! Phones and a server, by the real engine, without a network.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;
use shared::access::Actor;
use shared::change::{Change, ChangeBody, Refusal};
use shared::document::Document;
use shared::ids::{ChangeId, DeviceId, DocumentId, EpochId, ServerId};
use shared::sync::{
    Carried, Failure, Intake, Outcome, Receipt, Replica, ReplyRefused, Stored, SyncRequest,
    SyncResponse, Write,
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
        let receipts: Vec<Receipt> = request
            .changes
            .iter()
            .filter_map(Carried::known)
            .map(|change| self.intake.receive(actor, sets(), change.clone()))
            .collect();
        let fresh = request.epoch.is_none_or(|epoch| epoch == self.epoch);
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
            cursors: [(commune(), last)].into(),
            more: false,
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
            replica: Replica::restore(actor, Stored::default(), sets()),
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
        self.replica = Replica::restore(self.replica.actor().clone(), stored, sets());
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
            server.intake.receive(&actor_of(number as u8), sets(), made);
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
        .filter_map(shared::sync::Pending::id)
        .collect();
    assert_eq!(refused, [change_id(1)]);
    assert!(
        phone.replica.discard(change_id(1)).len() == 1,
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
        sets(),
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
    assert_eq!(intake.receive(&officer(1), sets(), nobody).outcome, refused);
}
