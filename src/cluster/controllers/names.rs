//! Names that the server and its controllers make up: of their shape, and always the same.

use crate::manifest::{go, go_structs};
use serde_json::{Value, json};

/// The characters of generated names (`rand.SafeEncodeString`, apimachinery/util/rand, v1.36).
const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// Of FNV with 32 bits.
const FNV_BASIS: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

/// FNV-1a, 64 bits.
pub(super) fn hash(text: &str) -> u64 {
    hash_on(0xcbf2_9ce4_8422_2325, text)
}

/// The same of a text that `hash` is of, and this.
fn hash_on(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Five characters as `generateName` appends them, following from `of`.
pub(crate) fn random_part(of: &str) -> String {
    // The low bits of FNV-1a hardly differ between neighbours.
    let mut rest = hash(of);
    rest ^= rest >> 32;
    let mut part = String::new();
    for _ in 0..5 {
        part.push(char::from(LETTERS[(rest % 27) as usize]));
        rest /= 27;
    }
    part
}

/// An id that looks like one of the server's and follows from `of`.
pub(in crate::cluster) fn made_up_uid(of: &str) -> String {
    let (a, b) = (hash(of), hash_on(hash(of), "#"));
    let groups = [
        (a >> 32, 8),
        ((a >> 16) & 0xffff, 4),
        (0x4000 | (a & 0xfff), 4),
        (0x8000 | ((b >> 48) & 0x3fff), 4),
        (b & 0xffff_ffff_ffff, 12),
    ];
    let mut uid = String::with_capacity(36);
    for (group, n_digits) in groups {
        if !uid.is_empty() {
            uid.push('-');
        }
        for at in (0..n_digits).rev() {
            uid.push(char::from(b"0123456789abcdef"[(group >> (4 * at)) as usize & 15]));
        }
    }
    uid
}

/// The `pod-template-hash` of a template: a 32-bit hash's decimal digits, each as a letter
/// (`ComputeHash`, pkg/controller/controller_utils.go, v1.36), after so many collisions.
pub(super) fn template_hash(template: &Value, collisions: u32) -> String {
    let mut dumped = go_structs::dump(template).into_bytes();
    if collisions > 0 {
        dumped.extend(u64::from(collisions).to_le_bytes());
    }
    let hash = dumped
        .iter()
        .fold(FNV_BASIS, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(FNV_PRIME));
    letters(hash)
}

/// The hash of a StatefulSet's revision: of the patch that it is kept as
/// (`HashControllerRevision`, pkg/controller/history, v1.36).
pub(super) fn revision_hash(template: &Value, collisions: u32) -> String {
    let mut patch = json!({"spec": {"template": template}});
    patch["spec"]["template"]["$patch"] = "replace".into();
    patch.sort_all_objects();
    let hashed = format!("{}{collisions}", go::json(&patch));
    let hash =
        hashed.bytes().fold(FNV_BASIS, |hash, byte| hash.wrapping_mul(FNV_PRIME) ^ u32::from(byte));
    letters(hash)
}

/// A number as names have it (`rand.SafeEncodeString`).
fn letters(number: u32) -> String {
    let digits = number.to_string();
    digits.bytes().map(|digit| char::from(LETTERS[usize::from(digit) % 27])).collect()
}
