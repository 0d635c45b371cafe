//! Files of the configuration: small, text, and below the folder that they belong to.

use std::io::Read as _;
use std::path::Path;

use super::inside::check_inside;
use super::{open_file, unreadable};
use crate::base::fault::{Fault, Position};
use crate::base::yaml;

/// The longest file that is read, in bytes.
pub(super) const MAX_BYTES: u64 = yaml::MAX_BYTES as u64;

/// The text of a file of the configuration, without a byte order mark in front. Where `root` is given, a file that lies elsewhere,
/// as a symlink may lead, is refused.
pub fn read_config(path: &Path, root: Option<&Path>) -> Result<String, Fault> {
    check_inside(path, root).map_err(|fault| if fault.code == "config-outside" { fault } else { at_start(fault) })?;
    let (file, _) = open_file(path).map_err(at_start)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| at_start(unreadable(&error)))?;
    if bytes.len() as u64 > MAX_BYTES {
        let (position, message) = (Position::Byte(MAX_BYTES), format!("the file has more than {MAX_BYTES} bytes"));
        return Err(Fault { code: "config-too-large", position, message, help: "split it".to_owned() });
    }
    text_of(&bytes)
}

/// Whether a byte order mark stands in front of a file, which [`read_config`] leaves out.
pub fn has_mark(path: &Path) -> Result<bool, Fault> {
    let (file, _) = open_file(path).map_err(at_start)?;
    let mut bytes = Vec::new();
    file.take(3).read_to_end(&mut bytes).map_err(|error| at_start(unreadable(&error)))?;
    Ok(bytes == "\u{feff}".as_bytes())
}

/// The text of the bytes: UTF-8, and nothing in it that an editor hides or shows in another order than it is read.
pub(super) fn text_of(bytes: &[u8]) -> Result<String, Fault> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(refused("config-encoding", "the file is UTF-16", "save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let position = position(std::str::from_utf8(before).unwrap_or_default());
            let message = format!("byte {} is not valid UTF-8", error.valid_up_to());
            return Err(Fault { code: "config-encoding", position, message, help: "save it as UTF-8".to_owned() });
        }
    };
    match text.char_indices().find(|&(_, c)| yaml::deceives(c)) {
        None => Ok(text.to_owned()),
        Some((at, c)) => Err(Fault {
            code: "config-character",
            position: position(text.get(..at).unwrap_or_default()),
            message: format!("the character U+{:04X} cannot be seen, or changes how the line is shown", u32::from(c)),
            help: "remove it".to_owned(),
        }),
    }
}

/// Where the text behind this one begins.
fn position(before: &str) -> Position {
    let lines = before.matches('\n').count() as u64;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count() as u64);
    Position::Line(lines + 1, column + 1)
}

/// The fault of a file that could not be opened, as one of the configuration.
fn at_start(fault: Fault) -> Fault {
    Fault { position: Position::Byte(0), help: "check the path".to_owned(), ..fault }
}

fn refused(code: &'static str, message: &str, help: &str) -> Fault {
    Fault { code, position: Position::Byte(0), message: message.to_owned(), help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_cannot_be_seen_has_a_place() {
        let told = |bytes: &[u8]| text_of(bytes).map_err(|fault| (fault.code, fault.position));
        assert_eq!(told("\u{feff}a: ü\n".as_bytes()), Ok("a: ü\n".to_owned()));
        assert_eq!(told(b"a: 1\nb: \xff\n"), Err(("config-encoding", Position::Line(2, 4))));
        assert_eq!(told(b"\xff\xfea\0"), Err(("config-encoding", Position::Byte(0))));
        for c in ['\0', '\u{85}', '\u{2028}', '\u{202e}', '\u{200b}', '\u{feff}', '\u{1b}'] {
            assert_eq!(told(format!("a: 1\n# é{c}x\n").as_bytes()), Err(("config-character", Position::Line(2, 4))), "{c:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_out_of_the_folder_is_refused() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().join("root");
        fs::create_dir(&root)?;
        fs::write(folder.path().join("outside.yaml"), "a: 1\n")?;
        fs::write(root.join("in.yaml"), "a: 1\n")?;
        std::os::unix::fs::symlink("../outside.yaml", root.join("link.yaml"))?;
        let told = |name: &str| read_config(&root.join(name), Some(&root)).map_err(|fault| fault.code);
        assert_eq!(told("in.yaml"), Ok("a: 1\n".to_owned()));
        assert_eq!(told("link.yaml"), Err("config-outside"));
        assert!(read_config(&root.join("link.yaml"), None).is_ok());
        assert_eq!(read_config(&root, None).map_err(|fault| fault.position), Err(Position::Byte(0)));
        Ok(())
    }
}
