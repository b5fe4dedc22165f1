//! Several lines to write on, in a plain form.

use leptos::prelude::*;

/// A text area with what somebody wrote in it. The renderer writes its content as it comes (tachys 0.2: the children of `<textarea>`
/// are not escaped), so a text that holds `</textarea>` would go on as markup: here it is escaped, and nowhere is a text given
/// to the element itself.
#[component]
pub fn TextArea(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    rows: u8,
    #[prop(into)] value: String,
    /// In characters.
    #[prop(optional)]
    max: Option<usize>,
    #[prop(optional_no_strip)] invalid: Option<&'static str>,
    #[prop(optional, into)] described: Option<String>,
) -> impl IntoView {
    // HTML drops the first line break of a text area.
    let text = format!("\n{value}")
        .replace('&', "&amp;")
        .replace('<', "&lt;");
    let max = max.map(|max| max.to_string());
    view! {
        <textarea id=id name=name rows=rows.to_string() maxlength=max aria-invalid=invalid aria-describedby=described inner_html=text></textarea>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_it_is_text() {
        let owner = Owner::new();
        let html = owner.with(|| {
            view! { <TextArea id="a" name="a" rows=2 value="a & b</textarea><script>1</script>"/> }
                .to_html()
        });
        assert!(
            html.contains("\na &amp; b&lt;/textarea>&lt;script>1&lt;/script></textarea>"),
            "{html}"
        );
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
    }
}
