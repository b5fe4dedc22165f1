//! The door.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{DemoAccount, LoginRequest};
use shared::problem::ProblemKind;

use crate::components::text_field::FieldKind;
use crate::components::{Brocade, Checkbox, Glyph, Icon, Notice, TextField, Tone};
use crate::locale::{t, tf, ts};
use crate::server_fns::demo_accounts;
use crate::store::FieldStore;
use crate::words;

#[component]
pub fn SignInPage() -> impl IntoView {
    let store = FieldStore::expect();
    let query = use_query_map();
    // What a form that was sent without a script came back with.
    let returned = query.with_untracked(|query| {
        query.get("error").map(|error| match error.as_str() {
            "wrong-password" => ProblemKind::WrongPassword,
            "too-many" => ProblemKind::TooMany,
            _ => ProblemKind::Unavailable,
        })
    });
    let next = query
        .with_untracked(|query| query.get("next"))
        .filter(|next| is_ours(next));
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(returned.map(words::problem));
    let busy = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let target = next.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if username.with_untracked(|it| it.trim().is_empty())
            || password.with_untracked(String::is_empty)
        {
            error.set(Some(t("signin.fill")));
            return;
        }
        busy.set(true);
        error.set(None);
        let request = LoginRequest {
            username: username.get_untracked(),
            password: password.get_untracked(),
        };
        let target = target.clone();
        store.log_in(
            request,
            Callback::new(move |answer: Result<shared::api::Session, _>| {
                busy.set(false);
                match answer {
                    Ok(session) => {
                        let start = if session.actor.role.keeps_documents() {
                            "/"
                        } else {
                            "/dashboard"
                        };
                        go(target.as_deref().unwrap_or(start));
                    }
                    Err(Some(kind)) => error.set(Some(words::problem(kind))),
                    Err(None) => error.set(Some(t("signin.unreachable"))),
                }
            }),
        );
    };
    let accounts = Resource::new(|| (), |()| demo_accounts());
    let left = move || store.left_behind().get();
    view! {
        <div class="app">
            <main class="door" id="main">
                <div class="door-cloth">
                    <img src="/icons/icon.svg" alt="" width="96" height="96"/>
                    <h1>{ts("app.name")}</h1>
                    <p>{ts("signin.what")}</p>
                </div>
                <Brocade/>
                <div class="door-paper">
                    <h2>{ts("signin.title")}</h2>
                    {move || error.get().map(|error| view! {
                        <div class="error-summary" role="alert" tabindex="-1"><p class="row"><Icon glyph=Glyph::Alert/>{error}</p></div>
                    })}
                    <Show when=move || { left() > 0 }>
                        <Notice tone=Tone::Turmeric glyph=Glyph::Phone title=Signal::derive(move || tf("signin.left_behind", &[("n", &left())]))/>
                    </Show>
                    <form class="stack" method="post" action="/api/v1/login" on:submit=submit novalidate>
                        <input type="hidden" name="next" value=next.unwrap_or_default()/>
                        <TextField id="username" name="username" autocomplete="username" label=ts("signin.username") value=username on_input=move |text| username.set(text)/>
                        <TextField id="password" name="password" autocomplete="current-password" kind=FieldKind::Password shown label=ts("signin.password") value=password on_input=move |text| password.set(text)/>
                        <Checkbox label=ts("signin.show") checked=shown on_change=move |it| shown.set(it)/>
                        <button type="submit" class="button" data-kind="primary" data-size="big" data-wide aria-busy=move || busy.get().then_some("true")>{ts("signin.submit")}</button>
                    </form>
                    <Suspense>
                        {move || Suspend::new(async move {
                            let accounts = accounts.await.unwrap_or_default();
                            let fill = move |name: String, secret: String| { username.set(name); password.set(secret); };
                            (!accounts.is_empty()).then(|| view! { <Demo accounts on_choose=move |it: DemoAccount| fill(it.username, it.password)/> })
                        })}
                    </Suspense>
                </div>
            </main>
        </div>
    }
}

/// The accounts of a demo. Without a script the names are there to be typed.
#[component]
fn Demo(
    accounts: Vec<DemoAccount>,
    #[prop(into)] on_choose: Callback<DemoAccount>,
) -> impl IntoView {
    let password = accounts
        .first()
        .map(|it| it.password.clone())
        .unwrap_or_default();
    let account = move |account: DemoAccount| {
        let chosen = account.clone();
        view! {
            <li>
                <button type="button" class="demo-account" on:click=move |_| on_choose.run(chosen.clone())>
                    <Icon glyph=Glyph::User/>
                    <span>
                        <strong>{words::role(account.role)}</strong>
                        <small>{format!("{} · {}", account.username, account.unit)}</small>
                    </span>
                    <Icon glyph=Glyph::Right/>
                </button>
            </li>
        }
    };
    view! {
        <section class="demo">
            <h2>{ts("signin.demo")}</h2>
            <p>{tf("signin.demo_text", &[("password", &password)])}</p>
            <ul>{accounts.into_iter().map(account).collect_view()}</ul>
        </section>
    }
}

/// Whether a path leads to a page of this site: `//` and `/\` lead to other hosts.
fn is_ours(path: &str) -> bool {
    path.strip_prefix('/')
        .is_some_and(|rest| !rest.starts_with(['/', '\\']))
}

/// Loads a page anew, as whoever has just signed in.
fn go(path: &str) {
    // It fails only for an address that is none.
    let _ = window().location().assign(path);
}
