//! The encodings, and what is refused.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::base::digest::sha256_hex;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Reads a file of this name and these bytes to its end.
fn read(name: &str, bytes: &[u8], max_bytes: u64) -> Result<(Vec<u8>, Stored), Fault> {
    let folder = tempfile::tempdir().map_err(|error| fault_of(&error))?;
    let path = folder.path().join(name);
    fs::write(&path, bytes).map_err(|error| fault_of(&error))?;
    let named = Named { path: path.to_string_lossy().into_owned(), format: None, explicit: true };
    let mut opened = open(&named, max_bytes, true)?;
    let mut text = Vec::new();
    opened.read_to_end(&mut text).map_err(|error| fault_of(&error))?;
    Ok((text, opened.finish()?))
}

/// Asserts the code and the position of the fault of a file.
fn refuses(name: &str, bytes: &[u8], code: &'static str, position: &Position) {
    let fault = read(name, bytes, 1 << 20).err();
    assert_eq!(fault.as_ref().map(|fault| (fault.code, &fault.position)), Some((code, position)));
}

fn gzip(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text)?;
    packed.finish()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect()
}

/// Longer than the head and than a piece of UTF-16, with characters of every length.
fn long_text() -> String {
    "{\"a\": \"é€🦀 plain\"}\n".repeat(2000)
}

#[test]
fn each_encoding_gives_the_same_text_and_the_stored_digest() -> Tested {
    let text = long_text();
    let packed = gzip(text.as_bytes())?;
    let two_members = [gzip(text.as_bytes().get(..10).unwrap_or_default())?, gzip(text.as_bytes().get(10..).unwrap_or_default())?].concat();
    for (name, stored) in [
        ("plain.json", text.clone().into_bytes()),
        ("plain.json.gz", text.clone().into_bytes()),
        ("mark.json", ["\u{feff}", &text].concat().into_bytes()),
        ("le.json", utf16(&text, u16::to_le_bytes)),
        ("be.json", utf16(&text, u16::to_be_bytes)),
        ("packed.json.gz", packed),
        ("members.JSON.GZ", two_members),
        ("packed-le.json.gz", gzip(&utf16(&text, u16::to_le_bytes))?),
    ] {
        let (read, told) = read(name, &stored, 1 << 20)?;
        assert!(read == text.as_bytes(), "{name}");
        assert_eq!(told, Stored { sha256: Some(sha256_hex(&stored)), bytes: stored.len() as u64 }, "{name}");
    }
    Ok(())
}

#[test]
fn a_report_that_was_not_read_to_its_end_has_its_digest() -> Tested {
    let file = tempfile::NamedTempFile::new()?;
    let text = long_text();
    fs::write(&file, &text)?;
    let named = Named { path: file.path().to_string_lossy().into_owned(), format: None, explicit: true };
    let mut opened = open(&named, 1 << 20, true)?;
    opened.read_exact(&mut [0; 10])?;
    assert_eq!(opened.finish()?.sha256, Some(sha256_hex(text.as_bytes())));
    Ok(())
}

#[test]
fn a_file_that_grows_or_shrinks_is_a_fault() -> Tested {
    for change in ["", "{\"a\": 1}"] {
        let file = tempfile::NamedTempFile::new()?;
        fs::write(&file, "{}")?;
        let opened = open(&Named { path: file.path().to_string_lossy().into_owned(), format: None, explicit: true }, 1 << 20, true)?;
        fs::write(&file, change)?;
        let fault = opened.finish().err();
        // What was in the head when the file shrank was read all the same.
        assert_eq!(fault.map(|fault| fault.code), (!change.is_empty()).then_some("changed"));
    }
    Ok(())
}

