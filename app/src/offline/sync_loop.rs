//! When to talk to the server.
//!
//! At the start, when the network comes back, when the page comes to the front, a moment after something was tapped,
//! when somebody asks for it, and by a timer: as soon as the outbox allows after a failure, and now and then to hear
//! what others have done. Exchanges follow each other while there is more to read or to send. Only one runs at a time,
//! and only in the tab that leads.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use gloo_timers::callback::Timeout;
use shared::sync::{SyncRequest, SyncResponse};
use wasm_bindgen_futures::spawn_local;

use super::js;
use super::net::{self, Refused};
use crate::clock;

/// After a tap, so that several taps go in one exchange.
const AFTER_TAP: Duration = Duration::from_secs(2);
/// When nothing waits: how often to ask what others have done.
const IDLE: Duration = Duration::from_secs(300);
/// The longest wait, whatever the device's clock says: it may be set back a year at any moment.
const WAIT_MAX: Duration = Duration::from_secs(600);

/// What the loop works for.
pub trait Host: 'static {
    /// Whether this tab is the one to talk to the server.
    fn leads(&self) -> bool;
    /// The next request, unless the store was closed. What it offers is stored as offered before this returns.
    fn offer(&self) -> impl Future<Output = Option<SyncRequest>>;
    /// Takes the answer in. Whether to go on at once, because there is more to read or to send.
    fn receive(&self, response: SyncResponse) -> bool;
    fn failed(&self, refused: Refused);
    /// When the outbox allows another attempt after a failure.
    fn retry_at(&self) -> Option<DateTime<Utc>>;
    /// Whether something waits to be sent.
    fn has_waiting(&self) -> bool;
    fn syncing(&self, is_syncing: bool);
}

/// The loop of one open store.
pub struct SyncLoop<H> {
    host: H,
    running: Cell<bool>,
    again: Cell<bool>,
    stopped: Cell<bool>,
    /// The planned run, in milliseconds of the page's own clock, which nobody sets.
    timer: RefCell<Option<(f64, Timeout)>>,
}

impl<H: Host> SyncLoop<H> {
    pub fn new(host: H) -> Rc<Self> {
        Rc::new(Self {
            host,
            running: Cell::new(false),
            again: Cell::new(false),
            stopped: Cell::new(false),
            timer: RefCell::default(),
        })
    }

    /// Something was tapped.
    pub fn tapped(self: &Rc<Self>) {
        self.plan(AFTER_TAP.max(self.until_retry()));
    }

    /// What was tapped is no longer held back.
    pub fn let_go(self: &Rc<Self>) {
        self.plan(self.until_retry());
    }

    /// There is reason to believe that an exchange goes through now, or somebody asked for one.
    pub fn now(self: &Rc<Self>) {
        self.plan(Duration::ZERO);
    }

    /// Begins nothing more. An exchange that is going on ends unheard; what it sent will be offered again.
    pub fn stop(&self) {
        self.stopped.set(true);
        drop(self.timer.take());
    }

    /// Runs after this time, unless an earlier run is planned already.
    fn plan(self: &Rc<Self>, after: Duration) {
        if self.stopped.get() {
            return;
        }
        let due = js::window_millis() + after.as_secs_f64() * 1_000.0;
        let earlier = self
            .timer
            .borrow()
            .as_ref()
            .is_some_and(|(planned, _)| *planned <= due);
        if earlier {
            return;
        }
        let this = Rc::downgrade(self);
        let millis = u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
        let timer = Timeout::new(millis, move || {
            if let Some(this) = this.upgrade() {
                drop(this.timer.take());
                this.run();
            }
        });
        drop(self.timer.replace(Some((due, timer))));
    }

    fn run(self: &Rc<Self>) {
        if !self.host.leads() || self.stopped.get() {
            return;
        }
        if self.running.replace(true) {
            self.again.set(true);
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            this.host.syncing(true);
            while this.exchange().await {}
            this.host.syncing(false);
            this.running.set(false);
            let next = match this.host.retry_at() {
                Some(_) => this.until_retry(),
                None if this.host.has_waiting() => AFTER_TAP,
                None => IDLE,
            };
            this.plan(next);
        });
    }

    /// One exchange. Whether another should follow at once.
    async fn exchange(&self) -> bool {
        self.again.set(false);
        let Some(request) = self.host.offer().await.filter(|_| self.goes_on()) else {
            return false;
        };
        let answer = net::exchange(&request).await;
        // Whoever leads now will be told the same again.
        if !self.goes_on() {
            return false;
        }
        match answer {
            Ok(response) => self.host.receive(response) || self.again.get(),
            Err(refused) => {
                self.host.failed(refused);
                false
            }
        }
    }

    fn goes_on(&self) -> bool {
        self.host.leads() && !self.stopped.get()
    }

    fn until_retry(&self) -> Duration {
        let wait = self.host.retry_at().map(|at| at - clock::now());
        wait.and_then(|wait| wait.to_std().ok())
            .unwrap_or_default()
            .min(WAIT_MAX)
    }
}
