//! The national targets.

use shared::api::Target;
use shared::calendar::Year;
use shared::criteria::Title;

/// The national target of a title for 2025 and 2030: decision 387/QĐ-TTg of 25 March 2022, for citizens 1373/QĐ-TTg of 30
/// July 2021. Between the two years the one of 2025 still stands. (The values for 2030 of 387 were read in provincial
/// plans that copy it; reduced ones for mountain districts were not found.)
pub fn target(title: Title, year: Year) -> Option<Target> {
    let (by_2025, by_2030) = match title {
        Title::LearningFamily => (700, 800),
        Title::LearningClan | Title::LearningVillage => (650, 750),
        Title::LearningUnit => (800, 900),
        Title::LearningCitizen => (400, 600),
        Title::LearningCommune | Title::LearningDistrict | Title::LearningProvince => return None,
    };
    let source = match title {
        Title::LearningCitizen => "Quyết định 1373/QĐ-TTg ngày 30/07/2021",
        _ => "Quyết định 387/QĐ-TTg ngày 25/03/2022",
    };
    Some(Target {
        permille: if year.get() >= 2030 { by_2030 } else { by_2025 },
        source: source.to_owned(),
        comparable: !title.is_of_listed(),
    })
}
