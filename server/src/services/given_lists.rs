//! Lists at the desk: one is given, looked at, asked about, written and taken back, by somebody and for a commune
//! of theirs. What becomes of a list is decided by [`lists`]; here it is said who may, and which file it is.

use std::time::Duration;

use chrono::NaiveDate;
use shared::api::imports::{
    About, AskedAbout, Choice, Commune, ImportDesk, ImportPreview, Line, ListProblem, Meaning,
    PastImport, PlanSeen, Question, Section, Sums,
};
use shared::calendar::{self, Year};
use shared::event::EventKind;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::org_unit::{OrgUnit, UnitCode};
use shared::problem::ProblemKind;
use shared::text::place_order;
use tokio::time::timeout;

use super::figures::failed;
use super::lists::{self, ImportError, Request, UndoError, Undone, Upload};
use super::{accounts, events};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::imports::Import;
use crate::db::{imports, users};
use crate::files::lists::{Given, ListName};
use crate::import::FileError;
use crate::import::commune::CommuneError;
use crate::import::plan::{self, Answer, Answers, Fate, Options, Plan, Topic};
use crate::import::report;
use crate::state::AppState;
use app::BackendError;

/// The largest file. A commune of 3,000 families has a tenth of a megabyte.
pub const FILE_MAX: usize = 10 << 20;
/// Imports of a commune that are shown.
const LISTED: usize = 20;
/// Answers to one list; a commune has some thousands of families.
const ANSWERS_MAX: usize = 10_000;
/// The longest file name that is kept.
const NAME_MAX: usize = 120;
/// How long a file waits to be read.
const PATIENCE: Duration = Duration::from_secs(20);

type Result<T> = std::result::Result<T, BackendError>;

/// A commune that somebody may import for.
struct Own {
    commune: Commune,
    code: UnitCode,
}

/// Those communes, by their names.
fn own(who: &SignedIn, day: NaiveDate) -> Result<Vec<Own>> {
    if !who.actor.role.imports_lists() {
        return Err(ProblemKind::Forbidden.into());
    }
    let is_own = |unit: &&OrgUnit| {
        unit.kind.is_commune() && unit.valid_at(day) && who.actor.scope.covers(unit.id, unit.id)
    };
    let communes = who.tree.iter().filter(is_own).filter_map(|unit| {
        Some(Own {
            commune: Commune {
                id: unit.id,
                name: unit.name(day).to_owned(),
            },
            code: unit.code.clone()?,
        })
    });
    let mut communes: Vec<Own> = communes.collect();
    communes.sort_by(|one, other| place_order(&one.commune.name, &other.commune.name));
    Ok(communes)
}

/// One of them.
fn of(who: &SignedIn, unit: UnitId, day: NaiveDate) -> Result<Own> {
    let mut own = own(who, day)?.into_iter();
    let found = own.find(|own| own.commune.id == unit);
    found.ok_or_else(|| ProblemKind::NotFound.into())
}

/// Where somebody gives a list, for one of their communes.
pub async fn desk(state: &AppState, who: &SignedIn, unit: Option<UnitId>) -> Result<ImportDesk> {
    let day = clock::today();
    let own = own(who, day)?;
    let home = accounts::home(&who.user, &who.tree, day);
    let is_there = |unit: &UnitId| own.iter().any(|own| own.commune.id == *unit);
    let chosen = match unit {
        Some(unit) => Some(unit).filter(is_there),
        None => home
            .filter(is_there)
            .or_else(|| own.first().map(|own| own.commune.id)),
    };
    let chosen = chosen.ok_or(ProblemKind::NotFound)?;
    // What a commune of before imported is its successor's.
    let leads_here =
        |unit: &&OrgUnit| (who.tree.today(unit.id, day).iter()).any(|it| it.id == chosen);
    let communes = who.tree.iter().filter(|unit| unit.kind.is_commune());
    let shards: Vec<UnitId> = communes.filter(leads_here).map(|unit| unit.id).collect();
    let mut conn = state.db.read().await.map_err(failed)?;
    let imports = imports::last_of(&mut conn, &shards, LISTED);
    let imports = imports.await.map_err(failed)?;
    let people: Vec<_> = imports.iter().filter_map(|import| import.by).collect();
    let names = users::names(&mut conn, &people).await.map_err(failed)?;
    let past = |import: Import| PastImport {
        by: import.by.and_then(|by| names.get(&by).cloned()),
        id: import.id,
        at: import.at,
        kind: import.made.kind,
        file: import.file.name,
        year: import.year,
        new: import.made.new,
        updated: import.made.updated,
        undone_at: import.undone_at,
    };
    Ok(ImportDesk {
        communes: own.into_iter().map(|own| own.commune).collect(),
        chosen,
        year: calendar::year_judged(day),
        imports: imports.into_iter().map(past).collect(),
    })
}

