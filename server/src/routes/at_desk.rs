//! Who works at a desk, and what they send from one: plain forms.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde::de::DeserializeOwned;
use shared::problem::ProblemKind;

use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::state::AppState;

/// The person at the desk. Whoever is nobody yet is led to the door, and from there back to the page.
pub struct AtDesk(pub SignedIn);

impl FromRequestParts<AppState> for AtDesk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let found = SignedIn::find(state, &parts.headers, &parts.extensions).await;
        let found = found.map_err(IntoResponse::into_response)?;
        let page = match parts.method.is_safe() {
            true => address(&parts.uri),
            false => page_above(parts.uri.path()),
        };
        match (elsewhere(found.as_ref(), &page), found) {
            (None, Some(who)) => Ok(Self(who)),
            (Some(elsewhere), _) => Err(elsewhere),
            (None, None) => Err(ApiError::from(ProblemKind::SignedOut).into_response()),
        }
    }
}

/// A form that a page of the desk sent, and who did.
pub struct DeskForm<T> {
    pub who: SignedIn,
    pub sent: T,
}

impl<T: DeserializeOwned> FromRequest<AppState> for DeskForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let AtDesk(who) = AtDesk::from_request_parts(&mut parts, state).await?;
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await;
        let body = body.map_err(|error| ApiError::from(error).into_response())?;
        let sent = serde_urlencoded::from_bytes(&body);
        let sent = sent.map_err(|_| ApiError::from(ProblemKind::Malformed).into_response())?;
        Ok(Self { who, sent })
    }
}

/// Where somebody is led who cannot be answered yet, to come back to a page.
pub fn elsewhere(who: Option<&SignedIn>, page: &str) -> Option<Response> {
    let to = match who {
        Some(who) if who.temporary => "/password?first=1".to_owned(),
        Some(_) => return None,
        None => {
            let next = serde_urlencoded::to_string([("next", page)]).unwrap_or_default();
            format!("/sign-in?{next}")
        }
    };
    Some(Redirect::to(&to).into_response())
}

/// The address of the page that is asked for.
pub fn address(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| uri.path().to_owned(), ToString::to_string)
}

/// The page that a form's address stands under: nobody can come back to a form that was sent.
fn page_above(form: &str) -> String {
    if desk_pages().any(|page| page == form) {
        return form.to_owned();
    }
    let mut path = form;
    while let Some((above, _)) = path.rsplit_once('/') {
        path = above;
        if desk_pages().any(|page| fits(page, path)) {
            return path.to_owned();
        }
    }
    "/dashboard".to_owned()
}

fn desk_pages() -> impl Iterator<Item = &'static str> {
    app::routes::DESK.iter().map(|place| place.path)
}

/// Whether a path is one of those that a pattern such as `/commune/queue/:form` stands for.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let mut steps = path.split('/');
    let each = pattern.split('/').all(|wanted| {
        let step = steps.next();
        step.is_some_and(|step| wanted.starts_with(':') || wanted == step)
    });
    each && steps.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_the_page_it_stands_on() {
        for (form, page) in [
            ("/dashboard/subject/7/decide", "/dashboard/subject/7"),
            ("/commune/queue/confirm", "/commune/queue"),
            ("/commune/queue/7/answer", "/commune/queue/7"),
            ("/commune/devices/retire", "/commune"),
            ("/commune/import", "/commune/import"),
            ("/commune/import/undo", "/commune/import"),
            ("/commune/import/x/write", "/commune/import/x"),
            ("/dashboard/export/subjects.xlsx", "/dashboard"),
            ("/jobs/7/again", "/jobs/7"),
            ("/nothing", "/dashboard"),
        ] {
            assert_eq!(page_above(form), page, "{form}");
        }
    }
}
