//! A policy, exceptions and findings by the dice that the bytes throw: relgate and the brute-force decider of `tests/it` agree.
//!
//! The last byte is how many findings there are.
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
    static ROOM: room::Room = room::Room::new();
}

fuzz_target!(|bytes: &[u8]| {
    let mut dice = dice::Dice::loaded(bytes.to_vec());
    let findings = 1 + dice.below(8);
    ROOM.with(|room| {
        let mut world = decider::world(room, &mut dice, findings);
        // What the change touches is asked of git, which is a program of its own.
        for commit in ["from", "to"] {
            world["run"].as_object_mut().unwrap().remove(commit);
        }
        decider::agree(room, world);
    });
});
