//! The way to PostgreSQL: who else could read what goes over it.

use std::net::IpAddr;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::{DbError, Result};

/// How the way is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It does not leave this machine.
    Here,
    /// Encrypted, or not gone at all.
    Encrypted,
    /// Somebody wrote that it need not be.
    Open,
}

/// How the way to a database is kept. One that might be open without anybody having said so is refused before anything is
/// sent over it.
pub fn check(url: &str) -> Result<Way> {
    let options = PgConnectOptions::from_str(url)?;
    if options.get_socket().is_some() || is_here(options.get_host()) {
        return Ok(Way::Here);
    }
    match options.get_ssl_mode() {
        PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => Ok(Way::Encrypted),
        PgSslMode::Disable => Ok(Way::Open),
        PgSslMode::Allow | PgSslMode::Prefer => {
            Err(DbError::OpenWay(options.get_host().to_owned()))
        }
    }
}

fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
    host.starts_with('/') || host == "localhost" || bare.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_way_to_another_machine_is_only_gone_on_purpose() {
        for (url, way) in [
            ("postgres://u@127.0.0.1/b", Some(Way::Here)),
            ("postgres://u@localhost:5433/b", Some(Way::Here)),
            ("postgres://u@[::1]/b?sslmode=prefer", Some(Way::Here)),
            ("postgres:///b?host=/run/postgresql", Some(Way::Here)),
            ("postgres://u@10.0.0.9/b?sslmode=prefer", None),
            ("postgres://u@db/b?sslmode=allow", None),
            ("postgres://u@localhost.example/b?sslmode=prefer", None),
            // The host of the query is the one that is called.
            (
                "postgres://u@127.0.0.1/b?host=10.0.0.9&sslmode=prefer",
                None,
            ),
            ("postgres://u@db/b?sslmode=disable", Some(Way::Open)),
            ("postgres://u@db/b?sslmode=require", Some(Way::Encrypted)),
            (
                "postgresql://u@db/b?sslmode=verify-full&sslrootcert=ca.pem",
                Some(Way::Encrypted),
            ),
        ] {
            assert_eq!(check(url).ok(), way, "{url}");
        }
        let refused = check("postgres://u:mat-khau@db/b?sslmode=prefer").expect_err("a refusal");
        let text = refused.to_string();
        assert!(
            text.contains("verify-full") && text.contains("db"),
            "{text}"
        );
        assert!(!text.contains("mat-khau"), "{text}");
    }
}
