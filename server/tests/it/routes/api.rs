//! `/api/v1/openapi.json` and `/docs/api`: what programs are told, held against what they get.

use axum::http::{StatusCode, header};
use boon::{Compiler, Schemas};
use serde_json::{Value, json};
use shared::assessment::Move;
use shared::ids::SubjectId;

use crate::support::changes::*;
use crate::support::evidence::photo;
use crate::support::request::Browser;
use crate::support::{PASSWORD, Places, TestApp, on_both};

const DOCUMENT: &str = "http://banhoc/openapi.json";

/// The description, in which nothing may come that it does not name.
struct Described {
    document: Value,
    compiler: Compiler,
    schemas: Schemas,
}

impl Described {
    async fn by(browser: &Browser) -> Self {
        let mut document: Value = browser.get("/api/v1/openapi.json").await.json();
        close(&mut document["components"]["schemas"]);
        let mut compiler = Compiler::new();
        let added = compiler.add_resource(DOCUMENT, document.clone());
        added.expect("a resource");
        Self {
            document,
            compiler,
            schemas: Schemas::new(),
        }
    }

    /// Holds a value against the schema at a JSON pointer of the document.
    fn check(&mut self, pointer: &str, value: &Value) {
        assert!(self.document.pointer(pointer).is_some(), "{pointer}");
        let place = format!("{DOCUMENT}#{pointer}");
        let schema = self.compiler.compile(&place, &mut self.schemas);
        let schema = schema.unwrap_or_else(|error| panic!("{pointer}: {error}"));
        let fits = self.schemas.validate(value, schema);
        fits.unwrap_or_else(|error| panic!("{pointer}: {error:#}\n{value:#}"));
    }

    fn operations(&self) -> Vec<(String, String, Value)> {
        let paths = self.document["paths"].as_object().expect("paths");
        let of_path = |(path, methods): (&String, &Value)| {
            let methods = methods.as_object().expect("methods").clone();
            let path = path.clone();
            methods
                .into_iter()
                .map(move |(method, told)| (path.clone(), method, told))
        };
        paths.iter().flat_map(of_path).collect()
    }
}

