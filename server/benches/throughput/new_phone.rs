//! Documents out: a commune's families to a new phone, and ten that have changed.

use std::time::Duration;

use anyhow::Context;
use serde_json::json;
use shared::ids::ChangeId;

use crate::families::{Dice, Family, Field, LISTED, carried};
use crate::phone::{Exchange, Phone};
use crate::report::{Report, kilobytes, millis};
use crate::serving::Banhoc;

/// How often a phone is new.
const TIMES: usize = 5;

pub async fn measure(banhoc: &Banhoc, field: &Field, report: &mut Report) -> anyhow::Result<()> {
    let families = "10,000 families to a new phone, each registered for the year";
    let officer = first_read(banhoc, Field::REGISTERED, families, 2 * LISTED, report).await?;
    let families = "10,000 families to a new phone, only listed";
    first_read(banhoc, Field::LISTED, families, LISTED, report).await?;
    ten_rows(banhoc, field, officer, report).await
}

/// The median of some first reads.
async fn first_read(
    banhoc: &Banhoc,
    username: &str,
    work: &str,
    expected: usize,
    report: &mut Report,
) -> anyhow::Result<Phone> {
    let mut phone = Phone::sign_in(banhoc.address, username).await?;
    let mut reads: Vec<(Duration, Vec<Exchange>)> = Vec::new();
    let before = banhoc.worked()?;
    for _ in 0..TIMES {
        phone.forget();
        let exchanges = phone.read_all().await?;
        reads.push((exchanges.iter().map(|it| it.took).sum(), exchanges));
    }
    report.worked("a new phone", TIMES, banhoc.worked()? - before);
    reads.sort_by_key(|(took, _)| *took);
    let (took, exchanges) = &reads[TIMES / 2];
    let sum = |of: fn(&Exchange) -> usize| exchanges.iter().map(of).sum::<usize>();
    let (documents, packed, whole) = (
        sum(|it| it.documents),
        sum(|it| it.packed),
        sum(|it| it.whole),
    );
    anyhow::ensure!(documents >= expected, "only {documents} documents came");
    let requests = exchanges.len();
    report.row(
        work,
        "≤ 1.2 s, ≤ 5 requests, ≤ 350 KB",
        format!(
            "{}, {requests} requests, {} ({documents} documents, {} unpacked)",
            millis(*took),
            kilobytes(packed),
            kilobytes(whole)
        ),
        *took <= Duration::from_millis(1_200) && requests <= 5 && packed <= 350_000,
    )?;
    Ok(phone)
}

/// A village corrects ten families; the commune's phone reads.
async fn ten_rows(
    banhoc: &Banhoc,
    field: &Field,
    mut officer: Phone,
    report: &mut Report,
) -> anyhow::Result<()> {
    let place = field.listed.context("a village of the list")?;
    let mut village = Phone::sign_in(banhoc.address, Field::NEIGHBOUR).await?;
    let mut dice = Dice::new(10);
    let families: Vec<Family> = (0..10).map(|_| Family::new()).collect();
    let listed: Vec<_> = families
        .iter()
        .map(|it| it.register(place, &mut dice))
        .collect();
    let seen: Vec<ChangeId> = listed.iter().map(|change| change.id).collect();
    village.read_all().await?;
    village.sync(carried(listed)).await?;
    officer.read_all().await?;
    let corrected = families
        .iter()
        .zip(seen)
        .map(|(family, seen)| family.set("members", json!(9), Some(seen)));
    village.sync(carried(corrected)).await?;
    let read = officer.sync(Vec::new()).await?;
    anyhow::ensure!(read.documents == 10, "{} documents came", read.documents);
    report.row(
        "a change of 10 rows comes down",
        "≤ 5 KB",
        format!("{}, {}", kilobytes(read.packed), millis(read.took)),
        read.packed <= 5_000,
    )
}
