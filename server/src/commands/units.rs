//! `banhoc units`.

use anyhow::Context as _;
use shared::org_unit::telephone;

use crate::clock;
use crate::config::UnitsCommand;
use crate::db::Db;
use crate::services::people;
use crate::services::units::{Units, set_telephone, told};

/// Units told at most.
const TOLD: usize = 50;

pub async fn run(db: &Db, command: UnitsCommand) -> anyhow::Result<()> {
    match command {
        UnitsCommand::Find { text } => find(db, &text.join(" ")).await,
        UnitsCommand::Telephone { unit, number } => call(db, &unit, number.as_deref()).await,
    }
}

async fn find(db: &Db, text: &str) -> anyhow::Result<()> {
    let tree = Units::load(db).await?.tree();
    let found = tree.search(text);
    for unit in found.iter().take(TOLD) {
        println!("{}", told(&tree, unit, clock::today()));
    }
    match found.len() {
        0 => println!("Không có đơn vị nào có {text:?} trong tên hoặc mã."),
        count @ ..=TOLD => println!("Có {count} đơn vị."),
        count => println!("Có {count} đơn vị; mới hiện {TOLD}. Hãy ghi thêm chữ."),
    }
    Ok(())
}

async fn call(db: &Db, typed: &str, number: Option<&str>) -> anyhow::Result<()> {
    let today = clock::today();
    let tree = Units::load(db).await?.tree();
    let unit = people::unit(&tree, typed, today)?;
    let number = match number {
        Some(typed) => Some(telephone(typed).with_context(|| {
            format!("{typed:?} không phải số điện thoại; hãy ghi như 0213 3896 123 hoặc +84 213 3896 123")
        })?),
        None => None,
    };
    set_telephone(db, unit.id, number.clone()).await?;
    match number {
        Some(number) => println!(
            "{}: điện thoại {number}. Máy của các bản có số này trong lần liên lạc tới.",
            told(&tree, unit, today)
        ),
        None => println!("{}: đã bỏ số điện thoại.", told(&tree, unit, today)),
    }
    Ok(())
}
