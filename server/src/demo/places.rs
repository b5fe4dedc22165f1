//! The communes of the 2023 map with village names and peoples for the demo.
//!
//! Codes and commune names are official. Which villages a commune has, and how many, is not public here: these names are for trying
//! the program out and must be replaced by the commune's own list before any real use.

use super::names::People::{self, Dao, Giay, HaNhi, Hmong, Kinh, Thai};

/// A commune of the demo.
pub struct Place {
    pub code: &'static str,
    pub name: &'static str,
    pub villages: &'static [&'static str],
    /// Drawn from evenly: a people that stands twice is met twice as often.
    pub peoples: &'static [People],
}

pub const PLACES: &[Place] = &[
    Place {
        code: "03549",
        name: "thị trấn Phong Thổ",
        villages: &["Thị trấn 1", "Thị trấn 2", "Vàng Bó", "Pa So", "Hòa Bình", "Chiềng Na", "Nậm Pậy", "Đông Pao", "Huổi Én", "Thẩm Bú"],
        peoples: &[Thai, Thai, Kinh, Giay, Dao],
    },
    Place {
        code: "03490",
        name: "Huổi Luông",
        villages: &["Huổi Luông 1", "Huổi Luông 2", "Huổi Luông 3", "Nhiều Sáng", "Pô Tô", "Ngài Thầu", "Hồng Thu", "Ma Lù Thàng", "Hua Ta", "Nậm Le"],
        peoples: &[Dao, Dao, HaNhi, Hmong],
    },
    Place {
        code: "03574",
        name: "Ma Ly Pho",
        villages: &["Pờ Ma Hồ", "Sơn Bình", "Hùng Pèng", "Thèn Thầu", "Sòn Thầu", "Tả Phìn", "Pa Nậm Cúm"],
        peoples: &[Dao, Hmong, Giay],
    },
    Place {
        code: "03589",
        name: "Mường So",
        villages: &["Vàng Pheo", "Tây An", "Huổi Sen", "Nà Củng", "Khoang Thèn", "Huổi Bảo", "Tây Nguyên", "Nậm Cáy", "Phiêng Đanh"],
        peoples: &[Thai, Thai, Thai, Dao, Kinh],
    },
    Place {
        code: "03550",
        name: "Sì Lở Lầu",
        villages: &["Sì Choang", "Thà Giàng", "Gia Khâu", "Phố Vây", "Lả Nhì Thàng", "Lao Chải", "Sín Chải"],
        peoples: &[Dao, Dao, Hmong],
    },
    Place {
        code: "03562",
        name: "Vàng Ma Chải",
        villages: &["Sì Chải", "Tả Ô", "Hoàng Chù Văn", "Khoa San", "Nhóm 1", "Nhóm 2", "Nhóm 3"],
        peoples: &[Dao, Hmong],
    },
    Place {
        code: "03553",
        name: "Mồ Sì San",
        villages: &["Mồ Sì San", "Tô Y Phìn", "Séo Hồ Thầu", "Tân Séo Phìn"],
        peoples: &[Dao],
    },
    Place {
        code: "03559",
        name: "Pa Vây Sử",
        villages: &["Pa Vây Sử", "Hang É", "Khu Chu Lìn", "Ngài Trồ", "Chung Hồ"],
        peoples: &[Hmong, Hmong, Dao],
    },
    Place {
        code: "03571",
        name: "Dào San",
        villages: &["Dào San", "Sểnh Sảng A", "Sểnh Sảng B", "Dền Thàng A", "Dền Thàng B", "Hợp 1", "Hợp 2", "Hợp 3", "Xin Chải", "U Gia", "San Cha"],
        peoples: &[Hmong, Hmong, Dao, HaNhi],
    },
    Place {
        code: "03565",
        name: "Tông Qua Lìn",
        villages: &["Tả Tê", "Hồ Mèo", "Cò Ký", "Làng Vây", "Căng Há"],
        peoples: &[Hmong, Dao],
    },
    Place {
        code: "03568",
        name: "Mù Sang",
        villages: &["Mù Sang", "Lùng Than", "Hán Sùng", "Sàng Cải", "Xín Chải", "Sin San"],
        peoples: &[Hmong],
    },
    Place {
        code: "03583",
        name: "Khổng Lào",
        villages: &["Co Muông", "Phai Cát", "Ho Sao Chải", "Cang", "Hồng Phong", "Đớ", "Bản Phố", "Huổi Nả"],
        peoples: &[Thai, Thai, Dao],
    },
    Place {
        code: "03580",
        name: "Hoang Thèn",
        villages: &["Hoang Thèn", "Xin Chải", "Mồ Sì Câu", "Huổi Luông", "Lèng Suôi Chín", "Tả Lèng", "Nậm Cáy"],
        peoples: &[Dao, Dao, Thai],
    },
    Place {
        code: "03577",
        name: "Bản Lang",
        villages: &["Bản Lang", "Nà Giang", "Thèn Thầu", "Dao Chản", "Nậm Lùng", "Hợp 1", "Nà Vàng", "Tả Lèng", "Sàng Giang", "Pho Lao Chải"],
        peoples: &[Thai, Dao, Hmong],
    },
    Place {
        code: "03592",
        name: "Sin Suối Hồ",
        villages: &["Sin Suối Hồ", "Chí Sáng", "Can Hồ", "Căn Câu", "Sân Bay", "Chảng Phàng", "Tả Cu Nhè", "Đán Tra", "Ngải Chồ", "Trung Hồ"],
        peoples: &[Hmong, Hmong, Thai],
    },
    Place {
        code: "03586",
        name: "Nậm Xe",
        villages: &["Mấn 1", "Mấn 2", "Mỏ", "Van Hồ 1", "Van Hồ 2", "Dền Thàng", "Co Muông", "Po Chà", "Nậm Xe", "Hoàng Liên Sơn 1", "Hoàng Liên Sơn 2"],
        peoples: &[Thai, Hmong, Dao],
    },
    Place {
        code: "03391",
        name: "Lản Nhì Thàng",
        villages: &["Lản Nhì Thàng", "Tô Y Phìn", "Hồng Thu Mông", "Hồng Thu Mán", "Séo Xiên Pho", "Lùng Cù", "Sin Câu"],
        peoples: &[Dao, Hmong, Giay],
    },
];
