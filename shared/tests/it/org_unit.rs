//! Units in time: Phong Thổ before and after 1 July 2025.

use chrono::NaiveDate;
use proptest::prelude::*;
use shared::ids::UnitId;
use shared::org_unit::{Dated, Named, OrgTree, OrgUnit, UnitCode, UnitKind, telephone};
use uuid::Uuid;

/// The district and its seventeen units, with the unit each became part of (resolution 1670/NQ-UBTVQH15).
const OLD: [(&str, UnitKind, &str, &str); 17] = [
    ("03549", UnitKind::Township, "Thị trấn Phong Thổ", "03549"),
    ("03490", UnitKind::Commune, "Xã Huổi Luông", "03549"),
    ("03574", UnitKind::Commune, "Xã Ma Ly Pho", "03549"),
    ("03589", UnitKind::Commune, "Xã Mường So", "03549"),
    ("03550", UnitKind::Commune, "Xã Sì Lở Lầu", "03562"),
    ("03562", UnitKind::Commune, "Xã Vàng Ma Chải", "03562"),
    ("03553", UnitKind::Commune, "Xã Mồ Sì San", "03562"),
    ("03559", UnitKind::Commune, "Xã Pa Vây Sử", "03562"),
    ("03571", UnitKind::Commune, "Xã Dào San", "03571"),
    ("03565", UnitKind::Commune, "Xã Tông Qua Lìn", "03571"),
    ("03568", UnitKind::Commune, "Xã Mù Sang", "03571"),
    ("03583", UnitKind::Commune, "Xã Khổng Lào", "03583"),
    ("03580", UnitKind::Commune, "Xã Hoang Thèn", "03583"),
    ("03577", UnitKind::Commune, "Xã Bản Lang", "03583"),
    ("03592", UnitKind::Commune, "Xã Sin Suối Hồ", "03394"),
    ("03586", UnitKind::Commune, "Xã Nậm Xe", "03394"),
    ("03391", UnitKind::Commune, "Xã Lả Nhì Thàng", "03388"),
];

const NEW: [(&str, UnitKind, &str); 6] = [
    ("03549", UnitKind::Commune, "Xã Phong Thổ"),
    ("03562", UnitKind::Commune, "Xã Sì Lở Lầu"),
    ("03571", UnitKind::Commune, "Xã Dào San"),
    ("03583", UnitKind::Commune, "Xã Khổng Lào"),
    ("03394", UnitKind::Commune, "Xã Sin Suối Hồ"),
    ("03388", UnitKind::Ward, "Phường Đoàn Kết"),
];

fn id(number: u128) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(number))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn change_day() -> NaiveDate {
    day("2025-07-01")
}

fn before() -> NaiveDate {
    day("2025-06-30")
}

const PROVINCE: u128 = 12;
const DISTRICT: u128 = 109;

fn old_unit(code: &str) -> UnitId {
    id(10_000_000 + code.parse::<u128>().unwrap())
}

fn new_unit(code: &str) -> UnitId {
    id(20_000_000 + code.parse::<u128>().unwrap())
}

fn village_of(code: &str, number: u128) -> UnitId {
    id(30_000_000 + code.parse::<u128>().unwrap() * 100 + number)
}

