//! Signs and icons, drawn with the painter in a unit square.
//!
//! A font may lack any sign; lines can't. Coordinates run from 0 to 1, right and down, and are the only
//! numbers of this file. A new icon is a variant and its strokes.

use std::f32::consts::{PI, TAU};

use eframe::egui::{Color32, IconData, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::size;

/// What can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Icon {
    /// Genuine bounce: an arrow that turns back.
    Bounce,
    /// Backscatter: a dashed ring.
    Ring,
    /// Unverified.
    Question,
    /// Automatic: an arrow in a circle.
    Cycle,
    /// Fake bounce.
    Diamond,
    /// Suspicious.
    OpenDiamond,
    /// Malicious.
    Triangle,
    /// Ordinary; also states.
    Dot,
    /// An empty state dot.
    OpenDot,
    /// Where one side takes over: a dot in a ring.
    Target,
    /// Search.
    Search,
    /// Settings.
    Gear,
    /// Overview: columns of a chart.
    Columns,
    /// The columns of a table.
    Table,
    /// More of the same kind: a funnel of lines.
    Funnel,
    /// Quarantine: an anchor's ring over a hull.
    Ship,
    /// Senders.
    Person,
    /// Activity.
    Clock,
    /// Attachment.
    Clip,
    /// Opens downwards.
    Down,
    /// Back in time.
    Left,
    /// Opens to the right.
    Right,
    /// Sorted upwards.
    Up,
    /// Close.
    Cross,
    /// Done.
    Check,
    /// For.
    Plus,
    /// Against.
    Minus,
    /// Says something, pulls neither way.
    Tilde,
    /// Help.
    Keyboard,
    /// A storm: several lines over each other.
    Layers,
    /// A shield with a tick, for certificates and passwords.
    Lock,
}

