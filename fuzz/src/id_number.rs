//! Feeds `id_number`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tend_fuzz::fuzz("id_number", bytes));
