//! Tables of the desk: their order, their filter, their pages.

use shared::table::{Cell, Column, Order, Row, Stands, Table, Value};

fn table() -> Table {
    let row = |name: &str, points: Option<f64>, hamlet: &str| {
        let points = points.map_or_else(Cell::empty, |it| Cell::new(Value::Points(it)));
        Row::from(vec![
            Cell::name(name).note(Some(hamlet.to_owned())),
            points,
            Cell::text(hamlet),
        ])
    };
    Table {
        name: "Danh sách".into(),
        above: Vec::new(),
        columns: vec![
            Column::new("name", "Tên".into()),
            Column::figure("points", "Điểm".into()),
            Column::new("hamlet", "Xóm".into())
                .stands(Stands::InFile)
                .unsorted(),
        ],
        rows: vec![
            row("Lò Văn Ương", Some(30.5), "Trên"),
            row("Lò Văn Đông", None, "Dưới"),
            row("Mào Thị Dung", Some(40.0), "Dưới"),
            row("Lò Văn An", Some(7.0), "Trên"),
        ],
        below: vec![vec![Cell::text("Cộng")]],
        sorted: None,
        is_numbered: false,
    }
}

fn names(table: &Table) -> Vec<String> {
    let name = |row: &Row| match &row.cells[0].value {
        Value::Name(name) => name.rsplit(' ').next().map(str::to_owned),
        _ => None,
    };
    table.rows.iter().filter_map(name).collect()
}

fn order(by: &str, is_down: bool) -> Order {
    Order {
        by: Some(by.to_owned()),
        is_down,
        ..Order::default()
    }
}

#[test]
fn rows_are_sorted_as_lists_are_here_and_what_is_missing_stands_last() {
    let by = |by, is_down| names(&table().whole(&order(by, is_down))).join(" ");
    assert_eq!(by("name", false), "An Dung Đông Ương");
    assert_eq!(by("name", true), "Ương Đông Dung An");
    assert_eq!(by("points", false), "An Ương Dung Đông");
    assert_eq!(by("points", true), "Dung Ương An Đông");
    // What is no column, or is not sorted by, changes nothing.
    for nothing in ["hamlet", "nothing", ""] {
        let table = table().whole(&order(nothing, true));
        assert_eq!(names(&table).join(" "), "Ương Đông Dung An");
        assert_eq!(table.sorted, None);
    }
}

#[test]
fn a_filter_finds_words_without_marks_and_has_no_sum() {
    let found = |find: &str| {
        let order = Order {
            find: Some(find.to_owned()),
            ..Order::default()
        };
        table().whole(&order)
    };
    assert_eq!(names(&found("lo tren")), ["Ương", "An"]);
    assert_eq!(names(&found("DUNG duoi")), ["Dung"]);
    assert!(found("khong co").rows.is_empty());
    assert!(found("dung").below.is_empty());
    assert_eq!(table().whole(&Order::default()).below.len(), 1);
}

#[test]
fn pages_divide_what_was_found() {
    let page = |page, is_whole| {
        let order = Order {
            page,
            is_whole,
            ..order("name", false)
        };
        table().shown(order, 3)
    };
    assert_eq!(names(&page(0, false).table), ["An", "Dung", "Đông"]);
    assert_eq!(names(&page(1, false).table), ["Ương"]);
    assert!(page(u32::MAX, false).table.rows.is_empty());
    assert_eq!((page(0, false).pages(), page(0, false).total), (2, 4));
    assert!(page(0, true).is_all() && !page(1, false).is_all());
}

#[test]
fn an_address_is_read_with_what_stands_before_its_names() {
    let get = |name: &str| match name {
        "devices.sort" => Some("unsent".to_owned()),
        "devices.down" => Some("1".to_owned()),
        "devices.page" => Some("x".to_owned()),
        "devices.find" => Some("ă".repeat(5_000)),
        "find" => Some("  ".to_owned()),
        _ => None,
    };
    let devices = Order::read("devices.", get);
    assert_eq!(
        (devices.by.as_deref(), devices.is_down),
        (Some("unsent"), true)
    );
    assert_eq!(devices.page, 0);
    assert_eq!(devices.find.map(|it| it.chars().count()), Some(100));
    assert_eq!(Order::read("", get), Order::default());
}