/// Of an object whose fields are named no other field may come.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("properties").is_some_and(Value::is_object) {
                fields
                    .entry("additionalProperties")
                    .or_insert(Value::Bool(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The place of a path's answer in the document.
fn answer_of(path: &str, method: &str) -> String {
    let path = path.replace('/', "~1");
    format!("/paths/{path}/{method}/responses/200/content/application~1json/schema")
}

/// A family with evidence and a history, given back and sent again, and one that waits.
async fn some_families(app: &TestApp) -> (Places, SubjectId) {
    let places = app.places();
    let officer = app.sign_in("xa").await;
    let [family, other] = [1, 2].map(|_| new_subject());
    let mut changes = scored(family, places.commune, places.village, "Lò Văn Pâng");
    let first = family_set().indicators().next().expect("a criterion");
    changes.push(photo(400, 1).attach(family));
    let remarks = [(first.code.clone(), "Cháu thứ hai đã nghỉ học".to_owned())];
    changes.push(step(
        family,
        Move::Return {
            comment: "Nhờ xem lại".into(),
            remarks: remarks.into_iter().collect(),
        },
    ));
    changes.push(set_field(family, None, "note", json!("Nhà ở đầu bản")));
    changes.extend(scored(other, places.commune, places.village, "Đèo Thị Ín"));
    send(&officer, changes).await;
    (places, family)
}

/// What is asked in the tests for a parameter.
fn value(name: &str, places: &Places, family: SubjectId) -> Option<String> {
    match name {
        "unit" | "commune" => Some(places.commune.to_string()),
        "id" => Some(family.to_string()),
        "title" => Some("learning_family".to_owned()),
        "year" => Some(YEAR.to_string()),
        _ => None,
    }
}

on_both! {
    async fn every_question_is_answered_as_it_is_described(app: TestApp) {
        let (places, family) = some_families(&app).await;
        let people = [app.sign_in("xa").await, app.sign_in("quantri").await];
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        let mut described = Described::by(&people[0]).await;
        let mut asked = 0;
        for (path, method, told) in described.operations() {
            let is_question = method == "get" && !path.contains('{');
            if !is_question {
                continue;
            }
            let none = Vec::new();
            let parameters = told["parameters"].as_array().unwrap_or(&none);
            let pairs: Vec<String> = parameters
                .iter()
                .filter_map(|it| it["name"].as_str())
                .filter_map(|name| Some(format!("{name}={}", value(name, &places, family)?)))
                .collect();
            let address = format!("{path}?{}", pairs.join("&"));
            let mut is_answered = false;
            for person in &people {
                let answer = person.get(&address).await;
                let status = answer.status.as_str();
                assert!(told["responses"].get(status).is_some(), "{address}: {status}");
                if answer.status == StatusCode::OK {
                    is_answered = true;
                    let schema = answer_of(&path, &method);
                    if described.document.pointer(&schema).is_some() {
                        described.check(&schema, &answer.json());
                    }
                }
            }
            assert!(is_answered, "{address}");
            // What does not go well is told beforehand.
            for (who, query) in [
                (&nobody, pairs.join("&")),
                (&people[0], "year=twenty&page=x&id=x&commune=x&kind=x".to_owned()),
                (&people[0], address.replace(&places.commune.to_string(), &places.elsewhere.to_string())
                    .split_once('?').map(|(_, query)| query.to_owned()).expect("a query")),
            ] {
                let answer = who.get(&format!("{path}?{query}")).await;
                let status = answer.status.as_str();
                let responses = &told["responses"];
                let description = responses[status]["description"].as_str();
                let description = description.unwrap_or_else(|| panic!("{path}?{query}: {status}"));
                if answer.status != StatusCode::OK {
                    let problem = answer.problem();
                    assert!(description.contains(&format!("`{problem}`")), "{path}: {problem}");
                    described.check("/components/schemas/Problem", &answer.json());
                }
            }
            asked += 1;
        }
        assert_eq!(asked, 14, "every question is in the document");
    }

    async fn an_exchange_is_what_it_is_described_as(app: TestApp) {
        let (_, family) = some_families(&app).await;
        let officer = app.sign_in("xa").await;
        let mut described = Described::by(&officer).await;
        let session: Value = app.login("xa", PASSWORD).await.json();
        described.check(&answer_of("/api/v1/login", "post"), &session);
        let code = family_set().indicators().next().expect("a criterion").code.clone();
        let request = request(vec![answer(family, code.as_str(), 3), answer(family, "GD.no", 1)]);
        let sent = serde_json::to_value(&request).expect("JSON");
        described.check("/components/schemas/SyncRequest", &sent);
        let answered: Value = officer.post_json("/api/v1/sync", &request).await.json();
        let count = |of: &str| answered[of].as_array().map_or(0, Vec::len);
        assert!(count("receipts") == 2 && count("documents") == 4, "{answered}");
        described.check(&answer_of("/api/v1/sync", "post"), &answered);
        // What is sent without an id of a device is no exchange.
        let schema = described.compiler.compile(
            &format!("{DOCUMENT}#/components/schemas/SyncRequest"),
            &mut described.schemas,
        );
        let schema = schema.expect("a schema");
        assert!(described.schemas.validate(&json!({ "protocol": 1 }), schema).is_err());
    }

    async fn the_description_says_what_everything_means(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let mut described = Described::by(&officer).await;
        let schemas = described.document["components"]["schemas"].as_object().expect("schemas");
        assert!(schemas.len() > 60, "{}", schemas.len());
        let says = |schema: &Value| schema["description"].as_str().is_some_and(|it| it.len() > 5);
        let silent = schemas.iter().filter(|(_, schema)| !says(schema));
        let silent: Vec<&String> = silent.map(|(name, _)| name).collect();
        assert_eq!(silent, Vec::<&String>::new(), "they say nothing");
        for (path, method, told) in described.operations() {
            for field in ["summary", "description"] {
                let says = told[field].as_str().is_some_and(|text| text.len() > 10);
                assert!(says, "{method} {path} has no {field}");
            }
            for parameter in told["parameters"].as_array().into_iter().flatten() {
                let text = parameter["description"].as_str().unwrap_or_default();
                let both = text.split_once("\n\n").is_some_and(|(vi, en)| vi.len() > 5 && en.len() > 5);
                assert!(both, "{method} {path}: {parameter}");
            }
            // An example is one.
            let path = path.replace('/', "~1");
            for (place, content) in [
                ("requestBody/content/application~1json", &told["requestBody"]["content"]["application/json"]),
                ("responses/200/content/application~1json", &told["responses"]["200"]["content"]["application/json"]),
            ] {
                if let Some(example) = content.get("example") {
                    described.check(&format!("/paths/{path}/{method}/{place}/schema"), example);
                }
            }
        }
    }

    async fn the_description_is_read_by_those_who_have_a_desk(app: TestApp) {
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        let door = nobody.get("/docs/api").await;
        assert_eq!(door.header(header::LOCATION), Some("/sign-in?next=%2Fdocs%2Fapi"));
        assert_eq!(nobody.get("/api/v1/openapi.json").await.problem(), "signed_out");
        for who in ["ban1", "ban1b"] {
            let phone = app.sign_in(who).await;
            assert_eq!(phone.get("/docs/api").await.status, StatusCode::FORBIDDEN, "{who}");
            assert_eq!(phone.get("/api/v1/openapi.json").await.problem(), "forbidden", "{who}");
        }
        for who in ["xa", "chutich", "huyen", "giamsat", "quantri"] {
            let reader = app.sign_in(who).await;
            let page = reader.get("/docs/api").await;
            assert_eq!(page.status, StatusCode::OK, "{who}");
            assert!(page.header(header::CONTENT_SECURITY_POLICY).is_some());
            let text = page.text().replace("<!>", "");
            for (path, method, _) in Described::by(&reader).await.operations() {
                let address = format!("<b>{}</b> {path}</code>", method.to_uppercase());
                assert!(text.contains(&address), "{address} in {text}");
            }
            assert!(text.contains("Số liệu của một đơn vị") && !text.contains(">api."), "{text}");
            // It loads nothing from elsewhere.
            assert!(!text.contains("src=\"http") && !text.contains("href=\"http"), "{text}");
            let english = Browser { cookie: format!("{}; lang=en", reader.cookie), ..reader };
            let text = english.get("/docs/api").await.text();
            assert!(text.contains("The figures of a unit"), "{text}");
        }
    }
}
