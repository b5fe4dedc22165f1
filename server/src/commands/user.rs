//! `banhoc user`.

use app::words;

use super::columns;
use crate::config::User;
use crate::console::{new_password, or_ask};
use crate::db::Db;
use crate::services::people::{self, NewPerson};

pub async fn run(db: &Db, command: User) -> anyhow::Result<()> {
    match command {
        User::Add {
            username,
            name,
            role,
            units,
        } => {
            let username = or_ask(username, "Tên đăng nhập", "TÊN")?;
            let name = or_ask(name, "Họ tên", "--name HỌ_TÊN")?;
            let role = or_ask(role, "Vai trò (ví dụ: cán bộ xã)", "--role VAI_TRÒ")?;
            let units = match units.is_empty() && people::needs_unit(&role) {
                true => vec![or_ask(
                    None,
                    "Đơn vị (mã hoặc tên; nhiều đơn vị thì cách nhau bằng dấu phẩy)",
                    "--unit ĐƠN_VỊ",
                )?],
                false => units,
            };
            let new = NewPerson {
                username: username.clone(),
                name,
                role,
                units,
                password: String::new(),
            };
            // Whatever is wrong is told before a password is asked for.
            people::look(db, &new).await?;
            let password = new_password()?;
            let units = people::add(db, NewPerson { password, ..new }).await?;
            println!("Đã thêm tài khoản {username}: {}.", units.join("; "));
        }
        User::List { text } => list(db, &text.join(" ")).await?,
        User::Password { username } => {
            people::look_for(db, &username).await?;
            let ended = people::set_password(db, &username, new_password()?, false).await?;
            println!("Đã đổi mật khẩu của {username}; {}.", signed_out(ended));
        }
        User::Reset { username } => {
            let password = people::reset(db, &username).await?;
            println!("Mật khẩu tạm của {username}: {password}");
            println!(
                "Hãy đọc cho người đó; khi đăng nhập sẽ được mời đặt mật khẩu riêng. Mật khẩu này không hiện lại nữa."
            );
        }
        User::Disable { username } => {
            let user = people::set_disabled(db, &username, true).await?;
            println!(
                "Đã khoá tài khoản của {}. Phiếu người đó đã gửi vẫn còn.",
                user.name
            );
        }
        User::Enable { username } => {
            let user = people::set_disabled(db, &username, false).await?;
            println!("Đã mở lại tài khoản của {}.", user.name);
        }
        User::Sessions { username } => sessions(db, &username).await?,
        User::End { username, session } => {
            let ended = people::end_sessions(db, &username, session.as_deref()).await?;
            println!("Tài khoản {username}: {}.", signed_out(ended));
        }
    }
    Ok(())
}

fn signed_out(ended: u64) -> String {
    match ended {
        0 => "không có máy nào đang đăng nhập".to_owned(),
        count => format!("đã đăng xuất {count} máy"),
    }
}

async fn list(db: &Db, text: &str) -> anyhow::Result<()> {
    let listed = people::list(db, text).await?;
    let head = [
        "TÊN ĐĂNG NHẬP",
        "HỌ TÊN",
        "VAI TRÒ",
        "ĐANG DÙNG",
        "LẦN CUỐI",
        "ĐƠN VỊ",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for it in &listed {
        let in_use = match (it.user.disabled, it.sessions) {
            (true, _) => "đã khoá".to_owned(),
            (false, 0) => "–".to_owned(),
            (false, count) => format!("{count} máy"),
        };
        rows.push(vec![
            it.user.username.clone().unwrap_or_default(),
            it.user.name.clone(),
            words::role(it.user.role),
            in_use,
            it.seen_at.map_or_else(|| "–".to_owned(), words::moment),
            it.units.join("; "),
        ]);
    }
    print!("{}", columns(&rows));
    println!("Có {} tài khoản.", listed.len());
    Ok(())
}

async fn sessions(db: &Db, username: &str) -> anyhow::Result<()> {
    let sessions = people::sessions_of(db, username).await?;
    if sessions.is_empty() {
        println!("Tài khoản {username}: {}.", signed_out(0));
        return Ok(());
    }
    let head = ["PHIÊN", "MÁY", "ĐĂNG NHẬP", "DÙNG LẦN CUỐI", "HẾT HẠN"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for session in &sessions {
        rows.push(vec![
            session.token_hash.chars().take(8).collect(),
            session.browser.clone().unwrap_or_else(|| "–".to_owned()),
            words::moment(session.created_at),
            words::moment(session.seen_at),
            words::moment(session.expires_at),
        ]);
    }
    print!("{}", columns(&rows));
    println!(
        "Đăng xuất một máy: banhoc user end {username} --session PHIÊN; tất cả: banhoc user end {username}"
    );
    Ok(())
}
