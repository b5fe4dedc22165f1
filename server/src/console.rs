//! Asking whoever runs a command: only where a terminal is, and a password without showing it.

use std::io::{self, IsTerminal, Write};

/// Nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    #[error("thiếu {0}")]
    Missing(&'static str),
    #[error("chưa có mật khẩu; hãy gõ vào, đưa qua đầu vào chuẩn, hoặc đặt biến BANHOC_PASSWORD")]
    NoPassword,
    #[error("hai lần gõ mật khẩu không giống nhau")]
    NotTheSame,
    #[error("không đọc được câu trả lời: {0}")]
    Io(#[from] io::Error),
}

/// What was said on the command line; else what is typed for it.
pub fn or_ask(
    said: Option<String>,
    label: &str,
    option: &'static str,
) -> Result<String, ConsoleError> {
    if let Some(said) = said {
        return Ok(said);
    }
    if !io::stdin().is_terminal() {
        return Err(ConsoleError::Missing(option));
    }
    eprint!("{label}: ");
    io::stderr().flush()?;
    let typed = line()?;
    match typed.trim() {
        "" => Err(ConsoleError::Missing(option)),
        typed => Ok(typed.to_owned()),
    }
}

/// A new password: from BANHOC_PASSWORD for scripts; typed twice and not shown where a terminal is; else one line of what is
/// piped in. Never an argument, which every user of the machine can read in the list of processes.
pub fn new_password() -> Result<String, ConsoleError> {
    if let Ok(password) = std::env::var("BANHOC_PASSWORD") {
        return Ok(password);
    }
    if !io::stdin().is_terminal() {
        let password = line()?;
        return match password.is_empty() {
            true => Err(ConsoleError::NoPassword),
            false => Ok(password),
        };
    }
    let password = hidden("Mật khẩu mới (không hiện khi gõ): ")?;
    if password.is_empty() {
        return Err(ConsoleError::NoPassword);
    }
    match hidden("Gõ lại mật khẩu: ")? == password {
        true => Ok(password),
        false => Err(ConsoleError::NotTheSame),
    }
}

/// What is typed on the terminal after a question, without showing it. It is dark before the question stands there, so that
/// nobody types faster than that.
fn hidden(question: &str) -> io::Result<String> {
    let dark = Dark::begin()?;
    eprint!("{question}");
    io::stderr().flush()?;
    let line = line();
    drop(dark);
    // The key that ended the line was not shown either.
    eprintln!();
    line
}

/// As long as it lives, the terminal shows nothing of what is typed.
#[cfg(unix)]
struct Dark(rustix::termios::Termios);

#[cfg(unix)]
impl Dark {
    fn begin() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin())?;
        let mut dark = before.clone();
        dark.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Now, &dark)?;
        Ok(Self(before))
    }
}

#[cfg(unix)]
impl Drop for Dark {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // A terminal that has gone meanwhile shows nothing anyway.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Other systems show what is typed; there a password comes by a pipe or BANHOC_PASSWORD.
#[cfg(not(unix))]
struct Dark;

#[cfg(not(unix))]
impl Dark {
    fn begin() -> io::Result<Self> {
        Err(io::Error::other("hãy đặt BANHOC_PASSWORD"))
    }
}

fn line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
