//! `pack install`, `list`, `update`, `remove`, `lock`: whole outputs of the real binary, and what
//! is in the data folder afterwards.

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use portolan::progress::{Entry, Event};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder to work in, with a data folder of its own.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.args(args).current_dir(self.0.path());
        command.env("PORTOLAN_DATA_DIR", self.path("data"));
        command
    }

    /// Exit code, stdout and stderr in one text, with this folder called HOME.
    fn run(&self, args: &[&str]) -> String {
        self.told(&self.command(args).output().unwrap())
    }

    fn told(&self, output: &Output) -> String {
        let text = format!(
            "{}\n{}{}",
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let home = self.0.path().canonicalize().unwrap();
        let text = text.replace(&home.display().to_string(), "HOME");
        text.replace(&self.0.path().display().to_string(), "HOME")
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn write_pack(&self, folder: &str, files: &[(String, String)]) {
        let _ = fs::remove_dir_all(self.path(folder));
        for (name, text) in files {
            self.write(&format!("{folder}/{name}"), text);
        }
    }

    /// Everything in the folder of packs, with sizes left out: nothing may be left behind.
    fn packs(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, out: &mut Vec<String>) {
            let Ok(entries) = fs::read_dir(folder) else { return };
            for path in entries.map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    walk(&path, root, out);
                }
                out.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
        let root = self.path("data/packs");
        let mut out = Vec::new();
        walk(&root, &root, &mut out);
        out.sort();
        out
    }
}

const LESSON: &str = "[[steps]]\nid = \"read\"\n[steps.text]\nbody = \"Words.\"\n";

/// A lesson's file.
fn lesson(id: &str, steps: &str) -> (String, String) {
    let text = format!("format = 1\nid = \"{id}\"\ntitle = \"Of {id}\"\n{steps}");
    (format!("lessons/{id}.toml"), text)
}

/// A pack of these lessons; `more` is put into its pack.toml.
fn pack(
    id: &str,
    version: &str,
    more: &str,
    lessons: &[(String, String)],
) -> Vec<(String, String)> {
    let ids: Vec<String> = lessons
        .iter()
        .map(|(name, _)| name.replace("lessons/", "\"").replace(".toml", "\""))
        .collect();
    let head = format!(
        "format = 1\nid = \"{id}\"\nversion = \"{version}\"\ntitle = \"About {id}\"\n{more}\n\
         lessons = [{}]\n",
        ids.join(", ")
    );
    [("pack.toml".to_owned(), head)].into_iter().chain(lessons.iter().cloned()).collect()
}

