//! What else programs send: signing in, changes, files, sealed letters. Described here; how each goes on from one request to
//! the next is told in [`super::super::files`] and [`super::super::sealed`].

use schemars::JsonSchema;
use serde_json::{Value, json};
use shared::api::{LoginRequest, Session};
use shared::evidence::FileHash;
use shared::ids::DocumentId;
use shared::problem::ProblemKind as P;
use shared::sealed::Delivered;
use shared::sync::{SyncRequest, SyncResponse};

use super::operation::{Body, NOT_NARROWED, Operation, Parameter, Place, Told};
use super::schemas::Schemas;
use crate::routes::password::PasswordChange;
use crate::routes::tus;

const JSON: &str = "application/json";
const PART: &str = "application/offset+octet-stream";
/// What may end any request of a file or a letter.
const OF_ANY_PART: [P; 4] = [P::SignedOut, P::NotFound, P::OtherProtocol, P::Unavailable];

pub fn all(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        login(schemas),
        logout(),
        password(schemas),
        sync(schemas),
        begin_file(),
        file_progress(schemas),
        append_file(schemas),
        read_file(schemas),
        deliver_letter(schemas),
        letter_progress(schemas),
        append_letter(schemas),
    ]
}

fn body<T: JsonSchema>(schemas: &mut Schemas) -> Option<Body> {
    Some(Body {
        media_type: JSON,
        schema: Some(schemas.body::<T>()),
    })
}

fn login(schemas: &mut Schemas) -> Operation {
    Operation {
        body: body::<LoginRequest>(schemas),
        answers: vec![Told {
            headers: &["Set-Cookie"],
            ..Told::json(200, schemas.answer::<Session>())
        }],
        problems: vec![P::Malformed, P::WrongPassword, P::TooMany, P::Unavailable],
        ..Operation::new("post", "/api/v1/login", "api.login")
    }
}

fn logout() -> Operation {
    Operation {
        answers: vec![Told::empty(204)],
        problems: vec![P::Unavailable],
        ..Operation::new("post", "/api/v1/logout", "api.logout")
    }
}

fn password(schemas: &mut Schemas) -> Operation {
    Operation {
        body: body::<PasswordChange>(schemas),
        answers: vec![Told {
            headers: &["Set-Cookie"],
            ..Told::json(200, schemas.answer::<Session>())
        }],
        problems: vec![
            P::Malformed,
            P::SignedOut,
            P::WrongPassword,
            P::WeakPassword,
            P::TooMany,
            P::Unavailable,
        ],
        ..Operation::new("post", "/api/v1/password", "api.password")
    }
}

fn sync(schemas: &mut Schemas) -> Operation {
    Operation {
        body: body::<SyncRequest>(schemas),
        answers: vec![Told::json(200, schemas.answer::<SyncResponse>())],
        problems: vec![
            P::Malformed,
            P::SignedOut,
            P::Forbidden,
            P::TooLarge,
            P::OldApp,
            P::TooMany,
            P::Unavailable,
        ],
        ..Operation::new("post", "/api/v1/sync", "api.sync")
    }
}

fn header(name: &str, words: &str, schema: Value) -> Parameter {
    Parameter {
        name: name.to_owned(),
        place: Place::Header,
        required: true,
        schema,
        words: words.to_owned(),
        left_out: NOT_NARROWED,
    }
}

fn version() -> Parameter {
    let schema = json!({ "const": tus::VERSION });
    header("Tus-Resumable", "api.header_version", schema)
}

fn number(name: &str, words: &str) -> Parameter {
    let schema = json!({ "type": "integer", "minimum": 0 });
    header(name, words, schema)
}

/// What is told before the first part.
fn announced() -> Vec<Parameter> {
    let metadata = json!({ "type": "string" });
    vec![
        version(),
        number("Upload-Length", "api.header_length"),
        header("Upload-Metadata", "api.header_metadata", metadata),
    ]
}

/// The name of what an address is about.
fn hash(schemas: &mut Schemas) -> Parameter {
    Parameter {
        name: "hash".to_owned(),
        place: Place::Path,
        required: true,
        schema: schemas.answer::<FileHash>(),
        words: "api.asks_hash".to_owned(),
        left_out: NOT_NARROWED,
    }
}

fn queried(name: &str, words: &str, schema: Value) -> Parameter {
    Parameter {
        name: name.to_owned(),
        place: Place::Query,
        required: true,
        schema,
        words: words.to_owned(),
        left_out: NOT_NARROWED,
    }
}

