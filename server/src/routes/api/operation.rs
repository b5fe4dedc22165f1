//! What may be sent to one address by one method, as it is told to programs (OpenAPI 3.1) and to people.

use app::locale::Locale;
use serde_json::{Map, Value, json};
use shared::problem::ProblemKind;

use super::document;
use crate::error;

/// One method of one address.
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    /// Under this name the words say what it does.
    pub words: &'static str,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub answers: Vec<Told>,
    pub problems: Vec<ProblemKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Query,
    Path,
    Header,
}

impl Place {
    pub fn as_str(self) -> &'static str {
        match self {
            Place::Query => "query",
            Place::Path => "path",
            Place::Header => "header",
        }
    }
}

/// Something that an address or a header says.
pub struct Parameter {
    pub name: String,
    pub place: Place,
    pub required: bool,
    pub schema: Value,
    pub words: String,
    /// Under this name the words say what it means to leave it out.
    pub left_out: &'static str,
}

/// What nobody narrows is not narrowed.
pub const NOT_NARROWED: &str = "api.optional";

/// What is sent.
pub struct Body {
    pub media_type: &'static str,
    /// Nothing for bytes.
    pub schema: Option<Value>,
}

/// What is answered when it goes well.
pub struct Told {
    pub status: u16,
    /// Nothing for an answer without a body.
    pub content: Option<(&'static str, Value)>,
    pub headers: &'static [&'static str],
}

impl Told {
    pub fn json(status: u16, schema: Value) -> Self {
        Self {
            content: Some(("application/json", schema)),
            ..Self::empty(status)
        }
    }

    pub fn empty(status: u16) -> Self {
        Self {
            status,
            content: None,
            headers: &[],
        }
    }
}

impl Operation {
    pub fn new(method: &'static str, path: &'static str, words: &'static str) -> Self {
        Self {
            method,
            path,
            words,
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Whether somebody must be signed in.
    fn asks_who(&self) -> bool {
        self.problems.contains(&ProblemKind::SignedOut)
    }

    /// As OpenAPI has it; `example` makes one of a schema.
    pub fn told(&self, example: &dyn Fn(&Value) -> Value) -> Value {
        let mut responses = Map::new();
        for answer in &self.answers {
            responses.insert(answer.status.to_string(), answer.told(example));
        }
        for kind in &self.problems {
            let status = error::status(*kind).as_u16().to_string();
            let one = format!("`{}`: {}", document::name(*kind), kind.title());
            let told = responses.entry(status).or_insert_with(problem);
            let said = told["description"].as_str().unwrap_or_default();
            let said = [said, &one].join("\n\n").trim().to_owned();
            told["description"] = said.into();
        }
        let mut told = json!({
            "operationId": self.words.trim_start_matches("api."),
            "summary": said(Locale::Vi, self.words),
            "description": said(Locale::En, self.words),
            "responses": responses,
        });
        if !self.parameters.is_empty() {
            told["parameters"] = self.parameters.iter().map(Parameter::told).collect();
        }
        if let Some(body) = &self.body {
            let content = body
                .schema
                .as_ref()
                .map_or(json!({}), |schema| with_example(schema, example));
            told["requestBody"] =
                json!({ "required": true, "content": { body.media_type: content } });
        }
        if !self.asks_who() {
            told["security"] = json!([]);
        }
        told
    }
}

impl Parameter {
    fn told(&self) -> Value {
        let words = |locale| {
            let words = said(locale, &self.words);
            let is_free = !self.required && self.schema.get("default").is_none();
            match is_free {
                true => {
                    let left_out = [said(locale, "api.default"), said(locale, self.left_out)];
                    format!("{words} {}.", left_out.join(": "))
                }
                false => words.to_owned(),
            }
        };
        json!({
            "name": self.name,
            "in": self.place.as_str(),
            "required": self.required,
            "description": format!("{}\n\n{}", words(Locale::Vi), words(Locale::En)),
            "schema": self.schema,
        })
    }
}

impl Told {
    fn told(&self, example: &dyn Fn(&Value) -> Value) -> Value {
        let mut told = json!({ "description": said(Locale::Vi, "api.goes_well") });
        if let Some((media_type, schema)) = &self.content {
            told["content"] = json!({ *media_type: with_example(schema, example) });
        }
        for name in self.headers {
            told["headers"][*name] = json!({ "schema": { "type": "string" } });
        }
        told
    }
}

/// Of what may be anything there is no example.
fn with_example(schema: &Value, example: &dyn Fn(&Value) -> Value) -> Value {
    match schema.is_object() {
        true => json!({ "schema": schema, "example": example(schema) }),
        false => json!({}),
    }
}

fn problem() -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "description": "", "content": { "application/problem+json": { "schema": schema } } })
}

fn said(locale: Locale, words: &str) -> &'static str {
    locale.text(words).unwrap_or_default()
}
