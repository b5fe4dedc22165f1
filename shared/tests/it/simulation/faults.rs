//! Faults planted in the world on purpose: mistakes that somebody could make around the engine. The laws must catch each.

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The phone takes 503 for an answer and drops what it had offered.
    DropsWhenBusy,
    /// The phone says "saved" before the storage has it.
    SaysSavedTooEarly,
    /// The phone forgets a pending change before the transaction that keeps it as sent.
    ForgetsBeforeKeeping,
    /// The phone moves its cursor past a document that it could not read.
    SkipsADocument,
    /// The phone moves its cursor in another transaction than the documents.
    CursorBeforeDocuments,
    /// One refused change stops all that were tapped after it.
    RefusalStopsTheRest,
    /// A second edit replaces the first although it was offered already.
    ReplacesWhatWasOffered,
    /// Numbers of a feed are given out without the shard's lock, so that one commits late and a cursor skips it.
    NumbersWithoutLock,
    /// The server forgets some receipts.
    ReceiptNotStored,
    /// The server writes the receipt and not the document.
    DocumentNotStored,
    /// The server answers before it commits.
    AnswersBeforeCommit,
    /// A transaction that is tried again adds its difference to the totals twice.
    CountsTwice,
    /// A restored server keeps the epoch it had.
    SameEpochAfterRestore,
    /// A restored server decides new changes before it has been offered again what it forgot.
    DecidesBeforeItRemembers,
    /// The feed of a village holds its neighbours too.
    LeaksNeighbours,
    /// Moving documents to another shard leaves nothing behind in the feed of the old one.
    ForgetsDepartures,
    /// Documents move and keep the number they had in the old shard.
    KeepsOldNumbers,
    /// A phone whose scope has changed goes on from its cursors.
    NoResetForAnotherScope,
    /// Mending a family writes the family and not its form.
    FormsDoNotFollow,
    /// A household for a unit that has ended goes where the phone says.
    DoesNotRoute,
    /// A server decides by the map it has, although another one has moved documents by a newer map.
    DecidesByAnOldMap,
    /// The phone takes whatever came down meanwhile for seen by the author of an edit that still waits.
    WritesOverTheUnseen,
    /// What fails for one account fails for everybody in its transaction.
    FailsTogether,
    /// The server writes into a document whatever came.
    WritesAnything,
    /// What a family has reached is not counted for its clan.
    CountsNobody,
    /// A decision moves all forms of its list but one.
    GivesHalfTheTitles,
    /// A decision is signed without a look at the numbers that were given.
    ForgetsNumbers,
    /// Whoever belongs to a family that is merged still belongs to it.
    ForgetsMembers,
    /// The cursor passes what could not be read, and nothing is remembered.
    StepsOverInSilence,
    /// A tab sends before the storage has it that this was offered.
    SendsBeforeItIsMarked,
    /// A tab goes on talking to the server when another one has taken the lead.
    GoesOnLeading,
    /// A tab plans no other attempt after one that failed.
    ForgetsToRetry,
}

impl Fault {
    pub const ALL: [Fault; 31] = [
        Fault::DropsWhenBusy,
        Fault::SaysSavedTooEarly,
        Fault::ForgetsBeforeKeeping,
        Fault::SkipsADocument,
        Fault::RefusalStopsTheRest,
        Fault::ReplacesWhatWasOffered,
        Fault::NumbersWithoutLock,
        Fault::ReceiptNotStored,
        Fault::DocumentNotStored,
        Fault::AnswersBeforeCommit,
        Fault::CountsTwice,
        Fault::SameEpochAfterRestore,
        Fault::DecidesBeforeItRemembers,
        Fault::LeaksNeighbours,
        Fault::ForgetsDepartures,
        Fault::KeepsOldNumbers,
        Fault::NoResetForAnotherScope,
        Fault::FormsDoNotFollow,
        Fault::DoesNotRoute,
        Fault::DecidesByAnOldMap,
        Fault::WritesOverTheUnseen,
        Fault::FailsTogether,
        Fault::WritesAnything,
        Fault::CountsNobody,
        Fault::GivesHalfTheTitles,
        Fault::ForgetsNumbers,
        Fault::ForgetsMembers,
        Fault::StepsOverInSilence,
        Fault::SendsBeforeItIsMarked,
        Fault::GoesOnLeading,
        Fault::ForgetsToRetry,
    ];

    /// Mistakes that the engine finds out and mends by itself: no law may be broken.
    pub const MENDED: [Fault; 1] = [Fault::CursorBeforeDocuments];
}
