//! Tar archives.

use super::{Entries, Refused, broken, shown};
use tar::{Archive, EntryType};

/// Does it begin with a tar header? That of an old archive has no magic, but a checksum.
pub(super) fn is_tar(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..512) else { return false };
    if header.iter().all(|byte| *byte == 0) {
        return false;
    }
    let is_checksum = |idx: &usize| (148..156).contains(idx);
    let sum: u32 = header
        .iter()
        .enumerate()
        .map(|(idx, byte)| if is_checksum(&idx) { u32::from(b' ') } else { u32::from(*byte) })
        .sum();
    let written = header.get(148..156).and_then(|field| std::str::from_utf8(field).ok());
    let written = written.map(|field| field.trim_matches(|c: char| c == '\0' || c == ' '));
    written.and_then(|field| u32::from_str_radix(field, 8).ok()) == Some(sum)
}

/// Reads all entries.
pub(super) fn read(bytes: &[u8], entries: &mut Entries) -> Result<(), Refused> {
    let mut archive = Archive::new(bytes);
    for entry in archive.entries().map_err(|error| broken(&error))? {
        let mut entry = entry.map_err(|error| broken(&error))?;
        let name = entry.path_bytes().into_owned();
        let size = entry.size();
        let kind = entry.header().entry_type();
        let refuse = |what: &str| {
            Refused::new(format!(
                "The archive's {} is {what}: a pack holds files and folders only.",
                shown(&name)
            ))
        };
        match kind {
            // Old archives mark folders by the name alone.
            EntryType::Directory => drop(entries.name(&name)?),
            EntryType::Regular | EntryType::Continuous if name.ends_with(b"/") => {
                entries.name(&name)?;
            }
            EntryType::Regular | EntryType::Continuous => {
                let mut n_read = 0;
                entries.file(&name, Counted { from: &mut entry, n_read: &mut n_read })?;
                if n_read < size {
                    return Err(broken(&format!("it ends amid {}", shown(&name))));
                }
            }
            EntryType::XGlobalHeader => {}
            EntryType::Symlink | EntryType::Link => return Err(refuse("a link")),
            EntryType::Char | EntryType::Block => return Err(refuse("a device")),
            EntryType::Fifo => return Err(refuse("a pipe")),
            EntryType::GNUSparse => return Err(refuse("a file with holes")),
            _ => return Err(refuse("of an unknown kind")),
        }
    }
    Ok(())
}

/// Counts what was read: an archive that ends early gives less than it says.
struct Counted<'a, R> {
    from: R,
    n_read: &'a mut u64,
}

impl<R: std::io::Read> std::io::Read for Counted<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.from.read(buf)?;
        *self.n_read += n as u64;
        Ok(n)
    }
}
