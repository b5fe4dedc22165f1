//! Somebody's own long work.

use shared::api::jobs::JobSeen;
use shared::job::{Fault, JobState};
use shared::table::{Cell, Column, Row, Sorted, Stands, Table, Value, Weight};

use crate::locale::{t, tf};
use crate::words;

/// The newest first.
pub fn jobs(rows: &[JobSeen]) -> Table {
    Table {
        name: t("jobs.table"),
        above: Vec::new(),
        columns: vec![
            Column::new("job", t("jobs.job")),
            Column::new("state", t("jobs.state")),
            Column::new("made", t("jobs.made")).stands(Stands::WithRoom),
            Column::new("ended", t("jobs.ended")).stands(Stands::WithRoom),
            Column::new("result", t("jobs.result")).unsorted(),
        ],
        rows: rows.iter().map(job).collect(),
        below: Vec::new(),
        sorted: Some(Sorted {
            by: "made",
            is_down: true,
        }),
        is_numbered: false,
    }
}

fn job(job: &JobSeen) -> Row {
    let weight = match job.state {
        JobState::Failed => Some(Weight::Grave),
        JobState::Waiting => Some(Weight::Look),
        JobState::Running => Some(Weight::News),
        JobState::Done | JobState::Cancelled => None,
    };
    let state = state(job);
    let state = match weight {
        Some(weight) => Cell::new(Value::Marks(vec![(weight, state)])),
        None => Cell::text(state),
    };
    let result = job.file.as_ref().map_or_else(Cell::empty, |file| {
        let size = size(file.bytes);
        Cell::text(tf("jobs.download", &[("size", &size)])).link(format!("/jobs/{}/file", job.id))
    });
    Row::from(vec![
        Cell::text(title(job)).link(format!("/jobs/{}", job.id)),
        state.note(part(job)),
        Cell::moment(Some(job.made_at)),
        Cell::moment(job.ended_at),
        result,
    ])
}

/// What a job is, in words.
pub fn title(job: &JobSeen) -> String {
    if let "certificates" | "commendations" = job.kind.as_str() {
        let parts: [(&str, &dyn std::fmt::Display); 2] =
            [("number", &job.what), ("unit", &job.unit)];
        return tf(
            match job.kind.as_str() {
                "commendations" => "award.of_certificates",
                _ => "jobs.of_certificates",
            },
            &parts,
        );
    }
    if let "register" | "reports" = job.kind.as_str() {
        let (year, ending) = job.what.rsplit_once('.').unwrap_or((&job.what, ""));
        let ending = format!(".{ending}");
        let parts: [(&str, &dyn std::fmt::Display); 3] =
            [("year", &year), ("ending", &ending), ("unit", &job.unit)];
        return tf(
            match job.kind.as_str() {
                "reports" => "report.of_job",
                _ => "jobs.of_register",
            },
            &parts,
        );
    }
    let (what, ending) = job.what.rsplit_once('.').unwrap_or((&job.what, ""));
    let table = match what {
        "subjects" => t("jobs.table_subjects"),
        "dashboard" => t("jobs.table_dashboard"),
        "devices" => t("jobs.table_devices"),
        "unheard" => t("jobs.table_unheard"),
        "queue" => t("jobs.table_queue"),
        "contributions" => t("book.title"),
        "initiatives" => t("initiative.title"),
        "duplicates" => t("dup.title"),
        "imports" => t("jobs.table_imports"),
        "events" => t("jobs.table_events"),
        _ => t("jobs.whole_table"),
    };
    let ending = format!(".{ending}");
    let parts: [(&str, &dyn std::fmt::Display); 3] =
        [("ending", &ending), ("table", &table), ("unit", &job.unit)];
    tf("jobs.of_table", &parts)
}

/// How far it is, in a word.
pub fn state(job: &JobSeen) -> String {
    t(match job.state {
        JobState::Waiting => "jobs.waiting",
        JobState::Running if job.stops => "jobs.stopping",
        JobState::Running => "jobs.running",
        JobState::Done => "jobs.done",
        JobState::Failed => "jobs.failed",
        JobState::Cancelled => "jobs.cancelled",
    })
}

/// How much of it is done, while it is being done.
pub fn part(job: &JobSeen) -> Option<String> {
    let runs = job.state == JobState::Running && job.of > 0;
    let number = |count: u64| words::number(i64::try_from(count).unwrap_or(i64::MAX));
    runs.then(|| {
        let (done, of) = (number(job.done), number(job.of));
        tf("jobs.progress", &[("done", &done), ("of", &of)])
    })
}

/// The size of a file, as people say it.
pub fn size(bytes: u64) -> String {
    // Sizes are far below 2⁵².
    let size = bytes as f64;
    match bytes {
        ..1_000_000 => format!("{} kB", words::decimal((size / 1_000.0).ceil(), 0)),
        _ => format!("{} MB", words::decimal(size / 1_000_000.0, 1)),
    }
}

/// What happened, what is safe, what to do.
pub fn fault(fault: Fault) -> String {
    t(match fault {
        Fault::Denied => "jobs.fault_denied",
        Fault::Restarted => "jobs.fault_restarted",
        Fault::NoSpace => "jobs.fault_no_space",
        Fault::Unavailable => "jobs.fault_unavailable",
        Fault::TooLarge => "jobs.fault_too_large",
        Fault::Broken => "jobs.fault_broken",
    })
}
