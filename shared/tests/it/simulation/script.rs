//! What happens to the world from outside, and when: a list that the seed decides, that can be shortened, and that reads as
//! a story.

use std::fmt;

use super::attacker::Attack;
use super::places::{PEOPLE, Reorganisation};
use super::random::Random;

/// Milliseconds since the beginning.
pub type Time = u64;

pub const SECOND: Time = 1_000;
pub const MINUTE: Time = 60 * SECOND;
/// When the last step may happen. After it everything is mended.
pub const HORIZON: Time = 25 * MINUTE;

/// A device in somebody's pocket or on a desk.
#[derive(Clone, Debug)]
pub struct DeviceShape {
    /// Who signs in on it; the first one is signed in at the beginning.
    pub people: Vec<usize>,
    /// Whether its browser has locks. Without them every tab leads.
    pub has_locks: bool,
    /// How many of the criteria sets its app knows.
    pub sets: usize,
    /// What its app cannot read before it is updated.
    pub lacks: Option<Lack>,
}

/// What an older app cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A kind of subject: two of three families that other devices have entered.
    Kind,
    /// Some stages: what has been sent to the commune.
    Stage,
}

/// What somebody does in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    Register,
    Start,
    Answer,
    /// Every answer, and off to the commune.
    Finish,
    Field,
    /// The same field or answer as the tap before.
    Again,
    Step,
    Settle,
    Doubt,
    /// A family is given to another village.
    Move,
    /// A photo is listed, or taken off the list.
    Photo,
    /// What the village's meeting said is written into some forms.
    Meeting,
}

/// How good a device's way to the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Off,
    Good,
    /// Loses, repeats, delays, reorders, and cuts in the middle.
    Poor,
}

/// What a device's storage does with a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    Fine,
    Slow,
    /// Every other write fails.
    Failing,
    Full,
}

/// What stands between the devices and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    Open,
    /// 503, with the wait it asks for in seconds, if any.
    Busy(Option<u64>),
    /// 413 for anything longer than so many bytes.
    Narrow(usize),
    /// A sign-in page of somebody else's network: 200, and no JSON.
    Portal,
    /// Another server under the same name. It says that it has received everything.
    Stranger,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum What {
    Tap {
        device: usize,
        tab: usize,
        tap: Tap,
    },
    OpenTab {
        device: usize,
        in_front: bool,
    },
    CloseTab {
        device: usize,
        tab: usize,
    },
    ToFront {
        device: usize,
        tab: usize,
    },
    /// The browser lets a tab do nothing for a while.
    Freeze {
        device: usize,
        tab: usize,
        until: Time,
    },
    /// The battery is taken out when so many more things have happened on the device, and comes back after a while.
    Kill {
        device: usize,
        after: u32,
        lasts: Time,
    },
    Link {
        device: usize,
        link: Link,
    },
    Storage {
        device: usize,
        storage: Storage,
    },
    /// Somebody or something sets the device's clock.
    Clock {
        device: usize,
        by: i64,
    },
    SignIn {
        device: usize,
        person: usize,
    },
    /// A person throws a refused change away.
    Discard {
        device: usize,
    },
    /// The next change of this device is one that the server cannot read: 400 for whatever holds it.
    Poison {
        device: usize,
    },
    /// A newer app leaves changes of a kind that nobody here knows, one of them without an id.
    Newer {
        device: usize,
    },
    /// The app of a device is updated. A tab that is not closed goes on with what it is.
    Update {
        device: usize,
        closes: bool,
    },
    /// Everything unsent goes into a sealed letter that somebody else carries to the server.
    Letter {
        device: usize,
        lasts: Time,
    },
    Gateway(Gateway),
    /// A process of the server ends when so many more things have happened in it, and is started again.
    Crash {
        process: usize,
        after: u32,
        lasts: Time,
    },
    /// The server's sessions end.
    Expire {
        person: usize,
    },
    Backup,
    /// The server is put back to one of its backups.
    Restore {
        backup: usize,
    },
    Reorganise(Reorganisation),
    /// A person is given other units: a village, a second one, or what they had at first.
    Assign {
        person: usize,
        village: usize,
        how: u8,
    },
    /// An account is misused.
    Attack {
        person: usize,
        how: Attack,
        seed: u64,
    },
}

#[derive(Clone, Debug)]
pub struct Step {
    pub at: Time,
    pub what: What,
}

