//! The server from outside: real routes over real databases, each test on SQLite and on PostgreSQL.

mod import;
mod routes;
mod services;
mod support;
