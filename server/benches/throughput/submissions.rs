//! Changes in: one a request, five hundred a request, and everybody at once.

use std::time::{Duration, Instant};

use anyhow::Context;
use server::clock;
use shared::change::Change;
use shared::ids::ChangeId;
use shared::sync::{BATCH_MAX, Carried};
use tokio::task::JoinSet;

use crate::families::{Dice, Family, Field, PHONES, Place, carried, codes};
use crate::phone::Phone;
use crate::report::{Report, Times, count, millis, rate};
use crate::serving::Banhoc;

const CONNECTIONS: usize = 32;
const SINGLE_FOR: Duration = Duration::from_secs(8);
/// Families that each of the phones goes round.
const ROUND: usize = 20;

/// Signs in so many phones, a few at a time: the server checks as many passwords at once as it has cores.
pub async fn phones(
    banhoc: &Banhoc,
    numbers: std::ops::Range<usize>,
) -> anyhow::Result<Vec<Phone>> {
    let (first, address) = (numbers.start, banhoc.address);
    let mut phones: Vec<Option<Phone>> = numbers.clone().map(|_| None).collect();
    let mut waiting = JoinSet::new();
    for number in numbers {
        if waiting.len() == 8 {
            let (at, phone): (usize, anyhow::Result<Phone>) =
                waiting.join_next().await.context("somebody signs in")??;
            phones[at] = Some(phone?);
        }
        waiting.spawn(async move {
            let phone = Phone::sign_in(address, &Field::phone(number)).await;
            (number - first, phone)
        });
    }
    while let Some(done) = waiting.join_next().await {
        let (at, phone) = done?;
        phones[at] = Some(phone?);
    }
    Ok(phones.into_iter().flatten().collect())
}

