//! What the server says of itself. Never names, addresses or tokens.

use tracing_subscriber::EnvFilter;

/// Starts the log: lines on a terminal, JSON with `BANHOC_LOG_FORMAT=json`.
pub fn start() {
    let filter = EnvFilter::try_from_env("BANHOC_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let is_json = std::env::var("BANHOC_LOG_FORMAT").is_ok_and(|format| format == "json");
    // A second start, as tests do, is no failure.
    let _ = if is_json {
        log.json().try_init()
    } else {
        log.compact().try_init()
    };
}
