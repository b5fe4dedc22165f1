//! What is asked of the machine itself.

use std::path::Path;

/// Keeps what this process makes from the machine's other users: the database has families in it, and the keys that open
/// sealed letters.
pub fn keep_files_private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// How many files this process may have open, after asking for as many as it may ask for.
pub fn open_files() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        let wished = Rlimit {
            current: maximum,
            maximum,
        };
        // Where that is refused, what there is must do.
        let _ = setrlimit(Resource::Nofile, wished);
        let current = getrlimit(Resource::Nofile).current;
        current.map_or(usize::MAX, |files| {
            usize::try_from(files).unwrap_or(usize::MAX)
        })
    }
    #[cfg(not(unix))]
    {
        1_024
    }
}

/// Whether other users of the machine may read a file. One that is not there, nobody reads.
pub fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// The name that its office gave the machine.
pub fn name() -> String {
    #[cfg(unix)]
    {
        let system = rustix::system::uname();
        system.nodename().to_string_lossy().into_owned()
    }
    #[cfg(not(unix))]
    {
        std::env::var("COMPUTERNAME").unwrap_or_default()
    }
}
