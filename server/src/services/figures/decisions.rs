//! Decisions as a desk looks at them: those of a unit, whom the next may list, and one with each of its lines checked by the rule
//! that a signature is checked by.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use shared::access::may_read;
use shared::api::decisions::{
    Candidates, CandidatesQuery, CorrectedLine, Decision, DecisionRow, Decisions, DecisionsQuery,
    LineRow, MayDecide, Mends, Merit, Ready, Told,
};
use shared::assessment::StageName;
use shared::authority::Authority;
use shared::award::Occasion;
use shared::calendar::{self, Year};
use shared::criteria::Title;
use shared::decision::{
    Corrected, DecisionHead, DecisionState, Deliberation, Does, Line, LineProblem, Reading, form,
};
use shared::document::Document;
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::scoring::{Reason, Score};
use shared::{SortedMap, text};

use super::super::{initiatives, scans};
use super::day_map::Reader;
use crate::db::{self, AnyConnection, documents, users};

/// Decisions of a unit and a year at most; a commune signs some ten.
const DECISIONS: usize = 500;
/// Candidates that are told at once. A list holds fewer, and those on it are told no more.
const CANDIDATES: usize = 2_000;

fn may(reader: &Reader<'_>, unit: UnitId) -> MayDecide {
    let works_here = reader.actor.scope.works_on(unit, unit);
    let role = reader.actor.role;
    MayDecide {
        draft: works_here && role.verifies_at_home(),
        sign: works_here && role.signs(),
        commend: works_here && role.commends(),
    }
}

/// The decisions of a unit. `None`: the reader may not look there.
pub async fn of_unit(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: DecisionsQuery,
) -> db::Result<Option<Decisions>> {
    let Some(unit) = query.unit.or(home).and_then(|unit| reader.unit(unit)) else {
        return Ok(None);
    };
    let judged = calendar::year_judged(reader.today);
    let year = query.year.unwrap_or(judged);
    let found = documents::decisions_of(conn, unit.id, year, DECISIONS).await?;
    Ok(Some(Decisions {
        crumbs: reader.crumbs(unit, reader.today),
        unit: unit.id,
        year,
        rows: found.iter().filter_map(|it| row(it, &found)).collect(),
        ready: ready(reader, year, documents::ready(conn, unit.id, year).await?),
        merits: merits(&found, documents::held(conn, unit.id, year).await?),
        may: may(reader, unit.id),
    }))
}

/// What may be given stands before what waits for its set of criteria.
fn ready(reader: &Reader<'_>, year: Year, counted: Vec<(Title, i64)>) -> Vec<Ready> {
    let gives = |title: Title| {
        let mut sets = reader.criteria.sets().iter();
        sets.any(|set| set.title == title && set.gives_title_for(year))
    };
    let ready = counted.into_iter().map(|(title, count)| Ready {
        title,
        count,
        may_be_given: gives(title),
    });
    let mut ready: Vec<Ready> = ready.collect();
    ready.sort_by_key(|it| (!it.may_be_given, it.title));
    ready
}

fn merits(decisions: &[Document], held: Vec<(Title, i64)>) -> Vec<Merit> {
    let heads = decisions.iter().filter_map(Document::decision);
    let commending =
        heads.filter(|head| head.does.award().is_some() && head.state != DecisionState::Discarded);
    let commending: Vec<&DecisionHead> = commending.collect();
    let listed = |title: Title| {
        let of_the_year =
            |head: &&&DecisionHead| head.title == title && head.does.occasion() == Occasion::Year;
        let lists = commending.iter().filter(of_the_year);
        let lines = lists.flat_map(|head| head.list.values());
        let listed = lines.filter(|line| !line.declined).count();
        u32::try_from(listed).unwrap_or(u32::MAX)
    };
    let merits = held.into_iter().map(|(title, count)| Merit {
        title,
        count,
        listed: listed(title),
    });
    merits.collect()
}

