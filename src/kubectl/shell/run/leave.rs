//! Out of loops, functions and sourced files.

use super::machine::{Frame, Machine, put_back};
use crate::kubectl::console::Console;

impl Machine {
    /// `break` and `continue`: out of `n` loops, or into the last of them again.
    pub(super) fn leave_loops(&mut self, console: &mut Console, n: usize, again: bool) -> bool {
        let is_loop =
            |frame: &Frame| matches!(frame, Frame::For(..) | Frame::While(..) | Frame::Select(_));
        let is_border = |frame: &Frame| matches!(frame, Frame::Call(_) | Frame::Sub(..));
        let calls = self.frames.iter().rposition(is_border);
        let from = calls.map_or(0, |at| at + 1);
        let n_loops =
            self.frames.get(from..).unwrap_or_default().iter().filter(|f| is_loop(f)).count();
        let mut left = n.min(n_loops);
        if left == 0 {
            return false;
        }
        while let Some(frame) = self.frames.pop() {
            if !is_loop(&frame) {
                put_back(console, frame);
                continue;
            }
            left -= 1;
            if left == 0 {
                if again {
                    self.frames.push(frame);
                }
                break;
            }
        }
        true
    }

    /// `return`: out of the function that runs, or of a subshell in it.
    pub(super) fn leave_function(&mut self, console: &mut Console) -> bool {
        let returns = |frame: &Frame| matches!(frame, Frame::Call(_) | Frame::Source(_));
        if !self.frames.iter().any(returns) {
            return false;
        }
        while let Some(frame) = self.frames.pop() {
            let is_border = returns(&frame) || matches!(frame, Frame::Sub(..));
            put_back(console, frame);
            if is_border {
                break;
            }
        }
        true
    }
}
