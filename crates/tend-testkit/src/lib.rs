//! The fixed cast of people, the fake clock and the throw-away databases of the tests.
