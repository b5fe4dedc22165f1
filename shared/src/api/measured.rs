//! The two numbers of a measured criterion as somebody at a desk types them, and what to mend where they make no answer.

use crate::calendar::Year;
use crate::criteria::Measure;
use crate::scoring::{Answer, RESULT_MAX, WHOLE_MAX};

/// The longest that is kept of a number that was typed.
pub const TYPED_MAX: usize = 20;

/// Why two numbers make no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistyped {
    Missing,
    NotANumber,
    /// More than there are.
    MoreThanAll,
    /// A share of nobody.
    OfNobody,
    /// Of more than a share may be of.
    OfTooMany,
    NoSuchLevel,
    NoSuchYear,
}

/// Which of the two it is, to be mended there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    First,
    Second,
}

/// The answer that two numbers make: how many and of how many, or a level and its year.
pub fn read(measure: Measure, first: &str, second: &str) -> Result<Answer, (Typed, Mistyped)> {
    let one = number(first).map_err(|why| (Typed::First, why))?;
    let other = number(second).map_err(|why| (Typed::Second, why))?;
    match measure {
        Measure::Share => share(one, other),
        Measure::Result => result(one, other),
    }
}

fn share(part: u64, whole: u64) -> Result<Answer, (Typed, Mistyped)> {
    match (u32::try_from(part), u32::try_from(whole)) {
        (_, Ok(0)) => Err((Typed::Second, Mistyped::OfNobody)),
        (_, Err(_)) => Err((Typed::Second, Mistyped::OfTooMany)),
        (_, Ok(whole)) if whole > WHOLE_MAX => Err((Typed::Second, Mistyped::OfTooMany)),
        (Ok(part), Ok(whole)) if part <= whole => Ok(Answer::Share { part, whole }),
        _ => Err((Typed::First, Mistyped::MoreThanAll)),
    }
}

fn result(level: u64, year: u64) -> Result<Answer, (Typed, Mistyped)> {
    let level = u8::try_from(level)
        .ok()
        .filter(|level| *level <= RESULT_MAX);
    let level = level.ok_or((Typed::First, Mistyped::NoSuchLevel))?;
    let year = i64::try_from(year).ok().and_then(Year::new);
    let year = year.ok_or((Typed::Second, Mistyped::NoSuchYear))?;
    Ok(Answer::Result { level, year })
}

/// A number as people write it: `1200`, `1.200` or `1 200`.
pub(super) fn number(text: &str) -> Result<u64, Mistyped> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Mistyped::Missing);
    }
    let mut groups = text.split(['.', ' ', '\u{a0}']);
    let first = groups.next().unwrap_or_default();
    let is_grouped = groups.clone().all(|group| group.len() == 3);
    let digits: String = [first].into_iter().chain(groups).collect();
    let is_number = is_grouped && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_number && text.len() <= TYPED_MAX && !first.is_empty();
    let read = digits.parse().ok().filter(|_| is_number);
    read.ok_or(Mistyped::NotANumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_make_an_answer_or_say_which_to_mend() {
        use Mistyped::*;
        use Typed::*;
        let year = Year::new(2026).expect("a year");
        for (measure, first, second, wanted) in [
            (
                Measure::Share,
                "36",
                " 40 ",
                Ok(Answer::Share {
                    part: 36,
                    whole: 40,
                }),
            ),
            (
                Measure::Share,
                "0",
                "1.200",
                Ok(Answer::Share {
                    part: 0,
                    whole: 1_200,
                }),
            ),
            (Measure::Share, "41", "40", Err((First, MoreThanAll))),
            (
                Measure::Share,
                "4294967296",
                "40",
                Err((First, MoreThanAll)),
            ),
            (Measure::Share, "0", "0", Err((Second, OfNobody))),
            (Measure::Share, "1", "10000001", Err((Second, OfTooMany))),
            (Measure::Share, "", "40", Err((First, Missing))),
            (Measure::Share, "36", "", Err((Second, Missing))),
            (Measure::Share, "36,5", "40", Err((First, NotANumber))),
            (Measure::Share, "3.6", "40", Err((First, NotANumber))),
            (Measure::Share, "-1", "40", Err((First, NotANumber))),
            (
                Measure::Share,
                "1",
                "99999999999999999999999",
                Err((Second, NotANumber)),
            ),
            (
                Measure::Result,
                "2",
                "2026",
                Ok(Answer::Result { level: 2, year }),
            ),
            (Measure::Result, "10", "2026", Err((First, NoSuchLevel))),
            (Measure::Result, "1", "26", Err((Second, NoSuchYear))),
            (Measure::Result, "1", "", Err((Second, Missing))),
        ] {
            assert_eq!(
                read(measure, first, second),
                wanted,
                "{measure:?} {first} {second}"
            );
        }
    }
}