/// How somebody asks for a list to be read.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub kind: SubjectKind,
    pub unit: UnitId,
    pub year: Option<Year>,
    /// Whether whoever is taken registers for the title.
    pub registers: bool,
}

/// Keeps a file that somebody gives, and returns the name under which it is looked at.
pub async fn give(
    state: &AppState,
    who: &SignedIn,
    asked: Asked,
    file_name: &str,
    bytes: &[u8],
) -> Result<ListName> {
    let own = of(who, asked.unit, clock::today())?;
    if asked.kind.is_a_unit() {
        return Err(ProblemKind::Malformed.into());
    }
    if !state.disk.has_room(bytes.len() as u64) {
        return Err(ProblemKind::NoSpace.into());
    }
    // Some browsers once sent the whole path.
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let given = Given {
        kind: asked.kind,
        registers: asked.registers,
        file_name: shared::text::tidy(name).chars().take(NAME_MAX).collect(),
        commune: own.commune.id,
        year: asked.year,
        despite_heading: false,
        despite_columns: false,
        answers: Vec::new(),
    };
    let kept = state.files.lists.keep(who.user.id, &given, bytes);
    kept.await.map_err(unreadable)
}

/// A list that somebody has given, and may still go on with.
struct Held {
    name: ListName,
    given: Given,
    own: Own,
}

impl Held {
    async fn find(state: &AppState, who: &SignedIn, name: &str) -> Result<Self> {
        let name = ListName::parse(name).ok_or(ProblemKind::NotFound)?;
        let given = state.files.lists.given(who.user.id, &name, clock::now());
        let given = given.await.map_err(unreadable)?;
        let given = given.ok_or(ProblemKind::NotFound)?;
        let own = of(who, given.commune, clock::today())?;
        Ok(Self { name, given, own })
    }

    fn request(&self) -> Request {
        Request {
            kind: self.given.kind,
            commune: self.own.code.clone(),
            only: Some(self.own.commune.id),
            year: self.given.year,
            despite_heading: self.given.despite_heading,
            options: Options {
                despite_columns: self.given.despite_columns,
                registers: self.given.registers,
                answers: self.given.answers.iter().cloned().collect(),
            },
        }
    }

    /// Reads the file, apart from the threads that serve others.
    async fn read(
        &self,
        state: &AppState,
        who: &SignedIn,
    ) -> Result<std::result::Result<Upload, FileError>> {
        let turn = timeout(PATIENCE, state.files.lists.reading.clone().acquire_owned());
        let turn = turn.await.ok().and_then(std::result::Result::ok);
        let turn = turn.ok_or(ProblemKind::Unavailable)?;
        let bytes = state.files.lists.bytes(who.user.id, &self.name).await;
        let bytes = bytes.map_err(unreadable)?.ok_or(ProblemKind::NotFound)?;
        let name = self.given.file_name.clone();
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            Upload::read(&name, &bytes)
        });
        Ok(work.await.map_err(|_| ProblemKind::Internal)?)
    }
}

/// Whether somebody may still go on with a list.
pub async fn is_held(state: &AppState, who: &SignedIn, name: &str) -> Result<()> {
    Held::find(state, who, name).await.map(drop)
}

/// What would become of a list. Nothing is written.
pub async fn preview(state: &AppState, who: &SignedIn, name: &str) -> Result<ImportPreview> {
    let held = Held::find(state, who, name).await?;
    let seen = match held.read(state, who).await? {
        Ok(upload) => {
            let planned = lists::preview(&state.db, &upload, &held.request(), clock::now()).await;
            match planned {
                Ok(plan) => Ok(seen(&plan, held.given.answers.len())?),
                Err(error) => Err(problem(error)?),
            }
        }
        Err(error) => Err(of_file(&error)),
    };
    Ok(ImportPreview {
        file: held.given.file_name,
        kind: held.given.kind,
        commune: held.own.commune,
        seen,
    })
}

