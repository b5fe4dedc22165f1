//! The way of an alteration to the database: in order, together, and again until it is there.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use futures::channel::oneshot;
use gloo_timers::future::sleep;
use shared::sync::{Stored, Write};
use wasm_bindgen_futures::spawn_local;

use super::db::{Db, DbError};

/// How it stands with what was handed to the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Something a person tapped is on its way.
    Writing,
    /// Everything is in the database. Says whether a person's taps were among it.
    Durable { tapped: bool },
    /// A write failed; it is tried again.
    Failed(DbError),
}

struct Batch {
    writes: Vec<Write>,
    tapped: bool,
    done: Option<oneshot::Sender<()>>,
}

struct Inner {
    db: Rc<Db>,
    batches: RefCell<VecDeque<Batch>>,
    busy: Cell<bool>,
    tell: Box<dyn Fn(Kept)>,
}

/// The journal of one user's database.
#[derive(Clone)]
pub struct Journal(Rc<Inner>);

/// The waits between attempts to write, in seconds; the last one stays.
const WAITS: [u64; 5] = [1, 2, 5, 10, 20];

impl Journal {
    pub fn new(db: Rc<Db>, tell: impl Fn(Kept) + 'static) -> Self {
        Self(Rc::new(Inner {
            db,
            batches: RefCell::default(),
            busy: Cell::new(false),
            tell: Box::new(tell),
        }))
    }

    /// Hands over what a person tapped.
    pub fn tapped(&self, writes: Vec<Write>) {
        // Whoever taps looks at the screen's word "saved", not at this receiver.
        drop(self.hand_over(writes, true));
    }

    /// Hands over what the loop learned. The receiver hears when the database has it.
    pub fn learned(&self, writes: Vec<Write>) -> oneshot::Receiver<()> {
        self.hand_over(writes, false)
    }

    /// Whether something is not in the database yet.
    pub fn is_busy(&self) -> bool {
        self.0.busy.get()
    }

    /// Puts what is not in the database yet on top of what was read from it.
    pub fn overlay(&self, stored: &mut Stored) {
        for batch in self.0.batches.borrow().iter() {
            for write in &batch.writes {
                stored.write(write.clone());
            }
        }
    }

    fn hand_over(&self, writes: Vec<Write>, tapped: bool) -> oneshot::Receiver<()> {
        let (done, receiver) = oneshot::channel();
        if writes.is_empty() && !self.is_busy() {
            // Nobody may be listening any more, and then nobody needs to know.
            let _ = done.send(());
            return receiver;
        }
        if tapped {
            (self.0.tell)(Kept::Writing);
        }
        self.0.batches.borrow_mut().push_back(Batch {
            writes,
            tapped,
            done: Some(done),
        });
        if !self.0.busy.replace(true) {
            spawn_local(self.clone().work());
        }
        receiver
    }

    async fn work(self) {
        let mut failures = 0;
        loop {
            let (count, writes): (usize, Vec<Write>) = {
                let batches = self.0.batches.borrow();
                let writes = batches.iter().flat_map(|it| it.writes.iter().cloned());
                (batches.len(), writes.collect())
            };
            if count == 0 {
                break;
            }
            match self.0.db.commit(&writes).await {
                Ok(()) => {
                    failures = 0;
                    let committed: Vec<Batch> =
                        self.0.batches.borrow_mut().drain(..count).collect();
                    let tapped = committed.iter().any(|batch| batch.tapped);
                    for done in committed.into_iter().filter_map(|batch| batch.done) {
                        let _ = done.send(());
                    }
                    let more_taps = self.0.batches.borrow().iter().any(|batch| batch.tapped);
                    if !more_taps {
                        (self.0.tell)(Kept::Durable { tapped });
                    }
                }
                Err(error) => {
                    leptos::logging::warn!("a write failed and will be repeated: {error}");
                    (self.0.tell)(Kept::Failed(error));
                    let wait = WAITS[usize::min(failures, WAITS.len() - 1)];
                    failures += 1;
                    sleep(Duration::from_secs(wait)).await;
                }
            }
        }
        self.0.busy.set(false);
    }
}