/// A decision at a glance, `among` those of its unit and year.
fn row(decision: &Document, among: &[Document]) -> Option<DecisionRow> {
    let head = decision.decision()?;
    let signed = head.signed.as_ref();
    let number = |id: DocumentId| {
        let corrected = among.iter().find(|it| it.id == id);
        let signed = corrected.and_then(|it| it.decision()?.signed.as_ref());
        signed.map_or_else(String::new, |signed| signed.number.clone())
    };
    Some(DecisionRow {
        id: decision.id,
        revokes: matches!(head.does, Does::Revoke { .. }),
        award: head.does.award(),
        occasion: head.does.occasion(),
        goes_up: head.goes_up(),
        corrects: head.does.corrects().map(number),
        title: head.title,
        year: head.year,
        state: head.state,
        number: signed.map(|signed| signed.number.clone()),
        on: signed.map(|signed| signed.on),
        listed: u32::try_from(head.list.len()).unwrap_or(u32::MAX),
        made: decision.made.at,
    })
}

/// Whom a new decision of a unit may list. `None`: the reader may not look there.
pub async fn candidates(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: CandidatesQuery,
) -> db::Result<Option<Candidates>> {
    let Some(unit) = query.unit.or(home).and_then(|unit| reader.unit(unit)) else {
        return Ok(None);
    };
    let title = query.title;
    let year = query.year.unwrap_or(calendar::year_judged(reader.today));
    let occasion = query.occasion;
    let (does, stages): (_, &[StageName]) = match query.award {
        Some(award) if !award.is_for(occasion, year) => return Ok(None),
        Some(award) => (Does::Commend { award, occasion }, &[StageName::Recognised]),
        None => (Does::Recognise, &[StageName::Verified, StageName::Proposed]),
    };
    let mut forms =
        documents::checked_forms(conn, unit.id, title, year, stages, CANDIDATES + 1).await?;
    let more = forms.len() > CANDIDATES;
    forms.truncate(CANDIDATES);
    let head = empty(does, title, year);
    let (decided_by, others) = deciders(reader, &head, &forms, query.decided_by);
    let head = DecisionHead { decided_by, ..head };
    let doubt = doubt(reader, &head, &forms);
    let deliberation = Deliberation {
        id: DocumentId::from_uuid(uuid::Uuid::nil()),
        shard: unit.id,
        head: &head,
        corrected: None,
        criteria: reader.criteria.sets(),
        drawn: reader.today,
    };
    let subjects: Vec<SubjectId> = forms
        .iter()
        .filter_map(|form| Some(form.assessment()?.subject))
        .collect();
    let around = Around::of_forms(conn, &subjects, forms, year).await?;
    let mut held = held_in(conn, &head, unit.id).await?;
    let rows = subjects.into_iter().filter_map(|subject| {
        let form = around.forms.get(&subject);
        let problem = deliberation.may_list(form).err();
        // It may be listed while its set waits to be completed, and could not be signed before that.
        let problem = problem.or_else(|| gives_no_title(reader, &head.does, form?));
        let held_in = held.remove(&subject).unwrap_or_default();
        let line = || LineRow {
            held_in,
            ..around.line(reader, subject, None, problem)
        };
        // Those on another list wait for its signature and for nothing here, and those of another authority have a list of
        // their own.
        let is_elsewhere = matches!(
            problem,
            Some(LineProblem::Listed | LineProblem::Authority { .. })
        );
        (!is_elsewhere).then(line)
    });
    let mut rows: Vec<LineRow> = rows.collect();
    initiatives::beside(conn, &head, &around.subjects, &mut rows).await?;
    rows.sort_by_cached_key(|row| text::name_key(&row.name));
    Ok(Some(Candidates {
        crumbs: reader.crumbs(unit, reader.today),
        unit: unit.id,
        title,
        year,
        rows,
        more,
        may: may(reader, unit.id),
        award: head.does.award(),
        occasion,
        decided_by,
        others,
        doubt,
        today: reader.today,
    }))
}

