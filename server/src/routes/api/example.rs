//! An example of a schema, made of what the schema says. So it never says something else than the types do.

use serde_json::{Map, Value, json};

/// Texts by the names of their fields, as a district would write them.
const TEXTS: [(&str, &str); 11] = [
    ("username", "canboxa"),
    ("password", "…"),
    ("current", "…"),
    ("new", "…"),
    ("name", "Lò Văn Pâng"),
    ("user", "Lò Văn Pâng"),
    ("by", "Lò Văn Pâng"),
    ("village", "Vàng Pheo"),
    ("unit", "Vàng Pheo"),
    ("hamlet", "Xóm 2"),
    ("app_version", "0.1.0"),
];
const NUMBERS: [(&str, f64); 2] = [("lat", 22.53), ("lon", 103.31)];

/// One value that fits a schema; `schemas` are those it may refer to.
pub fn of(schema: &Value, schemas: &Map<String, Value>) -> Value {
    Examples { schemas }.of(schema, "")
}

struct Examples<'a> {
    schemas: &'a Map<String, Value>,
}

impl Examples<'_> {
    fn of(&self, schema: &Value, name: &str) -> Value {
        if let Some(to) = schema["$ref"].as_str() {
            return self
                .referred(to)
                .map_or(Value::Null, |it| self.of(it, name));
        }
        if let Some(given) = schema["examples"].get(0).or_else(|| schema.get("const")) {
            return given.clone();
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        let one = ["oneOf", "anyOf", "allOf"]
            .iter()
            .find_map(|of| schema[of].get(0));
        if let Some(one) = one {
            return self.of(one, name);
        }
        match kind(schema) {
            "object" => self.object(schema),
            "array" => self.array(schema, name),
            "string" => text(schema, name),
            "boolean" => Value::Bool(false),
            "integer" => schema.get("minimum").cloned().unwrap_or(json!(1)),
            "number" => {
                let known = NUMBERS.iter().find(|(of, _)| *of == name);
                json!(known.map_or(1.5, |(_, number)| *number))
            }
            _ => Value::Null,
        }
    }

    /// What a JSON pointer within the schemas leads to.
    fn referred(&self, to: &str) -> Option<&Value> {
        let path = to.strip_prefix("#/components/schemas/")?;
        let (name, within) = path
            .split_once('/')
            .map_or((path, ""), |(name, rest)| (name, rest));
        let found = self.schemas.get(name)?;
        match within {
            "" => Some(found),
            within => found.pointer(&format!("/{within}")),
        }
    }

    fn object(&self, schema: &Value) -> Value {
        let fields = schema["properties"].as_object();
        let fields = fields.into_iter().flatten();
        fields
            .map(|(name, schema)| (name.clone(), self.of(schema, name)))
            .collect::<Map<_, _>>()
            .into()
    }

    fn array(&self, schema: &Value, name: &str) -> Value {
        if let Some(each) = schema["prefixItems"].as_array() {
            return each.iter().map(|it| self.of(it, name)).collect();
        }
        match schema.get("items") {
            Some(items) => Value::Array(vec![self.of(items, name)]),
            None => json!([]),
        }
    }
}

/// The type of a schema; of several the first that is something.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or_default()
        }
        _ => "",
    }
}

fn text(schema: &Value, name: &str) -> Value {
    let known = TEXTS.iter().find(|(of, _)| *of == name);
    let text = match schema["format"].as_str() {
        Some("uuid") => "0192f0a4-7c1e-7b52-9d3c-2b8f71e6a9d4",
        Some("date") => "2026-11-23",
        Some("date-time") => "2026-11-23T08:30:00Z",
        _ => known.map_or("…", |(_, text)| text),
    };
    text.into()
}
