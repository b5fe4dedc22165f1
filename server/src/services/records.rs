//! Papers about forms: what a village's meeting fills in, what a form has reached criterion by criterion, and what was found when
//! it was checked.

use app::locale::{self, Locale};
use app::{Backend, BackendError, words};
use chrono::Datelike;
use papers::{Letterhead, Record, RecordColumn};
use shared::api::{SubjectRow, SubjectsQuery};
use shared::assessment::Stage;
use shared::calendar::Year;
use shared::criteria::{CriteriaSet, Group, Indicator, SetStatus, Title};
use shared::document::{Document, Scorer};
use shared::figure;
use shared::ids::{DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::meeting::Meeting;
use shared::org_unit::UnitKind;
use shared::problem::ProblemKind;
use shared::scoring;

use super::decision_papers::{Format, drawn};
use super::figures::{RequestBackend, failed};
use super::letterheads;
use crate::auth::SignedIn;
use crate::clock;
use crate::state::AppState;

/// A paper about one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Bản tổng hợp kết quả tiêu chí, chỉ tiêu.
    Summary,
    /// Biên bản kiểm tra.
    Verification,
}

impl Which {
    /// As an address names it.
    pub fn parse(stem: &str) -> Result<Self, ProblemKind> {
        match stem {
            "tong-hop" => Ok(Which::Summary),
            "bien-ban-kiem-tra" => Ok(Which::Verification),
            _ => Err(ProblemKind::NotFound),
        }
    }
}

/// What is left to be written by hand.
const ROOM: &str = "……………………";
const DAY: &str = "…… giờ …… phút, ngày …… tháng …… năm";

fn column(head: &str, weight: u32, centred: bool) -> RecordColumn {
    RecordColumn {
        head: head.to_owned(),
        weight,
        centred,
    }
}

fn backend(state: &AppState, who: &SignedIn) -> RequestBackend {
    RequestBackend {
        state: state.clone(),
        signed_in: Some(who.clone()),
    }
}

/// The letterhead of the unit that a unit's papers go through: its own, or that of the commune above a village.
async fn letterhead(
    state: &AppState,
    who: &SignedIn,
    unit: UnitId,
) -> Result<(Letterhead, Option<String>), BackendError> {
    let (tree, day) = (&who.tree, clock::today());
    let found = tree.get(unit).ok_or(ProblemKind::NotFound)?;
    let is_village = found.kind == UnitKind::Village;
    let home = match is_village {
        true => tree.parent(unit, day).map_or(unit, |above| above.id),
        false => unit,
    };
    let mut conn = state.db.read().await.map_err(failed)?;
    let letterhead = letterheads::of(&mut conn, tree, home, day).await;
    let name = found.name(day);
    let village = is_village.then(|| format!("Bản {name}"));
    Ok((letterhead.map_err(failed)?, village))
}

/// The minutes of the meeting at which a village judges, and their name: of the last meeting that was written down with its votes,
/// or with those who are registered and room for the votes.
pub async fn minutes(
    state: &AppState,
    who: &SignedIn,
    unit: UnitId,
    title: Title,
    year: Year,
    format: Format,
) -> Result<(String, Vec<u8>), BackendError> {
    let query = SubjectsQuery {
        unit,
        title,
        year,
        as_of: None,
        search: None,
        figure: None,
        page: 0,
        whole: true,
    };
    let found = backend(state, who).subjects(query).await?;
    let (letterhead, village) = letterhead(state, who, unit).await?;
    let letterhead = match &village {
        Some(village) => Letterhead {
            upper: letterhead.issuer.clone(),
            issuer: village.clone(),
            authority: String::new(),
            signer_mark: String::new(),
            signer_title: "Chủ trì".to_owned(),
            signer_name: String::new(),
            ..letterhead
        },
        None => letterhead,
    };
    let registered = found.rows.into_iter().filter(|row| row.stage.is_some());
    let mut rows: Vec<SubjectRow> = registered.collect();
    let held = rows.iter().filter_map(|row| row.meeting);
    let held = held.max_by_key(|meeting| meeting.on);
    if let Some(held) = held {
        rows.retain(|row| row.meeting.is_some_and(|it| it.on == held.on));
    }
    let said = async { minutes_of(&rows, held, title, year) };
    let (name, record) = locale::speaking(Locale::Vi, said).await;
    Ok((name, drawn(record, letterhead, format).await?))
}

