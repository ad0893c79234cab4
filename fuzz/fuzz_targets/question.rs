#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    (relata_fuzz::parser("question").read)(input);
});
