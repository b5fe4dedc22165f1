//! What is recorded beside the changes themselves: who signed in, failed, read or carried what.

use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    SignedIn,
    /// A password did not belong to the name.
    SignInFailed,
    SignedOut,
    /// Somebody changed their own password.
    PasswordChanged,
    /// An office gave somebody another password.
    PasswordSet,
    PersonAdded,
    PersonDisabled,
    PersonEnabled,
    /// An office signed somebody out.
    SessionsEnded,
    /// So many attempts at one account failed within a day that further ones are slow.
    AccountSlowed,
    /// Somebody brought what another had sealed.
    LetterDelivered,
    EvidenceRead,
    SubjectRead,
    Exported,
    /// A household list was written in the browser.
    ListImported,
    /// What such a list had written was taken back.
    ListTakenBack,
    /// A set of criteria was given, with the scan of its paper.
    CriteriaProposed,
    /// Another person signed it off: forms are judged by it.
    CriteriaAdded,
    /// It was given back, or withdrawn.
    CriteriaRefused,
    /// Somebody set the days of a year.
    CampaignSet,
    /// The story of somebody who holds a title is told to everybody.
    ExemplarShown,
    /// It is not told any more.
    ExemplarHidden,
    /// An initiative was noted, mended, struck out or put back.
    InitiativeWritten,
}

impl EventKind {
    pub const ALL: [EventKind; 23] = [
        EventKind::SignedIn,
        EventKind::SignInFailed,
        EventKind::SignedOut,
        EventKind::PasswordChanged,
        EventKind::PasswordSet,
        EventKind::PersonAdded,
        EventKind::PersonDisabled,
        EventKind::PersonEnabled,
        EventKind::SessionsEnded,
        EventKind::AccountSlowed,
        EventKind::LetterDelivered,
        EventKind::EvidenceRead,
        EventKind::SubjectRead,
        EventKind::Exported,
        EventKind::ListImported,
        EventKind::ListTakenBack,
        EventKind::CriteriaProposed,
        EventKind::CriteriaAdded,
        EventKind::CriteriaRefused,
        EventKind::CampaignSet,
        EventKind::ExemplarShown,
        EventKind::ExemplarHidden,
        EventKind::InitiativeWritten,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::SignedIn => "signed_in",
            EventKind::SignInFailed => "sign_in_failed",
            EventKind::SignedOut => "signed_out",
            EventKind::PasswordChanged => "password_changed",
            EventKind::PasswordSet => "password_set",
            EventKind::PersonAdded => "person_added",
            EventKind::PersonDisabled => "person_disabled",
            EventKind::PersonEnabled => "person_enabled",
            EventKind::SessionsEnded => "sessions_ended",
            EventKind::AccountSlowed => "account_slowed",
            EventKind::LetterDelivered => "letter_delivered",
            EventKind::EvidenceRead => "evidence_read",
            EventKind::SubjectRead => "subject_read",
            EventKind::Exported => "exported",
            EventKind::ListImported => "list_imported",
            EventKind::ListTakenBack => "list_taken_back",
            EventKind::CriteriaProposed => "criteria_proposed",
            EventKind::CriteriaAdded => "criteria_added",
            EventKind::CriteriaRefused => "criteria_refused",
            EventKind::CampaignSet => "campaign_set",
            EventKind::ExemplarShown => "exemplar_shown",
            EventKind::ExemplarHidden => "exemplar_hidden",
            EventKind::InitiativeWritten => "initiative_written",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
