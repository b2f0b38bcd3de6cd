//! Bytes become clean rows and problems. Knows no customer.
