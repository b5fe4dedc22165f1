//! `banhoc import`: units and lists.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use shared::calendar;
use shared::org_unit::UnitCode;
use shared::text::fold;

use crate::clock;
use crate::config::{Import, Listed};
use crate::db::Db;
use crate::import::FileError;
use crate::import::commune::CommuneError;
use crate::import::kinds::Listing;
use crate::import::plan::{Answer, Answers, Ending, Options, Plan, Question, Topic};
use crate::services::lists::{self, ImportError, Request, Upload};
use crate::services::units;

/// Rows wait for an answer; the others were taken.
const WAITING: u8 = 3;
/// Imports that `list` shows.
const LISTED: usize = 30;

pub async fn run(db: &Db, command: Import) -> anyhow::Result<ExitCode> {
    match command {
        Import::Units { file } => {
            let text = std::fs::read_to_string(&file);
            let text = text.with_context(|| format!("không đọc được tệp {}", file.display()))?;
            let count = units::import(db, &text).await?;
            println!("Đã nhập {count} đơn vị hành chính.");
            Ok(ExitCode::SUCCESS)
        }
        Import::Subjects(asked) => subjects(db, &asked).await,
        Import::List => list(db).await,
        Import::Undo { id } => undo(db, &id).await,
    }
}

async fn subjects(db: &Db, asked: &Listed) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(&asked.file)
        .with_context(|| format!("không đọc được tệp {}", asked.file.display()))?;
    let upload = Upload::read(&file_name(&asked.file), &bytes)?;
    let mut request = Request {
        kind: asked.kind,
        commune: UnitCode::new(asked.commune.trim()),
        only: None,
        year: asked.year,
        despite_heading: asked.despite_heading,
        options: Options {
            despite_columns: asked.despite_columns,
            registers: asked.register,
            ..Options::default()
        },
    };
    let now = clock::now();
    // What the options answer is only known once the questions are: of villages first, then of who is in them.
    let mut plan = lists::preview(db, &upload, &request, now).await;
    let steps: [fn(&Listed, &Plan) -> anyhow::Result<Answers>; 2] = [village_answers, row_answers];
    for answers in steps {
        let given = answers(asked, plan.as_ref().map_err(with_advice)?)?;
        if !given.is_empty() {
            request.options.answers.extend(given);
            plan = lists::preview(db, &upload, &request, now).await;
        }
    }
    let plan = plan?;
    if asked.dry_run {
        print!("{plan}");
        advise(&plan);
        println!("Đây là bản xem trước; chưa có gì được ghi.");
        return Ok(exit(&plan));
    }
    let seen = plan.mark();
    let done = lists::apply(db, &upload, &request, Some(&seen), None, now).await?;
    let plan = &done.plan;
    print!("{plan}");
    if done.refused > 0 {
        println!(
            "{} thay đổi không được nhận vì phiếu đã khoá hoặc nội dung không hợp lệ; xem nhật ký máy chủ.",
            done.refused
        );
    }
    println!("{}", plan.summary());
    advise(plan);
    if let Some(id) = &done.id {
        println!("Mã lần nhập: {id}. Nhập nhầm thì bỏ được bằng: banhoc import undo {id}");
    }
    Ok(exit(plan))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn exit(plan: &Plan) -> ExitCode {
    match plan.ending() {
        Ending::Taken | Ending::NothingNew => ExitCode::SUCCESS,
        Ending::Waiting => WAITING.into(),
        Ending::Nothing => ExitCode::FAILURE,
    }
}

/// An error, with the option that goes on despite it.
fn with_advice(error: &ImportError) -> anyhow::Error {
    let option = match error {
        ImportError::Commune(CommuneError::Other { .. }) => "--despite-heading",
        ImportError::File(FileError::WrongColumns { .. }) => "--despite-columns",
        _ => return anyhow::anyhow!("{error}"),
    };
    anyhow::anyhow!("{error}. Nếu đã xem và đúng là như vậy, thêm {option}")
}

