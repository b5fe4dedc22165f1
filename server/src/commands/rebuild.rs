//! `banhoc rebuild`.

use shared::sync::Map;

use crate::clock;
use crate::db::Db;
use crate::services::rebuild::rebuild;
use crate::services::units::Units;

pub async fn run(db: &Db) -> anyhow::Result<()> {
    let tree = Units::load(db).await?.tree();
    let map = Map {
        tree: &tree,
        day: clock::today(),
    };
    let rebuilt = rebuild(db, &map).await?;
    println!(
        "Đã xem lại {} phiếu: ghi lại {} phiếu và {} dòng tổng số, đếm lại cho {} phiếu.",
        rebuilt.documents, rebuilt.columns, rebuilt.totals, rebuilt.counted
    );
    if rebuilt.astray > 0 {
        println!("Đã ghi lại {} chỗ ghi hồ sơ do xã nào giữ.", rebuilt.astray);
    }
    if rebuilt.left > 0 {
        println!(
            "Có {} xã giữ nguyên tổng số, vì có phiếu mà phiên bản này không đọc được.",
            rebuilt.left
        );
    }
    Ok(())
}
