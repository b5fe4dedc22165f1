//! The way between a tab and the server: real bytes, that are lost, repeated, delayed, overtaken, and cut.

use std::rc::Rc;
use std::time::Duration;

use shared::problem::ProblemKind;

use super::script::{Gateway, Link, SECOND, Time};
use super::world::{Event, TabEvent, TabKey, World};

/// A request on its way.
#[derive(Clone, Debug)]
pub struct Call {
    pub from: TabKey,
    pub exchange: u64,
    pub cookie: Option<u64>,
    pub body: Rc<[u8]>,
}

/// What a tab hears of its request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// 200, with a body.
    Body(Rc<[u8]>),
    Status(Status),
    /// The line broke, or was silent for too long.
    Nothing,
}

/// An answer that is not 200: its status, what the server calls it, and the wait it asks for.
#[derive(Clone, Copy, Debug)]
pub struct Status {
    pub status: u16,
    pub kind: Option<ProblemKind>,
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// A proxy says so, or nobody knows why.
    pub fn status(status: u16) -> Self {
        Answer::Status(Status {
            status,
            kind: None,
            retry_after: None,
        })
    }

    /// The server says so.
    pub fn problem(status: u16, kind: ProblemKind) -> Self {
        Answer::Status(Status {
            status,
            kind: Some(kind),
            retry_after: None,
        })
    }

    /// 503, with the seconds to wait.
    pub fn busy(retry_after: Option<u64>) -> Self {
        Answer::Status(Status {
            status: 503,
            kind: None,
            retry_after: retry_after.map(Duration::from_secs),
        })
    }
}

/// The longest silence an app waits through.
const SILENCE: Time = 30 * SECOND;

impl World {
    /// A tab sends.
    pub fn send(&mut self, call: Call) {
        let device = &mut self.devices[call.from.device];
        let (key, exchange) = (call.from, call.exchange);
        let random = &mut device.random;
        let gone = |answer| TabEvent::Answered { exchange, answer };
        let silence = gone(Answer::Nothing);
        if device.link == Link::Off {
            self.queue.tab(random.between(5, 200), key, silence);
            return;
        }
        self.queue.tab(SILENCE, key, silence);
        if device.link == Link::Good {
            let wait = random.between(10, 300);
            self.queue.after(wait, Event::Arrive(call));
            return;
        }
        if random.chance(15) {
            self.tally.count("requests lost");
            return;
        }
        if random.chance(15) {
            self.tally.count("requests repeated");
            let wait = random.between(20, 40 * SECOND);
            self.queue.after(wait, Event::Arrive(call.clone()));
        }
        let mut call = call;
        if random.chance(8) {
            self.tally.count("requests cut");
            let at = random.below(call.body.len());
            call.body = call.body[..at].into();
        }
        let wait = random.between(20, 20 * SECOND);
        self.queue.after(wait, Event::Arrive(call));
    }

    /// The server answers.
    pub fn reply(&mut self, call: &Call, answer: Answer) {
        let device = &mut self.devices[call.from.device];
        let random = &mut device.random;
        let mut answer = answer;
        let wait = match device.link {
            Link::Off => {
                self.tally.count("answers lost");
                return;
            }
            Link::Good => random.between(10, 300),
            Link::Poor => {
                if random.chance(15) {
                    self.tally.count("answers lost");
                    return;
                }
                if let Answer::Body(body) = &answer
                    && random.chance(12)
                {
                    self.tally.count("answers cut");
                    let at = random.below(body.len());
                    answer = Answer::Body(body[..at].into());
                }
                random.between(20, 20 * SECOND)
            }
        };
        let exchange = call.exchange;
        let event = TabEvent::Answered { exchange, answer };
        self.queue.tab(wait, call.from, event);
    }

    /// What the gateway makes of a request before any server sees it. `None`: it goes through.
    pub fn at_the_gateway(&mut self, call: &Call) -> Option<Answer> {
        match self.server.gateway {
            Gateway::Open => None,
            Gateway::Busy(wait) => {
                self.tally.count("turned away with 503");
                Some(Answer::busy(wait))
            }
            Gateway::Narrow(limit) if call.body.len() > limit => {
                self.tally.count("turned away with 413");
                Some(Answer::status(413))
            }
            Gateway::Narrow(_) => None,
            Gateway::Portal => {
                self.tally.count("met a portal");
                let page: &[u8] = "<html><body>Mời đăng nhập wifi</body></html>".as_bytes();
                Some(Answer::Body(page.into()))
            }
            Gateway::Stranger => {
                self.tally.count("met a stranger");
                self.stranger(call)
            }
        }
    }
}
