//! The order in which options, items and right sides are shown: a pure function of a seed.

use crate::content::{Question, QuestionKind};

/// The order in which `question`'s options (single, multiple), items (order) or right sides
/// (match) are shown: indices into the pack's list. Empty for other kinds.
///
/// The same seed gives the same order; two questions under one seed are mixed apart. The
/// items of an order question never stand in the right order already, and the right sides
/// of a match question not all beside their left ones.
#[must_use]
pub fn shown_order(question: &Question, seed: u64) -> Vec<usize> {
    // FNV-1a keeps the questions of one quiz from being mixed alike.
    let seed = question.id.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    match &question.kind {
        QuestionKind::Single { options } | QuestionKind::Multiple { options } => {
            permutation(options.len(), seed)
        }
        QuestionKind::Order { items } => not_as_it_was(items.len(), seed),
        QuestionKind::Match { pairs } => not_as_it_was(pairs.len(), seed),
        QuestionKind::Short { .. }
        | QuestionKind::Fix { .. }
        | QuestionKind::Command(_)
        | QuestionKind::Manifest(_) => Vec::new(),
    }
}

/// The numbers 0 to `n` − 1, mixed by `seed`.
#[must_use]
pub fn permutation(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    let mut state = seed;
    for last in (1..n).rev() {
        // SplitMix64; for lists this short the modulo's bias is beyond notice.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let pick = (z ^ (z >> 31)) % (last as u64 + 1);
        order.swap(last, usize::try_from(pick).unwrap_or(last));
    }
    order
}

fn not_as_it_was(n: usize, seed: u64) -> Vec<usize> {
    let mut order = permutation(n, seed);
    if order.iter().enumerate().all(|(place, item)| place == *item) && n > 1 {
        order.rotate_left(1);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Item;

    fn order_question(n: usize) -> Question {
        Question {
            id: "q".into(),
            competency: String::new(),
            difficulty: 1,
            ask: String::new(),
            see: String::new(),
            kind: QuestionKind::Order {
                items: (0..n)
                    .map(|i| Item { text: i.to_string(), because: String::new() })
                    .collect(),
            },
        }
    }

    #[test]
    fn a_seed_decides_the_order_and_all_orders_come_up() {
        assert_eq!(permutation(5, 7), permutation(5, 7));
        let all: std::collections::BTreeSet<_> =
            (0..200).map(|seed| permutation(3, seed)).collect();
        assert_eq!(all.len(), 6);
        assert_eq!(permutation(0, 1), Vec::<usize>::new());
    }

    #[test]
    fn items_to_be_put_in_order_are_never_shown_in_order() {
        for n in 2..5 {
            let in_order: Vec<usize> = (0..n).collect();
            for seed in 0..200 {
                let shown = shown_order(&order_question(n), seed);
                assert_ne!(shown, in_order);
                let mut sorted = shown;
                sorted.sort_unstable();
                assert_eq!(sorted, in_order);
            }
        }
    }
}
