//! The tabs of one user: which one leads, and what they tell each other.
//!
//! Leading is holding a lock of the browser (Web Locks). Who asks for it, and when, is decided elsewhere
//! (`shared::sync::tab`). A browser without locks lets every tab lead.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use shared::ids::UserId;
use shared::sync::tab::{Message, Trouble, Word};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

use super::js;

/// What tabs tell each other, and how it is written on their channel.
const MESSAGES: [(Message, &str); 11] = [
    (Message::Changed, "changed"),
    (Message::Send, "send"),
    (Message::Says(Word::Syncing(true)), "syncing"),
    (Message::Says(Word::Syncing(false)), "synced"),
    (Message::Says(Word::Online(true)), "online"),
    (Message::Says(Word::Online(false)), "offline"),
    (Message::Says(Word::Trouble(None)), "no trouble"),
    (SIGNED_OUT, "signed out"),
    (OLD_APP, "old app"),
    (OTHER_SERVER, "other server"),
    (FORBIDDEN, "forbidden"),
];
const SIGNED_OUT: Message = Message::Says(Word::Trouble(Some(Trouble::SignedOut)));
const OLD_APP: Message = Message::Says(Word::Trouble(Some(Trouble::OldApp)));
const OTHER_SERVER: Message = Message::Says(Word::Trouble(Some(Trouble::OtherServer)));
const FORBIDDEN: Message = Message::Says(Word::Trouble(Some(Trouble::Forbidden)));

fn parse(text: &str) -> Option<Message> {
    let known = MESSAGES.into_iter().find(|(_, name)| *name == text);
    known.map(|(message, _)| message)
}

struct Inner {
    lock: String,
    channel: Option<BroadcastChannel>,
    /// Kept as long as the channel calls it.
    _hear: Closure<dyn FnMut(MessageEvent)>,
    on_lead: Box<dyn Fn(bool)>,
    queued: Cell<bool>,
    left: Cell<bool>,
    release: RefCell<Option<Function>>,
}

/// This tab among the tabs of its user.
#[derive(Clone)]
pub struct Tabs(Rc<Inner>);

impl Tabs {
    /// Joins the other tabs.
    pub fn join(
        user: UserId,
        on_message: impl Fn(Message) + 'static,
        on_lead: impl Fn(bool) + 'static,
    ) -> Self {
        let name = format!("banhoc-{user}");
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string();
            if let Some(message) = text.as_deref().and_then(parse) {
                on_message(message);
            }
        });
        let channel = js::get(&js::window(), "BroadcastChannel")
            .and_then(|_| BroadcastChannel::new(&name).ok());
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        }
        Self(Rc::new(Inner {
            lock: name,
            channel,
            _hear: hear,
            on_lead: Box::new(on_lead),
            queued: Cell::new(false),
            left: Cell::new(false),
            release: RefCell::default(),
        }))
    }

    pub fn tell(&self, message: Message) {
        if let Some(channel) = &self.0.channel {
            let name = MESSAGES.iter().find(|(it, _)| *it == message);
            // A channel that cannot post leaves the others to notice when they come to the front.
            let _ = name.map(|(_, name)| channel.post_message(&(*name).into()));
        }
    }

    /// Leaves the others: the user signed out here.
    pub fn leave(&self) {
        self.0.left.set(true);
        if let Some(channel) = &self.0.channel {
            channel.close();
        }
        if let Some(release) = self.0.release.take() {
            // Resolving a promise cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }

    /// Asks for the lock: takes it from whoever has it, or waits until they let it go.
    pub fn claim(&self, take: bool) {
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
        (self.0.on_lead)(true);
    }

    fn lose(&self) {
        if !self.0.left.get() {
            (self.0.on_lead)(false);
        }
    }
}
