/// Why there is no paper, in words for whoever asked for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    #[error("Thiếu {0}.")]
    Missing(String),
    #[error("{what} dài quá {most} chữ.")]
    TooLong { what: String, most: usize },
    #[error("{what}: có {given}, một văn bản chứa nhiều nhất {most}.")]
    TooMany {
        what: String,
        most: usize,
        given: usize,
    },
    #[error("Biểu tượng phải là ảnh PNG, không quá 1 MB và 3.000 điểm ảnh mỗi chiều.")]
    Symbol,
    /// The template of a unit, not ours: says the line.
    #[error("Mẫu in không dùng được: {0}")]
    Template(String),
    #[error("Không tạo được tệp: {0}")]
    Drawing(String),
    /// The caller said stop between two files.
    #[error("Đã dừng theo yêu cầu.")]
    Stopped,
}