impl What {
    /// The device it happens to.
    pub fn device(&self) -> Option<usize> {
        match self {
            What::Tap { device, .. }
            | What::OpenTab { device, .. }
            | What::CloseTab { device, .. }
            | What::ToFront { device, .. }
            | What::Freeze { device, .. }
            | What::Kill { device, .. }
            | What::Link { device, .. }
            | What::Storage { device, .. }
            | What::Clock { device, .. }
            | What::SignIn { device, .. }
            | What::Discard { device }
            | What::Poison { device }
            | What::Letter { device, .. }
            | What::Update { device, .. }
            | What::Newer { device } => Some(*device),
            What::Gateway(_)
            | What::Crash { .. }
            | What::Expire { .. }
            | What::Backup
            | What::Restore { .. }
            | What::Reorganise(_)
            | What::Assign { .. }
            | What::Attack { .. } => None,
        }
    }
}

/// A seed, told.
#[derive(Clone, Debug)]
pub struct Script {
    pub seed: u64,
    pub devices: Vec<DeviceShape>,
    /// Processes of the server over one database.
    pub processes: usize,
    pub steps: Vec<Step>,
}

impl Script {
    pub fn of(seed: u64) -> Self {
        let mut random = Random::of(seed, 1);
        // A few people who have much to do with each other.
        let focus = random.below(3);
        let near: Vec<usize> = (0..4)
            .map(|at| focus * 4 + at)
            .chain([12 + focus * 2, 13 + focus * 2, 18, 19])
            .collect();
        let person = |random: &mut Random| match random.chance(80) {
            true => near[random.below(near.len())],
            false => random.below(PEOPLE),
        };
        let devices: Vec<DeviceShape> = (0..random.between(2, 5))
            .map(|_| {
                let mut people = vec![person(&mut random)];
                if random.chance(30) {
                    let other = person(&mut random);
                    if !people.contains(&other) {
                        people.push(other);
                    }
                }
                DeviceShape {
                    people,
                    has_locks: random.chance(85),
                    sets: match random.below(10) {
                        0 | 1 => 1,
                        2 => 3,
                        _ => 2,
                    },
                    lacks: None,
                }
            })
            .collect();
        let mut script = Self {
            seed,
            processes: if random.chance(50) { 2 } else { 1 },
            devices,
            steps: Vec::new(),
        };
        let count = random.between(25, 90);
        for _ in 0..count {
            let at = random.between(0, HORIZON);
            script.add(&mut random, at);
        }
        // Every third story has somebody in it who means harm, near the others.
        if random.chance(33) {
            let person = person(&mut random);
            for _ in 0..random.between(1, 12) {
                let what = What::Attack {
                    person,
                    how: Attack::ALL[random.below(Attack::ALL.len())],
                    seed: random.next(),
                };
                let at = random.between(0, HORIZON);
                script.steps.push(Step { at, what });
            }
        }
        script.age();
        script.steps.sort_by_key(|step| step.at);
        script
    }

    /// In every third story some devices begin with an older app, and are updated while it storms or when it is over.
    fn age(&mut self) {
        let mut random = Random::of(self.seed, 2);
        if !random.chance(33) {
            return;
        }
        for (device, shape) in self.devices.iter_mut().enumerate() {
            if !random.chance(60) {
                continue;
            }
            shape.lacks = random.pick(&[Lack::Kind, Lack::Stage]).copied();
            if random.chance(80) {
                let closes = random.chance(70);
                let at = random.between(0, HORIZON);
                let what = What::Update { device, closes };
                self.steps.push(Step { at, what });
            }
        }
    }

