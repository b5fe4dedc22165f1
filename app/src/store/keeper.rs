//! Keeps the store in the browser.

use std::rc::Rc;

use shared::api::Session;
use shared::change::{ChangeBody, Refusal};
use shared::ids::{ChangeId, DocumentId};

use super::field::State;

pub(super) struct Keeper {}

impl Keeper {
    pub fn new(_state: State) -> Rc<Self> {
        Rc::new(Self {})
    }
    pub fn start(&self) {}
    pub fn record(&self, _doc: DocumentId, _body: ChangeBody) -> Result<(), Refusal> {
        Err(Refusal::UnknownDocument)
    }
    pub fn send_now(&self) {}
    pub fn discard(&self, _change: ChangeId) {}
    pub fn sign_in(&self, _session: Session) {}
    pub fn sign_out(&self) {}
    pub fn prompt_install(&self) {}
    pub fn apply_update(&self) {}
}
