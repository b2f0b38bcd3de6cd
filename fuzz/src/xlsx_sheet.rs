//! Feeds `xlsx_sheet`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tend_fuzz::fuzz("xlsx_sheet", bytes));
