//! JSON Schema of what is written otherwise than its type says. The rest derives it; only the server asks for any of it, so
//! nothing of this is in the phone's program.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::calendar::Year;
use crate::criteria::Points;
use crate::evidence::FileHash;
use crate::scoring::Answer;
use crate::sync::Carried;

/// How a [`crate::SortedMap`] is written: an object, whose names are its keys.
pub type Pairs<T> = std::collections::BTreeMap<String, T>;

macro_rules! described {
    ($($name:ident: $schema:tt),+ $(,)?) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

described! {
    Year: {
        "type": "integer",
        "minimum": Year::FIRST.get(),
        "maximum": Year::LAST.get(),
        "description": "A year of the movement: one that is judged, or from which a subject counts.",
        "examples": [2026],
    },
    Points: {
        "type": "number",
        "multipleOf": 0.5,
        "description": "Points; some sets score by half points.",
        "examples": [7.5],
    },
    Answer: {
        "description": "The answer to one criterion: points; or whether it is met where the set has no points for it; or a word: \
                        that it does not apply for the reason its set gives, how many of how many (36/40), or the level that \
                        somebody else has found and for which year (2@2026).",
        "oneOf": [
            { "type": "number", "minimum": 0, "multipleOf": 0.5 },
            { "type": "boolean" },
            { "const": "exempt" },
            { "type": "string", "pattern": "^([0-9]{1,8}/[0-9]{1,8}|[0-9]@[0-9]{4})$" },
        ],
        "examples": [10],
    },
    FileHash: {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
        "description": "The SHA-256 of a file's bytes, which is also its name: 64 lower-case hexadecimal digits.",
        "examples": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    },
}

/// What a newer version may have written is carried through as it came, so more may come than is described here.
impl<T: JsonSchema> JsonSchema for Carried<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}
