//! Zip archives.

use super::{Entries, Refused, broken, shown};
use rawzip::{CompressionMethod, ZipArchive};

/// The part of a mode that says what kind of file it is, and the kinds that a pack may have.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;

/// Reads all entries.
pub(super) fn read(bytes: &[u8], entries: &mut Entries) -> Result<(), Refused> {
    let archive = ZipArchive::from_slice(bytes).map_err(|error| broken(&error))?;
    let mut listed = archive.entries();
    let mut places = Vec::new();
    let mut n_listed = 0;
    while let Some(record) = listed.next_entry().map_err(|error| broken(&error))? {
        n_listed += 1;
        let path = record.file_path();
        let name = path.as_bytes();
        let refuse = |why: &str| Refused::new(format!("The archive's {} {why}.", shown(name)));
        let kind = record.mode().value() & KIND;
        match kind {
            REGULAR | FOLDER | 0 => {}
            LINK => return Err(refuse("is a link: a pack holds files and folders only")),
            _ => return Err(refuse("is a device or a pipe: a pack holds files and folders only")),
        }
        if record.flags().is_encrypted() || record.flags().has_strong_encryption() {
            return Err(refuse("is locked by a password"));
        }
        let entry = archive.get_entry(record.wayfinder()).map_err(|error| broken(&error))?;
        let local = entry.local_header();
        if local.file_path().as_bytes() != name {
            return Err(refuse("has another name at its place than in the archive's list"));
        }
        places.push(entry.compressed_data_range());
        if record.is_dir() || kind == FOLDER {
            if record.uncompressed_size_hint() > 0 {
                return Err(refuse("is a folder that holds bytes"));
            }
            entries.name(name)?;
            continue;
        }
        // The size and the checksum that the archive tells must be those of what is read.
        match record.compression_method() {
            CompressionMethod::STORE => entries.file(name, entry.verifying_reader(entry.data()))?,
            CompressionMethod::DEFLATE => {
                let inflated = flate2::bufread::DeflateDecoder::new(entry.data());
                entries.file(name, entry.verifying_reader(inflated))?;
            }
            method => {
                return Err(refuse(&format!(
                    "is packed by a method that Portolan does not read ({}): make the zip with \
                     the usual one, Deflate",
                    method.as_u16()
                )));
            }
        }
    }
    if n_listed != archive.entries_hint() {
        return Err(broken(&format!(
            "its list names {n_listed} entries, and counts {}",
            archive.entries_hint()
        )));
    }
    // Many entries that share their bytes are how small archives become huge ones.
    crate::source::sort::sort_by(&mut places, Ord::cmp);
    let overlap = places.windows(2).any(|pair| matches!(pair, [a, b] if a.1 > b.0));
    if overlap {
        return Err(broken(&"two of its entries lie on the same bytes"));
    }
    Ok(())
}
