//! Which commune a list is of.

use server::import::commune::{Asked, CommuneError, choose};
use server::services::units::REORGANISED;
use shared::ids::UnitId;
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitCode, UnitKind};
use uuid::Uuid;

fn id(number: u128) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(number))
}

fn commune(number: u128, name: &str, code: &str) -> OrgUnit {
    OrgUnit {
        code: Some(UnitCode::new(code)),
        names: vec![Dated::always(name.to_owned())],
        ..OrgUnit::new(id(number), UnitKind::Commune, name)
    }
}

/// Code 1 was an old commune's, which became Xã Hai; it was given to Xã Một since.
fn tree() -> OrgTree {
    let one = OrgUnit {
        valid_from: Some(REORGANISED),
        ..commune(1, "Xã Một", "1")
    };
    let two = OrgUnit {
        valid_from: Some(REORGANISED),
        ..commune(2, "Xã Hai", "2")
    };
    let old = OrgUnit {
        valid_to: Some(REORGANISED),
        successors: vec![id(2)],
        ..commune(3, "Xã Cũ", "1")
    };
    OrgTree::new(vec![one, two, old])
}

#[test]
fn a_code_that_was_given_out_twice_leads_nobody_to_another_commune() {
    let tree = tree();
    let heading = ["UBND XÃ CŨ".to_owned()];
    let code = UnitCode::new("1");
    let chosen = |only, despite_heading| {
        let asked = Asked {
            code: &code,
            only,
            despite_heading,
        };
        choose(&tree, &asked, &heading, REORGANISED, REORGANISED)
    };
    // The heading decides where both are meant.
    assert_eq!(chosen(None, false).expect("a commune").now.id, id(2));
    let other = chosen(Some(id(1)), false);
    assert!(
        matches!(other, Err(CommuneError::Other { .. })),
        "{other:?}"
    );
    let despite = chosen(Some(id(1)), true).expect("a commune");
    assert_eq!((despite.now.id, despite.before), (id(1), None));
    let two = chosen(Some(id(2)), false).expect("a commune");
    assert_eq!(two.before.map(|old| old.id), Some(id(3)));
    assert!(chosen(Some(id(9)), true).is_err());
}