/// Who decides on those that are asked for, and who on others: by default the unit itself, where it decides on anybody.
fn deciders(
    reader: &Reader<'_>,
    head: &DecisionHead,
    forms: &[Document],
    asked: Option<Authority>,
) -> (Authority, Vec<Authority>) {
    if head.does != Does::Recognise {
        return (Authority::Home, Vec::new());
    }
    let sets = forms.iter().filter_map(|form| {
        let set = &form.assessment()?.criteria;
        reader.criteria.find(set)
    });
    let all: BTreeSet<Authority> = sets.map(|set| set.decided_by(reader.today)).collect();
    let asked = asked.filter(|asked| all.contains(asked));
    let chosen = asked.or_else(|| all.first().copied()).unwrap_or_default();
    let others = all.into_iter().filter(|it| *it != chosen).collect();
    (chosen, others)
}

/// What nobody has read of who decides on some of these forms.
fn doubt<'a>(
    reader: &Reader<'_>,
    head: &DecisionHead,
    forms: impl IntoIterator<Item = &'a Document>,
) -> Option<String> {
    if head.does != Does::Recognise {
        return None;
    }
    let of = |form: &Document| {
        let set = reader.criteria.find(&form.assessment()?.criteria)?;
        let is_so = set.decided_by(reader.today) == head.decided_by;
        set.doubt_who_decides(reader.today)
            .filter(|_| is_so)
            .map(str::to_owned)
    };
    forms.into_iter().find_map(of)
}

/// That the set a form was judged by is not complete, or not in force, so that no title comes of it.
fn gives_no_title(reader: &Reader<'_>, does: &Does, form: &Document) -> Option<LineProblem> {
    let head = form.assessment();
    let head = head.filter(|_| *does == Does::Recognise)?;
    let set = reader.criteria.find(&head.criteria);
    let gives = set.is_some_and(|set| set.gives_title_for(head.year));
    (!gives).then_some(LineProblem::PartialCriteria)
}

/// In which years of the phase that a decision commends the subjects of its unit held their title.
async fn held_in(
    conn: &mut AnyConnection,
    head: &DecisionHead,
    unit: UnitId,
) -> db::Result<BTreeMap<SubjectId, Vec<Year>>> {
    let (from, to) = head.does.occasion().years(head.year);
    match from < to {
        true => documents::held_between(conn, unit, head.title, from, to).await,
        false => Ok(BTreeMap::new()),
    }
}

fn empty(does: Does, title: Title, year: Year) -> DecisionHead {
    DecisionHead {
        does,
        title,
        year,
        decided_by: Authority::Home,
        state: DecisionState::Draft,
        list: SortedMap::new(),
        dossier: Vec::new(),
        submitted: None,
        signed: None,
    }
}

/// One decision. `None`: there is none, or not for the reader.
pub async fn one(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    id: DocumentId,
) -> db::Result<Option<Decision>> {
    let decision = documents::by_id(conn, id).await?;
    let Some(decision) = decision.filter(|it| may_read(reader.actor, it)) else {
        return Ok(None);
    };
    let Some((head, unit)) = decision.decision().zip(reader.tree.get(decision.shard)) else {
        return Ok(None);
    };
    let subjects: Vec<SubjectId> = head.list.keys().copied().collect();
    let around = Around::of(conn, &subjects, head).await?;
    let others = documents::decisions_of(conn, unit.id, head.year, DECISIONS).await?;
    let corrected = match head.does.corrects() {
        Some(corrected) => documents::by_id(conn, corrected).await?,
        None => None,
    };
    let correcting = others.iter().filter(|it| {
        let head = it.decision();
        head.is_some_and(|it| {
            it.does.corrects() == Some(id) && it.state != DecisionState::Discarded
        })
    });
    let corrections = correcting.filter_map(|it| row(it, &others)).collect();
    let deliberation = Deliberation::of(&decision, corrected.as_ref(), reader.criteria.sets());
    let telling = Telling {
        reader,
        decision: &decision,
        head,
        corrected: corrected.as_ref().and_then(Document::decision),
    };
    let mut held = held_in(conn, head, unit.id).await?;
    let line = |subject: SubjectId| {
        let form = around.forms.get(&subject);
        let before = around.before.get(&subject);
        let check = |it: Deliberation<'_>| it.may_sign(form, before, reader.today).err();
        let problem = deliberation
            .filter(|_| head.state == DecisionState::Draft)
            .and_then(check);
        let told = LineRow {
            held_in: held.remove(&subject).unwrap_or_default(),
            ..around.line(reader, subject, None, problem)
        };
        match head.list.get(&subject) {
            Some(line) => telling.line(line, around.subjects.get(&subject.into()), told),
            None => told,
        }
    };
    let mut rows: Vec<LineRow> = subjects.into_iter().map(line).collect();
    initiatives::beside(conn, head, &around.subjects, &mut rows).await?;
    // Those of a correction by the names that are printed, so that none jumps elsewhere while it is worded.
    let printed = |row: &LineRow| {
        row.mends
            .as_ref()
            .map(|mends| text::name_key(&mends.was.name))
    };
    rows.sort_by_cached_key(|row| printed(row).unwrap_or_else(|| text::name_key(&row.name)));
    let names = users::names(conn, &[decision.made.by]).await?;
    let scans = scans::of(conn, id.as_uuid()).await?;
    let last_number = match head.state {
        DecisionState::Draft => last_number(conn, unit.id, reader.today).await?,
        DecisionState::Submitted | DecisionState::Signed | DecisionState::Discarded => None,
    };
    Ok(Some(Decision {
        crumbs: reader.crumbs(unit, reader.today),
        id,
        seq: decision.seq,
        unit: unit.id,
        head: head.clone(),
        by: names.into_values().next().unwrap_or_default(),
        made: decision.made.at,
        rows,
        corrects: corrected.as_ref().and_then(|it| row(it, &[])),
        corrections,
        may: may(reader, unit.id),
        last_number,
        scans,
        reader: reader.actor.name.clone(),
        doubt: doubt(reader, head, around.forms.values()),
        today: reader.today,
    }))
}