/// What somebody says of a list that they look at.
#[derive(Debug, Default)]
pub struct Said {
    pub answers: Answers,
    /// Forgets what was answered before.
    pub anew: bool,
    pub despite_heading: bool,
    pub despite_columns: bool,
}

/// Keeps what somebody says of a list.
pub async fn say(state: &AppState, who: &SignedIn, name: &str, said: Said) -> Result<()> {
    let Held {
        name, mut given, ..
    } = Held::find(state, who, name).await?;
    let before = match said.anew {
        true => Vec::new(),
        false => given.answers,
    };
    let mut answers: Answers = before.into_iter().collect();
    answers.extend(said.answers);
    if answers.len() > ANSWERS_MAX {
        return Err(ProblemKind::TooLarge.into());
    }
    given.answers = answers.into_iter().collect();
    given.despite_heading |= said.despite_heading;
    given.despite_columns |= said.despite_columns;
    let put = state.files.lists.put(who.user.id, &name, &given);
    put.await.map_err(unreadable)
}

/// What became of a list that was to be written.
#[derive(Debug)]
pub enum Written {
    Done {
        commune: UnitId,
        id: String,
        /// Changes that were not taken, because a form is closed.
        refused: usize,
        /// Whether some rows still wait for an answer.
        waits: bool,
    },
    /// There was nothing to write.
    Nothing,
    /// Something else would happen now than what was looked at.
    Changed,
}

/// Writes a list, if what happens is still what somebody looked at.
pub async fn write(state: &AppState, who: &SignedIn, name: &str, mark: &str) -> Result<Written> {
    let held = Held::find(state, who, name).await?;
    // A file that cannot be read has no mark that anybody was shown.
    let Ok(upload) = held.read(state, who).await? else {
        return Ok(Written::Changed);
    };
    let (by, request) = (Some(who.user.id), held.request());
    let applied = lists::apply(&state.db, &upload, &request, Some(mark), by, clock::now());
    let done = match applied.await {
        Ok(done) => done,
        Err(ImportError::Db(error)) => return Err(failed(error)),
        Err(_) => return Ok(Written::Changed),
    };
    let Some(id) = done.id else {
        return Ok(Written::Nothing);
    };
    let told = format!("{} {id}", held.own.commune.name);
    events::record(state, who.event(EventKind::ListImported).what(told));
    state.units.reload(&state.db).await.map_err(failed)?;
    let waits = !done.plan.questions.is_empty();
    if !waits && let Err(error) = state.files.lists.forget(who.user.id).await {
        // It is swept in some hours.
        tracing::warn!(%error, "a list was written and could not be forgotten");
    }
    Ok(Written::Done {
        commune: held.own.commune.id,
        id,
        refused: done.refused,
        waits,
    })
}

/// Takes an import of one of somebody's communes back. `None`: it was taken back before.
pub async fn undo(state: &AppState, who: &SignedIn, id: &str) -> Result<Option<Undone>> {
    let day = clock::today();
    let own = own(who, day)?;
    let import = {
        let mut conn = state.db.read().await.map_err(failed)?;
        imports::by_id(&mut conn, id).await.map_err(failed)?
    };
    let import = import.ok_or(ProblemKind::NotFound)?;
    let now = who.tree.today(import.shard, day);
    if !(own.iter()).any(|own| now.iter().any(|unit| unit.id == own.commune.id)) {
        return Err(ProblemKind::NotFound.into());
    }
    let undone = match lists::undo(&state.db, id, clock::now()).await {
        Ok(undone) => undone,
        Err(UndoError::Done { .. }) => return Ok(None),
        Err(UndoError::Unknown(_)) => return Err(ProblemKind::NotFound.into()),
        Err(UndoError::Db(error)) => return Err(failed(error)),
    };
    let told = undone.import.id.clone();
    events::record(state, who.event(EventKind::ListTakenBack).what(told));
    state.units.reload(&state.db).await.map_err(failed)?;
    Ok(Some(undone))
}

fn unreadable(error: std::io::Error) -> BackendError {
    tracing::error!(%error, "the folder of lists failed");
    ProblemKind::Unavailable.into()
}

