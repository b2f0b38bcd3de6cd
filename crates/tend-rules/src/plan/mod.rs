//! Care plans as text: what they say, when they are due, how they are tested.
