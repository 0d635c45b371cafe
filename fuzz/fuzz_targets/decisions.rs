//! Exceptions, VEX and findings by the dice that the bytes throw, on one of 4,096 grounds: relgate and the brute-force decider of `tests/it` agree.
//!
//! The last bytes are the number of the ground, whose policy is read once, and how many findings there are.
#![no_main]

#[expect(dead_code, unused_imports, reason = "the tests need more of it")]
#[path = "../../tests/it"]
mod it {
    pub(crate) mod decider;
    pub(crate) mod dice;
    pub(crate) mod gits;
    pub(crate) mod room;
}

use it::{decider, dice, room};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static RELGATE: decider::Relgate = decider::Relgate::new();
}

fuzz_target!(|bytes: &[u8]| {
    let mut dice = dice::Dice::loaded(bytes.to_vec());
    let number = dice.below(16) * 256 + dice.below(256);
    let ground = decider::ground(&mut dice::Dice::new(number as u64));
    let findings = 1 + dice.below(4);
    RELGATE.with(|relgate| {
        let mut world = decider::world(relgate, ground, &mut dice, findings);
        // What the change touches is asked of git, which is a program of its own.
        for commit in ["from", "to"] {
            world["run"].as_object_mut().unwrap().remove(commit);
        }
        decider::agree(relgate, world);
    });
});
