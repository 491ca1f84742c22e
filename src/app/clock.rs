//! Playing something that is a function of a tick: play, pause, steps, speed. It knows no
//! time but the frames it is told of.

/// Speeds in quarters of the normal one, slowest first: 0.25 to 4 times.
pub(super) const SPEEDS: [u32; 7] = [1, 2, 3, 4, 6, 8, 16];
pub(super) const NORMAL: usize = 3;

/// A position between a start and an end, with places to stop at between.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// Position in quarters of a tick, so that slow speeds lose nothing.
    quarters: u32,
    /// Ticks at which a step stops, in order.
    stops: Vec<u32>,
    end: u32,
    speed_idx: usize,
    playing: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self { quarters: 0, stops: Vec::new(), end: 0, speed_idx: NORMAL, playing: false }
    }
}

impl Clock {
    /// From now on from 0 to `end`, with steps at `stops`: at the start, paused. The speed
    /// stays.
    pub fn set(&mut self, stops: Vec<u32>, end: u32) {
        *self = Self { stops, end, speed_idx: self.speed_idx, ..Self::default() };
    }

    /// Another end; the position stays where it is before it.
    pub fn set_end(&mut self, end: u32) {
        self.end = end;
        self.quarters = self.quarters.min(self.end_quarters());
    }

    /// `n_frames` frames (a thirtieth of a second each) have passed.
    pub fn tick(&mut self, n_frames: u32) {
        if !self.wants_ticks() {
            return;
        }
        let step = n_frames.saturating_mul(SPEEDS[self.speed_idx]);
        self.quarters = self.quarters.saturating_add(step).min(self.end_quarters());
        if self.ended() {
            self.playing = false;
        }
    }

    /// Something moves.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.playing && !self.ended()
    }

    /// Plays, or pauses; at the end, plays again from the start.
    pub fn toggle(&mut self) {
        if self.ended() {
            self.replay();
        } else {
            self.playing = !self.playing;
        }
    }

    /// Plays from the start.
    pub fn replay(&mut self) {
        self.quarters = 0;
        self.playing = self.end > 0;
    }

    /// Plays on, or does not.
    pub fn set_playing(&mut self, playing: bool) {
        self.playing = playing;
    }

    /// To the next stop; paused.
    pub fn step_forward(&mut self) {
        let now = self.now();
        self.go_to(self.stops.iter().copied().find(|stop| *stop > now).unwrap_or(self.end));
    }

    /// To the stop before, or the start; paused.
    pub fn step_back(&mut self) {
        let now = self.now();
        self.go_to(self.stops.iter().copied().rfind(|stop| *stop < now).unwrap_or(0));
    }

    /// To a tick; paused.
    fn go_to(&mut self, tick: u32) {
        self.playing = false;
        self.quarters = tick.saturating_mul(4).min(self.end_quarters());
    }

    /// To the end; paused.
    pub fn to_end(&mut self) {
        self.go_to(self.end);
    }

    /// Faster by one step, up to 4 times.
    pub fn faster(&mut self) {
        self.speed_idx = (self.speed_idx + 1).min(SPEEDS.len() - 1);
    }

    /// Slower by one step, down to a quarter.
    pub fn slower(&mut self) {
        self.speed_idx = self.speed_idx.saturating_sub(1);
    }

    /// The speed of that index in [`SPEEDS`]; the fastest where there is none such.
    pub(super) fn set_speed(&mut self, speed_idx: usize) {
        self.speed_idx = speed_idx.min(SPEEDS.len() - 1);
    }

    /// Index of the speed in [`SPEEDS`].
    #[must_use]
    pub(super) fn speed_idx(&self) -> usize {
        self.speed_idx
    }

    /// Speed as a multiple of the normal one.
    #[must_use]
    pub fn speed(&self) -> f32 {
        SPEEDS[self.speed_idx] as f32 / 4.0
    }

    /// The tick it stands at.
    #[must_use]
    pub fn now(&self) -> u32 {
        self.quarters / 4
    }

    /// It plays.
    #[must_use]
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// Nothing is left to play.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.quarters >= self.end_quarters()
    }

    fn end_quarters(&self) -> u32 {
        self.end.saturating_mul(4)
    }
}
