//! What a template asks of a List's items: a long list is then made of that.

use crate::cluster::Fields;

/// The field that holds a List's items.
pub(super) const ITEMS: &str = "items";

/// Adds a path of fields, whose last is wanted whole. It may begin at the List or at an item.
/// None where it leads to an item itself.
pub(super) fn add(wanted: &mut Fields, path: &[&str]) -> Option<()> {
    if let [ITEMS, rest @ ..] = path {
        add(wanted, rest)?;
    }
    if path.is_empty() {
        return None;
    }
    wanted.add(path);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_begin_at_the_list_or_at_an_item() {
        let mut wanted = Fields::default();
        for path in [&["items", "metadata", "name"][..], &["spec", "ports"]] {
            assert_eq!(add(&mut wanted, path), Some(()));
        }
        assert_eq!(wanted.to_string(), "items{metadata{name}} metadata{name} spec{ports}");
        assert_eq!(add(&mut wanted, &["items"]), None);
        assert_eq!(add(&mut wanted, &[]), None);
    }
}
