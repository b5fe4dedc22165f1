//! Nothing is lost: phones, tabs, networks, storage, clocks and a server in one thread, for as many stories as there are
//! numbers.
//!
//! A seed decides everything. It makes a [`script`]: which devices there are, who holds them, and what happens when: taps,
//! batteries taken out, links that lose and cut, full storage, clocks set to another year, servers killed, restored from an
//! older backup, communes merged while phones are away, an account in the hands of somebody who means harm. The [`world`] plays it, one event after the other. What phones and
//! server do in it is the engine that runs in production: `Tab`, `Replica` and its outbox on one side, `Intake`, `Feed` and
//! `reorganise` on the other. Only what IndexedDB, the browser's locks, HTTP and SQL do is written here.
//!
//! The [`laws`] are judged from outside, while it storms and when it is over. A story that breaks one is cut shorter and
//! shorter ([`shrink`]) as long as it still does, and told. So that nobody trusts laws that see nothing, mistakes are
//! planted in the world ([`faults`]), and each must be caught.
//!
//! ```text
//! cargo test -p shared simulation                                    two thousand stories, as CI does
//! make simulate SEEDS=100000                                         many, optimised, with time and counts
//! SIMULATION_SEED=17 cargo test -p shared laws_hold -- --nocapture   one, told in full
//! ```

mod attacker;
mod desk;
mod faults;
mod laws;
mod network;
mod phone;
mod places;
mod random;
mod script;
mod server;
mod shrink;
mod taps;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use faults::Fault;
use laws::{Broken, Law};
use script::Script;
use world::{Tally, World};

/// How a story ended.
struct Ended {
    broken: Option<Broken>,
    tally: Tally,
    told: Vec<String>,
}

fn play(script: Script, fault: Option<Fault>, tell: bool) -> Ended {
    let mut world = World::new(script, fault, tell);
    let ended = catch_unwind(AssertUnwindSafe(|| world.run().err()));
    let broken = ended.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Some(Broken {
            law: Law::NoPanic,
            what: text.unwrap_or("a panic").to_owned(),
            at: world.queue.now,
        })
    });
    Ended {
        broken,
        tally: world.tally,
        told: world.trace.lines,
    }
}

/// A story that broke a law: the shortest one found, and how it went.
fn told(seed: u64, fault: Option<Fault>, broken: &Broken) -> String {
    let shortest = shrink::shrink(Script::of(seed), |script| {
        let ended = play(script.clone(), fault, false);
        ended.broken.is_some_and(|other| other.law == broken.law)
    });
    let ended = play(shortest.clone(), fault, true);
    let broken = ended.broken.unwrap_or_else(|| broken.clone());
    let again = format!("SIMULATION_SEED={seed} cargo test -p shared laws_hold -- --nocapture");
    format!(
        "{:?}, after {} s: {}\n\nThe story:\n{shortest}\nHow it went:\n{}\n\nAgain: {again}",
        broken.law,
        broken.at / script::SECOND,
        broken.what,
        ended.told.join("\n"),
    )
}

/// Plays many stories on all cores, until one breaks a law. Returns it, and how often what happened.
fn play_many(from: u64, count: u64, fault: Option<Fault>) -> (Option<(u64, Broken)>, Tally) {
    let next = AtomicU64::new(from);
    let found: Mutex<Option<(u64, Broken)>> = Mutex::new(None);
    let total = Mutex::new(Tally::default());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut tally = Tally::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    let is_found = || found.lock().expect("nobody panics with it").is_some();
                    if seed >= from + count || is_found() {
                        break;
                    }
                    let ended = play(Script::of(seed), fault, false);
                    tally.count("stories");
                    tally.add(&ended.tally);
                    if let Some(broken) = ended.broken {
                        let mut found = found.lock().expect("nobody panics with it");
                        // The first of them, whichever thread was faster.
                        if found.as_ref().is_none_or(|(other, _)| seed < *other) {
                            *found = Some((seed, broken));
                        }
                    }
                }
                total.lock().expect("nobody panics with it").add(&tally);
            });
        }
    });
    let found = found.into_inner().expect("nobody panics with it");
    (found, total.into_inner().expect("nobody panics with it"))
}

