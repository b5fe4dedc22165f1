//! Components: each draws its props and nothing else. They know no data, no storage and no language;
//! every word comes in from the page. The classes they use are told at the head of each file in
//! `style/components`.
//!
//! Words are `Signal<String>`, so a page hands over a `String`, a `&str`, or
//! `Signal::derive(|| t("..."))` where the word changes while the screen is open.

pub mod badge;
pub mod banner;
pub mod bottom_bar;
pub mod breadcrumbs;
pub mod brocade;
pub mod checkbox;
pub mod chips;
pub mod dialog;
mod document_title;
pub mod door;
pub mod empty;
pub mod error_summary;
#[cfg(target_arch = "wasm32")]
pub mod file_button;
pub mod group_dots;
pub mod icon;
#[cfg(target_arch = "wasm32")]
pub mod lazy_list;
#[cfg(target_arch = "wasm32")]
pub mod letters_rail;
pub mod meter;
pub mod notice;
pub mod number_choice;
pub mod page_header;
pub mod progress_ring;
pub mod search_field;
pub mod segmented;
pub mod select_field;
#[cfg(target_arch = "wasm32")]
pub mod signature_pad;
pub mod skeleton;
pub mod status_strip;
pub mod symbol_map;
#[cfg(not(target_arch = "wasm32"))]
pub mod text_area;
pub mod text_field;
pub mod tile;
pub mod toast;

pub use badge::{Badge, Saved, Tone};
pub use banner::{Banner, Coach};
pub use bottom_bar::{BottomBar, Place};
pub use breadcrumbs::{Breadcrumbs, Crumb};
pub use brocade::Brocade;
pub use checkbox::Checkbox;
pub use chips::{Chip, Chips};
pub use dialog::Dialog;
pub use door::Door;
pub use empty::Empty;
pub use error_summary::{ErrorSummary, FieldProblem};
#[cfg(target_arch = "wasm32")]
pub use file_button::FileButton;
pub use group_dots::{DotState, GroupDot, GroupDots};
pub use icon::{Glyph, Icon, IconSize};
#[cfg(target_arch = "wasm32")]
pub use lazy_list::LazyList;
#[cfg(target_arch = "wasm32")]
pub use letters_rail::LettersRail;
pub use meter::Meter;
pub use notice::Notice;
pub use number_choice::{Choice, NumberChoice};
pub use page_header::PageHeader;
pub use progress_ring::{ProgressRing, RingSize};
pub use search_field::SearchField;
pub use segmented::{Segment, Segmented};
pub use select_field::{SelectField, SelectOption};
#[cfg(target_arch = "wasm32")]
pub use signature_pad::SignaturePad;
pub use skeleton::Skeleton;
pub use status_strip::{Contact, StatusFact, StatusStrip};
pub use symbol_map::{MapPoint, SymbolMap};
#[cfg(not(target_arch = "wasm32"))]
pub use text_area::TextArea;
pub use text_field::{FieldKind, TextField};
pub use tile::Tile;
pub use toast::Toast;
