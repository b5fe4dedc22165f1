//! What programs may ask, as a page for people shows it. Only that page asks for it, so nothing here goes over a wire.

use crate::problem::ProblemKind;

/// Everything, in groups with the names of their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub groups: Vec<(&'static str, Vec<Operation>)>,
    /// The problems that any of it may answer with, by their status.
    pub problems: Vec<Problem>,
}

/// One method of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub method: String,
    pub path: &'static str,
    pub words: &'static str,
    pub parameters: Vec<Parameter>,
    /// What is sent: its type and an example.
    pub body: Option<(&'static str, String)>,
    /// An example of what is answered.
    pub answer: Option<String>,
    pub problems: Vec<ProblemKind>,
}

/// Something that an address or a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    /// `query`, `path` or `header`.
    pub place: &'static str,
    pub required: bool,
    pub values: Values,
    pub default: Option<String>,
    pub words: String,
    /// The words for what it means to leave it out, where it has no default.
    pub left_out: &'static str,
}

/// What may stand for a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    Text,
    /// A UUID.
    Id,
    Day,
    YesNo,
    /// A whole number, from one to another.
    Number(Option<i64>, Option<i64>),
    OneOf(Vec<String>),
}

/// A kind of problem, its name in an answer, and the status it comes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub name: String,
    pub status: u16,
}
