//! Who is asking: the session cookie, and the person behind it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use shared::access::Actor;
use shared::org_unit::OrgTree;
use shared::problem::ProblemKind;

use crate::clock;
use crate::db::users::User;
use crate::error::ApiError;
use crate::services::accounts;
use crate::state::AppState;

/// `__Host-`: only over TLS (or on this very machine), only this host, the whole site (RFC 6265bis, 4.1.3.2).
pub const COOKIE: &str = "__Host-banhoc";

/// The session's token of a request.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    cookie_named(headers, COOKIE)
}

/// The value of a cookie.
pub fn cookie_named<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}

/// The cookie that keeps a browser signed in.
pub fn cookie(token: &str) -> String {
    // As long as the longest session; the server decides earlier.
    format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=7776000")
}

/// The cookie that forgets.
pub fn no_cookie() -> String {
    format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// The signed-in person of a request.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub user: User,
    pub actor: Actor,
    pub tree: Arc<OrgTree>,
}

impl SignedIn {
    pub async fn find(state: &AppState, headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let Some(token) = token(headers) else {
            return Ok(None);
        };
        let now = clock::now();
        let user = accounts::by_token(&state.db, token, now).await?;
        Ok(user.map(|user| {
            let tree = state.units.tree();
            let actor = accounts::actor(&user, &tree, shared::calendar::day(now));
            Self { user, actor, tree }
        }))
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let found = Self::find(state, &parts.headers).await?;
        found.ok_or_else(|| ProblemKind::SignedOut.into())
    }
}

/// Where a request comes from, for throttling.
pub struct Caller(pub String);

impl FromRequestParts<AppState> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let forwarded = || {
            let value = parts.headers.get("x-forwarded-for")?.to_str().ok()?;
            // The last one is what our own proxy saw; those before it are what a caller says.
            value.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
        };
        let address = if state.behind_proxy {
            forwarded()
        } else {
            None
        };
        let address = address.or_else(|| peer.map(|peer| peer.0.ip()));
        Ok(Self(address.map_or_else(
            || "?".to_owned(),
            |address| address.to_string(),
        )))
    }
}
