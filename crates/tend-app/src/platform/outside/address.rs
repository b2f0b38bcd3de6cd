//! Which addresses are of the public internet. Everything else is refused, and so is every address that only carries
//! another one inside: whoever translates it may translate it into a private one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// First address and length of the prefix: IANA's registries of special-purpose addresses.
const CLOSED_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Within the global unicast block `2000::/3`: protocol assignments (Teredo, ORCHID), documentation, 6to4.
const CLOSED_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => !CLOSED_V4.iter().any(|(first, length)| {
            let kept = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            four.to_bits() & kept == first.to_bits()
        }),
        IpAddr::V6(six) => {
            let global = six.segments()[0] & 0xe000 == 0x2000;
            let closed = CLOSED_V6.iter().any(|(first, length)| {
                let kept = u128::MAX.checked_shl(128 - length).unwrap_or(0);
                six.to_bits() & kept == first.to_bits()
            });
            global && !closed && !carries_another(six)
        }
    }
}

/// ISATAP (RFC 5214): the interface part holds an IPv4 address behind `5efe`.
fn carries_another(six: Ipv6Addr) -> bool {
    let [_, _, _, _, universal, mark, ..] = six.segments();
    mark == 0x5efe && universal & 0xfdff == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(public: bool, texts: &[&str]) {
        for text in texts {
            assert_eq!(is_public(text.parse().expect("an address")), public, "{text}");
        }
    }

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        check(true, &["8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "223.255.255.255"]);
        check(true, &["2606:4700::1111", "2a00:1450:4001:81b::200e", "2400:3200::1"]);
        check(false, &["0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254"]);
        check(false, &["169.254.169.254", "168.63.129.16", "172.16.0.1", "172.31.255.255", "192.0.0.170"]);
        check(false, &["192.168.1.1", "198.19.0.1", "203.0.113.7", "224.0.0.1", "255.255.255.255", "192.88.99.1"]);
        check(false, &["::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1", "100::1"]);
        check(false, &["fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001::1", "2001:db8::1"]);
        check(false, &["2002:7f00:1::1", "3fff::1", "5f00::1", "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1"]);
    }
}
