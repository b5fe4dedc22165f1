//! Names of the peoples who live in Phong Thổ.

/// A people, for names and for the statistics field of a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum People {
    Thai,
    Hmong,
    Dao,
    HaNhi,
    Giay,
    Kinh,
}

impl People {
    pub fn as_str(self) -> &'static str {
        match self {
            People::Thai => "Thái",
            People::Hmong => "Mông",
            People::Dao => "Dao",
            People::HaNhi => "Hà Nhì",
            People::Giay => "Giáy",
            People::Kinh => "Kinh",
        }
    }

    /// Surnames, what stands between, and given names.
    fn parts(self) -> [&'static [&'static str]; 3] {
        match self {
            People::Thai => [
                &[
                    "Lò", "Vàng", "Đèo", "Nùng", "Tao", "Mào", "Lường", "Cà", "Quàng", "Hoàng",
                    "Lù", "Điêu", "Khoàng",
                ],
                &["Văn", "Thị", "Văn", "Thị", ""],
                &[
                    "Pâng", "Păn", "Nọi", "Ín", "Ón", "Xôm", "Thắm", "Sương", "Khụt", "Hặc",
                    "Chựa", "Kẻo", "Ánh", "Inh", "Phương", "Pản", "Chơ", "Đôi",
                ],
            ],
            People::Hmong => [
                &[
                    "Giàng", "Vàng", "Sùng", "Thào", "Ma", "Hảng", "Lý", "Cứ", "Chang", "Mùa",
                ],
                &["A", "Thị", "A", "Thị", "Seo", "Mí"],
                &[
                    "Chinh", "Páo", "Dơ", "Sử", "Lử", "Mỷ", "Dua", "Sáng", "Phừ", "Tủa", "Chu",
                    "Vảng", "Sì", "Sua", "Khua", "Hồng",
                ],
            ],
            People::Dao => [
                &["Chẻo", "Tẩn", "Phàn", "Lý", "Phùng", "Vàng", "Giàng", "Tẩn"],
                &["Láo", "Mẩy", "Sử", "Phù", "Diếu", "Chin", "Lở"],
                &[
                    "Tả", "Lở", "Khé", "San", "U", "Chìn", "Sếnh", "Mẩy", "Sơn", "Quẩy", "Pham",
                    "Dền",
                ],
            ],
            People::HaNhi => [
                &["Chu", "Lý", "Phu", "Ly", "Sùng", "Khoàng", "Lỳ"],
                &["Xé", "Go", "Cà", "Phì", "Mò", "Gó", "Hà"],
                &["Xạ", "Hừ", "De", "Mé", "Lòng", "Xó", "Chừ", "Giá", "Po"],
            ],
            People::Giay => [
                &["Lù", "Vàng", "Sần", "Phan", "Lò", "Nông"],
                &["Văn", "Thị", "Seo", "Thị"],
                &[
                    "Sân", "Phin", "Hòa", "Dín", "Mai", "Sài", "Lìn", "Chín", "Phấn",
                ],
            ],
            People::Kinh => [
                &["Nguyễn", "Trần", "Phạm", "Đỗ", "Bùi", "Hoàng", "Vũ", "Lê"],
                &["Văn", "Thị", "Minh", "Đức", "Thị", "Quốc"],
                &[
                    "Hùng", "Lan", "Hòa", "Tuấn", "Hương", "Thủy", "Quang", "Hải", "Yến", "Dũng",
                    "Nga",
                ],
            ],
        }
    }
}

/// A name. `below` draws a number smaller than its argument.
pub fn person(people: People, below: &mut impl FnMut(u64) -> u64) -> String {
    people
        .parts()
        .into_iter()
        .map(|part| part[usize::try_from(below(part.len() as u64)).unwrap_or(0)])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