fn small(id: &str, version: &str) -> Vec<(String, String)> {
    pack(id, version, "", &[lesson("a", LESSON)])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar entry whose name is written as it is given, which no honest program would do.
fn entry(name: &str, kind: u8, link: &str, bytes: &[u8]) -> Vec<u8> {
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

fn tar_of(entries: &[Vec<u8>]) -> Vec<u8> {
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

const HINT: &str =
    " Packs that need each other can be installed at once: portolan pack install A B";

#[test]
fn an_update_tells_what_changed_and_progress_follows_the_ids() {
    let home = Home::new();
    let steps = "[[steps]]\nid = \"read\"\n[steps.text]\nbody = \"Old words.\"\n\
                 [[steps]]\nid = \"ask\"\n[steps.quiz]\nquiz = \"q\"\n";
    let quiz = |ids: &[&str]| {
        let questions = ids.iter().map(|id| {
            format!(
                "[[questions]]\nid = \"{id}\"\nask = \"Which?\"\n[questions.short]\n\
                 accept = [\"x\"]\nbecause = \"So it is.\"\n"
            )
        });
        let text = questions.collect::<String>();
        ("quizzes/q.toml".to_owned(), format!("format = 1\nid = \"q\"\ntitle = \"Q\"\n{text}"))
    };
    let with_quiz = |mut files: Vec<(String, String)>, ids: &[&str]| {
        files.push(quiz(ids));
        files
    };
    let old = with_quiz(
        pack("mine", "1.0.0", "", &[lesson("a", steps), lesson("gone", LESSON)]),
        &["one", "two"],
    );
    home.write_pack("mine", &old);
    home.run(&["pack", "install", "mine"]);
    let done = |step: &str| {
        let at = "2026-11-20T08:00:00Z".parse().unwrap();
        Entry::new(at, Event::Read { step: format!("mine/{step}") }).to_line()
    };
    let journal = [done("a/read"), done("gone/read")].concat();
    home.write("data/journal.jsonl", &journal);
    let progress = |home: &Home| {
        let shown = home.run(&["progress", "show"]);
        shown.split_once("About mine: ").map_or(shown.clone(), |(_, of_mine)| of_mine.to_owned())
    };
    assert_eq!(
        progress(&home),
        "2/3 steps, 0/0 points\n  a     1/2 steps  0/0 points\n  gone  1/1 steps  0/0 points\nNext: \
         a/ask, Of a\n"
    );
    let steps = steps.replace("Old", "New");
    let new = with_quiz(
        pack("mine", "1.1.0", "", &[lesson("a", &steps), lesson("b", LESSON)]),
        &["two", "three"],
    );
    home.write_pack("mine", &new);
    assert_eq!(
        home.run(&["pack", "update", "mine"]),
        "0\nUpdated mine from 1.0.0 to 1.1.0:\n  lessons: 1 added (b), 1 removed (gone)\n  steps: \
         1 changed (a/read)\n  questions: 1 added (q/three), 1 removed (q/one)\n  What was done in \
         parts that are gone is kept, and counts again if they come back.\n"
    );
    assert_eq!(
        progress(&home),
        "1/3 steps, 0/0 points\n  a  1/2 steps  0/0 points\n  b  0/1 steps  0/0 points\nNext: a/ask, \
         Of a\n"
    );
    // The version says less than the text.
    let third = with_quiz(pack("mine", "1.1.0", "", &[lesson("a", &steps)]), &["two", "three"]);
    home.write_pack("mine", &third);
    let told = home.run(&["pack", "update"]);
    assert!(
        told.starts_with(
            "0\nChanged mine 1.1.0; its version is the same:\n  lessons: 1 removed (b)\n"
        ),
        "{told}"
    );
    let mut third = third;
    third[1].1.push_str("# A comment.\n");
    home.write_pack("mine", &third);
    assert_eq!(
        home.run(&["pack", "update"]),
        "0\nChanged mine 1.1.0; its version is the same:\n  Nothing that a learner sees.\n"
    );
    home.write_pack("mine", &old);
    let told = home.run(&["pack", "install", "mine"]);
    assert!(told.starts_with("0\nTook mine back from 1.1.0 to 1.0.0:\n"), "{told}");
    assert!(progress(&home).starts_with("2/3 steps"), "{}", progress(&home));
    // Removed and installed again: the same.
    home.run(&["pack", "remove", "mine"]);
    home.run(&["pack", "install", "mine"]);
    assert!(progress(&home).starts_with("2/3 steps"), "{}", progress(&home));
    assert_eq!(fs::read_to_string(home.path("data/journal.jsonl")).unwrap(), journal);
}

#[test]
fn packs_that_need_each_other_are_installed_together_and_stay_together() {
    let home = Home::new();
    let of = |id: &str, version: &str, needs: &str| {
        pack(id, version, &format!("needs = [{needs}]"), &[lesson("a", LESSON)])
    };
    home.write_pack("base", &of("base", "1.0.0", "\"services >=0.1\""));
    home.write_pack("more", &of("more", "1.0.0", "\"base >=1.2\""));
    assert_eq!(
        home.run(&["pack", "install", "more"]),
        format!("2\nerror: more needs base >=1.2, which is not there.{HINT}\n")
    );
    assert_eq!(
        home.run(&["pack", "install", "more", "base"]),
        format!("2\nerror: more needs base >=1.2, and base is version 1.0.0.{HINT}\n")
    );
    assert_eq!(home.packs(), [".lock"]);
    home.write_pack("base", &of("base", "1.2.0", "\"services >=0.1\""));
    assert_eq!(
        home.run(&["pack", "install", "more", "base"]),
        "0\nInstalled more 1.0.0, \"About more\": 1 lesson, 0 questions.\nInstalled base 1.2.0, \
         \"About base\": 1 lesson, 0 questions.\n"
    );
    assert_eq!(
        home.run(&["pack", "remove", "base"]),
        "2\nerror: more needs base. Remove both: portolan pack remove more base\n"
    );
    // An older base would leave the other without what it needs.
    home.write_pack("base", &of("base", "1.0.0", ""));
    assert_eq!(
        home.run(&["pack", "update", "base"]),
        format!("2\nerror: more needs base >=1.2, and base is version 1.0.0.{HINT}\n")
    );
    assert_eq!(
        home.run(&["pack", "list"]),
        format!(
            "0\nservices  {}  {} lessons, built in\nbase      1.2.0  1 lesson, HOME/base\nmore      \
             1.0.0  1 lesson, HOME/more\n",
            portolan::content::builtin().version,
            portolan::content::builtin().lessons.len()
        )
    );
    let removed = "What was done in it is kept, and counts again if you install it.";
    assert_eq!(
        home.run(&["pack", "remove", "more", "base"]),
        format!("0\nRemoved more. {removed}\nRemoved base. {removed}\n")
    );
    assert_eq!(home.packs(), [".lock"]);
}

#[test]
fn what_does_not_fit_is_refused_with_what_to_do() {
    let home = Home::new();
    let about = |version: &str| {
        pack("old", "1.0.0", &format!("kubernetes = \"{version}\""), &[lesson("a", LESSON)])
    };
    home.write_pack("old", &about("1.20 - 1.30"));
    assert_eq!(
        home.run(&["pack", "install", "old"]),
        "2\nerror: old 1.0.0 is about Kubernetes 1.20 - 1.30, and Portolan behaves as 1.36: some of \
         what it says would be untrue here. --any-kubernetes installs it all the same.\n"
    );
    let all_the_same = home.run(&["pack", "install", "old", "--any-kubernetes"]);
    assert!(all_the_same.starts_with("0\nInstalled old 1.0.0"), "{all_the_same}");
    home.write_pack("old", &about(">=1.34 <1.40"));
    let fits = home.run(&["pack", "install", "old"]);
    assert!(fits.starts_with("0\nChanged old 1.0.0"), "{fits}");
    home.write_pack("services", &small("services", "9.0.0"));
    assert_eq!(
        home.run(&["pack", "install", "services"]),
        "2\nerror: HOME/services has the built-in pack's id, `services`. Give it another in \
         pack.toml.\n"
    );
    let mut broken = small("broken", "1.0.0");
    broken[1].1.push_str("tilte = 1\n");
    broken.push(("lessons/run.sh".to_owned(), "#!/bin/sh\n".to_owned()));
    home.write_pack("broken", &broken);
    assert_eq!(
        home.run(&["pack", "install", "broken"]),
        "2\nerror: HOME/broken is not right, so it is not installed:\n  lessons/a.toml:8:1: `tilte` is \
         not a key of a text step. There are: body.\n  lessons/run.sh: This file does not belong in \
         lessons/. Only files called NAME.toml do; move or remove it.\n"
    );
    assert_eq!(
        home.run(&["pack", "install", "nowhere"]),
        "2\nerror: There is no file or folder nowhere.\n"
    );
    home.write("empty/readme", "");
    assert_eq!(
        home.run(&["pack", "install", "empty"]),
        "2\nerror: HOME/empty holds no pack: there is no pack.toml.\n"
    );
    home.write_pack("twin", &small("old", "2.0.0"));
    assert_eq!(
        home.run(&["pack", "install", "old", "twin"]),
        "2\nerror: two of these packs have the id `old`. Install one of them.\n"
    );
    assert_eq!(
        home.run(&["pack", "remove", "nothing"]),
        "2\nerror: the pack `nothing` is not installed; there are: old\n"
    );
    assert_eq!(
        home.run(&["pack", "remove", "services"]),
        "2\nerror: `services` is built in: it comes and goes with Portolan\n"
    );
}

#[test]
fn of_two_packs_of_one_id_one_is_used_and_the_other_is_told() {
    let home = Home::new();
    home.write_pack("data/packs/first", &small("mine", "1.0.0"));
    home.write_pack("data/packs/second", &small("mine", "2.0.0"));
    home.write_pack("data/packs/third", &small("services", "9.0.0"));
    let told = home.run(&["lessons"]);
    let notes: Vec<&str> = told.lines().filter(|line| line.starts_with("note: ")).collect();
    assert_eq!(
        notes,
        [
            "note: HOME/data/packs/second is not used: HOME/data/packs/first has the id mine, too. \
             Give one of them another, or remove it.",
            "note: HOME/data/packs/third is not used: the built-in pack has the id services, too. \
             Give one of them another, or remove it.",
        ]
    );
    assert_eq!(told.matches("About mine").count(), 1, "{told}");
    let listed = home.run(&["pack", "list"]);
    assert_eq!(
        listed.matches("  Not used: a pack before it has the same id.\n").count(),
        2,
        "{listed}"
    );
    home.write_pack("mine", &small("mine", "3.0.0"));
    assert_eq!(
        home.run(&["pack", "install", "mine"]),
        "2\nerror: HOME/data/packs/first holds a pack of the id `mine` that was put there by hand. \
         Take it away first: portolan pack remove mine\n"
    );
    home.run(&["pack", "remove", "mine"]);
    assert_eq!(
        home.run(&["pack", "install", "mine"]),
        "0\nInstalled mine 3.0.0, \"About mine\": 1 lesson, 0 questions.\n"
    );
}

#[test]
fn a_crash_leaves_the_old_pack_or_the_new_one() {
    let home = Home::new();
    home.write_pack("mine", &small("mine", "1.0.0"));
    home.run(&["pack", "install", "mine"]);
    let version = |home: &Home| {
        let listed = home.run(&["pack", "list"]);
        let line = listed.lines().find(|line| line.starts_with("mine")).map(str::to_owned);
        line.unwrap_or(listed)
    };
    let place = home.path("data/packs/mine");
    // Cut off while the new one was written, and between the two renames.
    home.write_pack("data/packs/.new-mine", &small("mine", "2.0.0"));
    assert!(
        version(&home).starts_with("mine      1.0.0  1 lesson, HOME/mine"),
        "{}",
        version(&home)
    );
    fs::rename(&place, home.path("data/packs/.old-mine")).unwrap();
    assert!(
        version(&home).starts_with("mine      1.0.0  1 lesson, HOME/mine"),
        "{}",
        version(&home)
    );
    assert_eq!(
        home.run(&["pack", "install", "mine"]),
        "0\nmine 1.0.0 is there already; nothing has changed.\n"
    );
    assert_eq!(
        home.packs(),
        [
            ".lock",
            "mine",
            "mine/installed.toml",
            "mine/lessons",
            "mine/lessons/a.toml",
            "mine/pack.toml"
        ]
    );
    // After both renames, before the old one was thrown away.
    home.write_pack("data/packs/.old-mine", &small("mine", "0.1.0"));
    assert!(version(&home).starts_with("mine      1.0.0"), "{}", version(&home));
    home.run(&["pack", "update"]);
    assert!(!home.path("data/packs/.old-mine").exists());
}

#[test]
fn an_installation_that_is_killed_at_any_time_leaves_one_whole_pack() {
    let home = Home::new();
    let many = |version: &str| {
        let lessons: Vec<(String, String)> =
            (0..300).map(|n| lesson(&format!("l{n}"), &LESSON.replace("Words", version))).collect();
        pack("mine", version, "", &lessons)
    };
    home.write_pack("one", &many("1.0.0"));
    home.write_pack("two", &many("2.0.0"));
    home.run(&["pack", "install", "one"]);
    for round in 0..24_u64 {
        let source = if round % 2 == 0 { "two" } else { "one" };
        let mut install = home.command(&["pack", "install", source]);
        let mut child = install.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * 4));
        let _ = child.kill();
        child.wait().unwrap();
        let listed = home.run(&["pack", "list", "--output", "json"]);
        let line = listed.lines().find(|line| line.contains("\"id\":\"mine\"")).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&line["lessons"], &line["problems"]), (&300.into(), &0.into()), "{line}");
        assert!(["1.0.0", "2.0.0"].map(Some).contains(&line["version"].as_str()), "{line}");
    }
    home.run(&["pack", "install", "two"]);
    let left: Vec<String> = home.packs().into_iter().filter(|name| !name.contains('/')).collect();
    assert_eq!(left, [".lock", "mine"]);
}

