//! Passwords: Argon2id with the parameters of RFC 9106's second recommendation cut to what two cores can give many
//! people at once (19 MiB, 2 passes, 1 lane: OWASP's minimum).

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Hashes at one time: each takes a core and 19 MiB.
static ROOM: Semaphore = Semaphore::const_new(2);

fn argon2() -> Argon2<'static> {
    let params =
        Params::new(19_456, 2, 1, None).expect("the parameters are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
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
    checked.await.unwrap_or(false)
}