    fn add(&mut self, random: &mut Random, at: Time) {
        let device = random.below(self.devices.len());
        let tab = random.below(3);
        let push = |script: &mut Self, at, what| script.steps.push(Step { at, what });
        match random.below(100) {
            // Taps come in bursts: somebody sits with a family.
            0..=44 => {
                let taps = [
                    Tap::Register,
                    Tap::Register,
                    Tap::Start,
                    Tap::Start,
                    Tap::Answer,
                    Tap::Answer,
                    Tap::Finish,
                    Tap::Finish,
                    Tap::Field,
                    Tap::Field,
                    Tap::Field,
                    Tap::Again,
                    Tap::Again,
                    Tap::Step,
                    Tap::Step,
                    Tap::Step,
                    Tap::Settle,
                    Tap::Move,
                    Tap::Doubt,
                    Tap::Photo,
                    Tap::Meeting,
                ];
                let mut at = at;
                for _ in 0..random.between(1, 4) {
                    let tap = taps[random.below(taps.len())];
                    push(self, at, What::Tap { device, tab, tap });
                    at += random.between(1, 8 * SECOND);
                }
            }
            45..=49 => {
                let in_front = random.chance(70);
                push(self, at, What::OpenTab { device, in_front });
            }
            50..=51 => push(self, at, What::CloseTab { device, tab }),
            52..=55 => {
                push(self, at, What::ToFront { device, tab });
                if random.chance(50) {
                    // They came to change their mind.
                    let at = at + random.between(50, SECOND);
                    let tap = Tap::Again;
                    push(self, at, What::Tap { device, tab, tap });
                }
            }
            56..=57 => {
                let until = at + random.between(SECOND, 20 * MINUTE);
                push(self, at, What::Freeze { device, tab, until });
            }
            58..=62 => {
                let what = What::Kill {
                    device,
                    after: u32::try_from(random.below(12)).unwrap_or(0),
                    lasts: random.between(100, 10 * MINUTE),
                };
                push(self, at, what);
            }
            63..=70 => {
                let link = [Link::Off, Link::Good, Link::Poor, Link::Poor][random.below(4)];
                push(self, at, What::Link { device, link });
            }
            71..=74 => {
                let storage = [
                    Storage::Fine,
                    Storage::Slow,
                    Storage::Failing,
                    Storage::Full,
                ][random.below(4)];
                push(self, at, What::Storage { device, storage });
                let mended = at + random.between(SECOND, 10 * MINUTE);
                let storage = Storage::Fine;
                push(self, mended, What::Storage { device, storage });
            }
            75..=76 => {
                let day = 86_400_000;
                let by = [
                    -400 * day,
                    -day,
                    -3_600_000,
                    3_600_000,
                    day,
                    400 * day,
                    90_000 * day,
                ];
                let by = by[random.below(by.len())];
                push(self, at, What::Clock { device, by });
            }
            77..=79 => {
                let person = random.below(2);
                push(self, at, What::SignIn { device, person });
            }
            80 => push(self, at, What::Discard { device }),
            81 => push(self, at, What::Poison { device }),
            82 => match random.chance(50) {
                true => push(self, at, What::Newer { device }),
                false => {
                    let lasts = random.between(SECOND, 10 * MINUTE);
                    push(self, at, What::Letter { device, lasts });
                }
            },
            83..=86 => {
                let gateway = match random.below(6) {
                    0 => Gateway::Busy(None),
                    1 => Gateway::Busy(Some(random.between(1, 300))),
                    2 | 3 => Gateway::Narrow(2_000 + random.below(2_500)),
                    4 => Gateway::Portal,
                    _ => Gateway::Stranger,
                };
                push(self, at, What::Gateway(gateway));
                let mended = at + random.between(SECOND, 8 * MINUTE);
                push(self, mended, What::Gateway(Gateway::Open));
            }
            87..=89 => {
                let process = random.below(self.processes);
                let what = What::Crash {
                    process,
                    after: u32::try_from(random.below(8)).unwrap_or(0),
                    lasts: random.between(100, 2 * MINUTE),
                };
                push(self, at, what);
            }
            90 => {
                let person = random.below(2);
                push(self, at, What::Expire { person });
            }
            91..=92 => push(self, at, What::Backup),
            93..=94 => {
                let backup = random.below(8);
                push(self, at, What::Restore { backup });
            }
            95..=97 => {
                let (a, b) = (random.below(3), random.below(3));
                let how = match random.below(5) {
                    0 => Reorganisation::Merge(a, b),
                    1 => Reorganisation::Absorb(a, b),
                    _ => Reorganisation::Village {
                        village: random.below(6),
                        to: b,
                    },
                };
                push(self, at, What::Reorganise(how));
            }
            _ => {
                let what = What::Assign {
                    person: random.below(self.devices.len()),
                    village: random.below(6),
                    how: u8::try_from(random.below(4)).unwrap_or(0),
                };
                push(self, at, what);
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.at / SECOND;
        let millis = self.at % SECOND;
        write!(f, "{seconds:>5}.{millis:03} s  {:?}", self.what)
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, {} processes", self.seed, self.processes)?;
        for (at, device) in self.devices.iter().enumerate() {
            writeln!(f, "device {at}: {device:?}")?;
        }
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}