#[test]
fn two_that_install_at_once_do_not_get_into_each_others_way() {
    let home = Home::new();
    home.write_pack("mine", &small("mine", "1.0.0"));
    home.write("data/packs/.lock", "");
    let lock = fs::OpenOptions::new().append(true).open(home.path("data/packs/.lock")).unwrap();
    lock.lock().unwrap();
    for args in [&["pack", "install", "mine"][..], &["pack", "update"], &["pack", "remove", "mine"]]
    {
        assert_eq!(
            home.run(args),
            "2\nerror: Another Portolan is changing the installed packs. Try again when it is \
             done.\n"
        );
    }
    assert_eq!(home.packs(), [".lock"]);
    drop(lock);
    assert!(home.run(&["pack", "install", "mine"]).starts_with("0\n"));
}

#[test]
fn a_class_gets_the_same_by_a_lock_file() {
    let home = Home::new();
    home.write_pack("class/packs/mine", &small("mine", "1.0.0"));
    home.write("class/packs/other.tar", {
        let files = small("other", "2.0.0");
        let entries: Vec<Vec<u8>> =
            files.iter().map(|(name, text)| entry(name, b'0', "", text.as_bytes())).collect();
        tar_of(&entries)
    });
    home.run(&["pack", "install", "class/packs/mine", "class/packs/other.tar"]);
    assert_eq!(
        home.run(&["pack", "lock", "-o", "class/portolan.lock"]),
        "0\nclass/portolan.lock: 2 packs locked.\n"
    );
    let lock = fs::read_to_string(home.path("class/portolan.lock")).unwrap();
    let hash = |id: &str| {
        let listed = home.run(&["pack", "list", "--output", "json"]);
        let line = listed.lines().find(|line| line.contains(&format!("\"id\":\"{id}\""))).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["sha256"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        lock,
        format!(
            "# The packs of a class. `portolan pack install --locked FILE` gives everybody the \
             same;\n# `portolan pack lock` writes it anew.\nformat = 1\n\n[[packs]]\nid = \
             \"mine\"\nversion = \"1.0.0\"\nsource = \"packs/mine\"\nsha256 = \"{}\"\n\n[[packs]]\nid = \
             \"other\"\nversion = \"2.0.0\"\nsource = \"packs/other.tar\"\nsha256 = \"{}\"\n",
            hash("mine"),
            hash("other")
        )
    );
    // A learner gets the folder, wherever it is put.
    let learner = Home::new();
    fs::rename(home.path("class"), learner.path("from-teacher")).unwrap();
    assert_eq!(
        learner.run(&["pack", "install", "--locked", "from-teacher/portolan.lock"]),
        "0\nInstalled mine 1.0.0, \"About mine\": 1 lesson, 0 questions.\nInstalled other 2.0.0, \
         \"About other\": 1 lesson, 0 questions.\n"
    );
    assert_eq!(
        learner.run(&["pack", "install", "--locked", "from-teacher/portolan.lock"]),
        "0\nmine 1.0.0 is there already, as locked.\nother 2.0.0 is there already, as locked.\n"
    );
    // One that is not what was locked: nothing is installed, the other one neither.
    let late = Home::new();
    fs::rename(learner.path("from-teacher"), late.path("c")).unwrap();
    late.write_pack("c/packs/mine", &small("mine", "1.0.1"));
    let told = late.run(&["pack", "install", "--locked", "c/portolan.lock"]);
    assert!(
        told.starts_with(
            "2\nerror: mine at HOME/c/packs/mine is not what the lock names: it is version 1.0.1 \
             with the hash "
        ),
        "{told}"
    );
    assert_eq!(late.packs(), [".lock"]);
    for (text, why) in [
        (
            "format = 1\n[[packs]]\nid = \"a\"\n",
            "c/x.lock: line 2: missing field `version`. Ask for the file anew; `portolan pack lock` writes it.",
        ),
        (
            "format = 2\n",
            "c/x.lock: format 2 is not one that this Portolan reads. Use a newer Portolan.",
        ),
        (
            "hello\n",
            "c/x.lock: line 1: key with no value, expected `=`. Ask for the file anew; `portolan pack lock` writes it.",
        ),
        (
            "format = 1\n[[packs]]\nid = \"../a\"\nversion = \"1\"\nsource = \".\"\nsha256 = \"\"\n",
            "c/x.lock: `../a` is no pack's id.",
        ),
    ] {
        late.write("c/x.lock", text);
        assert_eq!(
            late.run(&["pack", "install", "--locked", "c/x.lock"]),
            format!("2\nerror: {why}\n")
        );
    }
    assert_eq!(
        late.run(&["pack", "lock"]),
        "2\nerror: no pack is installed that could be locked\n"
    );
}