impl Icon {
    /// Draws the icon in the largest square in the middle of `rect`.
    pub(crate) fn paint(self, painter: &Painter, rect: Rect, color: Color32) {
        let side = rect.width().min(rect.height());
        let square = Rect::from_center_size(rect.center(), vec2(side, side));
        let stroke = Stroke::new(size::STROKE_STRONG * (side / size::ICON).max(0.75), color);
        let pen = Pen { painter, square, stroke };
        match self {
            Icon::Bounce => {
                pen.lines(&[(0.38, 0.12), (0.1, 0.4), (0.38, 0.68)]);
                pen.lines(&[(0.1, 0.4), (0.66, 0.4)]);
                pen.arc((0.66, 0.65), 0.25, -PI / 2.0, PI / 2.0);
                pen.lines(&[(0.66, 0.9), (0.45, 0.9)]);
            }
            Icon::Ring => {
                for part in 0..6 {
                    let from = part as f32 * TAU / 6.0;
                    pen.arc((0.5, 0.5), 0.4, from, from + TAU / 10.0);
                }
            }
            Icon::Question => {
                pen.arc((0.5, 0.32), 0.22, -PI, PI * 0.42);
                pen.lines(&[(0.57, 0.53), (0.5, 0.62), (0.5, 0.7)]);
                pen.disc((0.5, 0.88), 0.06);
            }
            Icon::Cycle => {
                pen.arc((0.5, 0.52), 0.38, PI * 0.2, PI * 1.86);
                pen.lines(&[(0.86, 0.1), (0.86, 0.36), (0.6, 0.36)]);
            }
            Icon::Diamond => pen.fill(&[(0.5, 0.04), (0.94, 0.5), (0.5, 0.96), (0.06, 0.5)]),
            Icon::OpenDiamond => pen.closed(&[(0.5, 0.08), (0.92, 0.5), (0.5, 0.92), (0.08, 0.5)]),
            Icon::Triangle => pen.fill(&[(0.5, 0.06), (0.98, 0.92), (0.02, 0.92)]),
            Icon::Dot => pen.disc((0.5, 0.5), 0.34),
            Icon::OpenDot => pen.arc((0.5, 0.5), 0.36, 0.0, TAU),
            Icon::Target => {
                pen.disc((0.5, 0.5), 0.22);
                pen.arc((0.5, 0.5), 0.42, 0.0, TAU);
            }
            Icon::Search => {
                pen.arc((0.43, 0.43), 0.29, 0.0, TAU);
                pen.lines(&[(0.64, 0.64), (0.9, 0.9)]);
            }
            Icon::Gear => {
                pen.arc((0.5, 0.5), 0.27, 0.0, TAU);
                pen.arc((0.5, 0.5), 0.09, 0.0, TAU);
                for tooth in 0..8 {
                    let angle = tooth as f32 * TAU / 8.0;
                    let at = |r: f32| (0.5 + r * angle.cos(), 0.5 + r * angle.sin());
                    pen.lines(&[at(0.29), at(0.43)]);
                }
            }
            Icon::Columns => {
                pen.lines(&[(0.12, 0.9), (0.88, 0.9)]);
                pen.lines(&[(0.26, 0.72), (0.26, 0.5)]);
                pen.lines(&[(0.5, 0.72), (0.5, 0.14)]);
                pen.lines(&[(0.74, 0.72), (0.74, 0.36)]);
            }
            Icon::Table => {
                pen.closed(&[(0.1, 0.16), (0.9, 0.16), (0.9, 0.84), (0.1, 0.84)]);
                pen.lines(&[(0.37, 0.16), (0.37, 0.84)]);
                pen.lines(&[(0.63, 0.16), (0.63, 0.84)]);
            }
            Icon::Funnel => {
                pen.lines(&[(0.1, 0.24), (0.9, 0.24)]);
                pen.lines(&[(0.24, 0.5), (0.76, 0.5)]);
                pen.lines(&[(0.4, 0.76), (0.6, 0.76)]);
            }
            Icon::Ship => {
                pen.closed(&[(0.1, 0.58), (0.9, 0.58), (0.76, 0.88), (0.24, 0.88)]);
                pen.lines(&[(0.5, 0.58), (0.5, 0.1), (0.8, 0.44), (0.5, 0.44)]);
            }
            Icon::Person => {
                pen.arc((0.5, 0.32), 0.2, 0.0, TAU);
                pen.arc((0.5, 0.96), 0.36, PI, TAU);
            }
            Icon::Clock => {
                pen.arc((0.5, 0.5), 0.38, 0.0, TAU);
                pen.lines(&[(0.5, 0.26), (0.5, 0.52), (0.68, 0.62)]);
            }
            Icon::Clip => {
                // One bent wire, open at the right.
                pen.lines(&[(0.82, 0.42), (0.5, 0.78)]);
                pen.arc((0.34, 0.64), 0.22, PI * 0.23, PI * 1.23);
                pen.lines(&[(0.17, 0.49), (0.52, 0.14)]);
                pen.arc((0.64, 0.25), 0.16, PI * 1.23, PI * 2.23);
                pen.lines(&[(0.75, 0.36), (0.42, 0.68)]);
            }
            Icon::Down => pen.lines(&[(0.24, 0.38), (0.5, 0.64), (0.76, 0.38)]),
            Icon::Up => pen.lines(&[(0.24, 0.62), (0.5, 0.36), (0.76, 0.62)]),
            Icon::Right => pen.lines(&[(0.38, 0.24), (0.64, 0.5), (0.38, 0.76)]),
            Icon::Left => pen.lines(&[(0.62, 0.24), (0.36, 0.5), (0.62, 0.76)]),
            Icon::Cross => {
                pen.lines(&[(0.24, 0.24), (0.76, 0.76)]);
                pen.lines(&[(0.76, 0.24), (0.24, 0.76)]);
            }
            Icon::Check => pen.lines(&[(0.16, 0.54), (0.4, 0.78), (0.86, 0.24)]),
            Icon::Plus => {
                pen.lines(&[(0.5, 0.16), (0.5, 0.84)]);
                pen.lines(&[(0.16, 0.5), (0.84, 0.5)]);
            }
            Icon::Minus => pen.lines(&[(0.16, 0.5), (0.84, 0.5)]),
            Icon::Tilde => pen.disc((0.5, 0.5), 0.14),
            Icon::Keyboard => {
                pen.closed(&[(0.06, 0.24), (0.94, 0.24), (0.94, 0.76), (0.06, 0.76)]);
                pen.lines(&[(0.3, 0.62), (0.7, 0.62)]);
                for key in 0..4 {
                    pen.disc((0.23 + 0.18 * key as f32, 0.42), 0.04);
                }
            }
            Icon::Layers => {
                pen.closed(&[(0.5, 0.1), (0.92, 0.34), (0.5, 0.58), (0.08, 0.34)]);
                pen.lines(&[(0.08, 0.52), (0.5, 0.76), (0.92, 0.52)]);
                pen.lines(&[(0.08, 0.7), (0.5, 0.94), (0.92, 0.7)]);
            }
            Icon::Lock => {
                pen.closed(&[(0.2, 0.46), (0.8, 0.46), (0.8, 0.88), (0.2, 0.88)]);
                pen.arc((0.5, 0.42), 0.2, PI, TAU);
                pen.lines(&[(0.5, 0.62), (0.5, 0.72)]);
            }
        }
    }
}

