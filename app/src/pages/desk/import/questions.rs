//! What only a person can say of a list, asked and answered on the page that shows it.

use leptos::prelude::*;
use shared::api::imports::{AskedAbout, Choice, Meaning, Question};
use shared::kind::SubjectKind;

use crate::locale::{t, tf};
use crate::tables::counted;

#[component]
pub fn Questions(
    questions: Vec<Question>,
    kind: SubjectKind,
    /// How many were answered before.
    answered: usize,
    list: String,
) -> impl IntoView {
    let action = format!("/commune/import/{list}/answers");
    let anew = (answered > 0).then(|| {
        view! {
            <form class="row" method="post" action=action.clone()>
                <span>{tf("import.answered", &[("n", &answered)])}</span>
                <button type="submit" class="button" data-kind="quiet" name="anew" value="1">{t("import.answer_anew")}</button>
            </form>
        }
    });
    let villages = questions
        .iter()
        .filter(|question| matches!(question.about, AskedAbout::Village(_)));
    let several = villages.count() > 1;
    let head = tf("import.questions", &[("n", &questions.len())]);
    let form = (!questions.is_empty()).then(|| view! {
        <section class="card decide">
            <h2>{head}</h2>
            <p class="hint">{t("import.questions_text")}</p>
            <form class="stack" method="post" action=action>
                {several.then(|| view! {
                    <label class="check"><input type="checkbox" name="all_new" value="1"/><span>{t("import.all_new")}</span></label>
                })}
                {questions.into_iter().enumerate().map(|(at, it)| question(at, it, kind)).collect_view()}
                <p><button type="submit" class="button" data-kind="primary">{t("import.answer")}</button></p>
            </form>
        </section>
    });
    view! { {anew} {form} }
}

fn question(at: usize, question: Question, kind: SubjectKind) -> impl IntoView {
    let Question {
        topic,
        about,
        words,
        choices,
    } = question;
    let name = format!("answer.{topic}");
    match about {
        AskedAbout::Village(village) => select(at, kind, &village, name, words, choices).into_any(),
        AskedAbout::Row { sheet, row } => {
            let place = match sheet {
                Some(sheet) => tf("import.row_of_sheet", &[("sheet", &sheet), ("row", &row)]),
                None => tf("import.row_n", &[("row", &row)]),
            };
            radios(kind, place, name, words, choices).into_any()
        }
    }
}

fn select(
    at: usize,
    kind: SubjectKind,
    village: &str,
    name: String,
    words: String,
    choices: Vec<Choice>,
) -> impl IntoView + use<> {
    let id = format!("question-{at}");
    let hint = format!("{id}-hint");
    let label = tf("import.village", &[("name", &village)]);
    let option = |Choice { answer, means }: Choice| {
        let label = meaning(&means, kind);
        view! { <option value=answer>{label}</option> }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <p class="hint" id=hint.clone() lang="vi">{words}</p>
            <select id=id name=name aria-describedby=hint>
                <option value="">{t("import.not_answered")}</option>
                {choices.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

fn radios(
    kind: SubjectKind,
    place: String,
    name: String,
    words: String,
    choices: Vec<Choice>,
) -> impl IntoView {
    let choice = move |Choice { answer, means }: Choice| {
        // What is said of a family comes from the list, in its language.
        let lang = matches!(means, Meaning::Same(_)).then_some("vi");
        view! {
            <label class="check"><input type="radio" name=name.clone() value=answer/><span lang=lang>{meaning(&means, kind)}</span></label>
        }
    };
    view! {
        <fieldset class="stack" data-gap="s">
            <legend>{place}</legend>
            <p lang="vi">{words}</p>
            <div class="row">{choices.into_iter().map(choice).collect_view()}</div>
        </fieldset>
    }
}

fn meaning(means: &Meaning, kind: SubjectKind) -> String {
    match means {
        Meaning::NewVillage => t("import.means_new_village"),
        Meaning::Village(name) => tf("import.means_village", &[("name", name)]),
        Meaning::Same(words) => words.clone(),
        Meaning::NoVillage => t("import.means_no_village"),
        Meaning::Different => tf("import.means_different", &[("kind", &counted(kind))]),
        Meaning::Leave => t("import.means_leave"),
    }
}
