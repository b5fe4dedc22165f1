//! The rules of Bản Học, shared by the phone, the server and the tests.
//!
//! Nothing here does I/O, reads a clock, draws a random number or knows a framework: time and ids come in as
//! arguments. The modules are listed in reading order.

pub mod criteria;
pub mod org_unit;
pub mod scoring;
pub mod text;
