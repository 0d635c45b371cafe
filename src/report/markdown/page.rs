//! Puts the pieces of a page together within a budget.

use crate::report::words;

/// Room for the line that counts what is missing.
const MORE: usize = 80;

/// A piece of a page, which ends in an empty line.
pub(in crate::report) enum Piece<'a> {
    /// Always there: short, whatever scanners write.
    Whole(String),
    /// As much of it as there is room for.
    List(List<'a>),
}

/// A list or a table. Its items are made as they are asked for.
pub(in crate::report) struct List<'a> {
    /// What stands above the items.
    pub(in crate::report) head: String,
    /// Whole lines each.
    pub(in crate::report) items: Box<dyn Iterator<Item = String> + 'a>,
    /// How many items there are.
    pub(in crate::report) total: u64,
    /// What one of them is called.
    pub(in crate::report) noun: &'static str,
    /// What stands below the items.
    pub(in crate::report) foot: &'static str,
}

impl<'a> List<'a> {
    /// A list in the open.
    pub(in crate::report) fn open(head: String, noun: &'static str, total: u64, items: impl Iterator<Item = String> + 'a) -> Piece<'a> {
        Piece::List(Self { head, items: Box::new(items), total, noun, foot: "" })
    }

    /// A list that is folded away; the title is ours.
    pub(in crate::report) fn folded(
        title: &str,
        head: &str,
        noun: &'static str,
        total: u64,
        items: impl Iterator<Item = String> + 'a,
    ) -> Piece<'a> {
        let head = format!("<details>\n<summary>{title}</summary>\n\n{head}");
        Piece::List(Self { head, items: Box::new(items), total, noun, foot: "</details>\n\n" })
    }

    fn frame(&self) -> usize {
        self.head.len() + MORE + self.foot.len()
    }

    /// Writes what fits; answers how many bytes the items took.
    fn write(self, page: &mut String, room: usize) -> usize {
        page.push_str(&self.head);
        let start = page.len();
        let mut missing = self.total;
        for item in self.items {
            if page.len() - start + item.len() > room {
                break;
            }
            page.push_str(&item);
            missing = missing.saturating_sub(1);
        }
        let used = page.len() - start;
        page.push('\n');
        if missing > 0 {
            page.extend([&words::more(missing, self.noun), "\n\n"]);
        }
        page.push_str(self.foot);
        used
    }
}

/// The page, in at most `budget` bytes if what must be there fits in.
///
/// First everything that is always there gets its room, the frames of the lists included. What is left goes to the items, the
/// most important list first: each may take half of what those before it left, the last one all. So no list starves the ones
/// behind it, and each says how many of its items are missing.
pub(in crate::report) fn write(pieces: Vec<Piece<'_>>, budget: usize) -> String {
    let fixed = |piece: &Piece<'_>| match piece {
        Piece::Whole(text) => text.len(),
        Piece::List(list) => list.frame(),
    };
    let mut left = budget.saturating_sub(pieces.iter().map(fixed).sum());
    let mut lists = pieces.iter().filter(|piece| matches!(piece, Piece::List(_))).count();
    let mut page = String::new();
    for piece in pieces {
        match piece {
            Piece::Whole(text) => page.push_str(&text),
            Piece::List(list) => {
                lists -= 1;
                left -= list.write(&mut page, if lists == 0 { left } else { left / 2 });
            }
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(total: u64) -> Piece<'static> {
        List::folded("Things", "", "thing", total, (0..total).map(|n| format!("- {n:02}\n")))
    }

    #[test]
    fn what_does_not_fit_is_counted_and_starves_nothing() {
        let pieces = || vec![Piece::Whole("first\n\n".to_owned()), list(90), list(2), list(90), Piece::Whole("last\n".to_owned())];
        let page = write(pieces(), 700);
        assert!(page.len() <= 700, "{}", page.len());
        assert!(page.starts_with("first\n\n<details>\n<summary>Things</summary>\n\n- 00\n") && page.ends_with("\n</details>\n\nlast\n"));
        let counted: Vec<&str> = page.lines().filter(|line| line.ends_with("in the JSON report")).collect();
        let shown = page.lines().filter(|line| line.starts_with("- ")).count();
        assert_eq!(counted.len(), 2, "{page}");
        let missing: usize = counted.iter().filter_map(|line| line.split(' ').next()?.parse::<usize>().ok()).sum();
        assert_eq!(shown + missing, 182, "{page}");
        assert!(!write(pieces(), 10_000).contains("more things"));
        assert!(write(pieces(), 0).contains("90 more things in the JSON report\n\n</details>"));
    }
}
