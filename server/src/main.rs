//! The `banhoc` command.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use leptos::config::get_configuration;
use server::commands;
use server::config::{Cli, Command, Serving};
use server::db::Db;
use server::disk::Disk;
use server::files::Files;
use server::files::store::Store;
use server::listen::{self, Limits};
use server::services;
use server::services::templates::{self, Templates};
use server::site::Site;
use server::state::AppState;
use server::{machine, router, telemetry};
use tokio::net::TcpListener;

/// Gives back what is no longer needed. The system's own keeps it: a checked password takes 19 MB for a moment, and after
/// some hundreds of them the server held hundreds of megabytes.
#[cfg(unix)]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    machine::keep_files_private();
    telemetry::start();
    match run().await {
        Ok(code) => code,
        Err(error) => {
            // Whoever reads this keeps a commune's lists, not our source.
            eprintln!("Chưa làm được: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    // It needs no database.
    if let Command::Templates { folder } = &cli.command {
        for file in templates::write(folder)? {
            println!("Đã ghi {}", file.display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (url, files) = (cli.database_url(), cli.files());
    let db = Db::connect(&url)
        .await
        .with_context(|| format!("không mở được cơ sở dữ liệu {}", without_password(&url)))?;
    warn_if_open(&url);
    let code = match cli.command {
        Command::Serve(serving) => {
            services::demo::refuse(&db).await?;
            serve(db.clone(), &url, &files, serving, false).await?
        }
        Command::Demo(serving) => {
            println!("Đang chuẩn bị huyện mẫu…");
            if services::demo::make(&db).await? {
                println!("Đã tạo huyện mẫu Phong Thổ.");
            }
            serve(db.clone(), &url, &files, serving, true).await?
        }
        Command::Import(command) => commands::import::run(&db, command).await?,
        Command::User(command) => {
            commands::user::run(&db, command).await?;
            ExitCode::SUCCESS
        }
        Command::Units(command) => {
            commands::units::run(&db, command).await?;
            ExitCode::SUCCESS
        }
        Command::Criteria(command) => {
            commands::criteria::run(&db, command).await?;
            ExitCode::SUCCESS
        }
        Command::Events(command) => {
            commands::events::run(&db, command).await?;
            ExitCode::SUCCESS
        }
        Command::Templates { .. } => ExitCode::SUCCESS,
        Command::Check => check(&db, &files).await?,
        Command::Rebuild => {
            commands::rebuild::run(&db).await?;
            ExitCode::SUCCESS
        }
        Command::Restored => {
            services::restored::begin_epoch(&db).await?;
            println!(
                "Đã ghi nhận: dữ liệu được phục hồi từ bản sao lưu. Các máy sẽ gửi lại phần sau bản sao lưu."
            );
            ExitCode::SUCCESS
        }
    };
    db.close().await;
    Ok(code)
}

async fn serve(
    db: Db,
    url: &str,
    files: &str,
    serving: Serving,
    demo: bool,
) -> anyhow::Result<ExitCode> {
    // What cargo-leptos tells by environment variables has the same defaults here, so that the program runs without it.
    let mut options = get_configuration(None)
        .map(|configuration| configuration.leptos_options)
        .context("không đọc được cấu hình giao diện")?;
    options.site_addr = serving.addr;
    if options.hash_files {
        // Leptos reads it with the first page, and ends the page where it is not.
        let program = std::env::current_exe().context("không biết chương trình nằm ở đâu")?;
        let names = program.with_file_name(options.hash_file.as_ref());
        if !names.is_file() {
            anyhow::bail!(
                "thiếu tệp {}; hãy chép nó cùng chương trình, hoặc chạy lại make build",
                names.display()
            );
        }
    }
    if let Some(folder) = &serving.templates {
        Templates::read(folder)?.put_in_force();
    }
    let site = Site::read(Path::new(options.site_root.as_ref()));
    let files = Files::open(files)?;
    let database = database_file(url).and_then(|file| Path::new(file).parent());
    let database = database.map(Path::to_owned);
    let disks = database.into_iter().chain([files.folder.clone()]).collect();
    tokio::spawn(services::sweep::daily(db.clone(), files.clone()));
    let mut state = AppState::new(db, files, site, options, demo).await?;
    state.proxies = serving.proxies();
    state.disk = Disk::new(disks, serving.disk_floor());
    let events = state.events.clone();
    state.units.keep_fresh(state.db.clone());
    state.criteria.keep_fresh(state.db.clone());
    if state.units.tree().is_empty() {
        tracing::warn!("chưa có đơn vị hành chính; hãy chạy: banhoc import units TỆP.json");
    }
    let listener = TcpListener::bind(serving.addr)
        .await
        .with_context(|| format!("không mở được địa chỉ {}", serving.addr))?;
    println!("Bản Học: http://{}", listener.local_addr()?);
    services::jobs::runner::start(state.clone());
    let limits = Limits::for_files(machine::open_files());
    listen::serve(listener, router(state), limits, stop()).await;
    events.flush().await;
    Ok(ExitCode::SUCCESS)
}

/// Waits until somebody asks the server to stop. Requests that have begun are served.
async fn stop() {
    let interrupt = async {
        // Without a handler the process ends at once, which loses nothing either.
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await;
}

async fn check(db: &Db, files: &str) -> anyhow::Result<ExitCode> {
    let counts_agree = check_counts(db).await?;
    let files_are_there = check_files(db, files).await?;
    Ok(if counts_agree && files_are_there {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn check_files(db: &Db, files: &str) -> anyhow::Result<bool> {
    let checked = services::files::check_all(db, &Store::open(files)?).await?;
    for file in &checked.missing {
        match file.found {
            Some(found) => println!(
                "tệp {}: dài {found} byte, phải là {}",
                file.hash, file.bytes
            ),
            None => println!("tệp {}: không có trong kho", file.hash),
        }
    }
    match checked.missing.len() {
        0 => println!("Đã tìm {} tệp minh chứng: đủ.", checked.files),
        missing => println!(
            "Đã tìm {} tệp minh chứng: {missing} tệp thiếu hoặc hỏng.",
            checked.files
        ),
    }
    Ok(checked.missing.is_empty())
}

async fn check_counts(db: &Db) -> anyhow::Result<bool> {
    let checked = services::check::check(db).await?;
    for id in &checked.unreadable {
        println!("phiếu {id}: không đọc được; các phiếu khác không bị ảnh hưởng");
    }
    for id in &checked.columns {
        println!("phiếu {id}: danh sách tìm thấy nó theo dữ liệu cũ");
    }
    for id in &checked.uncounted {
        println!("phiếu {id}: số người, số nhà đã đếm không còn đúng");
    }
    if checked.links > 0 {
        println!("{} chỗ ghi ai thuộc về đâu không còn đúng", checked.links);
    }
    if checked.astray > 0 {
        println!(
            "{} chỗ ghi hồ sơ do xã nào giữ không còn đúng",
            checked.astray
        );
    }
    if checked.agrees() && checked.unreadable.is_empty() {
        println!("Đã đếm lại {} phiếu: khớp.", checked.documents);
        return Ok(true);
    }
    for row in &checked.differences {
        println!(
            "{} {} {}: đang giữ {:?}, đếm lại {:?}",
            row.key.place,
            row.key.title.as_str(),
            row.key.year,
            row.kept.values(),
            row.counted.values()
        );
    }
    println!(
        "Đã đếm lại {} phiếu: {} dòng không khớp.",
        checked.documents,
        checked.differences.len()
            + checked.columns.len()
            + checked.uncounted.len()
            + checked.links
            + checked.astray
    );
    if !checked.agrees() {
        println!("Để sửa, hãy chạy: banhoc rebuild");
    }
    Ok(false)
}

/// Says so when the machine's other users may read the database, as they could until this program kept its files to itself.
fn warn_if_open(url: &str) {
    let Some(file) = database_file(url).filter(|file| machine::is_open_to_others(Path::new(file)))
    else {
        return;
    };
    eprintln!("Lưu ý: người dùng khác của máy này đọc được {file}. Hãy chạy: chmod 600 {file}");
}

/// The file of an SQLite database.
fn database_file(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    Some(path.split_once('?').map_or(path, |(path, _)| path))
}

/// A database's address as it may be shown.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            format!("{}://…{}", &url[..scheme], &url[at..])
        }
        _ => url.to_owned(),
    }
}
