//! The tabs of one user: which one leads, and what they tell each other.
//!
//! Leading is holding a lock of the browser (Web Locks). A tab that comes to the front takes the lock from whoever has
//! it; a tab that loses it queues for it again, so that it leads when the other is closed. A browser without locks lets
//! every tab lead.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use shared::ids::UserId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

use super::{Trouble, js};

/// What one tab tells the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// The database has changed.
    Changed,
    /// Somebody wants an exchange now.
    Send,
    /// The leader has begun or ended an exchange.
    Syncing(bool),
    /// Whether the server answered.
    Online(bool),
    /// Why the leader sends nothing.
    Trouble(Option<Trouble>),
}

impl Message {
    const ALL: [Message; 11] = [
        Message::Changed,
        Message::Send,
        Message::Syncing(true),
        Message::Syncing(false),
        Message::Online(true),
        Message::Online(false),
        Message::Trouble(None),
        Message::Trouble(Some(Trouble::SignedOut)),
        Message::Trouble(Some(Trouble::OldApp)),
        Message::Trouble(Some(Trouble::OtherServer)),
        Message::Trouble(Some(Trouble::Forbidden)),
    ];

    fn as_str(self) -> &'static str {
        match self {
            Message::Changed => "changed",
            Message::Send => "send",
            Message::Syncing(true) => "syncing",
            Message::Syncing(false) => "synced",
            Message::Online(true) => "online",
            Message::Online(false) => "offline",
            Message::Trouble(None) => "no trouble",
            Message::Trouble(Some(Trouble::SignedOut)) => "signed out",
            Message::Trouble(Some(Trouble::OldApp)) => "old app",
            Message::Trouble(Some(Trouble::OtherServer)) => "other server",
            Message::Trouble(Some(Trouble::Forbidden)) => "forbidden",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|message| message.as_str() == text)
    }
}

struct Inner {
    lock: String,
    channel: Option<BroadcastChannel>,
    /// Kept as long as the channel calls it.
    _hear: Closure<dyn FnMut(MessageEvent)>,
    on_lead: Box<dyn Fn(bool)>,
    leading: Cell<bool>,
    queued: Cell<bool>,
    left: Cell<bool>,
    release: RefCell<Option<Function>>,
}

/// This tab among the tabs of its user.
#[derive(Clone)]
pub struct Tabs(Rc<Inner>);

impl Tabs {
    /// Joins the other tabs. Leads at once if `in_front`.
    pub fn join(
        user: UserId,
        in_front: bool,
        on_message: impl Fn(Message) + 'static,
        on_lead: impl Fn(bool) + 'static,
    ) -> Self {
        let name = format!("banhoc-{user}");
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string();
            if let Some(message) = text.as_deref().and_then(Message::parse) {
                on_message(message);
            }
        });
        let channel = js::get(&js::window(), "BroadcastChannel")
            .and_then(|_| BroadcastChannel::new(&name).ok());
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        }
        let tabs = Self(Rc::new(Inner {
            lock: name,
            channel,
            _hear: hear,
            on_lead: Box::new(on_lead),
            leading: Cell::new(false),
            queued: Cell::new(false),
            left: Cell::new(false),
            release: RefCell::default(),
        }));
        tabs.claim(in_front);
        tabs
    }

    pub fn leads(&self) -> bool {
        self.0.leading.get() && !self.0.left.get()
    }

    /// This tab came to the front.
    pub fn came_to_front(&self) {
        if !self.leads() {
            self.claim(true);
        }
    }

    pub fn tell(&self, message: Message) {
        if let Some(channel) = &self.0.channel {
            // A channel that cannot post leaves the others to notice when they come to the front.
            let _ = channel.post_message(&message.as_str().into());
        }
    }

    /// Leaves the others: the user signed out here.
    pub fn leave(&self) {
        self.0.left.set(true);
        self.0.leading.set(false);
        if let Some(channel) = &self.0.channel {
            channel.close();
        }
        if let Some(release) = self.0.release.take() {
            // Resolving a promise cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }

    fn claim(&self, take: bool) {
        if self.0.left.get() || (!take && self.0.queued.get()) {
            return;
        }
        let Some(locks) = js::get(&js::window().navigator(), "locks") else {
            self.begin();
            return;
        };
        if !take {
            self.0.queued.set(true);
        }
        let granted = {
            let tabs = self.clone();
            Closure::once_into_js(move |_lock: JsValue| -> JsValue {
                if !take {
                    tabs.0.queued.set(false);
                }
                if tabs.0.left.get() {
                    return JsValue::UNDEFINED;
                }
                // The lock is held until this promise is resolved, or another tab takes it.
                let held = Promise::new(&mut |resolve, _| {
                    tabs.0.release.replace(Some(resolve));
                });
                tabs.begin();
                held.into()
            })
        };
        let options = js::object(&[("steal", take.into())]);
        let request = js::call(
            &locks,
            "request",
            &[self.0.lock.as_str().into(), options, granted],
        );
        let tabs = self.clone();
        spawn_local(async move {
            let ended = match request {
                Ok(promise) => js::settled(promise).await,
                Err(error) => Err(error),
            };
            if let Err(error) = ended {
                let was_taken = js::text(&error, "name").as_deref() == Some("AbortError");
                if was_taken {
                    tabs.lose();
                } else {
                    // Locks exist and are refused (an opaque origin, for instance).
                    tabs.begin();
                }
            }
        });
    }

    fn begin(&self) {
        if !self.0.leading.replace(true) {
            (self.0.on_lead)(true);
        }
    }

    fn lose(&self) {
        if self.0.left.get() {
            return;
        }
        if self.0.leading.replace(false) {
            (self.0.on_lead)(false);
        }
        self.claim(false);
    }
}
