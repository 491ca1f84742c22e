//! Names that the server and its controllers make up: of their shape, and always the same.

use serde_json::Value;

/// The characters of generated names (`rand.SafeEncodeString`, apimachinery/util/rand, v1.36).
const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// FNV-1a, 64 bits.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
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
    let (a, b) = (hash(of), hash(&format!("{of}#")));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | ((b >> 48) & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}

/// The `pod-template-hash` of a template: a 32-bit hash's decimal digits, each as a letter
/// (`ComputeHash`, pkg/controller/controller_utils.go, v1.36). The server hashes Go's own
/// dump of the template, which we can't make; so the shape is its, and the value ours.
pub(super) fn template_hash(template: &Value, collisions: i64) -> String {
    let mut sorted = template.clone();
    sort(&mut sorted);
    let collided = if collisions > 0 { collisions.to_string() } else { String::new() };
    let hash = hash(&format!("{sorted}{collided}"));
    let digits = ((hash ^ (hash >> 32)) as u32).to_string();
    digits.bytes().map(|digit| char::from(LETTERS[usize::from(digit) % 27])).collect()
}

fn sort(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.sort_keys();
            map.values_mut().for_each(sort);
        }
        Value::Array(items) => items.iter_mut().for_each(sort),
        _ => {}
    }
}
