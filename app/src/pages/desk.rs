//! Pages that a desk opens: rendered by the server, whole without a script.

pub mod api;
pub mod campaign;
pub mod carry;
pub mod commune;
pub mod criteria;
pub mod dashboard;
pub mod decisions;
pub mod events;
mod export;
mod frame;
pub mod import;
pub mod jobs;
pub mod letterhead;
pub mod password;
pub mod queue;
mod scans;
pub mod sign_in;
pub mod subject_detail;
pub mod subjects;
pub mod table;

pub use api::ApiPage;
pub use campaign::CampaignPage;
pub use carry::CarryPage;
pub use commune::CommunePage;
pub use criteria::{CriteriaPage, GivenPage, SetPage};
pub use dashboard::DashboardPage;
pub use decisions::{DecisionPage, DecisionsPage, DraftPage};
pub use events::EventsPage;
pub use import::{ImportPage, ImportPreviewPage};
pub use jobs::{JobPage, JobsPage};
pub use letterhead::LetterheadPage;
pub use password::PasswordPage;
pub use queue::{QueuePage, SubmissionPage};
pub use sign_in::SignInPage;
pub use subject_detail::SubjectDetailPage;
pub use subjects::SubjectsPage;