/// What the options answer of what is asked about villages.
fn village_answers(asked: &Listed, plan: &Plan) -> anyhow::Result<Answers> {
    let mut answers = Answers::new();
    for name in &asked.new_villages {
        let question = village_question(plan, name)?;
        answers.insert(question.topic.clone(), Answer::NewVillage);
    }
    if asked.all_new_villages {
        let topics = plan.questions.iter().map(|question| &question.topic);
        let villages = topics.filter(|topic| matches!(topic, Topic::Village(_)));
        for topic in villages {
            let answer = Answer::NewVillage;
            answers.entry(topic.clone()).or_insert(answer);
        }
    }
    for pair in &asked.villages {
        let Some((name, meant)) = pair.split_once('=') else {
            bail!("--village cần dạng \"TÊN TRONG TỆP=TÊN BẢN ĐÃ CÓ\"; đang là {pair:?}");
        };
        let question = village_question(plan, name)?;
        let villages = &plan.known_villages;
        if meant.trim().is_empty() && offers(question, &Answer::NoVillage) {
            answers.insert(question.topic.clone(), Answer::NoVillage);
            continue;
        }
        let is_meant = |words: &str| fold(words) == fold(meant);
        let found: Vec<_> = villages
            .iter()
            .filter(|it| is_meant(&it.name) || is_meant(&it.words(villages)))
            .collect();
        let village = match found.as_slice() {
            [only] => only,
            found => {
                let all = if found.is_empty() {
                    villages.iter().collect()
                } else {
                    found.to_vec()
                };
                let all: Vec<String> = all.iter().map(|it| it.words(villages)).collect();
                bail!(
                    "không rõ “{}” là bản nào; các bản: {}",
                    meant.trim(),
                    all.join(", ")
                );
            }
        };
        answers.insert(question.topic.clone(), Answer::Village(village.id));
    }
    Ok(answers)
}

/// What the options answer of what is asked about rows.
fn row_answers(asked: &Listed, plan: &Plan) -> anyhow::Result<Answers> {
    let mut answers = Answers::new();
    for row in &asked.same {
        let (row, number) = match row.rsplit_once('=') {
            Some((row, number)) => (row, Some(number.trim().parse::<usize>()?)),
            None => (row.as_str(), None),
        };
        let question = row_question(plan, row)?;
        let same = question.choices.iter().map(|choice| &choice.answer);
        let same: Vec<&Answer> = same.filter(|it| matches!(it, Answer::Same(_))).collect();
        let chosen = match (number, same.as_slice()) {
            (None, [only]) => only,
            (None, _) => bail!(
                "dòng {row} giống nhiều {}; hãy ghi --same {row}=1, {row}=2, …",
                Listing::of(plan.kind).noun
            ),
            (Some(number), same) => number
                .checked_sub(1)
                .and_then(|at| same.get(at))
                .with_context(|| format!("dòng {row} không có lựa chọn số {number}"))?,
        };
        answers.insert(question.topic.clone(), (*chosen).clone());
    }
    for row in &asked.different {
        let question = row_question(plan, row)?;
        answers.insert(question.topic.clone(), Answer::Different);
    }
    Ok(answers)
}

fn offers(question: &Question, answer: &Answer) -> bool {
    let mut choices = question.choices.iter();
    choices.any(|choice| choice.answer == *answer)
}

fn village_question<'a>(plan: &'a Plan, name: &str) -> anyhow::Result<&'a Question> {
    let found = plan
        .questions
        .iter()
        .find(|question| match &question.topic {
            Topic::Village(asked) => fold(asked) == fold(name),
            Topic::Row(_) => false,
        });
    found.with_context(|| format!("không có câu hỏi nào về bản “{}”", name.trim()))
}