/// Lai Châu with Phong Thổ, two villages in each old unit, and the two other old units whose codes were given away.
fn units() -> Vec<OrgUnit> {
    let ends = Some(change_day());
    let mut units = vec![
        OrgUnit::new(id(PROVINCE), UnitKind::Province, "Tỉnh Lai Châu"),
        OrgUnit {
            code: Some("109".into()),
            parents: vec![Dated::always(id(PROVINCE))],
            valid_to: ends,
            ..OrgUnit::new(id(DISTRICT), UnitKind::District, "Huyện Phong Thổ")
        },
    ];
    for (code, kind, name) in NEW {
        units.push(OrgUnit {
            code: Some(code.into()),
            parents: vec![Dated::always(id(PROVINCE))],
            valid_from: ends,
            ..OrgUnit::new(new_unit(code), kind, name)
        });
    }
    for (code, kind, name, into) in OLD {
        units.push(OrgUnit {
            code: Some(code.into()),
            parents: vec![Dated::always(id(DISTRICT))],
            valid_to: ends,
            successors: vec![new_unit(into)],
            ..OrgUnit::new(old_unit(code), kind, name)
        });
        for number in 1..=2 {
            let name = format!("Bản {number} {name}");
            units.push(OrgUnit {
                parents: vec![
                    Dated::until(old_unit(code), change_day()),
                    Dated::from(new_unit(into), change_day()),
                ],
                ..OrgUnit::new(village_of(code, number), UnitKind::Village, name)
            });
        }
    }
    for (code, kind, name) in [
        ("03394", UnitKind::Commune, "Xã Thèn Sin"),
        ("03388", UnitKind::Ward, "Phường Quyết Tiến"),
    ] {
        units.push(OrgUnit {
            code: Some(code.into()),
            parents: vec![Dated::always(id(PROVINCE))],
            valid_to: ends,
            successors: vec![new_unit(code)],
            ..OrgUnit::new(old_unit(code), kind, name)
        });
    }
    units
}

fn tree() -> OrgTree {
    OrgTree::new(units())
}

#[test]
fn phong_tho_had_seventeen_units_until_the_last_day_of_june_2025() {
    let tree = tree();
    assert_eq!(tree.children(id(DISTRICT), before()).len(), 17);
    assert_eq!(tree.villages_under(id(DISTRICT), before()).len(), 34);
    assert!(!tree.valid_at(id(DISTRICT), change_day()));
    assert!(tree.children(id(DISTRICT), change_day()).is_empty());
    assert_eq!(tree.children(id(PROVINCE), change_day()).len(), 6);
    assert_eq!(tree.villages_under(id(PROVINCE), change_day()).len(), 34);
}

#[test]
fn the_new_communes_hold_the_villages_of_the_old() {
    let tree = tree();
    let villages = |code| tree.villages_under(new_unit(code), change_day()).len();
    assert_eq!(villages("03549"), 8);
    assert_eq!(villages("03562"), 8);
    assert_eq!(villages("03571"), 6);
    assert_eq!(villages("03583"), 6);
    assert_eq!(villages("03394"), 4);
    assert_eq!(villages("03388"), 2);
    assert!(tree.villages_under(new_unit("03549"), before()).is_empty());
}

#[test]
fn a_reused_code_finds_another_unit_on_another_day() {
    let tree = tree();
    let found = |code: &str, at| -> Vec<&str> {
        let units = tree.by_code(&UnitCode::new(code), at);
        units.into_iter().map(|unit| unit.name(at)).collect()
    };
    for (code, then, now) in [
        ("03562", "Xã Vàng Ma Chải", "Xã Sì Lở Lầu"),
        ("03394", "Xã Thèn Sin", "Xã Sin Suối Hồ"),
        ("03388", "Phường Quyết Tiến", "Phường Đoàn Kết"),
    ] {
        assert_eq!(found(code, before()), [then]);
        assert_eq!(found(code, change_day()), [now]);
    }
    assert_eq!(
        found("3562", change_day()),
        [""; 0],
        "leading zeros are part of a code"
    );
}

#[test]
fn an_ended_unit_leads_to_what_took_it_over_and_keeps_its_name() {
    let tree = tree();
    let muong_so = old_unit("03589");
    let today: Vec<UnitId> = tree
        .today(muong_so, change_day())
        .iter()
        .map(|it| it.id)
        .collect();
    assert_eq!(today, [new_unit("03549")]);
    let then: Vec<UnitId> = tree
        .today(muong_so, before())
        .iter()
        .map(|it| it.id)
        .collect();
    assert_eq!(then, [muong_so]);
    assert_eq!(tree.name(muong_so, change_day()), Some("Xã Mường So"));
    assert!(
        tree.today(id(DISTRICT), change_day()).is_empty(),
        "nothing took the district over"
    );
}

