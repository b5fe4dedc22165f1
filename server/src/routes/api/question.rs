//! A question that a program may ask: the types of its handler are what its description is made of.

use app::BackendError;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::problem::ProblemKind;

use super::operation::{Operation, Parameter, Told};
use super::schemas::Schemas;
use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::figures::RequestBackend;
use crate::state::AppState;

/// A row of the table of questions.
pub struct Question {
    pub path: &'static str,
    /// Under this name the words say what is asked.
    pub words: &'static str,
    /// Why it may not be answered.
    pub problems: &'static [ProblemKind],
    pub route: MethodRouter<AppState>,
    parameters: fn(&mut Schemas) -> Vec<Parameter>,
    answer: fn(&mut Schemas) -> Value,
}

/// A question that a function answers.
pub fn question<F, Q, A, Answering>(
    path: &'static str,
    words: &'static str,
    problems: &'static [ProblemKind],
    ask: F,
) -> Question
where
    F: Fn(RequestBackend, Q) -> Answering + Clone + Send + Sync + 'static,
    Q: Asks,
    A: Serialize + JsonSchema + Send + 'static,
    Answering: Future<Output = Result<A, BackendError>> + Send + 'static,
{
    let handler = move |Asker(backend): Asker, asked: Q| {
        let ask = ask.clone();
        async move { answer(ask(backend, asked).await) }
    };
    Question {
        path,
        words,
        problems,
        route: get(handler),
        parameters: Q::parameters,
        answer: Schemas::answer::<A>,
    }
}

/// Figures of a moment, for one person.
fn answer<T: Serialize>(found: Result<T, BackendError>) -> Result<Response, ApiError> {
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(([no_store], Json(found?)).into_response())
}

impl Question {
    pub fn described(&self, schemas: &mut Schemas) -> Operation {
        Operation {
            parameters: (self.parameters)(schemas),
            answers: vec![Told::json(200, (self.answer)(schemas))],
            problems: self.problems.to_vec(),
            ..Operation::new("get", self.path, self.words)
        }
    }
}

/// What an address asks for: read and described by one type.
pub trait Asks: FromRequestParts<AppState> + Send + 'static {
    fn parameters(schemas: &mut Schemas) -> Vec<Parameter>;
}

impl Asks for () {
    fn parameters(_: &mut Schemas) -> Vec<Parameter> {
        Vec::new()
    }
}

impl<A: Asks, B: Asks> Asks for (A, B) {
    fn parameters(schemas: &mut Schemas) -> Vec<Parameter> {
        let mut all = A::parameters(schemas);
        all.extend(B::parameters(schemas));
        all
    }
}

/// The query of an address.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let malformed =
            |error: QueryRejection| ApiError::detailed(ProblemKind::Malformed, error.body_text());
        let Query(asked) = Query::from_request_parts(parts, state)
            .await
            .map_err(malformed)?;
        Ok(Self(asked))
    }
}

impl<T: DeserializeOwned + JsonSchema + Send + 'static> Asks for Asked<T> {
    fn parameters(schemas: &mut Schemas) -> Vec<Parameter> {
        schemas.parameters::<T>()
    }
}

/// Who asks; also nobody, where there is something to answer them.
struct Asker(RequestBackend);

impl FromRequestParts<AppState> for Asker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let signed_in = SignedIn::find(state, &parts.headers, &parts.extensions).await?;
        Ok(Self(RequestBackend {
            state: state.clone(),
            signed_in,
        }))
    }
}
