//! How long the words of a work order may be, whoever writes them: a person by hand, or the maker of a batch whose work
//! orders take its reason as their title and its name as their reason. A line of the list shows no more.

/// Characters of the title at most.
pub const TITLE_CHARS_MAX: usize = 80;

/// Characters of the reason at most.
pub const REASON_CHARS_MAX: usize = 200;