/// The number of the decision that a unit signed last in the year of a day.
async fn last_number(
    conn: &mut AnyConnection,
    unit: UnitId,
    today: NaiveDate,
) -> db::Result<Option<String>> {
    let found = documents::signed_in(conn, unit, today.year()).await?;
    let signed = found
        .iter()
        .filter_map(|it| Some((it.id, it.decision()?)))
        .filter(|(_, head)| !head.goes_up())
        .filter_map(|(id, head)| Some((id, head.signed.as_ref()?)));
    let last = signed.max_by_key(|(id, signed)| (signed.on, *id));
    Ok(last.map(|(_, signed)| signed.number.clone()))
}

/// What the lines of one decision are told by.
struct Telling<'a> {
    reader: &'a Reader<'a>,
    decision: &'a Document,
    head: &'a DecisionHead,
    /// The decision that it corrects.
    corrected: Option<&'a DecisionHead>,
}

impl Telling<'_> {
    /// A line with what its paper says of it. A draft is read on today's map, a paper on that of its day.
    fn line(&self, line: &Line, subject: Option<&Document>, told: LineRow) -> LineRow {
        let (decision, today) = (self.decision, self.reader.today);
        let signed = self.head.signed.as_ref();
        let day = signed.map_or(today, |signed| signed.on);
        let corrected = |corrected: &Corrected| CorrectedLine {
            by: corrected.by,
            number: corrected.number.clone(),
            on: corrected.on,
            reads: self.told(&corrected.reads, day),
        };
        let mends = line.was.as_ref().map(|was| {
            let of_today = subject.filter(|it| it.shard == decision.shard);
            let of_today = of_today.map(|it| it.place).filter(|it| *it != was.place);
            let places = [was.place].into_iter().chain(of_today);
            let list = self.corrected.map(|corrected| &corrected.list);
            let now = list.and_then(|list| list.get(&told.subject)?.corrected.as_ref());
            let later = now.filter(|now| signed.is_some() && now.by != decision.id);
            Mends {
                was: self.told(was, day),
                place: line.place,
                places: places.map(|it| (it, self.village(it, day))).collect(),
                later: later.map(corrected),
            }
        });
        let is_draft = matches!(
            self.head.state,
            DecisionState::Draft | DecisionState::Submitted
        );
        let village = match mends.is_some() || !is_draft {
            true => self.village(line.place, day),
            // A list that is put together follows the families.
            false => told.village,
        };
        LineRow {
            name: line.name.clone(),
            village,
            deed: line.deed.clone(),
            declined: line.declined,
            mends,
            corrected: line.corrected.as_ref().map(corrected),
            correcting: line.correcting,
            ..told
        }
    }

    fn told(&self, reading: &Reading, day: NaiveDate) -> Told {
        Told {
            name: reading.name.clone(),
            village: self.village(reading.place, day),
            deed: reading.deed.clone(),
        }
    }

    fn village(&self, place: UnitId, day: NaiveDate) -> String {
        self.reader
            .tree
            .name(place, day)
            .unwrap_or_default()
            .to_owned()
    }
}

