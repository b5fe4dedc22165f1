//! Cutting a story short: as many steps and devices are taken away as still leave it broken.

use super::script::Script;

/// How often a story may be told to shorten it.
const TRIES: usize = 1_500;

/// The shortest story found that is still broken.
pub fn shrink(mut script: Script, is_broken: impl Fn(&Script) -> bool) -> Script {
    let mut tries = 0;
    let mut attempt = |shorter: &Script| {
        tries += 1;
        tries <= TRIES && is_broken(shorter)
    };
    // Whole devices first. One that does nothing stays where it is, because steps name devices by their place.
    for device in 0..script.devices.len() {
        let mut shorter = script.clone();
        shorter
            .steps
            .retain(|step| step.what.device() != Some(device));
        if shorter.steps.len() < script.steps.len() && attempt(&shorter) {
            script = shorter;
        }
    }
    let mut size = script.steps.len() / 2;
    while size > 0 {
        let mut from = 0;
        let before = script.steps.len();
        while from < script.steps.len() {
            let mut shorter = script.clone();
            shorter
                .steps
                .drain(from..(from + size).min(script.steps.len()));
            if attempt(&shorter) {
                script = shorter;
            } else {
                from += size;
            }
        }
        // Steps that needed each other may go now.
        if script.steps.len() == before {
            size /= 2;
        } else {
            size = size.min(script.steps.len() / 2).max(usize::from(size == 1));
        }
    }
    script
}
