//! The description of all that programs may ask, made once of the handlers' own types: as an OpenAPI 3.1 document, and for
//! the page that people read.

use std::sync::{Arc, LazyLock};

use app::locale::Locale;
use serde_json::{Map, Value, json};
use shared::api::reference::{
    Operation as OnPage, Parameter as Told, Problem as Known, Reference, Values,
};
use shared::problem::{Problem, ProblemKind};

use super::operation::{Operation, Parameter};
use super::schemas::Schemas;
use super::{example, exchanges, questions};
use crate::{auth, error};

/// The document and the page.
pub struct Described {
    pub openapi: Value,
    pub page: Arc<Reference>,
}

pub fn described() -> &'static Described {
    static DESCRIBED: LazyLock<Described> = LazyLock::new(describe);
    &DESCRIBED
}

fn describe() -> Described {
    let mut schemas = Schemas::default();
    let asked = questions()
        .iter()
        .map(|it| it.described(&mut schemas))
        .collect();
    let sent = exchanges::all(&mut schemas);
    schemas.answer::<Problem>();
    let groups: [(&str, Vec<Operation>); 2] = [("api.questions", asked), ("api.exchanges", sent)];
    let schemas = schemas.take();
    let page = page(&groups, &schemas);
    Described {
        openapi: openapi(&groups, schemas),
        page: Arc::new(page),
    }
}

fn openapi(groups: &[(&str, Vec<Operation>)], schemas: Map<String, Value>) -> Value {
    let mut paths = Map::new();
    for (tag, operations) in groups {
        for operation in operations {
            let mut told = operation.told(&|schema| example::of(schema, &schemas));
            told["tags"] = json!([Locale::Vi.text(tag)]);
            let methods = paths.entry(operation.path).or_insert_with(|| json!({}));
            methods[operation.method] = told;
        }
    }
    let words = |key| Locale::Vi.text(key).unwrap_or_default();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Bản Học",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": words("api.title"),
            "description": format!("{}\n\n{}", words("api.lead"), words("api.how")),
        },
        "paths": paths,
        "security": [{ "session": [] }],
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": auth::COOKIE,
                    "description": words("api.how"),
                },
            },
        },
    })
}

fn page(groups: &[(&'static str, Vec<Operation>)], schemas: &Map<String, Value>) -> Reference {
    let operation = |operation: &Operation| {
        let sample = |schema: &Value| {
            let example = example::of(schema, schemas);
            serde_json::to_string_pretty(&example).unwrap_or_default()
        };
        let content = operation
            .answers
            .iter()
            .filter_map(|it| it.content.as_ref());
        let mut content = content.filter(|(_, schema)| schema.is_object());
        let body = operation.body.as_ref();
        OnPage {
            method: operation.method.to_uppercase(),
            path: operation.path,
            words: operation.words,
            parameters: operation
                .parameters
                .iter()
                .map(|it| told(it, schemas))
                .collect(),
            body: body.and_then(|body| Some((body.media_type, sample(body.schema.as_ref()?)))),
            answer: content.next().map(|(_, schema)| sample(schema)),
            problems: operation.problems.clone(),
        }
    };
    let mut problems: Vec<Known> = Vec::new();
    for kind in groups
        .iter()
        .flat_map(|(_, all)| all)
        .flat_map(|it| &it.problems)
    {
        if problems.iter().all(|known| known.kind != *kind) {
            problems.push(Known {
                kind: *kind,
                name: name(*kind),
                status: error::status(*kind).as_u16(),
            });
        }
    }
    problems.sort_by_key(|known| known.status);
    let of_group = |(words, operations): &(&'static str, Vec<Operation>)| {
        (*words, operations.iter().map(operation).collect())
    };
    Reference {
        groups: groups.iter().map(of_group).collect(),
        problems,
    }
}

/// The name of a kind of problem in an answer.
pub fn name(kind: ProblemKind) -> String {
    let name = serde_json::to_value(kind).ok();
    name.and_then(|it| Some(it.as_str()?.to_owned()))
        .unwrap_or_default()
}

fn told(parameter: &Parameter, schemas: &Map<String, Value>) -> Told {
    let schema = &parameter.schema;
    let named = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next());
    let meant = named.and_then(|name| schemas.get(name)).unwrap_or(schema);
    let default = schema.get("default").map(|it| match it {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    Told {
        name: parameter.name.clone(),
        place: parameter.place.as_str(),
        required: parameter.required,
        values: values(meant),
        default,
        words: parameter.words.clone(),
        left_out: parameter.left_out,
    }
}

/// What may stand for a parameter.
fn values(schema: &Value) -> Values {
    let mut choices = Vec::new();
    choices_of(schema, &mut choices);
    if !choices.is_empty() {
        return Values::OneOf(choices);
    }
    let number = |name: &str| schema[name].as_i64();
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (_, Some("uuid")) => Values::Id,
        (_, Some("date")) => Values::Day,
        (Some("integer"), _) => Values::Number(number("minimum"), number("maximum")),
        (Some("boolean"), _) => Values::YesNo,
        _ => Values::Text,
    }
}

/// The names of an enumeration, however it is written.
fn choices_of(schema: &Value, choices: &mut Vec<String>) {
    let one = schema.get("const").into_iter();
    let several = schema["enum"].as_array().into_iter().flatten();
    let names = one.chain(several).filter_map(Value::as_str);
    choices.extend(names.map(str::to_owned));
    for part in schema["oneOf"].as_array().into_iter().flatten() {
        choices_of(part, choices);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_one_schema_whether_it_is_asked_with_or_answered() {
        let mut schemas = Schemas::default();
        for question in questions() {
            question.described(&mut schemas);
        }
        exchanges::all(&mut schemas);
        assert_eq!(schemas.ambiguous(), Vec::<&String>::new());
    }
}
