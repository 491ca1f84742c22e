//! The terminal, taken and given back: on return, on panic, on signals, on suspend.

use super::frames::Frames;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::Print;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, queue};
use ratatui::Terminal;
use ratatui::layout::Rect;
use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Presses, drags and the wheel, in SGR form. Not crossterm's `EnableMouseCapture`: that
/// reports every movement too, and each would wake an idle program.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// The terminal is ours just now.
static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// What is drawn on.
type Drawn = Terminal<Frames<BufWriter<Stdout>>>;

/// The terminal while it is ours. Dropped, it is given back.
pub(super) struct Taken {
    /// What is drawn on.
    pub(super) terminal: Drawn,
}

impl Taken {
    /// Takes the terminal: raw mode, alternate screen, mouse, bracketed paste.
    ///
    /// # Errors
    /// When there is no terminal, or it refuses.
    pub(super) fn new() -> io::Result<Self> {
        HOOK.call_once(restore_on_panic);
        take()?;
        // One write a frame: the buffer holds the largest.
        let out = BufWriter::with_capacity(1 << 16, stdout());
        match Terminal::new(Frames::new(out, None)) {
            Ok(terminal) => Ok(Self { terminal }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }

    /// Sends the terminal a question.
    ///
    /// # Errors
    /// When it refuses.
    pub(super) fn ask(&mut self, question: &str) -> io::Result<()> {
        let mut out = stdout();
        out.write_all(question.as_bytes())?;
        out.flush()
    }

    /// Gives the terminal back for a while.
    pub(super) fn leave(&mut self) {
        give_back();
    }

    /// Takes it again, whatever happened to it meanwhile; all is drawn anew.
    ///
    /// # Errors
    /// When it refuses.
    pub(super) fn enter(&mut self) -> io::Result<()> {
        give_back();
        take()?;
        // Not `clear`: that asks the terminal where the cursor is and waits for the answer,
        // which the input thread would take away. `resize` forgets what was drawn as well.
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::new(0, 0, size.width, size.height))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = stdout();
    let asked =
        queue!(out, EnterAlternateScreen, EnableBracketedPaste, Print(MOUSE_ON), cursor::Hide)
            .and_then(|()| out.flush());
    if asked.is_err() {
        give_back();
    }
    asked
}

/// Gives the terminal back, once, whoever asks. What fails is passed over: there is
/// nobody left to tell.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let mut out = stdout();
        let _ = queue!(
            out,
            Print(MOUSE_OFF),
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        )
        .and_then(|()| out.flush());
        let _ = disable_raw_mode();
    }
}

/// Puts a text into the system's clipboard, where the terminal lets us (OSC 52). What fails is
/// passed over: no terminal says whether it took it.
pub(super) fn clip(text: &str) {
    let mut out = stdout();
    let _ = write!(out, "\x1b]52;c;{}\x07", base64(text.as_bytes())).and_then(|()| out.flush());
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4usize {
            let letter = LETTERS[(group >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// A panic gives the terminal back first, so that its words can be read. A panic inside
/// the YAML scanner is caught and stays silent: `manifest`'s hook stands before ours.
fn restore_on_panic() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        give_back();
        told(info);
    }));
    crate::manifest::quiet_panics();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    use std::io::Read;
    use std::num::NonZeroU16;

    /// Run by the test below, in a terminal of its own.
    #[test]
    #[ignore = "panics on purpose"]
    fn panics_while_the_terminal_is_taken() {
        let _taken = Taken::new().unwrap();
        assert!(TAKEN.load(Ordering::SeqCst));
        panic!("on purpose");
    }

    #[test]
    fn a_panic_gives_the_terminal_back_and_its_words_can_be_read() {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        let test = "runtime::terminal::tests::panics_while_the_terminal_is_taken";
        command.args(["--ignored", "--exact", test, "--nocapture", "--test-threads=1"]);
        command.env("TERM", "xterm-256color");
        command.env("RUST_BACKTRACE", "0");
        let mut child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let reading = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut piece = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut piece) {
                bytes.extend_from_slice(&piece[..n]);
            }
            bytes
        });
        assert!(!child.wait().unwrap().success());
        let flags = pair.master.get_termios().map(|t| format!("{:?}", t.local_flags));
        drop(pair.slave);
        drop(pair.master);
        let bytes = reading.join().unwrap();
        let cells = |n| NonZeroU16::new(n).unwrap();
        let mut parser = vt100::Parser::new(cells(24), cells(80), 0);
        parser.process(&bytes);
        let screen = parser.screen();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("\u{1b}[?1049h"), "it was taken: {text:?}");
        assert!(!screen.alternate_screen() && !screen.hide_cursor(), "{text:?}");
        assert!(!screen.bracketed_paste(), "{text:?}");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert!(screen.contents().contains("on purpose"), "{}", screen.contents());
        assert!(
            flags.is_none_or(|flags| flags.contains("ICANON") && flags.contains("ECHO")),
            "lines and echo are on"
        );
    }

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, wanted) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), wanted);
        }
    }
}
