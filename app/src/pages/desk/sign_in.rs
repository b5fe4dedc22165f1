//! The door: a plain form, which works before anything else has been loaded.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::DemoAccount;
use shared::problem::ProblemKind;

use crate::backend::backend;
use crate::components::text_field::FieldKind;
use crate::components::{Door, Glyph, Icon, TextField};
use crate::locale::{tf, ts};
use crate::words;

#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let wait = query.get("wait").and_then(|it| it.parse().ok());
    let error = query
        .get("error")
        .map(|error| match (error.as_str(), wait) {
            ("too-many", Some(seconds)) => tf("signin.wait", &[("wait", &words::wait(seconds))]),
            ("too-many", None) => words::problem(ProblemKind::TooMany),
            ("wrong-password", _) => words::problem(ProblemKind::WrongPassword),
            _ => words::problem(ProblemKind::Unavailable),
        });
    // The server follows it only within the site.
    let next = query.get("next").unwrap_or_default();
    let accounts = async {
        match backend() {
            Ok(backend) => backend.demo_accounts().await.unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    };
    let ignore = |_: String| {};
    let hidden = next.clone();
    view! {
        <Door name=ts("app.name") what=ts("signin.what")>
            <h2>{ts("signin.title")}</h2>
            {error.map(|error| view! {
                <div class="error-summary" role="alert" tabindex="-1"><p class="row"><Icon glyph=Glyph::Alert/>{error}</p></div>
            })}
            <form class="stack" method="post" action="/api/v1/login">
                <input type="hidden" name="next" value=hidden/>
                <TextField id="username" name="username" autocomplete="username" label=ts("signin.username") value="" on_input=ignore/>
                <TextField id="password" name="password" autocomplete="current-password" kind=FieldKind::Password label=ts("signin.password") value="" on_input=ignore/>
                <label class="check with-script">
                    <input type="checkbox" data-shows="password"/>
                    <span>{ts("signin.show")}</span>
                </label>
                <button type="submit" class="button" data-kind="primary" data-size="big" data-wide>{ts("signin.submit")}</button>
            </form>
            <p class="door-aside"><a href="/exemplars">{ts("exemplars.title")}</a></p>
            {Suspend::new(async move {
                let accounts = accounts.await;
                (!accounts.is_empty()).then(|| view! { <Demo accounts next/> })
            })}
        </Door>
    }
}

/// The accounts of a demo: one tap, and in.
#[component]
fn Demo(accounts: Vec<DemoAccount>, next: String) -> impl IntoView {
    let password = accounts.first().map(|it| it.password.clone());
    let account = |account: DemoAccount| {
        view! {
            <li>
                <form method="post" action="/api/v1/login">
                    <input type="hidden" name="next" value=next.clone()/>
                    <input type="hidden" name="username" value=account.username.clone()/>
                    <input type="hidden" name="password" value=account.password/>
                    <button type="submit" class="demo-account">
                        <Icon glyph=Glyph::User/>
                        <span>
                            <strong>{words::role(account.role)}</strong>
                            <small>{format!("{} · {}", account.username, account.unit)}</small>
                        </span>
                        <Icon glyph=Glyph::Right/>
                    </button>
                </form>
            </li>
        }
    };
    view! {
        <section class="demo">
            <h2>{ts("signin.demo")}</h2>
            <p>{tf("signin.demo_text", &[("password", &password.unwrap_or_default())])}</p>
            <ul>{accounts.into_iter().map(account).collect_view()}</ul>
        </section>
    }
}