/// Why nothing of a list can be taken, if that is the list's fault.
fn problem(error: ImportError) -> Result<ListProblem> {
    match error {
        ImportError::File(error) => Ok(of_file(&error)),
        ImportError::Commune(CommuneError::Other { heading, .. }) => {
            Ok(ListProblem::OtherCommune { heading })
        }
        ImportError::Commune(CommuneError::Unknown(_)) => Err(ProblemKind::NotFound.into()),
        // Only what is written is compared with what was seen.
        ImportError::Changed(_) => Err(ProblemKind::Internal.into()),
        ImportError::Db(error) => Err(failed(error)),
    }
}

fn of_file(error: &FileError) -> ListProblem {
    let said = sentence(&error.to_string());
    match error {
        FileError::WrongColumns { .. } => ListProblem::Columns(said),
        _ => ListProblem::File(said),
    }
}

/// What begins as the end of another sentence, as one of its own.
fn sentence(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase);
    let rest = letters.as_str().trim_end_matches('.');
    format!("{}{rest}.", first.into_iter().flatten().collect::<String>())
}

/// A plan as a page shows it.
fn seen(plan: &Plan, answered: usize) -> Result<PlanSeen> {
    let several = plan.has_sheets();
    let of = |wanted: fn(&Fate) -> bool| plan.count(|row| wanted(&row.fate));
    let section = |section: report::Section<'_>| Section {
        about: section.about,
        lines: section
            .lines
            .into_iter()
            .map(|(row, said)| Line {
                sheet: several.then(|| row.at.sheet.clone()),
                row: row.at.row,
                name: row.label.clone(),
                said,
            })
            .collect(),
    };
    let plain = About::PLAIN.map(|about| report::section(plan, about));
    let plain = plain.into_iter().filter(|it| !it.lines.is_empty());
    let sections = report::sections(plan).into_iter().chain(plain);
    let questions = plan.questions.iter();
    Ok(PlanSeen {
        commune: plan.commune.clone(),
        year: plan.year,
        mark: plan.mark(),
        sums: Sums {
            new: of(|fate| *fate == Fate::New),
            updated: of(|fate| matches!(fate, Fate::Updated(_))),
            unchanged: of(|fate| *fate == Fate::Unchanged),
            waiting: of(|fate| *fate == Fate::Asked),
            refused: of(|fate| matches!(fate, Fate::Refused(_) | Fate::LeftOut)),
            writes: plan.writes(),
            registered: plan.registered,
        },
        sections: sections.map(section).collect(),
        remarks: plan.remarks.clone(),
        new_villages: plan.new_villages.clone(),
        questions: questions
            .map(|question| asked(plan, question, several))
            .collect::<Result<_>>()?,
        answered,
    })
}

fn asked(plan: &Plan, question: &plan::Question, several: bool) -> Result<Question> {
    let mut choices = Vec::new();
    let mut add = |answer: &Answer, means| -> Result<()> {
        let answer = written(answer)?;
        if choices.iter().all(|it: &Choice| it.answer != answer) {
            choices.push(Choice { answer, means });
        }
        Ok(())
    };
    let villages = &plan.known_villages;
    let named = |id: &UnitId| {
        let village = villages.iter().find(|village| village.id == *id);
        village.map_or_else(String::new, |village| village.words(villages))
    };
    for choice in &question.choices {
        let means = match &choice.answer {
            Answer::NewVillage => Meaning::NewVillage,
            Answer::Village(id) => Meaning::Village(named(id)),
            Answer::NoVillage => Meaning::NoVillage,
            Answer::Same(_) => Meaning::Same(choice.words.clone()),
            Answer::Different => Meaning::Different,
            Answer::Leave => Meaning::Leave,
        };
        add(&choice.answer, means)?;
    }
    let about = match &question.topic {
        Topic::Village(name) => {
            // The name may mean one that it does not resemble.
            for village in villages {
                let means = Meaning::Village(village.words(villages));
                add(&Answer::Village(village.id), means)?;
            }
            AskedAbout::Village(name.clone())
        }
        Topic::Row(at) => AskedAbout::Row {
            sheet: several.then(|| at.sheet.clone()),
            row: at.row,
        },
    };
    Ok(Question {
        topic: written(&question.topic)?,
        about,
        words: question.words.clone(),
        choices,
    })
}

/// A topic or an answer as a form carries it.
fn written(it: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(it).map_err(|_| ProblemKind::Internal.into())
}
