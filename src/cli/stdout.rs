//! The standard output, and whether anybody gets it.

use std::fs;
use std::io::{self, BufWriter, Write};

/// The standard output. `only` says that what is printed goes nowhere else: then writing fails where nobody gets it.
pub(super) fn open(only: bool) -> Box<dyn Write> {
    if only && leads_nowhere() { Box::new(Nowhere) } else { Box::new(BufWriter::new(io::stdout().lock())) }
}

/// Whether the standard output was closed when the process started, as far as that can be known without `unsafe`.
///
/// Before `main`, the standard library opens `/dev/null` in the place of a closed one, for reading and writing. A shell's
/// `>/dev/null`, Go, Rust and systemd open it for writing only: that is somebody's choice, and is obeyed. Python's
/// `subprocess.DEVNULL`, Node's `ignore` and `daemon(3)` open it as the standard library does, and nothing tells them from
/// a closed one. Both lose the report, so neither is a success of a command that answers nowhere else; who wants the exit
/// code alone says so with an output of that name: `--output text=/dev/null`. Linux tells the mode of an open file; elsewhere
/// a closed output is not seen.
fn leads_nowhere() -> bool {
    let target = fs::read_link("/proc/self/fd/1");
    let info = fs::read_to_string("/proc/self/fdinfo/1");
    target.is_ok_and(|target| target.as_os_str() == "/dev/null") && info.is_ok_and(|info| for_reading_too(&info))
}

/// Whether a file of `/proc/self/fdinfo` says `O_RDWR` (2), the access mode being the last octal digit but for its highest bit.
fn for_reading_too(info: &str) -> bool {
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok()).is_some_and(|flags| flags & 3 == 2)
}

/// Where nothing can be written.
struct Nowhere;

impl Write for Nowhere {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("it is closed, or a /dev/null that is open for reading too, and there is no other output"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_of_an_open_file_is_read() {
        for (info, both) in [
            ("pos:\t0\nflags:\t0100002\nmnt_id:\t27\n", true),
            ("pos:\t0\nflags:\t02\n", true),
            ("pos:\t0\nflags:\t0100001\nmnt_id:\t27\n", false),
            ("pos:\t0\nflags:\t0100000\n", false),
            ("flags:\tx\n", false),
            ("", false),
        ] {
            assert_eq!(for_reading_too(info), both, "{info}");
        }
    }

    #[test]
    fn nowhere_takes_nothing() {
        assert!(Nowhere.write_all(b"pass").is_err());
    }
}
