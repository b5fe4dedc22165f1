//! Addresses of this site that a form or a link names.

/// The longest address that is gone on to.
const LONGEST: usize = 2_048;

/// The address to go on to after signing in: a page of this site, or nothing. The door itself is none (it would lead in a
/// circle), nor is what answers programs.
pub fn onward(address: &str) -> Option<&str> {
    let first = within(address)?[1..].split(['/', '?', '#']).next();
    (!matches!(first, Some("sign-in" | "api"))).then_some(address)
}

/// The address, if it is one of this site.
///
/// Whoever makes a link chooses what it names, so it is read as browsers read it (WHATWG URL standard): a backslash counts
/// as a slash, tabs and line breaks are dropped, `.` and `..` are walked, and two slashes begin the name of another host.
pub fn within(address: &str) -> Option<&str> {
    let is_plain =
        address.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) && !address.contains('\\');
    if !is_plain || address.len() > LONGEST {
        return None;
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let mut segments = path.strip_prefix('/')?.split('/');
    (!path.contains("//") && !segments.any(is_step)).then_some(address)
}

/// Whether a part of a path is a step to here or up, also written with percent signs.
fn is_step(segment: &str) -> bool {
    let segment = segment.to_ascii_lowercase().replace("%2e", ".");
    matches!(segment.as_str(), "." | "..")
}