#[test]
fn a_split_leads_to_all_its_parts_through_any_number_of_steps() {
    let year = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1);
    let unit = |number, from, to, successors: &[u128]| OrgUnit {
        valid_from: from,
        valid_to: to,
        successors: successors.iter().map(|number| id(*number)).collect(),
        ..OrgUnit::new(id(number), UnitKind::Commune, "Xã")
    };
    let tree = OrgTree::new(vec![
        unit(1, None, year(2010), &[2, 3]),
        unit(2, year(2010), year(2020), &[4]),
        unit(3, year(2010), None, &[]),
        unit(4, year(2020), None, &[]),
    ]);
    let today = |at| -> Vec<UnitId> { tree.today(id(1), at).iter().map(|it| it.id).collect() };
    assert_eq!(today(day("2015-01-01")), [id(2), id(3)]);
    assert_eq!(today(day("2026-01-01")), [id(4), id(3)]);
}

#[test]
fn the_way_up_is_nearest_first() {
    let tree = tree();
    let names = |at| -> Vec<&str> {
        let above = tree.ancestors(village_of("03589", 1), at);
        above.into_iter().map(|unit| unit.name(at)).collect()
    };
    assert_eq!(
        names(before()),
        ["Xã Mường So", "Huyện Phong Thổ", "Tỉnh Lai Châu"]
    );
    assert_eq!(names(change_day()), ["Xã Phong Thổ", "Tỉnh Lai Châu"]);
}

#[test]
fn an_area_stands_between_the_communes_and_the_province_as_data() {
    let area = id(999);
    let mut units = units();
    for unit in &mut units {
        if unit.valid_from == Some(change_day()) && unit.kind == UnitKind::Commune {
            unit.parents.push(Dated::from(area, day("2025-09-01")));
        }
    }
    units.push(OrgUnit {
        parents: vec![Dated::always(id(PROVINCE))],
        valid_from: Some(day("2025-09-01")),
        ..OrgUnit::new(area, UnitKind::Area, "Địa bàn Phong Thổ cũ")
    });
    let tree = OrgTree::new(units);
    assert_eq!(tree.children(area, day("2025-09-01")).len(), 5);
    assert!(tree.children(area, day("2025-08-31")).is_empty());
    assert_eq!(tree.villages_under(area, day("2026-01-01")).len(), 32);
    assert_eq!(
        tree.villages_under(id(PROVINCE), day("2026-01-01")).len(),
        34
    );
}

#[test]
fn a_new_name_holds_from_its_day() {
    let unit = OrgUnit {
        names: vec![
            Dated::until("Xã Lản Nhì Thàng".to_owned(), day("2020-01-01")),
            Dated::from("Xã Lả Nhì Thàng".to_owned(), day("2020-01-01")),
        ],
        ..OrgUnit::new(id(1), UnitKind::Commune, "")
    };
    assert_eq!(unit.name(day("2019-12-31")), "Xã Lản Nhì Thàng");
    assert_eq!(unit.name(day("2020-01-01")), "Xã Lả Nhì Thàng");
}

#[test]
fn children_stand_in_the_order_of_their_names() {
    let tree = tree();
    let children = tree.children(id(PROVINCE), change_day());
    let names: Vec<&str> = children.iter().map(|it| it.name(change_day())).collect();
    assert_eq!(
        names,
        [
            "Phường Đoàn Kết",
            "Xã Dào San",
            "Xã Khổng Lào",
            "Xã Phong Thổ",
            "Xã Sì Lở Lầu",
            "Xã Sin Suối Hồ",
        ]
    );
}

#[test]
fn the_tree_survives_the_wire_and_stays_small() {
    let tree = tree();
    let json = serde_json::to_string(&tree).unwrap();
    assert_eq!(serde_json::from_str::<OrgTree>(&json).unwrap(), tree);
    let village = tree.get(village_of("03589", 1)).unwrap();
    let json = serde_json::to_string(village).unwrap();
    assert!(!json.contains("null"), "{json}");
}

#[test]
fn mistakes_in_the_data_hang_nothing() {
    let in_circle = |number: u128, parent: u128| OrgUnit {
        parents: vec![Dated::always(id(parent)), Dated::always(id(404))],
        successors: vec![id(parent)],
        valid_to: Some(change_day()),
        ..OrgUnit::new(id(number), UnitKind::Area, "Vòng")
    };
    let tree = OrgTree::new(vec![
        in_circle(1, 2),
        in_circle(2, 3),
        in_circle(3, 1),
        in_circle(4, 4),
    ]);
    for number in [1, 2, 3, 4, 404] {
        for at in [before(), change_day()] {
            tree.ancestors(id(number), at);
            tree.descendants(id(number), at);
            assert!(tree.villages_under(id(number), at).is_empty());
            assert_eq!(tree.commune_of(id(number), at), None);
        }
        assert!(tree.today(id(number), change_day()).is_empty());
    }
}

