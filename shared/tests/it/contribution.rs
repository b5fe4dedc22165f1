//! What a subject gave in the year of its form.

use serde_json::{Value, json};
use shared::change::{Change, ChangeBody, Context, Refusal, admit};
use shared::contribution::Contribution;
use shared::document::Document;
use shared::field::{self, FieldProblem, GAVE_MAX};
use shared::figure;

use crate::support::*;

fn form() -> Document {
    let officer = officer(1);
    let family = admitted(None, register(1, household(1), village(1), "Lò Văn Pâng")).unwrap();
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &|_| Some(&family),
    };
    admit(None, &start(2, household(1)), &context)
        .unwrap()
        .document
}

fn admitted(document: Option<Document>, change: Change) -> Result<Document, Refusal> {
    let officer = officer(1);
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &nothing,
    };
    admit(document, &change, &context).map(|admitted| admitted.document)
}

fn gives(number: u128, name: &str, value: Value) -> Change {
    let field = name.into();
    let body = ChangeBody::SetField { field, value };
    change(number, assessment_of(household(1)), None, body)
}

#[test]
fn labour_money_and_the_rest_stand_in_the_form_and_no_score_rests_on_them() {
    let form = form();
    assert!(form.contribution().is_empty());
    let before = (form.score(&sets()[0]), figure::result(&form, sets()));
    let form = admitted(Some(form), gives(3, field::GAVE_LABOUR, json!(5))).unwrap();
    let form = admitted(
        Some(form),
        gives(4, field::GAVE_MONEY, json!(2_000_000_000u64)),
    )
    .unwrap();
    let form = admitted(
        Some(form),
        gives(5, field::GAVE_OTHERWISE, json!("  dạy chữ   cho 25 người ")),
    )
    .unwrap();
    let gave = Contribution {
        labour: Some(5),
        money: Some(2_000_000_000),
        otherwise: Some("dạy chữ cho 25 người".into()),
    };
    assert_eq!(form.contribution(), gave);
    let after = (form.score(&sets()[0]), figure::result(&form, sets()));
    assert_eq!(before, after);
}

#[test]
fn nought_and_nothing_are_nothing() {
    let form = admitted(Some(form()), gives(3, field::GAVE_LABOUR, json!(0))).unwrap();
    let form = admitted(Some(form), gives(4, field::GAVE_OTHERWISE, json!("  "))).unwrap();
    assert!(form.contribution().is_empty(), "{form:?}");
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |name: &str, value: Value| match admitted(Some(form()), gives(3, name, value)) {
        Err(Refusal::Field { problem, .. }) => problem,
        other => panic!("{other:?}"),
    };
    for odd in [json!("nhiều"), json!(-1), json!(1.5), json!([1])] {
        assert_eq!(
            refused(field::GAVE_MONEY, odd.clone()),
            FieldProblem::NotNumber,
            "{odd}"
        );
    }
    let most = 1_000_000_000_000u64;
    assert_eq!(
        refused(field::GAVE_MONEY, json!(most + 1)),
        FieldProblem::OutOfRange { min: 0, max: most }
    );
    assert_eq!(
        refused(field::GAVE_OTHERWISE, json!("a".repeat(GAVE_MAX + 1))),
        FieldProblem::TooLong { max: GAVE_MAX }
    );
}
