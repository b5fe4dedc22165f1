//! Writes the built-in criteria files as JSON for the phone, which reads JSON anyway: a TOML parser in the page costs more bytes
//! than all criteria together. The files are checked where TOML is read, and a test holds the two forms equal.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=criteria");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo names the folder"));
    let mut files: Vec<PathBuf> = fs::read_dir("criteria")
        .expect("the folder of criteria files")
        .map(|entry| entry.expect("a folder that can be listed").path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    files.sort();
    let sets: Vec<serde_json::Value> = files.iter().map(|file| read(file)).collect();
    let own = |set: &&serde_json::Value| {
        set["id"]
            .as_str()
            .is_some_and(|id| ON_THE_PHONE.contains(&id))
    };
    let on_the_phone: Vec<&serde_json::Value> = sets.iter().filter(own).collect();
    let write = |name: &str, json: serde_json::Result<String>| {
        // Not through a link that another build folder may share.
        let file = out.join(name);
        let _ = fs::remove_file(&file);
        fs::write(file, json.expect("values are JSON")).expect("Cargo's folder can be written");
    };
    write("criteria.json", serde_json::to_string(&sets));
    // As they were written, for whoever writes the next one from them.
    let texts: Vec<(&str, String)> = files.iter().zip(&sets).filter_map(text).collect();
    write("criteria-texts.json", serde_json::to_string(&texts));
    write("criteria-phone.json", serde_json::to_string(&on_the_phone));
}

/// What the app brings itself, so that it can show what is on the phone before it has spoken to a server. A server tells it
/// the others (`docs/adr/0023`).
const ON_THE_PHONE: [&str; 2] = ["gia_dinh_448", "cong_dan_324"];

/// A file that is no TOML becomes nothing here; the tests say in words what is wrong with it.
fn read(file: &Path) -> serde_json::Value {
    let text = fs::read_to_string(file).expect("a file that was just listed");
    match text.parse::<toml::Table>() {
        Ok(table) => json(toml::Value::Table(table)),
        Err(_) => serde_json::Value::Null,
    }
}

/// The id of a set and its file. The tests say what is wrong with a file that has no id.
fn text<'a>((file, set): (&PathBuf, &'a serde_json::Value)) -> Option<(&'a str, String)> {
    let text = fs::read_to_string(file).expect("a file that was just read");
    Some((set["id"].as_str()?, text))
}

fn json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, json(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
