//! Where, how many, how far: a circle a unit, sized by families, coloured by share.
//!
//! No boundaries are drawn because only a point of each unit is known. Names are placed so that
//! they cover neither a circle nor each other; one that finds no room appears when its circle is
//! met.

use leptos::prelude::*;

/// The drawing's own width and height.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 560.0;
/// Room for the outermost circles and names.
const MARGIN: f64 = 64.0;
/// The radius of the largest circle.
const LARGEST: f64 = 26.0;
/// A bound for the width of a letter and the height of a line at the drawing's text size.
const LETTER: f64 = 13.0;
const LINE: f64 = 22.0;

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct MapPoint {
    /// The page behind the circle.
    pub href: String,
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// The area of the circle.
    pub families: u32,
    /// Of four steps of colour, from 0.
    pub step: usize,
    pub behind: bool,
    /// What is heard: name, share and families in words.
    pub description: String,
}

/// A point with its place in the drawing.
#[derive(Clone, Debug, PartialEq)]
struct Placed {
    x: f64,
    y: f64,
    radius: f64,
    /// The middle of the name and its base line; `None` if it found no room.
    name_at: Option<(f64, f64)>,
}

/// Edges of a rectangle.
#[derive(Clone, Copy)]
struct Bounds {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Bounds {
    fn meets(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn is_inside(self) -> bool {
        self.left >= 2.0
            && self.right <= WIDTH - 2.0
            && self.top >= 2.0
            && self.bottom <= HEIGHT - 2.0
    }
}

/// Places circles by latitude and longitude, with one scale for both, and then the names, in the
/// order given.
fn place(points: &[MapPoint]) -> Vec<Placed> {
    let range = |value: fn(&MapPoint) -> f64| {
        points
            .iter()
            .map(value)
            .fold((f64::MAX, f64::MIN), |(low, high), value| {
                (low.min(value), high.max(value))
            })
    };
    let (south, north) = range(|point| point.lat);
    let (west, east) = range(|point| point.lon);
    let (middle_lat, middle_lon) = ((south + north) / 2.0, (west + east) / 2.0);
    // Degrees of longitude shrink towards the poles.
    let shrink = middle_lat.to_radians().cos();
    // A single point has no extent; a hundredth of a degree keeps the scale finite.
    let across = ((east - west) * shrink).max(0.01);
    let along = (north - south).max(0.01);
    let scale = ((WIDTH - 2.0 * MARGIN) / across).min((HEIGHT - 2.0 * MARGIN) / along);
    let most = points
        .iter()
        .map(|point| point.families)
        .max()
        .unwrap_or(1)
        .max(1);

    let mut placed: Vec<Placed> = points
        .iter()
        .map(|point| Placed {
            x: (WIDTH / 2.0 + (point.lon - middle_lon) * shrink * scale).round(),
            y: (HEIGHT / 2.0 - (point.lat - middle_lat) * scale).round(),
            radius: (LARGEST * (f64::from(point.families) / f64::from(most)).sqrt())
                .max(6.0)
                .round(),
            name_at: None,
        })
        .collect();
    let circles: Vec<Bounds> = placed
        .iter()
        .map(|Placed { x, y, radius, .. }| Bounds {
            left: x - radius,
            top: y - radius,
            right: x + radius,
            bottom: y + radius,
        })
        .collect();

    let mut names: Vec<Bounds> = Vec::with_capacity(points.len());
    for (index, point) in points.iter().enumerate() {
        let Placed { x, y, radius, .. } = placed[index];
        let letters = u32::try_from(point.name.chars().count()).unwrap_or(u32::MAX);
        let half = f64::from(letters) * LETTER / 2.0;
        // Near an edge, a name above or below its circle moves inwards.
        let inwards = x.max(half + 2.0).min(WIDTH - half - 2.0);
        let candidates = [
            (inwards, y + radius + 1.0),
            (inwards, y - radius - LINE - 1.0),
            (x + radius + 4.0 + half, y - LINE / 2.0),
            (x - radius - 4.0 - half, y - LINE / 2.0),
            (x - half, y + radius + 1.0),
            (x + half, y + radius + 1.0),
            (x - half, y - radius - LINE - 1.0),
            (x + half, y - radius - LINE - 1.0),
        ];
        let room = candidates.into_iter().find_map(|(middle, top)| {
            let name = Bounds {
                left: middle - half,
                top,
                right: middle + half,
                bottom: top + LINE,
            };
            let free = name.is_inside()
                && !names.iter().any(|other| name.meets(*other))
                && !circles
                    .iter()
                    .enumerate()
                    .any(|(other, circle)| other != index && name.meets(*circle));
            free.then_some((name, (middle.round(), (top + 17.0).round())))
        });
        if let Some((name, at)) = room {
            names.push(name);
            placed[index].name_at = Some(at);
        }
    }
    placed
}

/// The map. Each circle is a link. The children are the entries of its legend (`<li>` each).
#[component]
pub fn SymbolMap(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] points: Signal<Vec<MapPoint>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let circle = |(point, placed): (MapPoint, Placed)| {
        let MapPoint {
            href,
            name,
            step,
            behind,
            description,
            ..
        } = point;
        let Placed {
            x,
            y,
            radius,
            name_at,
        } = placed;
        let (name_x, name_y) = name_at.unwrap_or((x, y + 5.0));
        view! {
            <a
                class="map-point"
                href=href
                aria-label=description
                data-share=step + 1
                data-behind=behind.then_some("")
                data-crowded=name_at.is_none().then_some("")
            >
                <circle cx=x cy=y r=radius></circle>
                <text x=name_x y=name_y>
                    {name}
                </text>
            </a>
        }
    };
    let circles = move || {
        let mut points = points.get();
        // Small circles are drawn last, so that a large one never hides them.
        points.sort_by_key(|point| std::cmp::Reverse(point.families));
        let placed = place(&points);
        points.into_iter().zip(placed).map(circle).collect_view()
    };
    view! {
        <figure class="map">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="group" aria-label=label>
                <path
                    class="map-grid"
                    d="M0 140H480M0 280H480M0 420H480M120 0V560M240 0V560M360 0V560"
                ></path>
                {circles}
            </svg>
            {children.map(|children| view! { <ul class="map-legend">{children()}</ul> })}
        </figure>
    }
}
