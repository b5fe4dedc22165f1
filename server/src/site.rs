//! The files of the site: what cargo-leptos built, with what the service worker needs to know of it.

use std::path::{Path, PathBuf};

use app::AppFiles;
use sha2::{Digest, Sha256};

/// The folder of the site, read once.
#[derive(Clone, Debug)]
pub struct Site {
    pub root: PathBuf,
    /// `/sw.js`, with its version and the list of files it keeps.
    pub service_worker: String,
    /// The app's own files, for the shell.
    pub app: AppFiles,
}

/// Names beside their files that hold the same bytes, compressed.
const PACKED: [&str; 2] = ["br", "gz"];

impl Site {
    /// Reads which files there are. A folder that is not there is a site without files: the API works, pages say so.
    pub fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        walk(root, root, &mut files);
        files.sort();
        let mut hash = Sha256::new();
        // A new build of the server may bring a new shell with the same files.
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        for file in &files {
            hash.update(file.as_bytes());
            if !file.starts_with("/pkg/") {
                // What has no hash in its name counts by its content.
                hash.update(std::fs::read(root.join(&file[1..])).unwrap_or_default());
            }
        }
        let version: String = hash
            .finalize()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let kept: Vec<&String> = files.iter().filter(|file| is_kept(file)).collect();
        let list = serde_json::to_string(&kept).expect("a list of texts");
        let service_worker = include_str!("../assets/sw.js")
            .replace("__VERSION__", &version)
            .replace("__FILES__", &list)
            .replace("__FIELD__", &field_pages());
        Self {
            root: root.to_owned(),
            service_worker,
            app: app_files(root, &files),
        }
    }
}

/// What fits the addresses of the pages that a phone has itself, as JavaScript writes it between its slashes.
fn field_pages() -> String {
    let step = |step: &str| match step.starts_with(':') {
        true => "[^\\/]+".to_owned(),
        false => step.to_owned(),
    };
    let page = |path: &&str| path.split('/').map(step).collect::<Vec<_>>().join("\\/");
    let pages: Vec<String> = app::routes::FIELD_PATHS.iter().map(page).collect();
    format!("^(?:{})$", pages.join("|"))
}

/// The script and the WebAssembly that lie in `/pkg` itself; below it are the scripts of libraries. A folder that was built
/// into twice has older ones beside them, under other names.
fn app_files(root: &Path, files: &[String]) -> AppFiles {
    let about = |file: &str| std::fs::metadata(root.join(file.trim_start_matches('/')));
    let find = |end: &str| {
        let is_it = |file: &&String| {
            let name = file.strip_prefix("/pkg/");
            name.is_some_and(|name| !name.contains('/') && name.ends_with(end))
        };
        let found = files.iter().filter(is_it);
        let newest = found.max_by_key(|file| about(file).and_then(|it| it.modified()).ok());
        newest.cloned().unwrap_or_default()
    };
    let wasm = find(".wasm");
    AppFiles {
        module: find(".js"),
        wasm_bytes: about(&wasm).map_or(0, |it| it.len()),
        wasm,
    }
}

/// Whether a phone keeps this file to start without a network. Large icons are for whoever installs, types of TypeScript
/// for nobody, and the desk's script for pages that come from the server anyway.
fn is_kept(file: &str) -> bool {
    const PAGE: [&str; 3] = [".wasm", ".js", ".css"];
    let is_code = file.starts_with("/pkg/") && PAGE.iter().any(|end| file.ends_with(end));
    let is_dressing = [
        "/manifest.webmanifest",
        "/icons/icon.svg",
        "/icons/icon-192.png",
    ];
    is_code || is_dressing.contains(&file)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(root, &path, files);
            continue;
        }
        let is_packed = path
            .extension()
            .and_then(|end| end.to_str())
            .is_some_and(|end| PACKED.contains(&end));
        // hash.txt tells the server the hashed names; no browser asks for it.
        let is_ours = path.file_name().is_some_and(|name| name == "hash.txt");
        if let (false, false, Ok(inside)) = (is_packed, is_ours, path.strip_prefix(root)) {
            files.push(format!("/{}", inside.to_string_lossy().replace('\\', "/")));
        }
    }
}