#[test]
fn what_is_no_report_is_named() -> Tested {
    refuses("a.json", b"\xef\xbb\xbf\xef\xbb\xbf{}", "two-marks", &Position::Byte(3));
    refuses("a.json", b"\xfe\xff\xfe\xff\0{\0}", "two-marks", &Position::Byte(2));
    refuses("a.json", b"\xff\xfe\0\0{\0\0\0", "utf-32", &Position::Byte(0));
    refuses("a.json", b"\0\0\xfe\xff\0\0\0{", "utf-32", &Position::Byte(0));
    refuses("a.json", b"{\0\"\0a\0", "utf-16", &Position::Byte(1));
    refuses("a.json", b"\0{\0\"\0a", "utf-16", &Position::Byte(0));
    refuses("a.json", &[0; 4096], "binary", &Position::Byte(0));
    refuses("a.json", b"\x89PNG\0", "binary", &Position::Byte(4));
    refuses("a.json", &gzip(b"{}")?, "gzip", &Position::Byte(0));
    refuses("a.json.gz", &gzip(&gzip(b"{}")?)?, "gzip", &Position::Byte(0));
    refuses("a.json", b"PK\x03\x04rest", "zip", &Position::Byte(0));
    refuses("a.json", b"version https://git-lfs.github.com/spec/v1\n", "lfs-pointer", &Position::Byte(0));
    refuses("a.json", b"<!DocType HTML><p>", "html-page", &Position::Line(1, 1));
    refuses("a.json", b"\n\n  <html>", "html-page", &Position::Line(3, 3));
    Ok(())
}

#[test]
fn broken_utf_16_is_a_fault_where_it_breaks() {
    refuses("a.json", b"\xff\xfe{", "utf-16", &Position::Byte(3));
    refuses("a.json", b"\xff\xfe{\0\x00\xd8", "utf-16", &Position::Byte(6));
    refuses("a.json", b"\xff\xfe{\0\x00\xd8}\0", "utf-16", &Position::Byte(4));
    refuses("a.json", b"\xff\xfe{\0\x00\xdc}\0", "utf-16", &Position::Byte(4));
}

#[test]
fn broken_gzip_is_a_fault() -> Tested {
    let text = long_text();
    let packed = gzip(text.as_bytes())?;
    for cut in [2, 5, 15, packed.len() - 9, packed.len() - 1] {
        let fault = read("a.gz", packed.get(..cut).unwrap_or_default(), 1 << 20).err();
        assert_eq!(fault.map(|fault| fault.code), Some("gzip"), "cut at {cut}");
    }
    let mut wrong_sum = packed.clone();
    if let Some(byte) = wrong_sum.iter_mut().rev().nth(5) {
        *byte ^= 1;
    }
    refuses("a.gz", &wrong_sum, "gzip", &Position::Byte(text.len() as u64));
    refuses("a.gz", &[&packed[..], b"garbage"].concat(), "gzip", &Position::Byte(text.len() as u64));
    Ok(())
}

#[test]
fn the_limit_holds_for_what_is_stored_and_for_what_is_decoded() -> Tested {
    let text = "x".repeat(5000);
    let too_large = |limit| Some(("too-large", Position::Byte(limit)));
    let fault = |name, bytes: &[u8], limit| read(name, bytes, limit).err().map(|fault| (fault.code, fault.position));
    assert_eq!(fault("a.json", text.as_bytes(), 5000), None);
    assert_eq!(fault("a.json", text.as_bytes(), 4999), too_large(4999));
    assert_eq!(fault("a.json", text.as_bytes(), 10), too_large(10));
    assert_eq!(fault("a.gz", &gzip(text.as_bytes())?, 5000), None);
    assert_eq!(fault("a.gz", &gzip(text.as_bytes())?, 4999), too_large(4999));
    // Three bytes of UTF-8 from two.
    assert_eq!(fault("a.json", &utf16(&"€".repeat(100), u16::to_le_bytes), 250), too_large(250));
    Ok(())
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_opened() -> Tested {
    let folder = tempfile::tempdir()?;
    let (pipe, socket) = (folder.path().join("pipe"), folder.path().join("socket"));
    let _listener = std::os::unix::net::UnixListener::bind(&socket)?;
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status()?.success());
    for (path, what) in [(folder.path(), "a folder"), (&pipe, "a named pipe"), (&socket, "a socket"), (Path::new("/dev/null"), "a device")]
    {
        let named = Named { path: path.to_string_lossy().into_owned(), format: None, explicit: true };
        let fault = open(&named, 10, false).err();
        assert_eq!(fault.map(|fault| (fault.code, fault.message)), Some(("not-a-file", format!("this is {what}, not a file"))));
    }
    let named = Named { path: folder.path().join("none").to_string_lossy().into_owned(), format: None, explicit: true };
    assert_eq!(open(&named, 10, false).err().map(|fault| fault.code), Some("missing"));
    Ok(())
}

#[test]
fn an_error_of_the_system_is_a_fault_too() {
    assert_eq!(fault_of(&io::Error::other("disk on fire")).code, "unreadable");
}
