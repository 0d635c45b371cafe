//! Chance that is the same on every machine.

use serde_json::Value;

/// Steps through the 64-bit numbers: `SplitMix64` (Steele, Lea and Flood, 2014). Where bytes are loaded, they are thrown first.
pub(crate) struct Dice {
    seed: u64,
    loaded: Vec<u8>,
}

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, loaded: Vec::new() }
    }

    /// Dice that throw these bytes, the last one first, and go on by chance.
    pub(crate) const fn loaded(loaded: Vec<u8>) -> Self {
        Self { seed: 0, loaded }
    }

    /// A number from 0 on, below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        if let Some(byte) = self.loaded.pop() {
            return usize::from(byte) % end;
        }
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }

    /// True so many times out of a hundred.
    pub(crate) fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    /// One of these.
    pub(crate) fn pick<'t, T: ?Sized>(&mut self, of: &[&'t T]) -> &'t T {
        of[self.below(of.len())]
    }

    /// From one up to `most` different ones of these, in their order.
    pub(crate) fn some(&mut self, of: &[&str], most: usize) -> Value {
        let mut left = 1 + self.below(most.min(of.len()));
        let mut chosen = Vec::new();
        for (i, one) in of.iter().enumerate() {
            if self.below(of.len() - i) < left {
                left -= 1;
                chosen.push(Value::from(*one));
            }
        }
        Value::from(chosen)
    }
}

#[test]
fn loaded_dice_throw_what_they_are_loaded_with() {
    let mut dice = Dice::loaded(vec![3, 9]);
    assert_eq!((dice.below(5), dice.below(5), dice.below(1)), (4, 3, 0));
}