/// A random history: villages of `start`, each moved at random days to other communes.
fn histories() -> impl Strategy<Value = Vec<Vec<(u16, u8)>>> {
    let moves = proptest::collection::vec((0..4000u16, 0..5u8), 0..4);
    proptest::collection::vec(moves, 1..20)
}

proptest! {
    #[test]
    fn every_village_is_under_exactly_one_commune(histories in histories(), on in 0..4000u16) {
        let start = day("2020-01-01");
        let at = |days: u16| start + chrono::Days::new(u64::from(days));
        let mut units: Vec<OrgUnit> = (0..5)
            .map(|number| OrgUnit {
                parents: vec![Dated::always(id(PROVINCE))],
                ..OrgUnit::new(id(100 + number), UnitKind::Commune, format!("Xã {number}"))
            })
            .collect();
        units.push(OrgUnit::new(id(PROVINCE), UnitKind::Province, "Tỉnh"));
        for (number, moves) in histories.iter().enumerate() {
            let mut moves = moves.clone();
            moves.sort_unstable();
            let mut parents = vec![Dated::always(id(100))];
            for (days, commune) in moves {
                if let Some(last) = parents.last_mut() {
                    last.to = Some(at(days));
                }
                parents.push(Dated::from(id(100 + u128::from(commune)), at(days)));
            }
            units.push(OrgUnit {
                parents,
                ..OrgUnit::new(id(1_000 + number as u128), UnitKind::Village, "Bản")
            });
        }
        let tree = OrgTree::new(units);
        let communes: Vec<UnitId> = (100..105).map(id).collect();
        for number in 0..histories.len() {
            let village = id(1_000 + number as u128);
            let holding: Vec<UnitId> = communes
                .iter()
                .copied()
                .filter(|commune| {
                    tree.villages_under(*commune, at(on)).iter().any(|it| it.id == village)
                })
                .collect();
            prop_assert_eq!(holding.len(), 1);
            let commune = tree.commune_of(village, at(on)).map(|it| it.id);
            prop_assert_eq!(commune, holding.first().copied());
        }
        let all = tree.villages_under(id(PROVINCE), at(on)).len();
        prop_assert_eq!(all, histories.len());
    }
}

/// What a text names after the reorganisation, as the names found.
fn named(tree: &OrgTree, typed: &str) -> (&'static str, Vec<String>) {
    let day = change_day();
    let names = |units: Vec<&OrgUnit>| units.iter().map(|it| it.name(day).to_owned()).collect();
    match tree.named(typed, day) {
        Named::One(unit) => ("one", names(vec![unit])),
        Named::Several(units, _) => ("several", names(units)),
        Named::None(near) => ("none", names(near)),
    }
}

#[test]
fn a_unit_is_found_by_whatever_people_type_for_it() {
    let tree = tree();
    for (typed, name) in [
        ("03549", "Xã Phong Thổ"),
        // Given to another unit in 2025: today's.
        ("03562", "Xã Sì Lở Lầu"),
        // No longer anybody's: what it has become.
        ("03589", "Xã Phong Thổ"),
        ("Xã Phong Thổ", "Xã Phong Thổ"),
        ("xa phong tho", "Xã Phong Thổ"),
        ("PHONG THỔ", "Xã Phong Thổ"),
        ("Thị trấn Phong Thổ", "Xã Phong Thổ"),
        ("Mường So", "Xã Phong Thổ"),
        ("xã mường so", "Xã Phong Thổ"),
        ("đoàn kết", "Phường Đoàn Kết"),
        ("tỉnh lai châu", "Tỉnh Lai Châu"),
        ("03549/Bản 1 Xã Mường So", "Bản 1 Xã Mường So"),
        ("03549 / 1 xa muong so", "Bản 1 Xã Mường So"),
        ("xã Mường So/bản 2 xã Mường So", "Bản 2 Xã Mường So"),
        ("Lai Châu/Khổng Lào/Bản 2 Xã Bản Lang", "Bản 2 Xã Bản Lang"),
        ("Bản 2 Xã Nậm Xe", "Bản 2 Xã Nậm Xe"),
    ] {
        assert_eq!(
            named(&tree, typed),
            ("one", vec![name.to_owned()]),
            "{typed}"
        );
    }
}