/// The hull and the sail of the window's icon.
const SHIP: [&[(f32, f32)]; 2] =
    [&[(0.16, 0.6), (0.84, 0.6), (0.7, 0.82), (0.3, 0.82)], &[(0.48, 0.16), (0.76, 0.52), (0.48, 0.52)]];

impl Icon {
    /// The window's icon: the ship in white on the accent.
    pub(crate) fn window() -> IconData {
        const SIDE: u32 = 64;
        const FINE: u32 = 4;
        let ground = super::LIGHT.accent;
        let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
        for y in 0..SIDE {
            for x in 0..SIDE {
                let (mut inside, mut white) = (0, 0);
                for part in 0..FINE * FINE {
                    let at = |pixel: u32, part: u32| {
                        (pixel as f32 + (part as f32 + 0.5) / FINE as f32) / SIDE as f32
                    };
                    let point = (at(x, part % FINE), at(y, part / FINE));
                    inside += u32::from(in_rounded(point, 0.18));
                    white += u32::from(SHIP.iter().any(|shape| in_polygon(point, shape)));
                }
                let all = FINE * FINE;
                let mix = |c: u8| ((u32::from(c) * (all - white) + 255 * white) / all) as u8;
                rgba.extend([mix(ground.r()), mix(ground.g()), mix(ground.b()), (255 * inside / all) as u8]);
            }
        }
        IconData { rgba, width: SIDE, height: SIDE }
    }
}

fn in_rounded((x, y): (f32, f32), radius: f32) -> bool {
    let near = |v: f32| (radius - v).max(v - (1.0 - radius)).max(0.0);
    near(x).hypot(near(y)) <= radius
}

fn in_polygon((x, y): (f32, f32), corners: &[(f32, f32)]) -> bool {
    let mut inside = false;
    for (i, &(ax, ay)) in corners.iter().enumerate() {
        let (bx, by) = corners[(i + 1) % corners.len()];
        if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
            inside = !inside;
        }
    }
    inside
}

struct Pen<'a> {
    painter: &'a Painter,
    square: Rect,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, (x, y): (f32, f32)) -> Pos2 {
        pos2(self.square.left() + x * self.square.width(), self.square.top() + y * self.square.height())
    }

    fn points(&self, points: &[(f32, f32)]) -> Vec<Pos2> {
        points.iter().map(|p| self.at(*p)).collect()
    }

    fn lines(&self, points: &[(f32, f32)]) {
        self.painter.add(Shape::line(self.points(points), self.stroke));
    }

    fn closed(&self, points: &[(f32, f32)]) {
        self.painter.add(Shape::closed_line(self.points(points), self.stroke));
    }

    fn fill(&self, points: &[(f32, f32)]) {
        self.painter.add(Shape::convex_polygon(self.points(points), self.stroke.color, Stroke::NONE));
    }

    fn disc(&self, center: (f32, f32), radius: f32) {
        self.painter.circle_filled(self.at(center), radius * self.square.width(), self.stroke.color);
    }

    fn arc(&self, (x, y): (f32, f32), radius: f32, from: f32, to: f32) {
        const STEPS: usize = 20;
        let points: Vec<(f32, f32)> = (0..=STEPS)
            .map(|step| {
                let angle = from + (to - from) * step as f32 / STEPS as f32;
                (x + radius * angle.cos(), y + radius * angle.sin())
            })
            .collect();
        self.lines(&points);
    }
}
