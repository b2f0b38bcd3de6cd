//! The SQL of care plans, of the words that go with them, and of what each night decided.

pub(super) mod gifts;
pub(super) mod nights;
pub(super) mod plans;
pub(super) mod texts;
pub(super) mod words;
