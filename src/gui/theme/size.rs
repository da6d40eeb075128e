//! Spacing, type scale, radii, heights and widths, in points.

use std::time::Duration;

/// The spacing scale.
pub(crate) const XS: f32 = 4.0;
/// Between things that belong together.
pub(crate) const S: f32 = 8.0;
/// Inside cards and bars.
pub(crate) const M: f32 = 12.0;
/// Around pages.
pub(crate) const L: f32 = 16.0;
/// Between groups.
pub(crate) const XL: f32 = 24.0;

/// Second things.
pub(crate) const META: f32 = 12.0;
/// Most text.
pub(crate) const BODY: f32 = 14.0;
/// Titles inside a page.
pub(crate) const TITLE: f32 = 16.0;
/// The title of a page.
pub(crate) const PAGE: f32 = 20.0;

/// Corners of controls and cards.
pub(crate) const RADIUS: u8 = 4;
/// Lines.
pub(crate) const STROKE: f32 = 1.0;
/// Focus rings and drawn signs.
pub(crate) const STROKE_STRONG: f32 = 1.5;

/// A row of a table.
pub(crate) const ROW: f32 = 28.0;
/// A row of bytes or of a dense list.
pub(crate) const ROW_COMPACT: f32 = 22.0;
/// A row of source text.
pub(crate) const ROW_BYTES: f32 = 16.0;
/// A control.
pub(crate) const CONTROL: f32 = 28.0;
/// The bar at the top.
pub(crate) const BAR: f32 = 44.0;
/// The strip of a running job.
pub(crate) const JOB: f32 = 24.0;
/// The line that shows how far a job is.
pub(crate) const JOB_LINE: f32 = 2.0;
/// The list at the side.
pub(crate) const SIDE: f32 = 184.0;
/// The list at the side, folded to icons.
pub(crate) const SIDE_FOLDED: f32 = 48.0;
/// Under this width the window folds.
pub(crate) const FOLD: f32 = 900.0;

/// The bar beside a table.
pub(crate) const SCROLL: f32 = 10.0;

/// Signs in tables and lists.
pub(crate) const SIGN: f32 = 12.0;
/// Icons of controls.
pub(crate) const ICON: f32 = 16.0;
/// The picture of an empty page.
pub(crate) const PICTURE: f32 = 40.0;
/// The dot of an account's state.
pub(crate) const DOT: f32 = 8.0;

/// The window at its first start, width.
pub(crate) const WINDOW_WIDTH: f32 = 1280.0;
/// The window at its first start, height.
pub(crate) const WINDOW_HEIGHT: f32 = 800.0;
/// The smallest window, width.
pub(crate) const WINDOW_MIN_WIDTH: f32 = 640.0;
/// The smallest window, height.
pub(crate) const WINDOW_MIN_HEIGHT: f32 = 480.0;
/// No window is remembered to be wider or higher.
pub(crate) const WINDOW_MOST: f32 = 16_384.0;

/// The search field.
pub(crate) const SEARCH: f32 = 420.0;
/// A column of text that reads well.
pub(crate) const MEASURE: f32 = 560.0;
/// A page of cards.
pub(crate) const PAGE_WIDTH: f32 = 1064.0;
/// The labels of a form.
pub(crate) const FORM_LABEL: f32 = 128.0;
/// A field beside a label.
pub(crate) const FORM_FIELD: f32 = 240.0;
/// A field for a port.
pub(crate) const FIELD_SHORT: f32 = 72.0;
/// A dialog.
pub(crate) const DIALOG: f32 = 440.0;
/// A toast.
pub(crate) const TOAST: f32 = 340.0;
/// A menu of a filter.
pub(crate) const FILTER: f32 = 132.0;
/// The column with the findings.
pub(crate) const WHY: f32 = 420.0;
/// The least height of the reading pane.
pub(crate) const READING_MIN: f32 = 180.0;
/// The part of the page that the reading pane takes at first.
pub(crate) const READING_SHARE: f32 = 0.52;
/// Columns of the message table: box, class, from, reason, attachment, account, received, score.
pub(crate) const COLUMNS: [f32; 8] = [28.0, 128.0, 176.0, 220.0, 156.0, 84.0, 96.0, 64.0];
/// The least width of the subject's column.
pub(crate) const COLUMN_SUBJECT: f32 = 120.0;
/// The column of a date in a list.
pub(crate) const COLUMN_DATE: f32 = 112.0;
/// The column of a time of day, or of one short word.
pub(crate) const COLUMN_TIME: f32 = 56.0;
/// The column of a name in a list.
pub(crate) const COLUMN_NAME: f32 = 300.0;
/// The chart of the overview.
pub(crate) const CHART: f32 = 184.0;
/// The widest bar of the chart.
pub(crate) const CHART_BAR: f32 = 40.0;
/// How much of a narrow column the gap beside it takes at most.
pub(crate) const CHART_GAP: f32 = 0.25;
/// The least height of a part of a column that holds anything.
pub(crate) const CHART_LEAST: f32 = 3.0;
/// A figure card of the overview.
pub(crate) const CARD: f32 = 124.0;
/// The height of a figure card.
pub(crate) const CARD_HEIGHT: f32 = 60.0;

/// How long a toast stays.
pub(crate) const TOAST_TIME: f64 = 8.0;
/// How long a change of look takes, in seconds.
pub(crate) const MOTION: f32 = 0.08;
/// How long a command waits before it is offered to a busy service again.
pub(crate) const RETRY: Duration = Duration::from_millis(50);
/// Text sizes that Settings offers, in percent.
pub(crate) const TEXT_PERCENT: [u16; 5] = [90, 100, 115, 130, 150];
/// What stays free above and below the list of keys.
pub(crate) const AROUND_HELP: f32 = BAR * 3.0;
/// How much of its column the bar of a row fills that is not here yet.
pub(crate) const WAITING_SHARE: f32 = 0.6;
