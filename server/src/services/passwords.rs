//! Passwords: Argon2id with the parameters of RFC 9106's second recommendation cut to what two cores can give many
//! people at once (19 MiB, 2 passes, 1 lane: OWASP's minimum).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use shared::text;
use tokio::sync::Semaphore;

/// Hashes at one time: each takes a core and 19 MiB.
static ROOM: Semaphore = Semaphore::const_new(2);

fn argon2() -> Argon2<'static> {
    let params =
        Params::new(19_456, 2, 1, None).expect("the parameters are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// How long the last check took, in microseconds.
static LAST_CHECK: AtomicU64 = AtomicU64::new(20_000);

/// Takes the time of a check and nothing else: whoever asks for what nobody is called learns nothing by it, and costs no core.
pub async fn pretend() {
    tokio::time::sleep(Duration::from_micros(LAST_CHECK.load(Ordering::Relaxed))).await;
}

/// A hash to keep, as a PHC string.
pub async fn hash(password: String) -> Option<String> {
    let _room = ROOM.acquire().await.ok()?;
    tokio::task::spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        let hash = argon2().hash_password(password.as_bytes(), &salt).ok()?;
        Some(hash.to_string())
    })
    .await
    .ok()?
}

/// Whether a password belongs to a hash. Without a hash the same work is done, so that the time taken does not tell
/// which names exist.
pub async fn verify(password: String, kept: Option<String>) -> bool {
    let Ok(_room) = ROOM.acquire().await else {
        return false;
    };
    let begun = Instant::now();
    let checked = tokio::task::spawn_blocking(move || match kept {
        Some(kept) => PasswordHash::new(&kept)
            .is_ok_and(|kept| argon2().verify_password(password.as_bytes(), &kept).is_ok()),
        None => {
            let salt = SaltString::generate(&mut OsRng);
            // Only for its time.
            let _ = argon2().hash_password(password.as_bytes(), &salt);
            false
        }
    });
    let is_right = checked.await.unwrap_or(false);
    let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    LAST_CHECK.store(took.min(1_000_000), Ordering::Relaxed);
    is_right
}

/// The shortest password (NIST SP 800-63B, 3.1.1.2: length counts, composition rules do not).
const MIN: usize = 8;
/// The longest that is looked at, in characters.
pub const MAX: usize = 200;
/// Fewer different characters than this are no password, whatever its length.
const DIFFERENT: usize = 4;
/// The commonest passwords of the world, in small letters; lines with `#` say where they are from.
const COMMON: &str = include_str!("../../assets/common_passwords.txt");
/// What people here begin with and put some figures after.
const FIRST_THOUGHTS: [&str; 12] = [
    "matkhau",
    "anhyeuem",
    "emyeuanh",
    "vietnam",
    "laichau",
    "phongtho",
    "canboxa",
    "truongban",
    "quantri",
    "password",
    "administrator",
    "qwertyuiop",
];
/// The product's name, which is on every page of it.
const PRODUCT: &str = "banhoc";

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    #[error("mật khẩu cần ít nhất {MIN} ký tự")]
    Short,
    #[error("mật khẩu dài nhất là {MAX} ký tự")]
    Long,
    #[error(
        "mật khẩu này quá quen thuộc, người lạ đoán được ngay; hãy đặt mật khẩu khác, ví dụ ba từ không liên quan nối nhau"
    )]
    Common,
    #[error("mật khẩu không được chứa tên đăng nhập, họ tên hoặc tên phần mềm")]
    Name,
}

impl Weakness {
    /// Its name in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Weakness::Short => "short",
            Weakness::Long => "long",
            Weakness::Common => "common",
            Weakness::Name => "name",
        }
    }
}

/// Whether somebody may have this password.
pub fn check(password: &str, username: &str, name: &str) -> Result<(), Weakness> {
    match password.chars().count() {
        ..MIN => return Err(Weakness::Short),
        MIN..=MAX => {}
        _ => return Err(Weakness::Long),
    }
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    let small = password.to_lowercase();
    let letters = text::fold(password).replace(' ', "");
    let beginning = letters.trim_end_matches(|c: char| c.is_ascii_digit());
    if different.len() < DIFFERENT
        || FIRST_THOUGHTS.contains(&beginning)
        || COMMON.lines().any(|common| common == small)
    {
        return Err(Weakness::Common);
    }
    let names = [username, name, PRODUCT].map(|name| text::fold(name).replace(' ', ""));
    // A name of three letters is in many words.
    if names
        .iter()
        .any(|name| name.len() > 3 && letters.contains(name.as_str()))
    {
        return Err(Weakness::Name);
    }
    Ok(())
}

/// A password to be read out to somebody once: three groups that are easily said and typed.
pub fn made_up() -> Option<String> {
    use rand::TryRngCore;
    const FIRST: &[u8] = b"bcdghklmnpstvx";
    const THEN: &[u8] = b"aeiou";
    let mut dice = [0_u8; 12];
    rand::rngs::OsRng.try_fill_bytes(&mut dice).ok()?;
    // Of 256 numbers for 14 letters the first four come up a little more often; of 36 bits hardly one is lost.
    let letter = |from: &[u8], number: u8| {
        from.get(usize::from(number) % from.len())
            .copied()
            .map(char::from)
    };
    let groups: Option<Vec<String>> = dice
        .chunks_exact(4)
        .map(|four| {
            let [a, b, c, d] = four else { return None };
            [
                letter(FIRST, *a)?,
                letter(THEN, *b)?,
                letter(FIRST, *c)?,
                letter(THEN, *d)?,
            ]
            .into_iter()
            .collect::<String>()
            .into()
        })
        .collect();
    Some(groups?.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        let lan = |password: &str| check(password, "lothilan", "Lò Thị Lan");
        for (password, weakness) in [
            ("ngan", Weakness::Short),
            ("12345678", Weakness::Common),
            ("aaaaaaaa", Weakness::Common),
            ("Password1", Weakness::Common),
            ("ANHYEUEM", Weakness::Common),
            ("matkhau123", Weakness::Common),
            ("Mật khẩu 2026", Weakness::Common),
            ("ababababab", Weakness::Common),
            ("banhoc2026", Weakness::Name),
            ("Bản Học 2026", Weakness::Name),
            ("lothilan-87", Weakness::Name),
            ("Lò Thị Lan 1987", Weakness::Name),
        ] {
            assert_eq!(lan(password), Err(weakness), "{password}");
        }
        assert_eq!(lan(&"ăn".repeat(101)), Err(Weakness::Long));
        for password in [
            "bup-sen-trang",
            "Ruộng bậc thang",
            "mat-khau-dai",
            "9f3kz0aq",
            "lan mua ngo nuong",
        ] {
            assert_eq!(lan(password), Ok(()), "{password}");
        }
        // Short names are in many words.
        assert_eq!(check("lan-can-cau-treo", "lan", "Lan"), Ok(()));
    }

    #[test]
    fn a_password_made_up_is_taken_and_never_twice_the_same() {
        let made: std::collections::BTreeSet<String> = (0..200).filter_map(|_| made_up()).collect();
        assert_eq!(made.len(), 200);
        for password in &made {
            assert_eq!(password.len(), 14);
            assert_eq!(
                check(password, "lothilan", "Lò Thị Lan"),
                Ok(()),
                "{password}"
            );
        }
    }
}
