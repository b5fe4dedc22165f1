//! `banhoc criteria`.

use std::path::Path;

use anyhow::Context as _;
use shared::api::criteria::SET_MAX;
use shared::criteria::{CriteriaSet, SetStatus};

use crate::clock;
use crate::config::CriteriaCommand;
use crate::db::Db;
use crate::services::criteria;

pub async fn run(db: &Db, command: CriteriaCommand) -> anyhow::Result<()> {
    match command {
        CriteriaCommand::List => list(db).await,
        CriteriaCommand::Add { file } => add(db, &file).await,
    }
}

async fn list(db: &Db) -> anyhow::Result<()> {
    let known = criteria::read(&mut *db.read().await?).await?;
    for set in known.sets() {
        println!("{}", told(set));
    }
    Ok(())
}

async fn add(db: &Db, file: &Path) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let size = std::fs::metadata(file)
        .with_context(|| format!("không mở được tệp {name}"))?
        .len();
    anyhow::ensure!(
        size <= SET_MAX as u64,
        "tệp {name} lớn hơn 1 MB nên không phải bộ tiêu chí"
    );
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("không đọc được tệp {name} bằng UTF-8"))?;
    let set = criteria::add(db, &name, &text, clock::now()).await?;
    println!("Đã thêm: {}", told(&set));
    println!("Máy chủ đang chạy dùng được sau một phút; điện thoại nhận ở lần gửi tiếp theo.");
    Ok(())
}

/// A set in a line.
fn told(set: &CriteriaSet) -> String {
    let status = match set.status {
        SetStatus::Complete => "đủ bảng chính thức",
        SetStatus::Partial => "chưa đủ bảng chính thức",
        SetStatus::Draft => "bản nháp",
    };
    format!(
        "{}  {} (từ {}, {status})",
        set.id,
        set.name,
        set.valid_from.format("%d/%m/%Y")
    )
}
