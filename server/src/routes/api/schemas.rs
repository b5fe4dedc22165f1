//! JSON Schema of the types that go over the wire, under `#/components/schemas`.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::operation::{NOT_NARROWED, Parameter, Place};

const COMPONENTS: &str = "/components/schemas";

/// The schemas that were asked for, each under its type's name.
pub struct Schemas {
    /// Of what is written here: every field that is always there is required.
    written: SchemaGenerator,
    /// Of what addresses say: what may be left out is not required.
    read: SchemaGenerator,
    bodies: Map<String, Value>,
}

impl Default for Schemas {
    fn default() -> Self {
        let written = SchemaSettings::draft2020_12().for_serialize();
        let read = SchemaSettings::draft2020_12().for_deserialize();
        Self {
            written: generator(written, COMPONENTS.to_owned()),
            read: generator(read, COMPONENTS.to_owned()),
            bodies: Map::new(),
        }
    }
}

impl Schemas {
    /// Of something that is answered.
    pub fn answer<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().into()
    }

    /// Of a body that is sent here. It has the types inside it under itself: what is read of a type may be less than what is
    /// written of it.
    pub fn body<T: JsonSchema>(&mut self) -> Value {
        let name = T::schema_name();
        let place = format!("{COMPONENTS}/{name}");
        let settings = SchemaSettings::draft2020_12().for_deserialize();
        let mut within = generator(settings, format!("{place}/$defs"));
        let mut schema = T::json_schema(&mut within).to_value();
        let inside = within.take_definitions(true);
        if let (Some(schema), false) = (schema.as_object_mut(), inside.is_empty()) {
            schema.insert("$defs".to_owned(), inside.into());
        }
        self.bodies.insert(name.into_owned(), schema);
        json!({ "$ref": format!("#{place}") })
    }

    /// The fields of a query, as parameters of an address.
    pub fn parameters<T: JsonSchema>(&mut self) -> Vec<Parameter> {
        let schema = T::json_schema(&mut self.read).to_value();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let fields = schema["properties"].as_object().cloned();
        let fields = fields.unwrap_or_default().into_iter();
        fields
            .map(|(name, schema)| Parameter {
                required: required.contains(&name.as_str().into()),
                schema: without_null(schema),
                place: Place::Query,
                words: format!("api.asks_{name}"),
                left_out: left_out(&name),
                name,
            })
            .collect()
    }

    /// All of them by their names.
    pub fn take(mut self) -> Map<String, Value> {
        let mut all = self.read.take_definitions(true);
        all.extend(self.written.take_definitions(true));
        all.extend(self.bodies);
        all
    }

    /// Types of which an address reads something else than an answer writes. There must be none, they have one name.
    #[cfg(test)]
    pub fn ambiguous(&self) -> Vec<&String> {
        let written = self.written.definitions();
        let read = self.read.definitions().iter();
        read.filter(|(name, schema)| written.get(*name).is_some_and(|it| it != *schema))
            .map(|(name, _)| name)
            .collect()
    }
}

fn generator(mut settings: SchemaSettings, definitions: String) -> SchemaGenerator {
    settings.definitions_path = definitions.into();
    settings.into_generator()
}

/// What it means when an address does not say something.
fn left_out(name: &str) -> &'static str {
    match name {
        "unit" => "api.left_unit",
        "year" => "api.left_year",
        "as_of" => "api.left_as_of",
        _ => NOT_NARROWED,
    }
}

/// In an address nothing is said by leaving it out, and never by a null.
fn without_null(mut schema: Value) -> Value {
    let Some(fields) = schema.as_object_mut() else {
        return schema;
    };
    if fields.get("default").is_some_and(Value::is_null) {
        fields.remove("default");
    }
    if let Some(Value::Array(kinds)) = fields.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            fields.insert("type".to_owned(), kind);
        }
    }
    if let Some(Value::Array(choices)) = fields.remove("anyOf") {
        let mut choices = choices.into_iter().filter(|it| it["type"] != "null");
        if let Some(Value::Object(choice)) = choices.next() {
            fields.extend(choice);
        }
    }
    schema
}
