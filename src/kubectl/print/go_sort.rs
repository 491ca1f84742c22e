//! Go's `sort.Sort`, step by step: what is equal for a sort keeps the places that it would get
//! there (pattern-defeating quicksort, `sort/zsortinterface.go`, Go 1.26).

/// Puts `items` in order by `less`. `less` need not be an order: it always comes to an end.
pub(in crate::kubectl) fn sort_unstable<T>(items: &mut [T], less: &mut dyn FnMut(&T, &T) -> bool) {
    let n = items.len();
    if n > 1 {
        let limit = usize::BITS - n.leading_zeros();
        Sorter { items, less }.sort(0, n, limit);
    }
}

struct Sorter<'a, T> {
    items: &'a mut [T],
    less: &'a mut dyn FnMut(&T, &T) -> bool,
}

#[derive(PartialEq, Eq)]
enum Hint {
    Increasing,
    Decreasing,
    Unknown,
}

impl<T> Sorter<'_, T> {
    fn less(&mut self, left: usize, right: usize) -> bool {
        match (self.items.get(left), self.items.get(right)) {
            (Some(left), Some(right)) => (self.less)(left, right),
            _ => false,
        }
    }

    fn swap(&mut self, left: usize, right: usize) {
        if left.max(right) < self.items.len() {
            self.items.swap(left, right);
        }
    }

    fn insertion(&mut self, a: usize, b: usize) {
        for i in a + 1..b {
            let mut j = i;
            while j > a && self.less(j, j - 1) {
                self.swap(j, j - 1);
                j -= 1;
            }
        }
    }

    fn sift_down(&mut self, low: usize, high: usize, first: usize) {
        let mut root = low;
        loop {
            let mut child = 2 * root + 1;
            if child >= high {
                return;
            }
            if child + 1 < high && self.less(first + child, first + child + 1) {
                child += 1;
            }
            if !self.less(first + root, first + child) {
                return;
            }
            self.swap(first + root, first + child);
            root = child;
        }
    }

    fn heap(&mut self, a: usize, b: usize) {
        let n = b - a;
        for i in (0..=(n - 1) / 2).rev() {
            self.sift_down(i, n, a);
        }
        for i in (0..n).rev() {
            self.swap(a, a + i);
            self.sift_down(0, i, a);
        }
    }

    fn sort(&mut self, mut a: usize, mut b: usize, mut limit: u32) {
        let (mut balanced, mut partitioned) = (true, true);
        loop {
            let n = b - a;
            if n <= 12 {
                return self.insertion(a, b);
            }
            if limit == 0 {
                return self.heap(a, b);
            }
            if !balanced {
                self.break_patterns(a, b);
                limit -= 1;
            }
            let (mut pivot, mut hint) = self.pivot(a, b);
            if hint == Hint::Decreasing {
                self.items.get_mut(a..b).unwrap_or_default().reverse();
                pivot = (b - 1) - (pivot - a);
                hint = Hint::Increasing;
            }
            let likely = balanced && partitioned && hint == Hint::Increasing;
            if likely && self.partial_insertion(a, b) {
                return;
            }
            if a > 0 && !self.less(a - 1, pivot) {
                a = self.partition_equal(a, b, pivot);
                continue;
            }
            let (middle, already) = self.partition(a, b, pivot);
            partitioned = already;
            let (left, right) = (middle - a, b - middle);
            balanced = left.min(right) >= n / 8;
            if left < right {
                self.sort(a, middle, limit);
                a = middle + 1;
            } else {
                self.sort(middle + 1, b, limit);
                b = middle;
            }
        }
    }

    fn partition(&mut self, a: usize, b: usize, pivot: usize) -> (usize, bool) {
        self.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        let mut already = true;
        loop {
            while i <= j && self.less(i, a) {
                i += 1;
            }
            while i <= j && !self.less(j, a) {
                j -= 1;
            }
            if i > j {
                self.swap(j, a);
                return (j, already);
            }
            already = false;
            self.swap(i, j);
            i += 1;
            j -= 1;
        }
    }

    fn partition_equal(&mut self, a: usize, b: usize, pivot: usize) -> usize {
        self.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        loop {
            while i <= j && !self.less(a, i) {
                i += 1;
            }
            while i <= j && self.less(a, j) {
                j -= 1;
            }
            if i > j {
                return i;
            }
            self.swap(i, j);
            i += 1;
            j -= 1;
        }
    }

    fn partial_insertion(&mut self, a: usize, b: usize) -> bool {
        let mut i = a + 1;
        for _ in 0..5 {
            while i < b && !self.less(i, i - 1) {
                i += 1;
            }
            if i == b {
                return true;
            }
            if b - a < 50 {
                return false;
            }
            self.swap(i, i - 1);
            if i - a >= 2 {
                let mut j = i - 1;
                while j >= 1 && self.less(j, j - 1) {
                    self.swap(j, j - 1);
                    j -= 1;
                }
            }
            if b - i >= 2 {
                let mut j = i + 1;
                while j < b && self.less(j, j - 1) {
                    self.swap(j, j - 1);
                    j += 1;
                }
            }
        }
        false
    }

    fn break_patterns(&mut self, a: usize, b: usize) {
        let n = b - a;
        if n < 8 {
            return;
        }
        let mut random = n as u64;
        let mask = (1_u64 << (usize::BITS - n.leading_zeros())) - 1;
        for idx in a + (n / 4) * 2 - 1..=a + (n / 4) * 2 + 1 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mut other = usize::try_from(random & mask).unwrap_or(0);
            if other >= n {
                other -= n;
            }
            self.swap(idx, a + other);
        }
    }

    fn pivot(&mut self, a: usize, b: usize) -> (usize, Hint) {
        let n = b - a;
        let mut swaps = 0;
        let (mut i, mut j, mut k) = (a + n / 4, a + n / 4 * 2, a + n / 4 * 3);
        if n >= 8 {
            if n >= 50 {
                i = self.median(i - 1, i, i + 1, &mut swaps);
                j = self.median(j - 1, j, j + 1, &mut swaps);
                k = self.median(k - 1, k, k + 1, &mut swaps);
            }
            j = self.median(i, j, k, &mut swaps);
        }
        let hint = match swaps {
            0 => Hint::Increasing,
            12 => Hint::Decreasing,
            _ => Hint::Unknown,
        };
        (j, hint)
    }

    fn median(&mut self, mut a: usize, mut b: usize, mut c: usize, swaps: &mut usize) -> usize {
        if self.less(b, a) {
            *swaps += 1;
            std::mem::swap(&mut a, &mut b);
        }
        if self.less(c, b) {
            *swaps += 1;
            std::mem::swap(&mut b, &mut c);
        }
        if self.less(b, a) {
            *swaps += 1;
            std::mem::swap(&mut a, &mut b);
        }
        b
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_comes_into_order(mut items: Vec<u8>) {
            let mut wanted = items.clone();
            wanted.sort_unstable();
            sort_unstable(&mut items, &mut |a, b| a < b);
            prop_assert_eq!(items, wanted);
        }

        #[test]
        fn what_is_no_order_comes_to_an_end(n in 0..400_usize, bits: u64) {
            let mut items: Vec<usize> = (0..n).collect();
            let mut state = bits | 1;
            sort_unstable(&mut items, &mut |_, _| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state >> 63 == 1
            });
            items.sort_unstable();
            prop_assert!(items.into_iter().eq(0..n));
        }
    }

    #[test]
    fn equal_ones_stand_where_go_puts_them() {
        // Recorded: twenty items sorted by their first letter.
        let mut few: Vec<(char, usize)> = "bababa".chars().zip(0..).collect();
        sort_unstable(&mut few, &mut |a, b| a.0 < b.0);
        let places: Vec<usize> = few.iter().map(|item| item.1).collect();
        assert_eq!(places, [1, 3, 5, 0, 2, 4]);
    }
}
