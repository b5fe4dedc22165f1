//! The tables of the desk: one list on the page and as a file, in the order and with the filter of the address.

use axum::http::StatusCode;

use crate::support::changes::*;
use crate::support::request::Browser;
use crate::support::{TestApp, on_both};

/// The texts of the first cells of a page's rows, up to the end of the first table.
fn first_cells(page: &str) -> Vec<String> {
    let table = page.split("<tbody").nth(1).expect("a table");
    let table = table.split("</tbody>").next().unwrap_or_default();
    let cells = table.split("<th scope=\"row\"").skip(1);
    let cells = cells.filter_map(|cell| cell.split("</th>").next());
    cells.map(plain).collect()
}

fn plain(markup: &str) -> String {
    let inside = format!("<{markup}");
    let texts = inside.split('<').filter_map(|part| part.split_once('>'));
    texts
        .map(|(_, text)| text)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Four families: one passes, one has less, two are not scored.
async fn families(app: &TestApp) -> Browser {
    let places = app.places();
    let officer = app.sign_in("xa").await;
    let mut changes = scored(new_subject(), places.commune, places.village, "Lò Văn Ương");
    let less = new_subject();
    let mut of_less = scored(less, places.commune, places.village, "Mào Thị Dung");
    let last = of_less.pop().expect("the last step");
    let first = family_set().indicators().next().expect("a criterion");
    of_less.push(answer(less, first.code.as_str(), 0));
    of_less.push(last);
    changes.extend(of_less);
    for name in ["Lò Văn Đông", "Lò Văn An"] {
        changes.push(register(
            new_subject(),
            places.commune,
            places.village,
            name,
        ));
    }
    let answer = officer.sync(&request(changes)).await;
    assert!(all_received(&answer), "{:?}", outcomes(&answer));
    officer
}

on_both! {
    async fn a_list_has_the_order_of_its_address_on_the_page_and_in_its_file(app: TestApp) {
        let officer = families(&app).await;
        let places = app.places();
        let asked = format!("unit={}&title=learning_family&year={YEAR}", places.commune);
        for (order, wanted) in [
            ("", ["Lò Văn An", "Mào Thị Dung", "Lò Văn Đông", "Lò Văn Ương"]),
            ("&sort=name&down=1", ["Lò Văn Ương", "Lò Văn Đông", "Mào Thị Dung", "Lò Văn An"]),
            ("&sort=points", ["Mào Thị Dung", "Lò Văn Ương", "Lò Văn An", "Lò Văn Đông"]),
            ("&sort=points&down=1", ["Lò Văn Ương", "Mào Thị Dung", "Lò Văn An", "Lò Văn Đông"]),
            ("&sort=nothing", ["Lò Văn An", "Mào Thị Dung", "Lò Văn Đông", "Lò Văn Ương"]),
        ] {
            let page = officer.get(&format!("/dashboard/subjects?{asked}{order}")).await;
            assert_eq!(page.status, StatusCode::OK);
            let page = page.text();
            assert_eq!(first_cells(&page), wanted, "{order}");
            let sorted = match order {
                "" | "&sort=nothing" => "&sort=name",
                order => order,
            };
            let file = format!("/dashboard/export/subjects.csv?{asked}{sorted}\"").replace('&', "&amp;");
            assert!(page.contains(&file), "{file} in {page}");
            let text = officer.get(&format!("/dashboard/export/subjects.csv?{asked}{order}")).await.text();
            let names: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(';').nth(1)).collect();
            assert_eq!(names, wanted, "{order}");
            let numbers: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(';').next()).collect();
            assert_eq!(numbers, ["1", "2", "3", "4"]);
        }
        // The head says the order and turns it round; what was looked for is kept.
        let page = officer.get(&format!("/dashboard/subjects?{asked}&sort=points&search=l")).await.text();
        assert!(page.contains("aria-sort=\"ascending\""), "{page}");
        assert!(page.contains("search=l&amp;sort=points&amp;down=1"), "{page}");
        assert_eq!(first_cells(&page), ["Lò Văn Ương", "Lò Văn An", "Lò Văn Đông"]);
    }

    async fn the_parts_of_a_unit_are_found_and_sorted_on_its_pages(app: TestApp) {
        let officer = families(&app).await;
        let places = app.places();
        for page in ["/dashboard", "/commune"] {
            let at = format!("{page}?unit={}&title=learning_family&year={YEAR}", places.commune);
            let all = first_cells(&officer.get(&at).await.text());
            assert!(all.len() > 1 && all.contains(&"Vàng Pheo".to_owned()), "{page}: {all:?}");
            let sorted = first_cells(&officer.get(&format!("{at}&sort=name")).await.text());
            let mut turned = first_cells(&officer.get(&format!("{at}&sort=name&down=1")).await.text());
            turned.reverse();
            assert_eq!(sorted, turned, "{page}");
            let found = officer.get(&format!("{at}&find=vang+pheo")).await.text();
            assert_eq!(first_cells(&found), ["Vàng Pheo"], "{page}");
            // The sum is of all, so it does not stand below a part.
            assert!(!found.contains("<tfoot"), "{page}");
            let none = officer.get(&format!("{at}&find=%3Cb%3Exyz")).await.text();
            assert!(none.contains("Không có dòng nào khớp"), "{none}");
        }
        let file = format!("/dashboard/export/parts.csv?unit={}&year={YEAR}&find=vang+pheo", places.commune);
        let text = officer.get(&file).await.text();
        assert_eq!(text.trim_end().lines().count(), 2, "{text}");
    }

    async fn each_table_of_a_page_has_an_order_of_its_own(app: TestApp) {
        let officer = families(&app).await;
        let at = format!("/commune?unit={}&year={YEAR}", app.places().commune);
        let page = officer.get(&format!("{at}&devices.sort=person&unheard.sort=place&told=retired")).await.text();
        assert!(page.contains("devices.sort=person&amp;devices.down=1#devices"), "{page}");
        assert!(page.contains("devices.sort=person&amp;unheard.sort=place&amp;sort=name&amp;down=1#villages"), "{page}");
        // What was just done is told once.
        assert!(!page.contains("told=retired&amp;"), "{page}");
        let file = officer.get(&format!("/dashboard/export/unheard.csv?unit={}", app.places().commune)).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        let elsewhere = format!("/dashboard/export/unheard.csv?unit={}", app.places().elsewhere);
        assert_eq!(officer.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_queue_is_sorted_whole_and_leaves_as_a_file(app: TestApp) {
        let officer = families(&app).await;
        for (order, wanted) in [
            ("&sort=name", ["Mào Thị Dung", "Lò Văn Ương"]),
            ("&sort=points", ["Mào Thị Dung", "Lò Văn Ương"]),
            // What there is to look at first.
            ("&sort=look&down=1", ["Mào Thị Dung", "Lò Văn Ương"]),
        ] {
            let page = officer.get(&format!("/commune/queue?state=waiting{order}")).await.text();
            let names: Vec<String> = first_cells(&page);
            for (name, wanted) in names.iter().zip(wanted) {
                assert!(name.starts_with(wanted), "{order}: {names:?}");
            }
            let text = officer.get(&format!("/dashboard/export/queue.csv?state=waiting{order}")).await.text();
            let names: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(';').nth(1)).collect();
            assert_eq!(names, wanted, "{order}: {text}");
            // The first is opened where they begin, whatever the order in sight.
            assert_eq!(page.matches("data-kind=\"primary\"").count(), 1, "{page}");
        }
        // Only what is plain may be chosen: the one that passes.
        let page = officer.get("/commune/queue?state=waiting&sort=name").await.text();
        assert_eq!(page.matches("name=\"chosen\"").count(), 1, "{page}");
        let village = app.sign_in("ban1").await;
        let answer = village.get("/dashboard/export/queue.csv").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    }

    async fn imports_leave_as_a_file_for_those_who_import(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let commune = app.places().commune;
        let file = format!("/dashboard/export/imports.csv?unit={commune}");
        let answer = officer.get(&file).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert!(answer.text().contains("Lúc;"), "{}", answer.text());
        let elsewhere = format!("/dashboard/export/imports.csv?unit={}", app.places().elsewhere);
        assert_eq!(officer.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.sign_in("huyen").await.get(&file).await.status, StatusCode::FORBIDDEN);
    }
}
