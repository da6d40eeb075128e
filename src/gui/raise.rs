//! The window as other threads see it: they may bring it forward, send it somewhere, and ask whether the person is
//! at work in it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use eframe::egui;

use super::news::Target;

/// For how long after the last key or movement the person counts as being at work in the window.
const AT_WORK: Duration = Duration::from_secs(60);

/// Moments are kept as milliseconds since this one.
static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Brings the window forward, from any thread.
#[derive(Debug, Clone)]
pub struct Raise {
    ctx: egui::Context,
    wishes: Sender<Target>,
    used: Arc<AtomicU64>,
    quit: Arc<AtomicBool>,
}

/// The window's end of it.
pub(super) struct Raised {
    wishes: Receiver<Target>,
    /// When the window was last used while it had the keys, in milliseconds since [`BEGIN`], counted from 1; 0 while
    /// it has not.
    used: Arc<AtomicU64>,
    /// Whether not the window alone is to close.
    quit: Arc<AtomicBool>,
}

impl Raise {
    /// The two ends of a window. `quit` is set where the program is to end with it.
    pub(super) fn pair(ctx: &egui::Context, quit: Arc<AtomicBool>) -> (Raise, Raised) {
        let (sender, wishes) = channel();
        let used = Arc::new(AtomicU64::new(0));
        let raised = Raised { wishes, used: Arc::clone(&used), quit: Arc::clone(&quit) };
        (Raise { ctx: ctx.clone(), wishes: sender, used, quit }, raised)
    }

    /// Shows the window in front of others and gives it the keys.
    pub fn raise(&self) {
        let window = egui::ViewportId::ROOT;
        let attention = egui::UserAttentionType::Informational;
        for command in [
            egui::ViewportCommand::Minimized(false),
            egui::ViewportCommand::Focus,
            // Where the window system gives no focus away (Wayland), it at least shows that something is wanted.
            egui::ViewportCommand::RequestUserAttention(attention),
        ] {
            self.ctx.send_viewport_cmd_to(window, command);
        }
        self.ctx.request_repaint_of(window);
    }

    /// Brings the window forward and shows what a notification was about.
    pub fn show(&self, target: Target) {
        // A window that is closed by now shows nothing.
        let _ = self.wishes.send(target);
        self.raise();
    }

    /// Closes the window, and ends the program with it.
    pub fn quit(&self) {
        self.quit.store(true, Ordering::Relaxed);
        self.ctx.send_viewport_cmd_to(egui::ViewportId::ROOT, egui::ViewportCommand::Close);
        self.ctx.request_repaint_of(egui::ViewportId::ROOT);
    }

    /// Whether the person is at work in the window: it has the keys, and was used a moment ago.
    pub fn is_watched(&self) -> bool {
        let used = self.used.load(Ordering::Relaxed);
        used > 0 && now().saturating_sub(used) < AT_WORK.as_millis() as u64
    }
}

impl Raised {
    /// Notes whether the window has the keys and is used.
    pub(super) fn note(&self, ctx: &egui::Context) {
        let (focused, used) =
            ctx.input(|i| (i.viewport().focused.unwrap_or(i.focused), !i.events.is_empty()));
        if !focused {
            self.used.store(0, Ordering::Relaxed);
        } else if used {
            self.used.store(now(), Ordering::Relaxed);
        }
    }

    /// Closes the window, and ends the program with it.
    pub(super) fn quit(&self, ctx: &egui::Context) {
        self.quit.store(true, Ordering::Relaxed);
        ctx.send_viewport_cmd(egui::ViewportCommand::Close);
    }

    /// What is to be shown, oldest first.
    pub(super) fn wish(&self) -> Option<Target> {
        self.wishes.try_recv().ok()
    }
}

fn now() -> u64 {
    u64::try_from(BEGIN.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(ctx: &egui::Context, focused: bool, events: Vec<egui::Event>) {
        let input = egui::RawInput { focused, events, ..egui::RawInput::default() };
        ctx.run_ui(input, |_| {}).textures_delta.clear();
    }

    #[test]
    fn a_window_is_watched_while_it_has_the_keys_and_is_used() {
        let ctx = egui::Context::default();
        let (raise, raised) = Raise::pair(&ctx, Arc::default());
        let look = |focused, events| {
            frame(&ctx, focused, events);
            raised.note(&ctx);
            raise.is_watched()
        };
        let moved = || vec![egui::Event::PointerMoved(egui::pos2(3.0, 4.0))];
        assert!(!raise.is_watched(), "it was not used yet");
        assert!(look(true, moved()));
        assert!(look(true, Vec::new()), "the person reads");
        assert!(!look(false, moved()), "another window has the keys");
        assert!(!look(true, Vec::new()), "it came back by itself");
    }

    #[test]
    fn wishes_arrive_in_order_and_one_to_a_closed_window_is_dropped() {
        let (raise, raised) = Raise::pair(&egui::Context::default(), Arc::default());
        raise.show(Target::Bounces);
        raise.show(Target::Malicious(3));
        assert_eq!((raised.wish(), raised.wish()), (Some(Target::Bounces), Some(Target::Malicious(3))));
        assert_eq!(raised.wish(), None);
        drop(raised);
        raise.show(Target::Overview);
    }
}
