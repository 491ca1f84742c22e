//! Archives: right ones are what their folder is, hostile ones are refused.

use super::*;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar entry whose name is written as it is given, which no honest program would do.
pub(super) fn entry(name: &str, kind: u8, link: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    header[156] = kind;
    header[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut out = header.to_vec();
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

pub(super) fn tar_of(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut out = entries.concat();
    out.extend([0; 1024]);
    out
}

/// The entries of a right pack, in a folder of its own.
fn right_entries(top: &str) -> Vec<Vec<u8>> {
    small("mine", "1.0.0")
        .iter()
        .map(|(name, text)| entry(&format!("{top}{name}"), b'0', "", text.as_bytes()))
        .collect()
}

fn tar_with(more: Vec<u8>) -> Vec<u8> {
    let mut entries = right_entries("mine/");
    entries.push(more);
    tar_of(&entries)
}

/// A zip of these files; a mode other than 0 is Unix's.
fn zip_of(files: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    for (name, mode, bytes) in files {
        let path = rawzip::path::EntryPath::verbatim(name.as_bytes());
        let mut builder =
            archive.new_file(path).compression_method(rawzip::CompressionMethod::DEFLATE);
        if *mode != 0 {
            builder = builder.unix_permissions(*mode);
        }
        let (mut entry, config) = builder.start().unwrap();
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
        writer.write_all(bytes).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    out
}

fn zip_with(more: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let right = small("mine", "1.0.0");
    let mut files: Vec<(&str, u32, &[u8])> =
        right.iter().map(|(name, text)| (name.as_str(), 0, text.as_bytes())).collect();
    files.extend(more);
    zip_of(&files)
}

/// A zip with an entry that lies within another's bytes: how small archives become huge ones.
fn overlapping_zip() -> Vec<u8> {
    let inner = zip_of(&[("lessons/b.toml", 0, b"x")]);
    let central_of = |zip: &[u8]| zip.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let end_of = |zip: &[u8]| zip.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    let builder = archive.new_file("outer").compression_method(rawzip::CompressionMethod::STORE);
    let (mut entry, config) = builder.start().unwrap();
    let mut writer = config.wrap(&mut entry);
    writer.write_all(&inner[..central_of(&inner)]).unwrap();
    let (_, descriptor) = writer.finish().unwrap();
    entry.finish(descriptor).unwrap();
    archive.finish().unwrap();
    // The inner entry's place, and one more in the counts and in the list.
    let place = out.windows(4).skip(4).position(|w| w == b"PK\x03\x04").unwrap() + 4;
    let mut record = inner[central_of(&inner)..end_of(&inner)].to_vec();
    record[42..46].copy_from_slice(&u32::try_from(place).unwrap().to_le_bytes());
    let (central, end) =
        (central_of(&out[place + inner.len() / 2..]) + place + inner.len() / 2, end_of(&out));
    out.splice(end..end, record);
    let end = end_of(&out);
    let size = u32::try_from(end - central).unwrap().to_le_bytes();
    out[end + 8] += 1;
    out[end + 10] += 1;
    out[end + 12..end + 16].copy_from_slice(&size);
    out
}

#[test]
fn a_pack_is_the_same_from_a_folder_an_archive_and_a_repository() {
    let home = Home::new();
    home.write_pack("mine", &small("mine", "1.0.0"));
    home.write("mine/README.md", "What no pack needs stays behind.");
    home.write("mine/run.sh", "#!/bin/sh\n");
    home.write("mine.tar", tar_of(&right_entries("mine-1.0/")));
    home.write("mine.tar.gz", gzip(&tar_of(&right_entries("./"))));
    home.write("mine.zip", zip_with(&[("src/x.rs", 0o100_755, b"fn"), ("lessons/", 0, b"")]));
    let installed = "0\nInstalled mine 1.0.0, \"About mine\": 1 lesson, 0 questions.\n";
    assert_eq!(home.run(&["pack", "install", "mine"]), installed);
    let files = [
        ".lock",
        "mine",
        "mine/installed.toml",
        "mine/lessons",
        "mine/lessons/a.toml",
        "mine/pack.toml",
    ];
    assert_eq!(home.packs(), files);
    for name in ["mine.tar", "mine.tar.gz", "mine.zip"] {
        let same = format!(
            "0\nmine 1.0.0 is there already; nothing has changed. From now on it is updated from \
             HOME/{name}.\n"
        );
        assert_eq!(home.run(&["pack", "install", name]), same);
        assert_eq!(home.packs(), files);
    }
    assert_eq!(
        home.run(&["pack", "update"]),
        "0\nmine 1.0.0 is there already; nothing has changed.\n"
    );
    let read = home.run(&["read", "mine/a"]);
    assert!(read.starts_with("0\nOF A\n1 step, about 10 minutes.\n"), "{read}");
    assert_eq!(
        home.run(&["pack", "remove", "mine"]),
        "0\nRemoved mine. What was done in it is kept, and counts again if you install it.\n"
    );
    assert_eq!(home.packs(), [".lock"]);
}

#[cfg(unix)]
#[test]
fn nothing_that_is_installed_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.write_pack("mine", &small("mine", "1.0.0"));
    for name in ["mine/pack.toml", "mine/lessons/a.toml"] {
        fs::set_permissions(home.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    home.run(&["pack", "install", "mine"]);
    for name in ["mine/pack.toml", "mine/lessons/a.toml", "mine/installed.toml"] {
        let mode = fs::metadata(home.path("data/packs").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0, "{name}");
    }
}

#[test]
fn hostile_archives_are_refused_with_a_reason_and_nothing_is_left() {
    let words = |text: &str| text.as_bytes().to_vec();
    let zeros = vec![0_u8; 40 * 1024 * 1024];
    let mut truncated = tar_of(&right_entries("mine/"));
    truncated.truncate(1024 + 512 + 40);
    let mut wrong_sum = tar_of(&right_entries("mine/"));
    wrong_sum[1024 + 300] = b'x';
    let right_zip = zip_with(&[]);
    // The name in the list says something else than the one at the entry's place.
    let mut two_names = right_zip.clone();
    let at = two_names.windows(14).rposition(|w| w == b"lessons/a.toml").unwrap();
    two_names[at + 8] = b'b';
    // A size in the list that is not the text's, and a checksum that is not.
    let central = right_zip.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let mut wrong_size = right_zip.clone();
    wrong_size[central + 24] ^= 1;
    let mut wrong_crc = right_zip.clone();
    wrong_crc[central + 16] ^= 1;
    // The method of all entries is one that nobody reads.
    let mut odd_method = right_zip.clone();
    let mut locked = right_zip.clone();
    for at in (0..right_zip.len() - 4).filter(|at| &right_zip[*at..at + 4] == b"PK\x01\x02") {
        odd_method[at + 10] = 12;
        locked[at + 8] |= 1;
    }
    let mut fewer = right_zip.clone();
    let end = fewer.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    fewer[end + 8] -= 1;
    fewer[end + 10] -= 1;
    let mut more = right_zip.clone();
    more[end + 8] += 1;
    more[end + 10] += 1;
    let overlapping = overlapping_zip();
    let deep = format!("{}a.toml", "d/".repeat(17));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "dots.tar",
            tar_with(entry("mine/../../../etc/a.toml", b'0', "", b"x")),
            "The archive's `mine/../../../etc/a.toml` leads out of the archive's own folder.",
        ),
        (
            "dots-after.tar",
            tar_with(entry("mine/lessons/..", b'5', "", b"")),
            "The archive's `mine/lessons/..` leads out of the archive's own folder.",
        ),
        (
            "absolute.tar",
            tar_with(entry("/etc/a.toml", b'0', "", b"x")),
            "The archive's `/etc/a.toml` is an absolute path; names in a pack begin at its own folder.",
        ),
        (
            "drive.tar",
            tar_with(entry("C:/a.toml", b'0', "", b"x")),
            "The archive's `C:/a.toml` is an absolute path; names in a pack begin at its own folder.",
        ),
        (
            "device-of-windows.tar",
            tar_with(entry("mine/lessons/com1.toml", b'0', "", b"x")),
            "The archive's `mine/lessons/com1.toml` has a name that Windows keeps for itself.",
        ),
        (
            "stream-of-windows.tar",
            tar_with(entry("mine/lessons/a.toml:b", b'0', "", b"x")),
            "The archive's `mine/lessons/a.toml:b` has a name that Windows keeps for itself.",
        ),
        (
            "backslash.tar",
            tar_with(entry("mine\\..\\a.toml", b'0', "", b"x")),
            "The archive's `mine\\..\\a.toml` has a backslash in its name; folders are joined by `/`.",
        ),
        (
            "control.tar",
            tar_with(entry("mine/\x1b[2J.toml", b'0', "", b"x")),
            "The archive's `mine/\u{fffd}[2J.toml` has a control character in its name.",
        ),
        (
            "link.tar",
            tar_with(entry("mine/lessons/b.toml", b'2', "/etc/passwd", b"")),
            "The archive's `mine/lessons/b.toml` is a link: a pack holds files and folders only.",
        ),
        (
            "hard-link.tar",
            tar_with(entry("mine/lessons/b.toml", b'1', "mine/pack.toml", b"")),
            "The archive's `mine/lessons/b.toml` is a link: a pack holds files and folders only.",
        ),
        (
            "device.tar",
            tar_with(entry("mine/zero", b'3', "", b"")),
            "The archive's `mine/zero` is a device: a pack holds files and folders only.",
        ),
        (
            "pipe.tar",
            tar_with(entry("mine/pipe", b'6', "", b"")),
            "The archive's `mine/pipe` is a pipe: a pack holds files and folders only.",
        ),
        (
            "odd.tar",
            tar_with(entry("mine/odd", b'Z', "", b"")),
            "The archive's `mine/odd` is of an unknown kind: a pack holds files and folders only.",
        ),
        (
            "twice.tar",
            tar_with(entry("mine/pack.toml", b'0', "", b"x")),
            "The archive has `mine/pack.toml` twice.",
        ),
        (
            "twice-otherwise.tar",
            tar_with(entry("mine//./pack.toml", b'0', "", b"x")),
            "The archive has `mine//./pack.toml` twice.",
        ),
        (
            "case.tar",
            tar_with(entry("mine/PACK.toml", b'0', "", b"x")),
            "The archive has `mine/pack.toml` and `mine/PACK.toml`, which are one file where case makes no difference.",
        ),
        (
            "file-and-folder.tar",
            tar_with(entry("mine/lessons", b'0', "", b"x")),
            "The archive has `mine/lessons` as a file and as a folder.",
        ),
        (
            "deep.tar",
            tar_with(entry(&deep, b'0', "", b"x")),
            "The archive's `d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/a.toml` lies too deep in folders.",
        ),
        ("truncated.tar", truncated, "The archive is broken: it ends amid `mine/lessons/a.toml`."),
        ("sum.tar", wrong_sum, "The archive is broken: archive header checksum mismatch."),
        (
            "bomb.tar.gz",
            gzip(&tar_with(entry("mine/zeros", b'0', "", &zeros))),
            "The archive grows to more than 200 times its size when it is unpacked: no text does.",
        ),
        (
            "large.tar",
            tar_with(entry("mine/large", b'0', "", &[b'x'; 65 * 1024 * 1024])),
            "The archive holds more than 64 MiB, which no pack needs.",
        ),
        (
            "two.tar",
            tar_of(&[right_entries("a/"), right_entries("b/")].concat()),
            "The archive holds several packs, in `a` and `b`. Make one archive of each.",
        ),
        (
            "none.tar",
            tar_of(&[entry("a/b/pack.toml", b'0', "", b"x")]),
            "The archive holds no pack: there is no pack.toml at its top or in its one folder at the top.",
        ),
        ("empty.tar", Vec::new(), "The file is empty. Give a .tar, .tar.gz or .zip."),
        (
            "zeros.tar",
            vec![0; 10_240],
            "This is no archive: it begins with the bytes 00 00 00 00. Give a .tar, .tar.gz or .zip.",
        ),
        (
            "text.zip",
            words("hello"),
            "This is no archive: it begins with the bytes 68 65 6c 6c. Give a .tar, .tar.gz or .zip.",
        ),
        (
            "seven.zip",
            b"7z\xbc\xaf\x27\x1c....".to_vec(),
            "This is a 7-Zip archive, which Portolan does not read. Give a .tar, .tar.gz or .zip.",
        ),
        (
            "text.gz",
            gzip(b"hello"),
            "What gzip holds here is no tar archive. Give a .tar, .tar.gz or .zip.",
        ),
        (
            "cut.gz",
            gzip(&tar_of(&right_entries("")))[..100].to_vec(),
            "The archive is broken: incomplete deflate stream.",
        ),
        (
            "dots.zip",
            zip_with(&[("../a.toml", 0, b"x")]),
            "The archive's `../a.toml` leads out of the archive's own folder.",
        ),
        (
            "absolute.zip",
            zip_with(&[("/a.toml", 0, b"x")]),
            "The archive's `/a.toml` is an absolute path; names in a pack begin at its own folder.",
        ),
        (
            "link.zip",
            zip_with(&[("lessons/b.toml", 0o120_777, b"/etc/passwd")]),
            "The archive's `lessons/b.toml` is a link: a pack holds files and folders only.",
        ),
        (
            "pipe.zip",
            zip_with(&[("lessons/b.toml", 0o010_644, b"")]),
            "The archive's `lessons/b.toml` is a device or a pipe: a pack holds files and folders only.",
        ),
        ("twice.zip", zip_with(&[("pack.toml", 0, b"x")]), "The archive has `pack.toml` twice."),
        (
            "case.zip",
            zip_with(&[("Lessons/A.TOML", 0, b"x")]),
            "The archive has `lessons/a.toml` and `Lessons/A.TOML`, which are one file where case makes no difference.",
        ),
        (
            "bomb.zip",
            zip_with(&[("zeros", 0, &zeros)]),
            "The archive grows to more than 200 times its size when it is unpacked: no text does.",
        ),
        (
            "names.zip",
            two_names,
            "The archive's `lessons/b.toml` has another name at its place than in the archive's list.",
        ),
        ("size.zip", wrong_size, "The archive is broken: Invalid size: expected 78, got 79."),
        (
            "crc.zip",
            wrong_crc,
            "The archive is broken: Invalid checksum: expected 0xc9046650, got 0xc9046651.",
        ),
        (
            "method.zip",
            odd_method,
            "The archive's `pack.toml` is packed by a method that Portolan does not read (12): make the zip with the usual one, Deflate.",
        ),
        ("locked.zip", locked, "The archive's `pack.toml` is locked by a password."),
        ("fewer.zip", fewer, "The archive is broken: its list names 2 entries, and counts 1."),
        ("more.zip", more, "The archive is broken: its list names 2 entries, and counts 3."),
        (
            "overlap.zip",
            overlapping,
            "The archive is broken: two of its entries lie on the same bytes.",
        ),
        (
            "cut.zip",
            right_zip[..right_zip.len() - 30].to_vec(),
            "The archive is broken: Missing end of central directory.",
        ),
    ];
    let home = Home::new();
    let mut wrong = String::new();
    for (name, bytes, why) in cases {
        home.write(name, bytes);
        let told = home.run(&["pack", "install", name]);
        if told != format!("2\nerror: HOME/{name}: {why}\n") {
            wrong.push_str(&format!("{name}: {told}"));
        }
        assert_eq!(home.packs(), [".lock"], "{name}");
        assert!(!told.contains(|c: char| c.is_control() && c != '\n'), "{told:?}");
    }
    assert_eq!(wrong, "");
}
