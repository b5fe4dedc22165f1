//! Pages that live from the phone's own data.

pub mod add;
pub mod finish;
pub mod home;
pub mod install;
pub mod me;
pub mod outbox;
pub mod score;
pub mod subject;
pub mod village;

pub use add::AddPage;
pub use finish::FinishPage;
pub use home::HomePage;
pub use install::InstallPage;
pub use me::MePage;
pub use outbox::OutboxPage;
pub use score::ScorePage;
pub use subject::SubjectPage;
pub use village::VillagePage;
