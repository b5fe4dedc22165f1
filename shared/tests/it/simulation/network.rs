//! The way between a tab and the server: real bytes, that are lost, repeated, delayed, overtaken, and cut.

use std::rc::Rc;

use shared::sync::Failure;

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
    /// Anything else, as the app reads it.
    Failed(Failure),
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
        let silence = gone(Answer::Failed(Failure::Unreachable));
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
        let busy = |retry_after: Option<u64>| {
            let retry_after = retry_after.map(std::time::Duration::from_secs);
            Some(Answer::Failed(Failure::Busy { retry_after }))
        };
        match self.server.gateway {
            Gateway::Open => None,
            Gateway::Busy(wait) => {
                self.tally.count("turned away with 503");
                busy(wait)
            }
            Gateway::Narrow(limit) if call.body.len() > limit => {
                self.tally.count("turned away with 413");
                Some(Answer::Failed(Failure::TooLarge))
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
