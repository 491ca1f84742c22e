//! A backend that writes a frame as one piece, and nothing where nothing has changed.

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::io::{self, Write};

/// Writes what changes from frame to frame as escape sequences. A terminal that knows
/// synchronised updates shows no half of a frame.
#[derive(Debug)]
pub struct Frames<W: Write> {
    inner: CrosstermBackend<W>,
    /// In place of the terminal's size, where there is no terminal.
    size: Option<Size>,
    /// Something of this frame has been written.
    begun: bool,
    /// Where the cursor is, where that is known.
    cursor: Option<Position>,
    /// Is it shown, where that is known?
    shown: Option<bool>,
}

impl<W: Write> Frames<W> {
    /// Writes to `out`, as large as the terminal or of a `size` of its own.
    pub fn new(out: W, size: Option<Size>) -> Self {
        // Which colours there are the theme has decided, NO_COLOR included: a flag may
        // be stronger than it. The library would take them all away.
        crossterm::style::force_color_output(true);
        Self { inner: CrosstermBackend::new(out), size, begun: false, cursor: None, shown: None }
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        queue!(self.inner, BeginSynchronizedUpdate)
    }
}

impl<W: Write> Backend for Frames<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.begin()?;
        // Drawing takes the cursor along.
        self.cursor = None;
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown == Some(false) {
            return Ok(());
        }
        self.begin()?;
        self.shown = Some(false);
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.shown == Some(true) {
            return Ok(());
        }
        self.begin()?;
        self.shown = Some(true);
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        match self.size {
            Some(_) => Ok(self.cursor.unwrap_or_default()),
            None => self.inner.get_cursor_position(),
        }
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Some(position) {
            return Ok(());
        }
        self.begin()?;
        self.cursor = Some(position);
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.begin()?;
        // Everything is drawn anew after this: perhaps another program had the terminal.
        (self.cursor, self.shown) = (None, None);
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.begin()?;
        (self.cursor, self.shown) = (None, None);
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.size.map_or_else(|| self.inner.size(), Ok)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        match self.size {
            Some(columns_rows) => Ok(WindowSize { columns_rows, pixels: Size::default() }),
            None => self.inner.window_size(),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.begun) {
            return Ok(());
        }
        queue!(self.inner, EndSynchronizedUpdate)?;
        Backend::flush(&mut self.inner)
    }
}
