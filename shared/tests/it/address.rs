//! Where one is led after signing in.

use shared::address::{onward, within};

#[test]
fn only_a_page_of_this_site_is_gone_on_to() {
    for address in [
        "/",
        "/?signed=in",
        "/outbox",
        "/dashboard?unit=018f&title=learning_family&year=2026#parts",
        "/dashboard/subjects?search=l%C3%B2+v%C4%83n",
        "/subject/x/score/GD.1",
        "/sign-in-guide",
        "/dashboard?back=//elsewhere.example&up=../..",
    ] {
        assert_eq!(onward(address), Some(address));
    }
    for address in [
        "",
        "outbox",
        "https://elsewhere.example/",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\t\\elsewhere.example",
        "/\n/elsewhere.example",
        "/\r\nSet-Cookie: a=b",
        "/out box",
        " /outbox",
        "/outbox\u{0}",
        "/outbox\u{7f}",
        "/b\u{1ea3}n",
        "/outbox\\..",
        "/.//elsewhere.example",
        "/outbox/..//elsewhere.example",
        "/outbox//",
        "/sign-in",
        "/sign-in/",
        "/sign-in?next=/sign-in",
        "/sign-in#a",
        "/./sign-in",
        "/outbox/../sign-in",
        "/outbox/%2e%2e/sign-in",
        "/outbox/.%2E/sign-in",
        "/api/v1/logout",
        "/api",
    ] {
        assert_eq!(onward(address), None, "{address:?}");
    }
    let long = format!("/dashboard?search={}", "a".repeat(3_000));
    assert_eq!(onward(&long), None);
}

#[test]
fn a_form_may_lead_back_to_the_door() {
    for address in ["/sign-in", "/sign-in?next=%2Foutbox", "/"] {
        assert_eq!(within(address), Some(address));
    }
    for address in ["//sign-in", "/\t/sign-in", "sign-in", "/x/../sign-in"] {
        assert_eq!(within(address), None, "{address:?}");
    }
}