/// One answer a request, on kept connections, each phone in a village of its own.
pub async fn single(banhoc: &Banhoc, field: &Field, report: &mut Report) -> anyhow::Result<()> {
    let phones = phones(banhoc, 0..CONNECTIONS).await?;
    let mut prepared = Vec::new();
    for (at, (mut phone, place)) in phones.into_iter().zip(&field.places).enumerate() {
        let mut dice = Dice::new(at as u64);
        let families: Vec<Family> = (0..ROUND).map(|_| Family::new()).collect();
        let begun = families
            .iter()
            .flat_map(|family| [family.register(*place, &mut dice), family.start()]);
        phone.read_all().await?;
        phone.sync(carried(begun)).await?;
        prepared.push((phone, families));
    }
    let mut working = JoinSet::new();
    let before = banhoc.worked()?;
    let begun = Instant::now();
    for (mut phone, families) in prepared {
        working.spawn(async move {
            let codes = codes();
            let mut times = Vec::new();
            let mut seen: Vec<Option<ChangeId>> = vec![None; families.len() * codes.len()];
            for turn in 0.. {
                let at = turn % seen.len();
                let (family, code) = (families[at / codes.len()], &codes[at % codes.len()]);
                let change = family.answer(code, turn / seen.len() % 2 == 1, seen[at]);
                seen[at] = Some(change.id);
                times.push(phone.sync(carried([change])).await?.took);
                if begun.elapsed() > SINGLE_FOR {
                    break;
                }
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = working.join_next().await {
        times.extend(done??);
    }
    let elapsed = begun.elapsed();
    let times = Times::new(times);
    let per_second = rate(times.count(), elapsed);
    report.worked("a submission", times.count(), banhoc.worked()? - before);
    report.row(
        "one submission per request, 32 connections",
        "≥ 2,000/s",
        format!("{}/s, {times}", count(per_second)),
        per_second >= 2_000.0,
    )
}

/// What four phones bring home, all of it in full batches: changes in a second, and how long a batch took.
async fn brought(
    banhoc: &Banhoc,
    places: &[Place],
    report: &Report,
    changes: impl Fn(usize, Place) -> Vec<Change>,
) -> anyhow::Result<(f64, Times)> {
    let phones = phones(banhoc, 100..104).await?;
    let mut prepared = Vec::new();
    for (at, (mut phone, place)) in phones.into_iter().zip(&places[100..]).enumerate() {
        phone.read_all().await?;
        let changes = changes(at, *place);
        // As they lie on a phone: written down already.
        let changes: Vec<Carried<Change>> = changes
            .iter()
            .map(|change| serde_json::value::to_raw_value(change).map(Carried::Unknown))
            .collect::<Result<_, _>>()?;
        prepared.push((phone, changes));
    }
    let total: usize = prepared.iter().map(|(_, changes)| changes.len()).sum();
    let mut working = JoinSet::new();
    let before = banhoc.worked()?;
    let begun = Instant::now();
    for (mut phone, changes) in prepared {
        working.spawn(async move {
            let mut times = Vec::new();
            for batch in changes.chunks(BATCH_MAX) {
                times.push(phone.sync(batch.to_vec()).await?.took);
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = working.join_next().await {
        times.extend(done??);
    }
    let elapsed = begun.elapsed();
    report.worked("a change", total, banhoc.worked()? - before);
    Ok((rate(total, elapsed), Times::new(times)))
}

/// Families from their registration to the commune, and families that are only listed.
pub async fn batches(banhoc: &Banhoc, field: &Field, report: &mut Report) -> anyhow::Result<()> {
    let codes = codes();
    let (scored, times) = brought(banhoc, &field.places, report, |at, place| {
        let mut dice = Dice::new(at as u64);
        let mut changes = Vec::new();
        for _ in 0..2_000 {
            let family = Family::new();
            changes.extend([family.register(place, &mut dice), family.start()]);
            changes.extend(codes.iter().map(|code| family.answer(code, false, None)));
            changes.push(family.submit());
        }
        changes
    })
    .await?;
    report.row(
        "changes in batches of 500, families scored from beginning to end, 4 phones",
        "≥ 20,000/s",
        format!("{}/s; a batch {times}", count(scored)),
        scored >= 20_000.0,
    )?;
    let (listed, times) = brought(banhoc, &field.places, report, |at, place| {
        let mut dice = Dice::new(at as u64);
        let families = (0..10_000).map(|_| Family::new());
        families.map(|it| it.register(place, &mut dice)).collect()
    })
    .await?;
    report.row(
        "the same, each change a new family",
        "≥ 20,000/s",
        format!("{}/s; a batch {times}", count(listed)),
        listed >= 20_000.0,
    )
}

/// Within this time everybody begins.
const EVENING: Duration = Duration::from_secs(4);
/// Families of a day's work: ten changes each.
const DAY: usize = 6;

/// Everybody comes home at once: each sends sixty changes and reads what is new.
pub async fn evening(banhoc: &Banhoc, field: &Field, report: &mut Report) -> anyhow::Result<()> {
    let phones = phones(banhoc, 0..PHONES).await?;
    let mut prepared = Vec::new();
    for (at, (mut phone, place)) in phones.into_iter().zip(&field.places).enumerate() {
        let mut dice = Dice::new(at as u64);
        let families: Vec<Family> = (0..DAY).map(|_| Family::new()).collect();
        let listed = families.iter().map(|it| it.register(*place, &mut dice));
        phone.read_all().await?;
        phone.sync(carried(listed)).await?;
        prepared.push((phone, families));
    }
    let mut dice = Dice::new(500);
    let before = banhoc.worked()?;
    let mut working = JoinSet::new();
    let codes = codes();
    for (mut phone, families) in prepared {
        let begins = EVENING.mul_f64(f64::from(dice.below(1_000)) / 1_000.0);
        let mut work = Vec::new();
        for family in families {
            work.push(family.start());
            work.extend(codes.iter().map(|code| family.answer(code, false, None)));
        }
        working.spawn(async move {
            tokio::time::sleep(begins).await;
            let sent = phone.sync(carried(work)).await?;
            let mut took = sent.took;
            if sent.more {
                for exchange in phone.read_all().await? {
                    took += exchange.took;
                }
            }
            anyhow::Ok((took, clock::now()))
        });
    }
    let mut times = Vec::new();
    let mut failed = 0;
    while let Some(done) = working.join_next().await {
        match done? {
            Ok((took, _)) => times.push(took),
            Err(error) => {
                failed += 1;
                report.note(format!("{error:#}"));
            }
        }
    }
    let times = Times::new(times);
    report.worked("a phone", times.count(), banhoc.worked()? - before);
    let most = times.percent(95);
    report.row(
        "500 phones within 4 s, 60 changes each",
        "p95 < 1 s, no error",
        format!(
            "{times}, at most {}, {failed} errors",
            millis(times.percent(100))
        ),
        failed == 0 && most < Duration::from_secs(1),
    )
}