fn minutes_of(
    rows: &[SubjectRow],
    held: Option<Meeting>,
    title: Title,
    year: Year,
) -> (String, Record) {
    let name = words::capital(&words::title(title));
    let counted = words::kind(SubjectKind::of(title));
    let about = format!("Họp bình xét danh hiệu “{name}” năm {year}");
    let (day, present) = match held {
        Some(held) => (
            format!("…… giờ …… phút, ngày {}", words::date(held.on)),
            held.present.to_string(),
        ),
        None => (format!("{DAY} {year}"), "……".to_owned()),
    };
    let paragraphs = vec![
        format!("Thời gian bắt đầu: {day}. Địa điểm: {ROOM}"),
        format!("Có mặt: {present} người; vắng mặt: …… người. Chủ trì: {ROOM} Thư ký: {ROOM}"),
        format!(
            "Cuộc họp nghe kết quả tự chấm của {} {counted} trong danh sách dưới đây, góp ý và biểu quyết từng trường hợp.",
            rows.len()
        ),
        "Cuộc họp kết thúc lúc …… giờ …… phút cùng ngày. Biên bản đã đọc lại cho mọi người cùng nghe và thống nhất.".to_owned(),
    ];
    let row = |(at, row): (usize, &SubjectRow)| {
        let points = row
            .points
            .map(|(got, _)| words::points(shared::criteria::Points::from_halves(got)));
        let place = row.hamlet.clone().unwrap_or_default();
        let mut cells = vec![
            (at + 1).to_string(),
            row.name.clone(),
            place,
            points.unwrap_or_default(),
        ];
        // What the votes mean is the meeting's to say.
        cells.extend(row.meeting.into_iter().flat_map(|meeting| {
            let votes = [meeting.in_favour, meeting.against];
            votes.map(|votes| votes.to_string())
        }));
        cells
    };
    let record = Record {
        kind: "Biên bản".to_owned(),
        about,
        date: None,
        drafted_in: year.get(),
        paragraphs,
        columns: vec![
            column("TT", 7, true),
            column("Họ và tên, tên gọi", 32, false),
            column("Nhóm, cụm", 16, false),
            column("Tự chấm", 12, true),
            column("Đồng ý", 11, true),
            column("Không đồng ý", 12, true),
            column("Kết luận", 16, false),
        ],
        rows: rows.iter().enumerate().map(row).collect(),
        beside: "Thư ký".to_owned(),
        landscape: false,
    };
    (format!("Biên bản bình xét {name} {year}"), record)
}

/// A paper about the form of a subject of a year, if there is one for somebody, with its name.
pub async fn of_form(
    state: &AppState,
    who: &SignedIn,
    subject: DocumentId,
    form: DocumentId,
    which: Which,
    format: Format,
) -> Result<(String, Vec<u8>), BackendError> {
    let found = backend(state, who).subject(subject).await?;
    let form = found.assessments.iter().find(|it| it.id == form);
    let form = form.ok_or(ProblemKind::NotFound)?;
    let head = form.assessment().ok_or(ProblemKind::NotFound)?;
    let set = state.criteria.now().find(&head.criteria);
    let set = set.ok_or(ProblemKind::NotFound)?;
    let (letterhead, _) = letterhead(state, who, form.shard).await?;
    let said = async { worded(&found.subject, form, set, which) };
    let record = locale::speaking(Locale::Vi, said).await;
    let record = record.ok_or(ProblemKind::NotFound)?;
    let name = format!("{} {}", record.kind, found.subject.name());
    Ok((name, drawn(record, letterhead, format).await?))
}

