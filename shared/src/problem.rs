//! Kinds of failure of an HTTP request (RFC 9457). The kinds live here, status codes in the server, words in the app.

use serde::{Deserialize, Serialize};

/// What kind of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The body is not what this address takes.
    Malformed,
    /// The body is larger than this address takes.
    TooLarge,
    /// Nobody is signed in.
    SignedOut,
    /// Name and password do not belong together.
    WrongPassword,
    /// A new password that is too easy to guess.
    WeakPassword,
    /// Too many attempts; wait.
    TooMany,
    /// The signed-in person may not do this.
    Forbidden,
    /// There is no such thing, or not for this person.
    NotFound,
    /// The app is too old for this server.
    OldApp,
    /// A file is sent in a way this server does not know.
    OtherProtocol,
    /// A part of a file does not go on where the last one ended.
    OutOfStep,
    /// A file arrived, and it is not the one that was announced.
    Damaged,
    /// A file of a type that is no evidence, or of another than was announced.
    WrongType,
    /// A file that is no sealed letter to this server, or was altered on its way.
    NotSealed,
    /// A sealed letter of somebody who has changed their password since, or is no user any more.
    OldSeal,
    /// The server's disk is nearly full: it takes changes and no files.
    NoSpace,
    /// The server cannot answer now; nothing was changed.
    Unavailable,
    /// A mistake of the server.
    Internal,
}

impl ProblemKind {
    /// The problem's type, a URI that is stable and need not resolve.
    pub fn uri(self) -> &'static str {
        match self {
            ProblemKind::Malformed => "urn:banhoc:problem:malformed",
            ProblemKind::TooLarge => "urn:banhoc:problem:too-large",
            ProblemKind::SignedOut => "urn:banhoc:problem:signed-out",
            ProblemKind::WrongPassword => "urn:banhoc:problem:wrong-password",
            ProblemKind::WeakPassword => "urn:banhoc:problem:weak-password",
            ProblemKind::TooMany => "urn:banhoc:problem:too-many",
            ProblemKind::Forbidden => "urn:banhoc:problem:forbidden",
            ProblemKind::NotFound => "urn:banhoc:problem:not-found",
            ProblemKind::OldApp => "urn:banhoc:problem:old-app",
            ProblemKind::OtherProtocol => "urn:banhoc:problem:other-protocol",
            ProblemKind::OutOfStep => "urn:banhoc:problem:out-of-step",
            ProblemKind::Damaged => "urn:banhoc:problem:damaged",
            ProblemKind::WrongType => "urn:banhoc:problem:wrong-type",
            ProblemKind::NotSealed => "urn:banhoc:problem:not-sealed",
            ProblemKind::OldSeal => "urn:banhoc:problem:old-seal",
            ProblemKind::NoSpace => "urn:banhoc:problem:no-space",
            ProblemKind::Unavailable => "urn:banhoc:problem:unavailable",
            ProblemKind::Internal => "urn:banhoc:problem:internal",
        }
    }

    /// A sentence that says what happened, what is safe and what to do.
    pub fn title(self) -> &'static str {
        match self {
            ProblemKind::Malformed => {
                "Máy chủ không đọc được nội dung gửi lên. Chưa có gì bị thay đổi."
            }
            ProblemKind::TooLarge => {
                "Nội dung gửi lên quá lớn. Chưa có gì bị thay đổi; hãy gửi thành nhiều lần."
            }
            ProblemKind::SignedOut => {
                "Phiên làm việc đã hết. Hãy đăng nhập lại; phiếu trên máy vẫn còn."
            }
            ProblemKind::WrongPassword => "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy thử lại.",
            ProblemKind::WeakPassword => {
                "Mật khẩu mới dễ đoán quá nên chưa được đổi. Hãy đặt mật khẩu khác."
            }
            ProblemKind::TooMany => "Đã thử quá nhiều lần. Hãy chờ một lát rồi thử lại.",
            ProblemKind::Forbidden => "Tài khoản này không có quyền làm việc đó.",
            ProblemKind::NotFound => {
                "Không tìm thấy nội dung này, hoặc nó nằm ngoài địa bàn của tài khoản."
            }
            ProblemKind::OldApp => "Ứng dụng trên máy đã cũ. Hãy cập nhật; phiếu trên máy vẫn còn.",
            ProblemKind::OtherProtocol => {
                "Máy chủ chưa nhận tệp theo cách này. Hãy cập nhật ứng dụng; tệp trên máy vẫn còn."
            }
            ProblemKind::OutOfStep => {
                "Phần tệp vừa gửi không nối tiếp phần đã nhận. Chưa có gì bị mất; máy sẽ gửi tiếp."
            }
            ProblemKind::Damaged => {
                "Tệp đến nơi không còn nguyên vẹn nên không được giữ. Hãy gửi lại tệp này."
            }
            ProblemKind::WrongType => {
                "Tệp này không dùng làm minh chứng được. Hãy chọn ảnh JPEG, PNG, WebP hoặc tệp PDF."
            }
            ProblemKind::NotSealed => {
                "Tệp này không phải gói phiếu của Bản Học, hoặc đã hỏng trên đường. Phiếu vẫn còn trên máy của người \
                 gửi; hãy xin họ gói lại."
            }
            ProblemKind::OldSeal => {
                "Người gửi gói này đã đổi mật khẩu hoặc không còn tài khoản. Phiếu vẫn còn trên máy của họ; khi có \
                 mạng máy sẽ tự gửi, hoặc họ gói lại."
            }
            ProblemKind::NoSpace => {
                "Đĩa của máy chủ sắp đầy nên chưa nhận tệp. Phiếu vẫn gửi được, tệp vẫn còn trên máy; hãy báo người quản \
                 trị máy chủ."
            }
            ProblemKind::Unavailable => "Máy chủ đang bận. Chưa có gì bị mất; máy sẽ tự gửi lại.",
            ProblemKind::Internal => "Máy chủ gặp lỗi. Chưa có gì bị mất; hãy thử lại sau.",
        }
    }
}

/// An `application/problem+json` body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    #[serde(rename = "type")]
    pub uri: String,
    pub title: String,
    pub status: u16,
    pub kind: ProblemKind,
    /// What exactly was wrong with this request, when there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
