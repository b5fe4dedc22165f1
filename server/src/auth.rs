//! Who is asking: the session cookie, and the person behind it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use chrono::TimeDelta;
use shared::access::Actor;
use shared::event::EventKind;
use shared::org_unit::OrgTree;
use shared::problem::ProblemKind;

use crate::clock;
use crate::db::users::User;
use crate::error::ApiError;
use crate::listen::Line;
use crate::network::Address;
use crate::services::accounts;
use crate::services::events::Event;
use crate::state::AppState;

/// `__Host-`: only over TLS (or on this very machine), only this host, the whole site (RFC 6265bis, 4.1.3.2).
pub const COOKIE: &str = "__Host-banhoc";

/// What a browser is known by, whoever is signed in.
const DEVICE: &str = "__Host-banhoc-device";
/// As long as browsers keep a cookie at most (RFC 6265bis, 5.5).
pub const DEVICE_LIFE: TimeDelta = TimeDelta::days(400);

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
    let seconds = accounts::LIFE.num_seconds();
    format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}

/// The cookie by which a browser is known when somebody signs in again.
pub fn device_cookie(token: &str) -> String {
    let seconds = DEVICE_LIFE.num_seconds();
    format!("{DEVICE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
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
    /// Whether somebody else made their password.
    pub temporary: bool,
    pub address: Address,
}

impl SignedIn {
    pub async fn find(
        state: &AppState,
        headers: &HeaderMap,
        extensions: &Extensions,
    ) -> Result<Option<Self>, ApiError> {
        let Some(token) = token(headers) else {
            return Ok(None);
        };
        let now = clock::now();
        let found = accounts::by_token(&state.db, token, now).await?;
        if let (Some(_), Some(line)) = (&found, extensions.get::<Arc<Line>>()) {
            line.is_of_use();
        }
        Ok(found.map(|found| {
            let (user, tree) = (found.user, state.units.tree());
            Self {
                actor: accounts::actor(&user, &tree, shared::calendar::day(now)),
                user,
                tree,
                temporary: found.temporary,
                address: Address::of(headers, extensions, &state.proxies),
            }
        }))
    }

    /// Something that this person does now, to be recorded.
    pub fn event(&self, kind: EventKind) -> Event {
        Event::new(kind, clock::now(), self.address).by(self.user.id)
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let found = Self::find(state, &parts.headers, &parts.extensions).await?;
        found.ok_or_else(|| ProblemKind::SignedOut.into())
    }
}

/// Who is calling, as far as is known before anybody is signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    pub address: Address,
    /// The token by which the browser is known, if it has one.
    pub device: Option<String>,
    /// What the browser is, in two words.
    pub browser: Option<String>,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let agent = parts.headers.get(header::USER_AGENT);
        Ok(Self {
            address: Address::of(&parts.headers, &parts.extensions, &state.proxies),
            device: cookie_named(&parts.headers, DEVICE).map(str::to_owned),
            browser: agent.and_then(|agent| browser(agent.to_str().ok()?)),
        })
    }
}

/// What a browser is, as its owner would say it: nothing by which it could be told from others of its kind.
fn browser(agent: &str) -> Option<String> {
    /// In this order, because most say that they are some of the others too.
    const BROWSERS: [(&str, &str); 8] = [
        ("coc_coc_browser", "Cốc Cốc"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];
    let is = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    let known: Vec<&str> = [is(&BROWSERS), is(&SYSTEMS)]
        .into_iter()
        .flatten()
        .collect();
    (!known.is_empty()).then(|| known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_in_two_words() {
        for (agent, told) in [
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                Some("Chrome, Android"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/130 Chrome/124 Safari/537.36",
                Some("Cốc Cốc, Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
                Some("Safari, iPhone"),
            ),
            ("curl/8.5.0", None),
            ("", None),
        ] {
            assert_eq!(browser(agent).as_deref(), told, "{agent}");
        }
    }
}