fn worded(subject: &Document, form: &Document, set: &CriteriaSet, which: Which) -> Option<Record> {
    let head = form.assessment()?;
    let title = words::capital(&words::title(head.title));
    let (name, year) = (subject.name(), head.year);
    let score = form.score(set)?;
    let passes = figure::said(form, &score);
    // How far it is to the next level comes after what was reached.
    let result = format!(
        "{} · {}",
        words::verdict(passes, &score, set),
        words::standing(&score)
    );
    let checked = match &head.stage {
        Stage::Recognised { decision } => format!(" Đã công nhận theo {decision}."),
        Stage::Revoked { decision } => format!(" Đã thu hồi theo {decision}."),
        _ => String::new(),
    };
    let (kind, about, paragraphs, beside) = match which {
        Which::Summary => (
            "Bản tổng hợp",
            format!("Kết quả tiêu chí, chỉ tiêu danh hiệu “{title}” năm {year}"),
            vec![
                format!("Đối tượng: {name}."),
                format!("Bộ tiêu chí: {}.", set.name),
                format!("Kết quả: {result}.{checked}"),
            ],
            String::new(),
        ),
        Which::Verification => (
            "Biên bản",
            format!("Kiểm tra kết quả đánh giá danh hiệu “{title}” năm {year}"),
            vec![
                format!(
                    "Thời gian: {DAY} {}. Địa điểm: {ROOM}",
                    clock::today().year()
                ),
                format!("Thành phần kiểm tra: {ROOM}{ROOM}"),
                format!("Đối tượng được kiểm tra: {name}. Đại diện: {ROOM}"),
                format!(
                    "Đã đối chiếu từng mục với minh chứng theo {}; kết quả như bảng dưới đây.",
                    set.name
                ),
                format!("Kết quả ghi trên phần mềm: {result}."),
                format!("Kết luận: {ROOM}{ROOM}"),
            ],
            "Đại diện được kiểm tra".to_owned(),
        ),
    };
    let mut paragraphs = paragraphs;
    if set.status != SetStatus::Complete {
        paragraphs.push(locale::t("form.partial"));
    }
    Some(Record {
        kind: kind.to_owned(),
        about,
        date: None,
        drafted_in: clock::today().year(),
        paragraphs,
        columns: vec![
            column("Mã", 9, true),
            column("Tiêu chí, chỉ tiêu", 46, false),
            column("Điểm, yêu cầu", 15, true),
            column("Tự đánh giá", 15, true),
            column("Xã kiểm tra", 15, true),
            column("Minh chứng", 12, true),
        ],
        rows: rows(form, set),
        beside,
        landscape: true,
    })
}

/// What counts where nobody has answered: that a fact exempts the criterion, or what was counted.
fn settled(form: &Document, group: &Group, indicator: &Indicator) -> Option<String> {
    let head = form.assessment()?;
    let granted = scoring::granted(group, indicator, head.scored_by());
    let counted = || scoring::counted(indicator, head.grounds());
    match granted {
        Some(_) => Some(locale::t("answer.exempt")),
        None => counted().map(|it| words::answer(&it)),
    }
}

/// A row a group, and a row for each of its criteria.
fn rows(form: &Document, set: &CriteriaSet) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for group in &set.groups {
        let max = group.max.map(words::points).unwrap_or_default();
        rows.push(vec![
            group.code.to_string(),
            group.label.to_uppercase(),
            max,
        ]);
        for indicator in &group.indicators {
            let answer = |scorer| form.answer(scorer, &indicator.code);
            let own = answer(Scorer::Village).or_else(|| answer(Scorer::Own));
            let said = |answer: Option<_>| answer.map_or_else(String::new, |it| words::answer(&it));
            let checked = answer(Scorer::Commune);
            let settled = || settled(form, group, indicator).filter(|_| checked.is_none());
            let own = match own {
                None => settled().unwrap_or_default(),
                given => said(given),
            };
            let pieces = form
                .evidence()
                .filter(|(_, evidence)| evidence.criterion.as_ref() == Some(&indicator.code));
            let pieces = match pieces.count() {
                0 => String::new(),
                count => format!("{count} tệp"),
            };
            rows.push(vec![
                indicator.code.to_string(),
                indicator.official.clone(),
                words::asks(indicator),
                own,
                said(checked),
                pieces,
            ]);
        }
    }
    rows
}