fn of_file(schemas: &mut Schemas) -> Vec<Parameter> {
    let doc = schemas.answer::<DocumentId>();
    vec![hash(schemas), queried("doc", "api.asks_doc", doc)]
}

fn of_letter(schemas: &mut Schemas) -> Vec<Parameter> {
    let length = json!({ "type": "integer", "minimum": 0, "maximum": shared::sealed::MAX });
    vec![hash(schemas), queried("length", "api.asks_length", length)]
}

fn problems(more: &[P]) -> Vec<P> {
    let mut all = OF_ANY_PART.to_vec();
    all.extend(more);
    all
}

fn begun(status: u16) -> Told {
    Told {
        headers: &["Location", "Upload-Offset", "Upload-Expires"],
        ..Told::empty(status)
    }
}

fn so_far(status: u16) -> Told {
    Told {
        headers: &["Upload-Offset", "Upload-Length", "Upload-Expires"],
        ..Told::empty(status)
    }
}

fn begin_file() -> Operation {
    Operation {
        parameters: announced(),
        answers: vec![begun(201)],
        problems: problems(&[
            P::Malformed,
            P::Forbidden,
            P::TooLarge,
            P::TooMany,
            P::NoSpace,
        ]),
        ..Operation::new("post", "/api/v1/files", "api.file_begin")
    }
}

fn file_progress(schemas: &mut Schemas) -> Operation {
    let mut parameters = of_file(schemas);
    parameters.push(version());
    Operation {
        parameters,
        answers: vec![so_far(200)],
        problems: problems(&[P::Forbidden]),
        ..Operation::new("head", "/api/v1/files/{hash}", "api.file_progress")
    }
}

/// The headers and the body of a part.
fn part(mut parameters: Vec<Parameter>) -> (Vec<Parameter>, Option<Body>) {
    parameters.push(version());
    parameters.push(number("Upload-Offset", "api.header_offset"));
    let body = Body {
        media_type: PART,
        schema: None,
    };
    (parameters, Some(body))
}

fn append_file(schemas: &mut Schemas) -> Operation {
    let (parameters, body) = part(of_file(schemas));
    Operation {
        parameters,
        body,
        answers: vec![so_far(204)],
        problems: problems(&[
            P::Malformed,
            P::Forbidden,
            P::OutOfStep,
            P::TooLarge,
            P::WrongType,
            P::TooMany,
            P::Damaged,
            P::NoSpace,
        ]),
        ..Operation::new("patch", "/api/v1/files/{hash}", "api.file_append")
    }
}

fn read_file(schemas: &mut Schemas) -> Operation {
    let bytes = Told {
        content: Some(("application/octet-stream", Value::Null)),
        headers: &["ETag"],
        ..Told::empty(200)
    };
    Operation {
        parameters: of_file(schemas),
        answers: vec![bytes, Told::empty(304)],
        problems: vec![P::SignedOut, P::NotFound, P::Unavailable],
        ..Operation::new("get", "/api/v1/files/{hash}", "api.file_read")
    }
}

fn deliver_letter(schemas: &mut Schemas) -> Operation {
    let form = Body {
        media_type: "multipart/form-data",
        schema: None,
    };
    Operation {
        parameters: Vec::new(),
        body: Some(form),
        answers: vec![
            Told::json(200, schemas.answer::<Delivered>()),
            // Where it comes in parts.
            begun(201),
        ],
        problems: problems(&[
            P::Malformed,
            P::TooLarge,
            P::NotSealed,
            P::OldSeal,
            P::TooMany,
            P::NoSpace,
        ]),
        ..Operation::new("post", "/api/v1/sealed", "api.letter_deliver")
    }
}

fn letter_progress(schemas: &mut Schemas) -> Operation {
    let mut parameters = of_letter(schemas);
    parameters.push(version());
    Operation {
        parameters,
        answers: vec![so_far(200)],
        problems: problems(&[P::TooMany]),
        ..Operation::new("head", "/api/v1/sealed/{hash}", "api.letter_progress")
    }
}

fn append_letter(schemas: &mut Schemas) -> Operation {
    let (parameters, body) = part(of_letter(schemas));
    Operation {
        parameters,
        body,
        answers: vec![Told::json(200, schemas.answer::<Delivered>()), so_far(204)],
        problems: problems(&[
            P::Malformed,
            P::OutOfStep,
            P::TooLarge,
            P::NotSealed,
            P::OldSeal,
            P::TooMany,
            P::Damaged,
            P::NoSpace,
        ]),
        ..Operation::new("patch", "/api/v1/sealed/{hash}", "api.letter_append")
    }
}
