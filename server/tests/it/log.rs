//! What the log says, and what it must not.

use std::io;
use std::sync::{Arc, Mutex};

use axum::http::HeaderName;
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::changes::*;
use crate::support::evidence::photo;
use crate::support::{PASSWORD, TestApp};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// On one thread, which is the one whose lines are caught.
#[tokio::test]
async fn each_request_is_a_line_that_names_nobody() {
    let lines = Lines::default();
    let log = tracing_subscriber::fmt()
        .json()
        .with_writer(lines.clone())
        .finish();
    // With one subscriber in the process, whoever first comes by a line settles for all whether it is written, and threads
    // of other tests have none. With two, both are asked.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _caught = tracing::subscriber::set_default(log);
    let app = TestApp::sqlite().await;
    let places = app.places();
    let phone = app.sign_in("ban1").await;
    let family = new_subject();
    let changes = vec![
        register(family, places.commune, places.village, "Lò Văn Pâng"),
        start(family),
    ];
    let synced = phone.post_json("/api/v1/sync", &request(changes)).await;
    let desk = app.sign_in("xa").await;
    let piece = photo(3_000, 1);
    let answers = [
        synced,
        desk.get(&format!("/dashboard/subject/{family}")).await,
        desk.get("/dashboard/subjects?title=learning_family&year=2026&q=P%C3%A2ng")
            .await,
        desk.get(&format!("/api/v1/subject?id={family}")).await,
        desk.get(&piece.address(form_of(family))).await,
        desk.get("/nobody/Pâng-was-here").await,
        app.login("Pâng", "sai-sai-sai").await,
    ];
    let text = String::from_utf8(lines.0.lock().expect("no panic").clone()).expect("a text");
    let served: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .filter(|line: &Value| line["fields"]["message"] == "served")
        .collect();
    // Both who signed in, and what they asked for.
    assert_eq!(served.len(), answers.len() + 2, "{text}");
    for answer in &answers {
        let id = answer.header(HeaderName::from_static("x-request-id"));
        let id = id.expect("an id");
        let line = served.iter().find(|line| line["fields"]["id"] == id);
        let line = &line.expect("its line")["fields"];
        assert_eq!(line["status"], answer.status.as_u16());
        assert_eq!(line["bytes"], answer.body.len());
    }
    let routes: Vec<&str> = served
        .iter()
        .filter_map(|line| line["fields"]["route"].as_str())
        .collect();
    for route in [
        "/api/v1/login",
        "/api/v1/sync",
        "/dashboard/subject/{id}",
        "/api/v1/files/{hash}",
        "-",
    ] {
        assert!(routes.contains(&route), "{routes:?}");
    }
    let secrets = [
        "Pâng".to_owned(),
        "P%C3".to_owned(),
        "ban1".to_owned(),
        PASSWORD.to_owned(),
        "sai-sai".to_owned(),
        family.to_string(),
        piece.hash.to_string(),
        phone.cookie[phone.cookie.len() - 20..].to_owned(),
    ];
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
    app.end().await;
}