fn number_from(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Stories in an ordinary run of the tests.
const ORDINARY: u64 = 2_000;

#[test]
fn laws_hold() {
    if let Some(seed) = number_from("SIMULATION_SEED") {
        let ended = play(Script::of(seed), None, true);
        println!("{}\n{}", Script::of(seed), ended.told.join("\n"));
        if let Some(broken) = ended.broken {
            panic!("{}", told(seed, None, &broken));
        }
        return;
    }
    let count = number_from("SIMULATION_SEEDS").unwrap_or(ORDINARY);
    let started = Instant::now();
    let (broken, tally) = play_many(number_from("SIMULATION_FROM").unwrap_or(0), count, None);
    if let Some((seed, broken)) = broken {
        panic!("{}", told(seed, None, &broken));
    }
    println!(
        "{count} stories in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    println!("{tally}");
    let never: Vec<&str> = HAPPENINGS
        .iter()
        .copied()
        .filter(|it| tally.of(it) == 0)
        .collect();
    assert!(
        never.is_empty() || count < ORDINARY,
        "never happened: {never:?}"
    );
}

/// What must happen at least once in an ordinary run, or its laws were not tried.
const HAPPENINGS: [&str; 43] = [
    "answered 400",
    "answered 401",
    "answers cut",
    "answers lost",
    "answers that an older app read in part",
    "answers that begin afresh",
    "answers that tell what left",
    "answers with more to come",
    "apps updated",
    "attacks",
    "attacks in one group with a neighbour",
    "attacks that were received in part",
    "attacks without a meaning",
    "changes of a newer kind",
    "changes of person",
    "changes put aside",
    "changes refused",
    "clocks set",
    "decisions signed",
    "documents in conflict",
    "documents that an older app could read no more",
    "documents moved",
    "edits replaced",
    "forms confirmed at a desk",
    "forms counted again",
    "killed after the commit, before the answer",
    "killed before the commit",
    "leads taken",
    "met a portal",
    "older and newer apps side by side",
    "people given other units",
    "phones killed",
    "requests cut",
    "requests repeated",
    "restores",
    "strangers refused",
    "subjects merged",
    "subjects taken apart",
    "tabs frozen",
    "transactions that failed",
    "transactions tried again",
    "turned away with 413",
    "turned away with 503",
];

/// Stories in which a planted fault must be found.
const PATIENCE: u64 = 3_000;

#[test]
fn planted_faults_are_caught() {
    let mut missed = Vec::new();
    let mut found: BTreeMap<String, (u64, Law)> = BTreeMap::new();
    for fault in Fault::ALL {
        match play_many(0, PATIENCE, Some(fault)).0 {
            Some((seed, broken)) => {
                println!("{fault:?}: {:?} in story {seed}", broken.law);
                found.insert(format!("{fault:?}"), (seed, broken.law));
            }
            None => missed.push(fault),
        }
    }
    assert!(
        missed.is_empty(),
        "not caught: {missed:?}; caught: {found:?}"
    );
}

#[test]
fn some_faults_are_mended() {
    for fault in Fault::MENDED {
        if let Some((seed, broken)) = play_many(0, 300, Some(fault)).0 {
            panic!("{fault:?}: {}", told(seed, Some(fault), &broken));
        }
    }
}

#[test]
fn a_seed_tells_the_same_story_twice() {
    for seed in 0..20 {
        let (one, other) = (
            play(Script::of(seed), None, true),
            play(Script::of(seed), None, true),
        );
        assert_eq!(one.told, other.told, "seed {seed}");
    }
}

#[test]
fn a_story_that_fails_is_cut_short() {
    let fault = Some(Fault::DropsWhenBusy);
    let (found, _) = play_many(0, PATIENCE, fault);
    let (seed, broken) = found.expect("the fault is caught");
    let whole = Script::of(seed);
    let shortest = shrink::shrink(whole.clone(), |script| {
        let ended = play(script.clone(), fault, false);
        ended.broken.is_some_and(|other| other.law == broken.law)
    });
    assert!(
        shortest.steps.len() <= 12 && shortest.steps.len() < whole.steps.len(),
        "{shortest}"
    );
}
