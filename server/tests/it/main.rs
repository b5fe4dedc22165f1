//! The server from outside: real routes over real databases, each test on SQLite and on PostgreSQL.

#![expect(clippy::panic, reason = "a failing test panics")]

mod commands;
mod db;
mod fuzzing;
mod import;
mod listen;
mod log;
mod routes;
mod services;
mod support;
mod tls;
