//! A phone: a kept connection, how far it has read, and whose it is.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::ensure;
use hyper::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use server::clock;
use shared::SortedMap;
use shared::change::Change;
use shared::document::Seq;
use shared::ids::{DeviceId, EpochId, ServerId, UnitId, UserId};
use shared::sync::{Carried, PROTOCOL, Receipt, SyncRequest};
use uuid::Uuid;

use crate::families::PASSWORD;
use crate::line::Line;

pub struct Phone {
    pub line: Line,
    user: UserId,
    device: DeviceId,
    server: Option<(ServerId, EpochId, String)>,
    pub cursors: SortedMap<UnitId, Seq>,
}

/// One exchange, seen from the phone.
pub struct Exchange {
    pub receipts: Vec<Receipt>,
    pub documents: usize,
    pub more: bool,
    pub took: Duration,
    /// Bytes of the answer as they travelled, and unpacked.
    pub packed: usize,
    pub whole: usize,
}

/// What a phone reads of an answer. Its documents are counted and not looked at: what a phone does with them is not the
/// server's work, and would be done by this same machine.
#[derive(Deserialize)]
struct Reply {
    server: ServerId,
    epoch: EpochId,
    scope: String,
    receipts: Vec<Receipt>,
    documents: Vec<IgnoredAny>,
    cursors: SortedMap<UnitId, Seq>,
    #[serde(default)]
    more: bool,
}

impl Phone {
    pub async fn sign_in(address: SocketAddr, username: &str) -> anyhow::Result<Self> {
        let (line, session) = Line::sign_in(address, username, PASSWORD).await?;
        Ok(Self {
            line,
            user: session.actor.user,
            device: DeviceId::from_uuid(Uuid::now_v7()),
            server: None,
            cursors: SortedMap::new(),
        })
    }

    /// A new phone of the same person.
    pub fn forget(&mut self) {
        self.server = None;
        self.cursors.clear();
    }

    /// The body of a request with these changes.
    pub fn request(&self, changes: Vec<Carried<Change>>) -> anyhow::Result<Vec<u8>> {
        let now = clock::now();
        let known = self.server.as_ref();
        let request = SyncRequest {
            user: Some(self.user),
            device: self.device,
            app_version: "0.1.0".to_owned(),
            protocol: PROTOCOL,
            server: known.map(|(server, _, _)| *server),
            epoch: known.map(|(_, epoch, _)| *epoch),
            scope: known.map(|(_, _, scope)| scope.clone()),
            cursors: self.cursors.clone(),
            unsent: u32::try_from(changes.len()).unwrap_or(u32::MAX),
            oldest_unsent: (!changes.is_empty()).then_some(now),
            changes,
            clock: Some(now),
            persisted: Some(true),
            criteria: None,
            campaign: None,
        };
        Ok(serde_json::to_vec(&request)?)
    }

    /// Sends changes and reads what is new. All of them must be received.
    pub async fn sync(&mut self, changes: Vec<Carried<Change>>) -> anyhow::Result<Exchange> {
        let sent = changes.len();
        let body = self.request(changes)?;
        let answer = self.line.post("/api/v1/sync", body).await?;
        let whole = answer.body()?;
        ensure!(
            answer.status == StatusCode::OK,
            "an exchange failed: {} {}",
            answer.status,
            String::from_utf8_lossy(&whole)
        );
        let reply: Reply = serde_json::from_slice(&whole)?;
        ensure!(reply.receipts.len() == sent, "receipts are missing");
        for receipt in &reply.receipts {
            let outcome = &receipt.outcome;
            ensure!(outcome.is_received(), "a change was refused: {outcome:?}");
        }
        self.server = Some((reply.server, reply.epoch, reply.scope));
        self.cursors = reply.cursors;
        Ok(Exchange {
            receipts: reply.receipts,
            documents: reply.documents.len(),
            more: reply.more,
            took: answer.took,
            packed: answer.packed.len(),
            whole: whole.len(),
        })
    }

    /// Reads until there is no more. The exchanges it took.
    pub async fn read_all(&mut self) -> anyhow::Result<Vec<Exchange>> {
        let mut exchanges = Vec::new();
        loop {
            let exchange = self.sync(Vec::new()).await?;
            let more = exchange.more;
            exchanges.push(exchange);
            if !more {
                return Ok(exchanges);
            }
        }
    }
}