#[test]
fn what_names_no_unit_is_told_with_what_comes_near() {
    let tree = tree();
    let near = |typed: &str| {
        let (how, names) = named(&tree, typed);
        assert_eq!(how, "none", "{typed}");
        names
    };
    assert_eq!(near("Phong Tho Xa"), ["Xã Phong Thổ"]);
    assert_eq!(near("xã Khổng Lò"), ["Xã Khổng Lào"]);
    assert_eq!(near("03548"), ["Xã Phong Thổ"]);
    assert_eq!(
        near("03583/Bản 3 Xã Bản Lang").first().map(String::as_str),
        Some("Bản 1 Xã Bản Lang")
    );
    // A village of another commune is not under this one.
    assert!(!near("03571/Bản 1 Xã Bản Lang").contains(&"Bản 1 Xã Bản Lang".to_owned()));
    for nothing in [
        "",
        " ",
        "/",
        "xã",
        "Hà Nội",
        "'; DROP TABLE units; --",
        "\u{0}",
    ] {
        assert_eq!(near(nothing), Vec::<String>::new(), "{nothing:?}");
    }
    // A ward is no commune.
    assert_eq!(near("xã Đoàn Kết"), ["Phường Đoàn Kết"]);
}

#[test]
fn a_name_that_several_bear_is_told_with_all_of_them() {
    let mut units = units();
    for (number, commune) in [(1, "03549"), (2, "03583")] {
        units.push(OrgUnit {
            parents: vec![Dated::always(new_unit(commune))],
            ..OrgUnit::new(id(40_000_000 + number), UnitKind::Village, "Tây An")
        });
    }
    let tree = OrgTree::new(units);
    assert_eq!(
        named(&tree, "Tây An"),
        ("several", vec!["Tây An".to_owned(); 2])
    );
    assert_eq!(named(&tree, "Khổng Lào/tay an").0, "one");
    // With the marks that were typed, when they tell two apart.
    let mut units = self::units();
    for (number, name) in [(1, "Xã Mường Than"), (2, "Xã Mường Thàn")] {
        units.push(OrgUnit::new(
            id(50_000_000 + number),
            UnitKind::Commune,
            name,
        ));
    }
    let tree = OrgTree::new(units);
    assert_eq!(
        named(&tree, "Mường Thàn"),
        ("one", vec!["Xã Mường Thàn".to_owned()])
    );
    assert_eq!(named(&tree, "muong than").0, "several");
}

#[test]
fn units_of_any_time_are_searched_by_code_and_words() {
    let tree = tree();
    let names = |typed: &str| -> Vec<String> {
        let found = tree.search(typed);
        found
            .iter()
            .map(|it| it.name(change_day()).to_owned())
            .collect()
    };
    assert_eq!(
        names("phong tho"),
        [
            "Huyện Phong Thổ",
            "Xã Phong Thổ",
            "Thị trấn Phong Thổ",
            "Bản 1 Thị trấn Phong Thổ",
            "Bản 2 Thị trấn Phong Thổ"
        ]
    );
    assert_eq!(names("03549").len(), 2);
    assert_eq!(names("không có đâu"), Vec::<String>::new());
}

#[test]
fn a_telephone_number_is_kept_as_it_is_dialled() {
    for (typed, kept) in [
        ("0213 3896 123", Some("02133896123")),
        (" +84 (213) 389.61-23 ", Some("+842133896123")),
        ("113", Some("113")),
        ("12", None),
        ("gọi anh Páo", None),
        ("0213;ext=1", None),
        ("1234567890123456", None),
    ] {
        assert_eq!(telephone(typed).as_deref(), kept, "{typed}");
    }
}
