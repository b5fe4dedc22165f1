//! URL to page: two tables, a row a page. The server's routes, the phone's, the links in a page's head, what the service
//! worker answers by itself and what needs a network are all made of them.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::pages::not_found::NotFoundPage;

/// The pages that live from the phone's own data. The server answers them with the shell, and so does the service worker.
macro_rules! field_pages {
    ($($path:tt $page:ident;)+) => {
        /// Their addresses, as the router has them.
        #[cfg(feature = "ssr")]
        pub const FIELD_PATHS: &[&str] = &[$($path),+];

        /// The pages of the phone.
        #[cfg(target_arch = "wasm32")]
        #[component]
        pub fn FieldApp() -> impl IntoView {
            leptos_meta::provide_meta_context();
            crate::store::provide();
            view! {
                <Router>
                    <Routes fallback=Elsewhere>
                        $(<Route path=path!($path) view={crate::pages::field::$page}/>)+
                        <Route path=path!("/sign-in") view={crate::pages::field::SignInPage}/>
                    </Routes>
                </Router>
            }
        }
    };
}

field_pages! {
    "/"                          HomePage;
    "/village/:unit"             VillagePage;
    "/village/:unit/add"         AddPage;
    "/village/:unit/meeting"     MeetingPage;
    "/village/:unit/together"    TogetherPage;
    "/subject/:id"               SubjectPage;
    "/subject/:id/score"         FormPage;
    "/subject/:id/score/finish"  FinishPage;
    "/subject/:id/score/:group"  ScorePage;
    "/conflicts"                 ConflictsPage;
    "/outbox"                    OutboxPage;
    "/me"                        MePage;
    "/install"                   InstallPage;
}

/// A page of the desk.
#[cfg(feature = "ssr")]
pub struct Place {
    /// As the router has it.
    pub path: &'static str,
    pub guard: Guard,
    /// The link in every page's head.
    pub link: Option<Link>,
}

/// What comes before a page.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing: it is where people say who they are.
    Door,
    /// Who is there.
    Person,
    /// Nothing either, and a route of its own: everybody may read it.
    Public,
    /// Somebody who is there, and a route of its own that looks at what the page tells of, so that it has the status of that.
    Told,
}

#[cfg(feature = "ssr")]
pub struct Link {
    /// The key of its words.
    pub words: &'static str,
    /// Who has something to do there.
    pub is_for: fn(Option<Role>) -> bool,
    /// What is done every day stands in the head; the rest one step away, behind a word.
    pub is_daily: bool,
}

/// The pages that the server renders whole: address, page, what comes before it, and for some a link for whom it concerns:
/// `daily` in every page's head, `seldom` behind a word of it.
macro_rules! desk_pages {
    ($($path:tt $page:ident $guard:ident $($often:ident($words:literal, $is_for:expr))?;)+) => {
        #[cfg(feature = "ssr")]
        pub const DESK: &[Place] = &[
            $(Place { path: $path, guard: Guard::$guard, link: desk_pages!(@link $($often $words, $is_for)?) }),+
        ];

        /// Whether a page needs a network: one of the desk, or below one.
        #[cfg(target_arch = "wasm32")]
        fn needs_network(path: &str) -> bool {
            let first = |path: &str| path.split('/').nth(1).map(str::to_owned);
            [$($path),+].into_iter().any(|page| first(page) == first(path))
        }

        /// The pages that the server renders.
        #[cfg(feature = "ssr")]
        #[component]
        pub fn App() -> impl IntoView {
            view! {
                <Router>
                    <Routes fallback=NotFoundPage>
                        // For whoever has not signed in; everybody else finds the app there.
                        <Route path=path!("/") view={crate::pages::desk::SignInPage}/>
                        $(<Route path=path!($path) view={crate::pages::desk::$page}/>)+
                    </Routes>
                </Router>
            }
        }
    };
    (@link) => { None };
    (@link daily $words:literal, $is_for:expr) => { Some(Link { words: $words, is_for: $is_for, is_daily: true }) };
    (@link seldom $words:literal, $is_for:expr) => { Some(Link { words: $words, is_for: $is_for, is_daily: false }) };
}

