//! Values that nobody asked for: checked like the others, and passed over.

use super::scan::{bare_end, past_blank, string_end, token};

/// What comes next in a value that is skipped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Value,
    /// The first item of an array, or its end.
    Item,
    /// The first key of an object, or its end.
    Member,
    Key,
    Colon,
    /// A comma, or the end of what is open.
    After,
}

/// A value that is being skipped, across windows.
pub(super) struct Skip {
    /// One bit for each open bracket, the innermost lowest: 1 for an object.
    objects: u128,
    open: u32,
    /// How many more brackets may open.
    room: u32,
    pub(super) next: Next,
}

/// Why skipping stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The value is over.
    Done,
    /// The window is over.
    Window,
    /// Something else comes than `next`.
    Unexpected,
    /// One bracket too many.
    Depth,
}

impl Skip {
    pub(super) fn new(room: u32) -> Self {
        Self { objects: 0, open: 0, room, next: Next::Value }
    }

    /// Whether the innermost open bracket is that of an object.
    pub(super) fn in_object(&self) -> bool {
        self.objects & 1 == 1
    }

    /// Passes over the value as far as the window goes; `pos` moves to the token that was not passed. `last` says that the
    /// document ends with the window.
    pub(super) fn run(&mut self, bytes: &[u8], pos: &mut usize, last: bool) -> Stop {
        let mut at = *pos;
        let mut next = self.next;
        let stop = loop {
            let Some(byte) = token(bytes, &mut at) else { break Stop::Window };
            next = match (next, byte) {
                (Next::After, b',') => {
                    at += 1;
                    self.after_comma()
                }
                (Next::Key | Next::Member, b'"') => match string_end(bytes, at + 1) {
                    // The colon mostly follows at once.
                    Ok(end) if bytes.get(end) == Some(&b':') => {
                        at = past_blank(bytes, end + 1);
                        Next::Value
                    }
                    Ok(end) => {
                        at = end;
                        Next::Colon
                    }
                    Err(stop) => break stop,
                },
                (Next::Colon, b':') => {
                    at += 1;
                    Next::Value
                }
                (Next::Value | Next::Item, b'"') => match string_end(bytes, at + 1) {
                    // And so does a comma.
                    Ok(end) if self.open > 0 && bytes.get(end) == Some(&b',') => {
                        at = end + 1;
                        self.after_comma()
                    }
                    Ok(end) => {
                        at = end;
                        Next::After
                    }
                    Err(stop) => break stop,
                },
                (Next::Value | Next::Item, b'{' | b'[') => {
                    if self.room == self.open {
                        break Stop::Depth;
                    }
                    let object = byte == b'{';
                    self.open += 1;
                    self.objects = self.objects << 1 | u128::from(object);
                    at += 1;
                    if object { Next::Member } else { Next::Item }
                }
                (Next::After | Next::Member, b'}') if self.in_object() => {
                    at += 1;
                    self.close()
                }
                (Next::After | Next::Item, b']') if !self.in_object() => {
                    at += 1;
                    self.close()
                }
                (Next::Value | Next::Item, b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => match bare_end(bytes, at, last) {
                    Ok(end) => {
                        at = end;
                        Next::After
                    }
                    Err(stop) => break stop,
                },
                _ => break Stop::Unexpected,
            };
            if self.open == 0 && next == Next::After {
                break Stop::Done;
            }
        };
        (*pos, self.next) = (at, next);
        stop
    }

    fn after_comma(&self) -> Next {
        if self.in_object() { Next::Key } else { Next::Value }
    }

    fn close(&mut self) -> Next {
        self.open -= 1;
        self.objects >>= 1;
        Next::After
    }
}
