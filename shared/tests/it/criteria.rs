//! Criteria sets: the ones that come with the program, and what is said of a file that is wrong.

use chrono::NaiveDate;
use shared::calendar::Year;
use shared::criteria::{
    Criteria, CriteriaSet, CriteriaSetId, Judged, Points, SetStatus, Title, ToldCriteria,
};
use shared::org_unit::UnitKind;

const FAMILY: &str = include_str!("../../criteria/gia_dinh_448.toml");
const CITIZEN: &str = include_str!("../../criteria/cong_dan_324.toml");
const UNIT: &str = include_str!("../../criteria/don_vi_tt22.toml");

/// What is said of a text, or nothing when it is fine.
fn fault(text: &str) -> String {
    CriteriaSet::parse("thu.toml", text)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

/// The 1-based line of the first line that contains a text.
fn line(text: &str, part: &str) -> usize {
    1 + text.lines().position(|line| line.contains(part)).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_built_in_set_is_read() {
    for text in [FAMILY, CITIZEN, UNIT] {
        assert_eq!(fault(text), "");
    }
    for set in Criteria::builtin().sets() {
        assert!(!set.doubts.is_empty(), "{}", set.id);
        assert_eq!(Criteria::builtin().find(&set.id), Some(set));
    }
    assert_eq!(
        Criteria::builtin().find(&CriteriaSetId::new("khong_co")),
        None
    );
}

#[test]
fn the_citizen_frame_is_ten_times_ten_and_complete() {
    let set = Criteria::builtin()
        .find(&CriteriaSetId::new("cong_dan_324"))
        .unwrap();
    assert_eq!(set.status, SetStatus::Complete);
    assert_eq!(set.indicators().count(), 10);
    assert!(set.indicators().all(|it| it.max == Some(Points::whole(10))));
    assert_eq!(set.variants.len(), 4);
}

#[test]
fn the_unit_table_is_thirty_thirty_forty() {
    let set = Criteria::builtin()
        .find(&CriteriaSetId::new("don_vi_tt22"))
        .unwrap();
    let groups: Vec<_> = set.groups.iter().map(|group| group.max).collect();
    assert_eq!(
        groups,
        [30, 30, 40].map(|points| Some(Points::whole(points)))
    );
    assert_eq!(set.max(), Points::whole(100));
    assert_eq!(set.status, SetStatus::Complete);
    let ranks: Vec<_> = set.pass.ranks.iter().map(|rank| rank.min).collect();
    assert_eq!(ranks, [85, 70, 50].map(Points::whole));
    // Circular 24 took its place on 26 January 2024.
    let year = |year| Year::new(year).unwrap();
    assert!(set.judges(year(2020)) && set.judges(year(2024)));
    assert!(!set.judges(year(2019)) && !set.judges(year(2025)));
    assert!(set.gives_title_for(year(2023)) && !set.gives_title_for(year(2026)));
}

#[test]
fn the_family_set_scores_only_what_could_be_read() {
    let set = Criteria::builtin()
        .find(&CriteriaSetId::new("gia_dinh_448"))
        .unwrap();
    assert_eq!(set.status, SetStatus::Partial);
    assert!(set.pass.provisional);
    assert_eq!(set.max(), Points::whole(40));
    let unscored = set.indicators().filter(|it| it.max.is_none()).count();
    assert_eq!(unscored, 5);
}

#[test]
fn a_title_is_judged_by_the_newest_set_of_the_day() {
    let set = |title| {
        Criteria::builtin()
            .for_title(title, day("2026-06-01"))
            .map(|set| set.id.as_str())
    };
    assert_eq!(set(Title::LearningFamily), Some("gia_dinh_448"));
    assert_eq!(set(Title::LearningCitizen), Some("cong_dan_324"));
    assert_eq!(set(Title::LearningUnit), Some("don_vi_tt22"));
    assert_eq!(set(Title::LearningClan), Some("dong_ho_448"));
    assert_eq!(set(Title::LearningVillage), Some("cong_dong_thon_448"));
    assert_eq!(set(Title::LearningCommune), Some("cong_dong_xa_tt25"));
}

#[test]
fn titles_have_names_for_the_wire() {
    for title in Title::ALL {
        assert_eq!(title.as_str().parse(), Ok(title));
        let json = serde_json::to_string(&title).unwrap();
        assert_eq!(json, format!("\"{}\"", title.as_str()));
    }
    assert!("learning_cat".parse::<Title>().is_err());
}

#[test]
fn points_are_numbers_on_the_wire_and_have_a_comma_for_people() {
    let cases = [
        (20, "10", "10"),
        (15, "7.5", "7,5"),
        (0, "0", "0"),
        (-1, "-0.5", "-0,5"),
    ];
    for (halves, json, words) in cases {
        let points = Points::from_halves(halves);
        assert_eq!(serde_json::to_string(&points).unwrap(), json);
        assert_eq!(serde_json::from_str::<Points>(json).unwrap(), points);
        assert_eq!(points.to_string(), words);
    }
    assert_eq!(
        serde_json::from_str::<Points>("10.0").unwrap(),
        Points::whole(10)
    );
    for wrong in ["0.25", "1e300", "\"10\"", "null"] {
        assert!(serde_json::from_str::<Points>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_broken_file_names_itself_its_line_and_what_is_wrong() {
    // (text, what to look for, what to put in its place, the part of the result whose line is named, what is said)
    let cases = [
        (CITIZEN, "[pass]", "[pass", "[pass", "sai cú pháp TOML"),
        (
            CITIZEN,
            "kind = \"points\"",
            "kind = points",
            "kind = points",
            "chữ phải để trong ngoặc kép",
        ),
        (
            CITIZEN,
            "total = 100",
            "total = 100\ntotal = 100",
            "",
            "khoá bị lặp",
        ),
        (
            CITIZEN,
            "total = 100",
            "totl = 100",
            "totl",
            "không có khoá `totl`",
        ),
        (CITIZEN, "total = 100", "total = \"100\"", "total", "cần số"),
        (
            CITIZEN,
            "total = 100",
            "total = 99",
            "total",
            "là 100, không bằng tổng của bộ là 99",
        ),
        (CITIZEN, "total = 100", "", "status", "thiếu tổng điểm"),
        (
            CITIZEN,
            "version = 1",
            "version = 1.5",
            "version",
            "cần số nguyên",
        ),
        (CITIZEN, "version = 1\n", "", "", "thiếu khoá `version`"),
        (
            CITIZEN,
            "\"complete\"",
            "\"xong\"",
            "\"xong\"",
            "không có giá trị `xong`",
        ),
        (
            CITIZEN,
            "kind = \"points\"",
            "kind = \"levels\"",
            "kind",
            "phải ghi số mức `levels`",
        ),
        (
            CITIZEN,
            "kind = \"points\"",
            "kind = \"points\"\nlevels = 2",
            "kind",
            "không có `levels`",
        ),
        (
            CITIZEN,
            "kind = \"points\"\ntotal = 100",
            "kind = \"levels\"\nlevels = 2",
            "max = 10",
            "thì không có điểm",
        ),
        (
            CITIZEN,
            "max = 10\n",
            "measure = \"share\"\n",
            "\"CD.A1\"",
            "phải đi cùng nhau",
        ),
        (
            CITIZEN,
            "max = 10\n",
            "measure = \"share\"\ntargets = [500, 600]\n",
            "targets",
            "cần 1 mục tiêu",
        ),
        (
            CITIZEN,
            "max = 10\n",
            "measure = \"share\"\ntargets = [1500]\n",
            "targets",
            "lớn nhất là 1000",
        ),
        (
            CITIZEN,
            "max = 10\n",
            "measure = \"share\"\ntargets = [500]\ncounted = { title = \"learning_family\", base = \"nha\" }\n",
            "counted",
            "không có số liệu `nha`",
        ),
        (
            CITIZEN,
            "min_total = 80",
            "ranks = [{ label = \"Khá\", min = 70 }, { label = \"Tốt\", min = 85 }]",
            "[pass]",
            "từ cao xuống thấp",
        ),
        (
            CITIZEN,
            "min_total = 80",
            "min_total = 80\nranks = [{ label = \"Tốt\", min = 85 }]",
            "[pass]",
            "hạng thấp nhất là ngưỡng đạt",
        ),
        (
            CITIZEN,
            "valid_from = 2023-10-25",
            "valid_from = 25",
            "valid_from",
            "sai kiểu",
        ),
        (
            CITIZEN,
            "valid_from = 2023-10-25",
            "valid_from = 2023-10-25\nvalid_to = 2023-10-25",
            "valid_to",
            "phải sau ngày có hiệu lực",
        ),
        (
            CITIZEN,
            "\"CD.A2\"",
            "\"CD.A1\"",
            "code = \"CD.A1\"#2",
            "mã `CD.A1` bị lặp",
        ),
        (
            CITIZEN,
            "max = 20",
            "max = 25",
            "max = 25",
            "CD.C: tổng điểm các tiêu chí là 20",
        ),
        (
            CITIZEN,
            "min_each = 5",
            "min_each = 11",
            "max = 10",
            "điểm sàn 11 cao hơn",
        ),
        (
            CITIZEN,
            "min_total = 80",
            "min_total = 101",
            "[pass]",
            "ngưỡng đạt 101 cao hơn",
        ),
        (
            CITIZEN,
            "min_total = 80\nmin_each = 5",
            "",
            "status",
            "thiếu ngưỡng đạt",
        ),
        (
            CITIZEN,
            "min_total = 80",
            "min_total = 80\nprovisional = true",
            "status",
            "tạm thời",
        ),
        (
            CITIZEN,
            "min_total = 80",
            "min_total = 80\nmin_permille = 800",
            "[pass]",
            "chỉ ghi một",
        ),
        (
            CITIZEN,
            "max = 10\n",
            "max = 10\nstep = 3\n",
            "step",
            "3 không chia hết điểm tối đa 10",
        ),
        (
            CITIZEN,
            "max = 10\n",
            "max = 10\nstep = 0\n",
            "step",
            "bước điểm phải lớn hơn 0",
        ),
        (
            CITIZEN,
            "max = 10\n",
            "max = -10\n",
            "max = -10",
            "điểm tối đa phải lớn hơn 0",
        ),
        (CITIZEN, "max = 10\n", "max = 10.3\n", "max = 10.3", "điểm"),
        (
            CITIZEN,
            "max = 10\n",
            "",
            "\"CD.A1\"",
            "CD.A1 không có điểm tối đa",
        ),
        (
            CITIZEN,
            "evidence = [\"attest\", \"photo\"]",
            "evidence = [\"hát\"]",
            "\"hát\"",
            "không có giá trị `hát`",
        ),
        (
            FAMILY,
            "auto = \"children\"",
            "auto = \"chilren\"",
            "chilren",
            "không có số liệu",
        ),
        (
            FAMILY,
            "min_permille = 800",
            "min_permille = 1800",
            "[pass]",
            "lớn nhất là 1000",
        ),
        (
            UNIT,
            "document = \"Thông tư 22/2020/TT-BGDĐT của Bộ Giáo dục và Đào tạo\"",
            "document = \" \"",
            "document",
            "thiếu nguồn",
        ),
        (
            UNIT,
            "document = \"Thông tư 22/2020/TT-BGDĐT của Bộ Giáo dục và Đào tạo\"\n",
            "",
            "[source]",
            "thiếu khoá `document`",
        ),
    ];
    for (text, part, instead, place, said) in cases {
        assert!(text.contains(part), "the file no longer has {part:?}");
        let broken = text.replacen(part, instead, 1);
        let fault = fault(&broken);
        assert!(fault.contains(said), "{part:?} -> {instead:?}: {fault:?}");
        let start = "thu.toml, dòng ";
        assert!(fault.starts_with(start), "{fault:?}");
        let expected = match place.strip_suffix("#2") {
            Some(place) => {
                let mut lines = broken
                    .lines()
                    .enumerate()
                    .filter(|(_, l)| l.contains(place));
                1 + lines.nth(1).unwrap().0
            }
            None if place.is_empty() => continue,
            None => line(&broken, place),
        };
        let named = format!("{start}{expected}: ");
        assert!(
            fault.starts_with(&named),
            "{part:?} -> {instead:?}: {fault:?}, not {named:?}"
        );
    }
}

#[test]
fn a_group_that_is_known_in_part_may_not_give_more_than_its_points() {
    let broken = FAMILY.replacen("max = 30\nnote", "max = 9\nnote", 1);
    assert_ne!(broken, FAMILY);
    assert!(fault(&broken).contains("GD.2"), "{}", fault(&broken));
}

#[test]
fn any_damage_is_an_error_and_never_a_panic() {
    for text in [FAMILY, CITIZEN, UNIT] {
        for (at, _) in text.char_indices().step_by(37) {
            let _ = CriteriaSet::parse("thu.toml", &text[..at]);
            let (head, tail) = text.split_at(at);
            let _ = CriteriaSet::parse("thu.toml", &format!("{head}\"{tail}"));
        }
    }
}

#[test]
fn what_the_build_wrote_is_what_the_files_say() {
    let mut read: Vec<CriteriaSet> = std::fs::read_dir("criteria")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .map(|path| {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            CriteriaSet::parse(&file, &text).unwrap_or_else(|error| panic!("{error}"))
        })
        .collect();
    read.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(read, Criteria::builtin().sets());
}

#[test]
fn a_set_that_is_completed_takes_the_place_of_the_partial_one() {
    let id = CriteriaSetId::new("gia_dinh_448");
    let partial = Criteria::builtin().find(&id).unwrap();
    let judged = Judged::for_title(Title::LearningFamily);
    let today = day("2026-12-31");
    assert_eq!(Criteria::builtin().judging(judged, today), Some(partial));
    // Whichever of the two comes first by name.
    for name in ["gia_dinh_2026", "gia_dinh_x"] {
        let whole = CriteriaSet {
            id: CriteriaSetId::new(name),
            status: SetStatus::Complete,
            ..partial.clone()
        };
        let found = Criteria::builtin().and([whole]).judging(judged, today);
        assert_eq!(found.map(|set| set.id.as_str()), Some(name));
    }
}

#[test]
fn sets_that_are_read_again_take_no_more_memory() {
    let id = CriteriaSetId::new("gia_dinh_448");
    let other = |name: &str| {
        let set = CriteriaSet {
            id: CriteriaSetId::new("them_mot_bo"),
            name: name.into(),
            ..Criteria::builtin().find(&id).unwrap().clone()
        };
        Criteria::builtin().and([set]).sets()
    };
    assert!(std::ptr::eq(other("một"), other("một")));
    assert!(!std::ptr::eq(other("một"), other("hai")));
}

#[test]
fn the_id_of_a_set_is_plain() {
    let long = "x".repeat(65);
    for id in [
        "",
        "Gia_dinh",
        "gia dinh",
        "gia-dinh",
        "gia_đình",
        "../x",
        "<b>",
        &long,
    ] {
        let said = fault(&FAMILY.replace("id = \"gia_dinh_448\"", &format!("id = \"{id}\"")));
        assert!(
            said.contains("mã bộ tiêu chí gồm chữ thường"),
            "{id}: {said}"
        );
    }
    let most = "x".repeat(64);
    assert_eq!(
        fault(&FAMILY.replace("id = \"gia_dinh_448\"", &format!("id = \"{most}\""))),
        ""
    );
}

#[test]
fn what_a_question_is_known_by_is_a_field() {
    let text = Criteria::file(&CriteriaSetId::new("gia_dinh_448")).unwrap();
    let broken = text.replace("known_by = \"culture_year\"", "known_by = \"weather\"");
    let error = CriteriaSet::parse("x.toml", &broken).unwrap_err();
    let line = 1 + broken[..broken.find("weather").unwrap()]
        .matches('\n')
        .count();
    assert_eq!(
        (error.line, error.message.contains("weather")),
        (line, true),
        "{error}"
    );
}

#[test]
fn a_set_is_chosen_by_title_tier_authority_and_day() {
    let on = |judged: Judged, date: &str| {
        let set = Criteria::builtin().judging(judged, day(date));
        set.map_or("", |set| set.id.as_str())
    };
    let unit = |managed_by| Judged {
        managed_by,
        ..Judged::for_title(Title::LearningUnit)
    };
    assert_eq!(on(unit(None), "2022-12-31"), "don_vi_tt22");
    // Of what a district managed there was one table for all, and since January 2024 one of its own.
    let school = unit(Some(UnitKind::District));
    assert_eq!(on(school, "2023-12-31"), "don_vi_tt22");
    assert_eq!(on(school, "2026-12-31"), "don_vi_tt24_huyen");
    assert_eq!(
        on(unit(Some(UnitKind::Province)), "2026-12-31"),
        "don_vi_tt24_tinh"
    );
    // A table that other tables look up is nobody's, though the commune manages what it is about.
    assert_eq!(
        on(unit(Some(UnitKind::Commune)), "2026-12-31"),
        "don_vi_co_so_448"
    );
    let lies_in = |title, tier| Judged {
        tier: Some(tier),
        ..Judged::for_title(title)
    };
    let village = lies_in(Title::LearningVillage, UnitKind::Village);
    assert_eq!(on(village, "2026-12-31"), "cong_dong_thon_448");
    let commune = lies_in(Title::LearningCommune, UnitKind::Commune);
    assert_eq!(on(commune, "2022-12-31"), "cong_dong_xa_tt44");
    assert_eq!(on(commune, "2026-12-31"), "cong_dong_xa_tt25");
    assert_eq!(
        on(
            lies_in(Title::LearningVillage, UnitKind::Commune),
            "2026-12-31"
        ),
        ""
    );
}

#[test]
fn sets_are_added_and_never_altered() {
    let builtin = Criteria::builtin();
    let mut other = builtin.sets()[0].clone();
    other.name = "Tên khác".to_owned();
    assert_eq!(
        builtin.and(std::iter::once(other.clone())),
        builtin,
        "its id is known"
    );
    other.id = CriteriaSetId::new("bo_khac");
    let more = builtin.and([other.clone(), other.clone()]);
    assert_eq!(more.len(), builtin.len() + 1);
    assert_ne!(more.version(), builtin.version());
    assert_eq!(more.find(&other.id), Some(&other));
    // Whoever knows the same sets has the same name for them, in whichever order they came.
    let mut third = other.clone();
    third.id = CriteriaSetId::new("bo_thu_ba");
    let one = more.and([third.clone()]);
    let two = builtin.and([third, other]);
    assert_eq!(one.version(), two.version());
}

#[test]
fn what_an_app_cannot_read_of_criteria_is_kept_for_the_next_one() {
    let set = &Criteria::builtin().sets()[0];
    let known = serde_json::value::to_raw_value(set).unwrap();
    let newer = r#"{"id":"moi","kind":"stars"}"#.to_owned();
    let newer = serde_json::value::RawValue::from_string(newer).unwrap();
    let told = ToldCriteria {
        version: "v".into(),
        sets: vec![newer, known],
    };
    assert_eq!(told.readable(), std::slice::from_ref(set));
    let kept = serde_json::to_string(&told).unwrap();
    let read: ToldCriteria = serde_json::from_str(&kept).unwrap();
    assert_eq!(read.sets[0].get(), told.sets[0].get());
}

#[test]
fn an_unknown_key_is_a_mistake_in_a_file_and_nothing_on_the_wire() {
    // (before which line, in a file; and the object that has it, on the wire)
    let places = [
        ("version = 1", ""),
        ("document =", "/source"),
        ("min_total = 80", "/pass"),
        ("code = \"nguoi_dan\"", "/variants/0"),
        ("code = \"CD.A\"", "/groups/0"),
        ("code = \"CD.A1\"", "/groups/0/indicators/0"),
    ];
    let set = Criteria::builtin()
        .find(&CriteriaSetId::new("cong_dan_324"))
        .unwrap();
    for (before, object) in places {
        let newer = CITIZEN.replacen(before, &format!("newer = 1\n{before}"), 1);
        let fault = fault(&newer);
        assert!(fault.contains("không có khoá `newer`"), "{fault}");
        let place = format!("dòng {}: ", line(&newer, "newer"));
        assert!(fault.contains(&place), "{fault}, not {place}");
        let mut wire = serde_json::to_value(set).unwrap();
        wire.pointer_mut(object).unwrap()["newer"] = 1.into();
        assert_eq!(&serde_json::from_value::<CriteriaSet>(wire).unwrap(), set);
    }
}

#[test]
fn a_title_holds_and_may_be_raised_after_the_months_of_its_set() {
    let mut set = Criteria::builtin()
        .find(&CriteriaSetId::new("cong_dan_324"))
        .unwrap()
        .clone();
    let decided = day("2026-03-31");
    assert_eq!(
        (set.holds_until(decided), set.upgrade_from(decided)),
        (None, None)
    );
    set.valid_months = Some(36);
    set.upgrade_months = Some(12);
    assert_eq!(set.holds_until(decided), Some(day("2029-03-31")));
    assert_eq!(set.upgrade_from(decided), Some(day("2027-03-31")));
    set.valid_after_year = true;
    assert_eq!(set.holds_until(decided), Some(day("2030-01-01")));
}
