//! `banhoc units`.

use crate::clock;
use crate::config::UnitsCommand;
use crate::db::{self, Db};
use crate::services::units::{Units, told};

/// Units told at most.
const TOLD: usize = 50;

pub async fn run(db: &Db, command: UnitsCommand) -> db::Result<()> {
    let UnitsCommand::Find { text } = command;
    let text = text.join(" ");
    let tree = Units::load(db).await?.tree();
    let found = tree.search(&text);
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
