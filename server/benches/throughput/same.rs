//! The same submission four times at once, as a phone does that was told nothing.

use anyhow::{Context, ensure};
use futures::future::join_all;
use hyper::StatusCode;
use serde::Deserialize;
use shared::sync::{Outcome, Receipt};

use crate::families::{Dice, Family, Field, carried, codes};
use crate::line::Line;
use crate::report::Report;
use crate::serving::Banhoc;
use crate::submissions::phones;

const ROUNDS: usize = 1_000;

#[derive(Deserialize)]
struct Receipts {
    receipts: Vec<Receipt>,
}

/// Every round is a new answer, sent four times; the feed must move by one for it.
pub async fn measure(banhoc: &Banhoc, field: &Field, report: &mut Report) -> anyhow::Result<()> {
    let mut phone = phones(banhoc, 200..201).await?.pop().context("a phone")?;
    let mut lines = Vec::new();
    for _ in 0..4 {
        let mut line = Line::open(banhoc.address).await?;
        line.cookie = phone.line.cookie.clone();
        lines.push(line);
    }
    let mut dice = Dice::new(200);
    let family = Family::new();
    let begun = [
        family.register(field.places[200], &mut dice),
        family.start(),
    ];
    phone.read_all().await?;
    let receipts = phone.sync(carried(begun)).await?.receipts;
    let mut last = match receipts.last().map(|it| &it.outcome) {
        Some(Outcome::Received { seq }) => *seq,
        _ => 0,
    };
    let codes = codes();
    let (mut differing, mut effects) = (0, 0);
    let mut seen = vec![None; codes.len()];
    let before = banhoc.worked()?;
    for round in 0..ROUNDS {
        let at = round % codes.len();
        let change = family.answer(&codes[at], round / codes.len() % 2 == 1, seen[at]);
        seen[at] = Some(change.id);
        let body = phone.request(carried([change]))?;
        let sent = lines
            .iter_mut()
            .map(|line| line.post("/api/v1/sync", body.clone()));
        let mut answers: Vec<Receipt> = Vec::new();
        for answer in join_all(sent).await {
            let answer = answer?;
            ensure!(answer.status == StatusCode::OK, "{}", answer.status);
            let mut read: Receipts = serde_json::from_slice(&answer.body()?)?;
            answers.extend(read.receipts.pop());
        }
        ensure!(answers.len() == 4, "a receipt is missing");
        if answers.iter().any(|it| *it != answers[0]) {
            differing += 1;
        }
        // Nobody else works in this commune now, so the feed moves by what this change did.
        if let Outcome::Received { seq } = answers[0].outcome
            && seq == last + 1
        {
            effects += 1;
            last = seq;
        }
        phone.read_all().await?;
    }
    report.worked("a round", ROUNDS, banhoc.worked()? - before);
    report.row(
        "the same submission four times at once",
        "0 of 1,000 differ",
        format!("{differing} of {ROUNDS} differ; {effects} had one effect"),
        differing == 0 && effects == ROUNDS,
    )
}