// The links stand in this order.
desk_pages! {
    "/sign-in"                SignInPage         Door;
    "/commune"                CommunePage        Person  daily("desk.commune", verifies);
    "/commune/queue"          QueuePage          Person  daily("desk.queue", verifies);
    "/commune/queue/:form"    SubmissionPage     Person;
    "/commune/import"         ImportPage         Told;
    "/commune/import/:list"   ImportPreviewPage  Told;
    "/contributions"          ContributionsPage  Person;
    "/contributions/new"      NewSupporterPage   Told;
    "/contributions/:id"      SupporterPage      Told;
    "/exemplars"              ExemplarsPage      Door;
    "/exemplars/:form"        ExemplarPage       Public;
    "/exemplars/:form/write"  ExemplarDeskPage   Told;
    "/initiatives"            InitiativesPage    Person;
    "/initiatives/new"        NewInitiativePage  Told;
    "/initiatives/:id"        InitiativePage     Told;
    "/duplicates"             DuplicatesPage     Person;
    "/duplicates/:one/:other" PairPage           Person;
    "/decisions"              DecisionsPage      Person  daily("decisions.title", |role| role.is_some_and(Role::verifies_at_home));
    "/decisions/draft"        DraftPage          Person;
    "/decisions/:id"          DecisionPage       Person;
    "/criteria"               CriteriaPage       Told    seldom("criteria.link", keeps_criteria);
    "/criteria/:id"           SetPage            Told;
    "/criteria/given/:id"     GivenPage          Told;
    "/campaign"               CampaignPage       Told    seldom("campaign.link", has_no_commune);
    "/dashboard"              DashboardPage      Person  daily("desk.dashboard", |_| true);
    "/dashboard/subjects"     SubjectsPage       Person;
    "/dashboard/subject/:id"  SubjectDetailPage  Person;
    "/jobs"                   JobsPage           Person  seldom("jobs.title", has_no_decisions);
    "/jobs/:id"               JobPage            Told;
    "/carry"                  CarryPage          Person  seldom("desk.carry", |role| role.is_some_and(Role::keeps_documents));
    "/events"                 EventsPage         Person  seldom("events.link", reads_events);
    "/docs/api"               ApiPage            Told    seldom("api.link", reads_events);
    "/letterhead"             LetterheadPage     Told    seldom("letterhead.link", |role| role == Some(Role::Admin));
    "/password"               PasswordPage       Person  seldom("password.link", |role| role.is_some());
}

#[cfg(feature = "ssr")]
use shared::access::Role;

#[cfg(feature = "ssr")]
fn verifies(role: Option<Role>) -> bool {
    role.is_some_and(Role::verifies)
}

/// Whoever has them finds it on their page: a head has room for so many links.
#[cfg(feature = "ssr")]
fn has_no_decisions(role: Option<Role>) -> bool {
    role.is_some_and(|role| role.has_desk() && !role.verifies_at_home())
}

/// A commune has it on its own page, and its head is full.
#[cfg(feature = "ssr")]
fn has_no_commune(role: Option<Role>) -> bool {
    role.is_some_and(|role| role.has_desk() && !role.verifies())
}

#[cfg(feature = "ssr")]
fn keeps_criteria(role: Option<Role>) -> bool {
    role.is_some_and(Role::keeps_criteria)
}

#[cfg(feature = "ssr")]
fn reads_events(role: Option<Role>) -> bool {
    role.is_some_and(Role::reads_events)
}

/// On the phone: a page of the desk, which the server did not answer, or no page.
#[cfg(target_arch = "wasm32")]
#[component]
fn Elsewhere() -> impl IntoView {
    let path = leptos_router::hooks::use_location().pathname;
    move || match needs_network(&path.get()) {
        true => crate::pages::field::OnlineOnlyPage().into_any(),
        false => NotFoundPage().into_any(),
    }
}