/// The question about a row: `12`, or `Bổ sung:12` where a file has several sheets.
fn row_question<'a>(plan: &'a Plan, row: &str) -> anyhow::Result<&'a Question> {
    let (sheet, row) = match row.rsplit_once(':') {
        Some((sheet, row)) => (Some(sheet.trim()), row),
        None => (None, row),
    };
    let number: u32 = row
        .trim()
        .parse()
        .with_context(|| format!("“{row}” không phải số dòng"))?;
    let found: Vec<&Question> = plan
        .questions
        .iter()
        .filter(|question| match &question.topic {
            Topic::Row(at) => at.row == number && sheet.is_none_or(|sheet| sheet == at.sheet),
            Topic::Village(_) => false,
        })
        .collect();
    match found.as_slice() {
        [only] => Ok(only),
        [] => bail!("không có câu hỏi nào về dòng {number}"),
        _ => bail!(
            "nhiều tờ có dòng {number}; hãy ghi cả tên tờ, thí dụ --same \"Bổ sung:{number}\""
        ),
    }
}

/// Tells by which options open questions are answered.
fn advise(plan: &Plan) {
    if plan.questions.is_empty() {
        return;
    }
    println!("Chạy lại lệnh này với câu trả lời:");
    let villages = plan.questions.iter();
    let villages = villages.filter(|it| matches!(it.topic, Topic::Village(_)));
    if villages.count() > 1 {
        println!(
            "  --new-villages  nếu mọi bản chưa biết trong tệp đều là bản mới, hoặc từng câu:"
        );
    }
    for question in &plan.questions {
        let has = |wanted: fn(&Answer) -> bool| {
            let answers = question.choices.iter().map(|choice| &choice.answer);
            answers.filter(|answer| wanted(answer)).count()
        };
        match &question.topic {
            Topic::Village(name) => {
                print!("  --new-village \"{name}\"");
                if !plan.known_villages.is_empty() {
                    print!("  hoặc  --village \"{name}=TÊN BẢN ĐÃ CÓ\"");
                }
                if offers(question, &Answer::NoVillage) {
                    print!("  hoặc  --village \"{name}=\" nếu không thuộc bản nào");
                }
            }
            Topic::Row(at) => {
                let row = match plan.has_sheets() {
                    true => format!("\"{}:{}\"", at.sheet, at.row),
                    false => at.row.to_string(),
                };
                match has(|answer| matches!(answer, Answer::Same(_))) {
                    0 => {}
                    1 => print!("  --same {row}  hoặc"),
                    count => {
                        for number in 1..=count {
                            print!("  --same {row}={number}  hoặc");
                        }
                    }
                }
                print!("  --different {row}");
            }
        }
        println!();
    }
}

async fn list(db: &Db) -> anyhow::Result<ExitCode> {
    let imports = lists::last(db, LISTED).await?;
    if imports.is_empty() {
        println!("Chưa có lần nhập danh sách nào.");
    }
    for import in imports {
        let at = calendar::here(import.at).format("%d/%m/%Y %H:%M");
        let noun = Listing::of(import.made.kind).noun;
        let undone = import.undone_at.map_or_else(String::new, |at| {
            format!(", đã bỏ ngày {}", calendar::day(at).format("%d/%m/%Y"))
        });
        println!(
            "{}  {at}  {}  năm {}: {} {} mới, {} cập nhật{undone}",
            import.id, import.file.name, import.year, import.made.new, noun, import.made.updated
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn undo(db: &Db, id: &str) -> anyhow::Result<ExitCode> {
    let undone = lists::undo(db, id, clock::now()).await?;
    let noun = Listing::of(undone.import.made.kind).noun;
    println!(
        "Đã bỏ lần nhập {} (tệp {}): {} {noun} mới thôi tính, {} {noun} trở lại như trước, {} phiếu đăng ký được rút.",
        undone.import.id, undone.import.file.name, undone.ended, undone.restored, undone.withdrawn
    );
    if undone.villages > 0 {
        println!("{} bản mới không còn ai cũng được bỏ.", undone.villages);
    }
    if !undone.kept.is_empty() {
        println!(
            "Giữ lại {} {noun} vì đã có người ghi thêm sau lần nhập: {}.",
            undone.kept.len(),
            undone.kept.join(", ")
        );
    }
    Ok(ExitCode::SUCCESS)
}