/// The first reason that keeps a score from passing. Points that were lost do not by themselves.
fn lacks(score: Score) -> Option<Reason> {
    let mut reasons = score.verdict.reasons.into_iter();
    reasons.find(|reason| {
        matches!(
            reason,
            Reason::BelowFloor { .. }
                | Reason::BelowTotal { .. }
                | Reason::NotMet { .. }
                | Reason::BelowTarget { .. }
                | Reason::NoEvidence { .. }
        )
    })
}

/// What lines are told and checked by.
struct Around {
    forms: BTreeMap<SubjectId, Document>,
    /// Of the year before.
    before: BTreeMap<SubjectId, Document>,
    subjects: BTreeMap<DocumentId, Document>,
}

impl Around {
    async fn of(
        conn: &mut AnyConnection,
        subjects: &[SubjectId],
        head: &DecisionHead,
    ) -> db::Result<Self> {
        let of = |year| subjects.iter().map(move |it| form(*it, head.title, year));
        let ids: Vec<DocumentId> = of(head.year).chain(of(head.year.before())).collect();
        let found = documents::by_ids(conn, &ids).await?;
        Self::of_forms(conn, subjects, found, head.year).await
    }

    async fn of_forms(
        conn: &mut AnyConnection,
        subjects: &[SubjectId],
        found: Vec<Document>,
        year: Year,
    ) -> db::Result<Self> {
        let (mut forms, mut before) = (BTreeMap::new(), BTreeMap::new());
        for form in found {
            let Some((subject, of)) = form.assessment().map(|head| (head.subject, head.year))
            else {
                continue;
            };
            let among = if of == year { &mut forms } else { &mut before };
            among.insert(subject, form);
        }
        let ids: Vec<DocumentId> = subjects.iter().map(|it| (*it).into()).collect();
        let subjects = documents::by_ids(conn, &ids).await?;
        Ok(Self {
            forms,
            before,
            subjects: subjects.into_iter().map(|it| (it.id, it)).collect(),
        })
    }

    fn line(
        &self,
        reader: &Reader<'_>,
        subject: SubjectId,
        named: Option<String>,
        problem: Option<LineProblem>,
    ) -> LineRow {
        let document = self.subjects.get(&subject.into());
        let form = self.forms.get(&subject);
        let head = form.and_then(Document::assessment);
        let set = head.and_then(|head| reader.criteria.find(&head.criteria));
        let score = form.zip(set).and_then(|(form, set)| form.score(set));
        let now = document.map(|it| it.name().to_owned());
        let village = document.and_then(|it| reader.tree.name(it.place, reader.today));
        LineRow {
            subject,
            name: named.or(now).unwrap_or_default(),
            village: village.unwrap_or_default().to_owned(),
            stage: head.map(|head| head.stage.name()),
            points: score
                .as_ref()
                .and_then(|score| score.points())
                .map(|(got, max)| (got.halves(), max.halves())),
            grade: score.as_ref().and_then(|score| score.verdict.grade),
            lacks: score
                .filter(|_| problem == Some(LineProblem::NotPassed))
                .and_then(|score| Some((lacks(score)?, set?.id.clone()))),
            problem,
            held: head.and_then(|head| Some(head.held.as_ref()?.reason.clone())),
            deed: None,
            gave: form.map(Document::contribution).unwrap_or_default(),
            initiatives: Vec::new(),
            held_in: Vec::new(),
            declined: false,
            mends: None,
            corrected: None,
            correcting: None,
        }
    }
}
