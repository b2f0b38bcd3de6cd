//! Whether two descriptions are of one person, and which rows of a file repeat an earlier one.
//!
//! A score with its reasons, never a decision: who is merged is decided by the customer room and by people. A shared phone
//! alone proves little (couples, parents and children share one); a shared id number proves nearly all.

use super::birthday::Birthday;
use super::clean::narrow;
use super::row::CleanRow;
use super::sound::sound_of_name;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// What makes two descriptions alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SameBy {
    /// The same number in the firm's other systems.
    OutsideId,
    /// The same id number.
    IdNumber,
    /// A phone in common.
    Phone,
    /// A mail address in common.
    Mail,
    /// The same name.
    Name,
    /// Names that sound the same.
    SoundOfName,
    /// The same birthday.
    Birthday,
    /// A similar address.
    Address,
}

/// What is known of a person, as far as it helps to recognise them. Phones as E.164, mails in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits<'t> {
    /// The number in the firm's other systems.
    pub outside_id: Option<&'t str>,
    /// The numbers there of records that were merged into this one: they name the same person.
    pub former_ids: Vec<&'t str>,
    /// The id number of 18 characters.
    pub id_number: Option<&'t str>,
    /// The whole name.
    pub name: Option<&'t str>,
    /// All phones.
    pub phones: Vec<&'t str>,
    /// All mail addresses.
    pub mails: Vec<&'t str>,
    /// The birthday.
    pub birthday: Option<Birthday>,
    /// The address.
    pub address: Option<&'t str>,
}

impl<'t> Traits<'t> {
    /// The traits of a clean row.
    pub fn of(row: &'t CleanRow) -> Self {
        Self {
            outside_id: row.outside_id.as_deref(),
            former_ids: Vec::new(),
            id_number: row.id_number.as_ref().map(|id| id.number.as_str()),
            name: row.name.as_ref().map(|name| name.full.as_str()),
            phones: row.phones.iter().map(super::Phone::e164).collect(),
            mails: row.mails.iter().map(super::MailAddress::as_str).collect(),
            birthday: row.birthday,
            address: row.address.as_deref(),
        }
    }

    /// Whether both bear a common number of the firm's other systems; `None` if one bears none.
    fn numbered_as(&self, other: &Self) -> Option<bool> {
        let numbers = |of: &Self| of.outside_id.into_iter().chain(of.former_ids.iter().copied()).collect::<Vec<_>>();
        let (mine, theirs) = (numbers(self), numbers(other));
        let both = !mine.is_empty() && !theirs.is_empty();
        both.then(|| mine.iter().any(|number| theirs.contains(number)))
    }
}

/// How alike two descriptions are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Likeness {
    /// 0 (not the same) to 100 (certainly the same).
    pub points: u8,
    /// What speaks for it.
    pub by: Vec<SameBy>,
}

impl Likeness {
    /// From this many points on, two descriptions are taken for one person unless somebody objects.
    pub const SAME: u8 = 80;
    /// From this many points on, a person should look.
    pub const PERHAPS: u8 = 50;
}

/// How likely it is that two descriptions are of one person.
pub fn same_person_score(a: &Traits<'_>, b: &Traits<'_>) -> Likeness {
    let equal = |x: Option<&str>, y: Option<&str>| x.zip(y).map(|(x, y)| x == y);
    let mut by = Vec::new();
    let mut points = 0;
    let mut speaks = |reason: SameBy, worth: u8, by: &mut Vec<SameBy>| {
        by.push(reason);
        points = points.max(worth);
    };
    match equal(a.id_number, b.id_number) {
        // Two cards are two people, whatever else they share.
        Some(false) => return Likeness::default(),
        Some(true) => speaks(SameBy::IdNumber, 100, &mut by),
        None => {}
    }
    let numbered = a.numbered_as(b);
    if numbered == Some(true) {
        speaks(SameBy::OutsideId, 100, &mut by);
    }
    let names = likeness_of_names(a.name, b.name);
    let named = names.is_some_and(|reason| reason.is_some());
    let unnamed = names.is_none();
    names.flatten().into_iter().for_each(|reason| by.push(reason));
    if a.phones.iter().any(|phone| b.phones.contains(phone)) {
        speaks(
            SameBy::Phone,
            if named {
                95
            } else if unnamed {
                80
            } else {
                40
            },
            &mut by,
        );
    }
    if a.mails.iter().any(|mail| b.mails.contains(mail)) {
        speaks(
            SameBy::Mail,
            if named {
                92
            } else if unnamed {
                75
            } else {
                40
            },
            &mut by,
        );
    }
    let born_alike = a.birthday.zip(b.birthday).map(|(x, y)| x == y);
    let address = a.address.zip(b.address).map_or(0.0, |(x, y)| similar_address(x, y));
    if named && born_alike == Some(true) {
        speaks(SameBy::Birthday, if address >= 0.8 { 92 } else { 75 }, &mut by);
    }
    if named && address >= 0.8 {
        speaks(SameBy::Address, if born_alike == Some(false) { 45 } else { 85 }, &mut by);
    }
    // Different numbers of the same system are two records; only people can say that they are one person.
    let ceiling = if numbered == Some(false) { 60 } else { 100 };
    Likeness { points: points.min(ceiling), by }
}

/// `None` if a name is missing, `Some(None)` if the names differ.
fn likeness_of_names(a: Option<&str>, b: Option<&str>) -> Option<Option<SameBy>> {
    let (a, b) = a.zip(b)?;
    let (folded_a, folded_b) = (fold_name(a), fold_name(b));
    if folded_a == folded_b {
        return Some(Some(SameBy::Name));
    }
    // 王芳 and Wang Fang are one name; 王芳 and 王方 are not.
    let written_apart = folded_a.is_ascii() != folded_b.is_ascii();
    let (sound_a, sound_b) = (sound_of_name(a), sound_of_name(b));
    let turned = sound_of_turned(a) == sound_b.pinyin || sound_a.pinyin == sound_of_turned(b);
    let alike = written_apart && (sound_a.pinyin == sound_b.pinyin || turned) && !sound_a.pinyin.is_empty();
    Some(alike.then_some(SameBy::SoundOfName))
}

/// The sound of `Fang Wang` read as `Wang Fang`.
fn sound_of_turned(name: &str) -> String {
    let turned: Vec<&str> = name.split_whitespace().rev().collect();
    sound_of_name(&turned.join(" ")).pinyin
}

fn fold_name(name: &str) -> String {
    name.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How similar two addresses are, 0 to 1; from 0.8 on they are very likely the same place.
///
/// The numbers in an address (street, building, flat) must agree as far as both give them; the words may leave out
/// province or city.
pub fn similar_address(a: &str, b: &str) -> f64 {
    let (a, b) = (Place::of(a), Place::of(b));
    if a.words.is_empty() || b.words.is_empty() {
        return 0.0;
    }
    let fewer = a.pairs.len().min(b.pairs.len()).max(1);
    let words = a.pairs.intersection(&b.pairs).count() as f64 / fewer as f64;
    let short = a.words.chars().count().min(b.words.chars().count()) < 4;
    let words = if short && a.words != b.words { words * 0.5 } else { words };
    let numbers = agreement_of_numbers(&a.numbers, &b.numbers);
    match numbers {
        None => words * 0.85,
        Some(agreement) => words * 0.6 + agreement * 0.4 - if agreement < 1.0 { 0.2 } else { 0.0 },
    }
    .clamp(0.0, 1.0)
}

/// The share of numbers in agreement from the end; `None` if neither or only one address has numbers.
fn agreement_of_numbers(a: &[String], b: &[String]) -> Option<f64> {
    match (a.len(), b.len()) {
        (0, _) | (_, 0) => None,
        (of_a, of_b) => {
            let fewer = of_a.min(of_b);
            let (from_front, from_behind) = (
                (0..fewer).filter(|n| a[*n] == b[*n]).count(),
                (1..=fewer).filter(|n| a[of_a - n] == b[of_b - n]).count(),
            );
            Some(from_front.max(from_behind) as f64 / fewer as f64)
        }
    }
}

/// An address as words without what people vary, pairs of neighbouring characters, and numbers in order.
struct Place {
    words: String,
    pairs: HashSet<(char, char)>,
    numbers: Vec<String>,
}

impl Place {
    fn of(address: &str) -> Self {
        let (mut words, mut numbers) = (String::new(), Vec::new());
        let mut in_number = false;
        for c in address.chars().map(|c| digit_of(narrow(c))).flat_map(char::to_lowercase) {
            if c.is_ascii_digit() {
                if !in_number {
                    numbers.push(String::new());
                }
                numbers.last_mut().expect("a number was begun").push(c);
            } else if c.is_alphanumeric() && !"省市区县镇乡街道路号弄栋幢座楼层单元室之第巷村组".contains(c)
            {
                words.push(c);
            }
            in_number = c.is_ascii_digit();
        }
        let chars: Vec<char> = words.chars().collect();
        let mut pairs: HashSet<(char, char)> = chars.windows(2).map(|pair| (pair[0], pair[1])).collect();
        if pairs.is_empty() {
            pairs.extend(chars.first().map(|c| (*c, *c)));
        }
        Self { words, pairs, numbers }
    }
}

/// 三栋 and 3栋 are one building. Tens are left alone: 十 stands in names of places as often as in numbers.
const fn digit_of(c: char) -> char {
    match c {
        '一' => '1',
        '二' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' => '7',
        '八' => '8',
        '九' => '9',
        _ => c,
    }
}

/// An earlier row of the file that is very likely the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// Row number of the earlier row.
    pub row: u32,
    /// What they share.
    pub by: SameBy,
}

/// Finds rows that repeat an earlier one, in one pass.
///
/// Keeps digests, not texts: about 100 bytes for each row.
#[derive(Debug, Clone, Default)]
pub struct SeenInFile {
    keys: HashMap<u128, Seen>,
    homes: HashMap<u128, Vec<Home>>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    row: u32,
    name: Option<u64>,
    id_number: Option<u64>,
}

/// Homes of one name that are compared; a name as common as 王芳 must not make the pass quadratic.
const HOMES_OF_A_NAME_MAX: usize = 64;

#[derive(Debug, Clone)]
struct Home {
    row: u32,
    id_number: Option<u64>,
    address: Box<str>,
}

impl SeenInFile {
    /// The earlier row that this one repeats, if any; the row is remembered either way.
    ///
    /// The same outside id or id number is enough; the same phone or mail needs the same name, or a missing one; the same
    /// name needs a similar address. Two different id numbers are never one person.
    pub fn see(&mut self, row: &CleanRow) -> Option<Twin> {
        let traits = Traits::of(row);
        let name = traits.name.map(|name| digest(SameBy::Name, &fold_name(name)) as u64);
        let id_number = traits.id_number.map(|id| digest(SameBy::IdNumber, id) as u64);
        let seen = Seen { row: row.row, name, id_number };
        let keys = traits
            .outside_id
            .map(|id| (SameBy::OutsideId, id))
            .into_iter()
            .chain(traits.id_number.map(|id| (SameBy::IdNumber, id)))
            .chain(traits.phones.iter().map(|phone| (SameBy::Phone, *phone)))
            .chain(traits.mails.iter().map(|mail| (SameBy::Mail, *mail)));
        let mut twin = None;
        for (by, key) in keys {
            let before = *self.keys.entry(digest(by, key)).or_insert(seen);
            let strong = matches!(by, SameBy::OutsideId | SameBy::IdNumber);
            let named_alike = before.name.zip(seen.name).is_none_or(|(a, b)| a == b);
            let two_cards = before.id_number.zip(seen.id_number).is_some_and(|(a, b)| a != b);
            if before.row != row.row
                && twin.is_none()
                && (strong || named_alike)
                && (!two_cards || by == SameBy::OutsideId)
            {
                twin = Some(Twin { row: before.row, by });
            }
        }
        let at_home = self.see_home(&traits, &seen);
        twin.or(at_home)
    }

    fn see_home(&mut self, traits: &Traits<'_>, seen: &Seen) -> Option<Twin> {
        let (name, address) = traits.name.zip(traits.address)?;
        let homes = self.homes.entry(digest(SameBy::Name, &fold_name(name))).or_default();
        let two_cards = |home: &Home| home.id_number.zip(seen.id_number).is_some_and(|(a, b)| a != b);
        let twin = homes.iter().find(|home| !two_cards(home) && similar_address(&home.address, address) >= 0.8);
        let twin = twin.map(|home| Twin { row: home.row, by: SameBy::Address });
        if twin.is_none() && homes.len() < HOMES_OF_A_NAME_MAX {
            homes.push(Home { row: seen.row, id_number: seen.id_number, address: address.into() });
        }
        twin
    }
}

fn digest(by: SameBy, text: &str) -> u128 {
    let mut hash = Sha256::new();
    hash.update([by as u8]);
    hash.update(text.as_bytes());
    let full = hash.finalize();
    u128::from_le_bytes(full[..16].try_into().expect("a SHA-256 has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_place_are_similar() {
        let same = |a: &str, b: &str| assert!(similar_address(a, b) >= 0.8, "{a} / {b}: {}", similar_address(a, b));
        let other = |a: &str, b: &str| assert!(similar_address(a, b) < 0.8, "{a} / {b}: {}", similar_address(a, b));
        same("北京市朝阳区建国路88号3栋501室", "北京市朝阳区建国路88号3栋501");
        same("北京市朝阳区建国路88号3栋501室", "朝阳区建国路８８号三栋５０１");
        same("浙江省杭州市西湖区文三路 100 号", "杭州西湖区文三路100号");
        same("12 Baker Street, London", "12 baker street london");
        other("北京市朝阳区建国路88号3栋501室", "北京市朝阳区建国路88号3栋502室");
        other("北京市朝阳区建国路88号", "上海市浦东新区世纪大道88号");
        other("北京市朝阳区", "北京市海淀区");
        other("", "北京市海淀区");
    }

    fn person<'t>(name: &'t str, phone: &'t str, address: &'t str) -> Traits<'t> {
        let some = |text: &'t str| (!text.is_empty()).then_some(text);
        Traits {
            name: some(name),
            phones: some(phone).into_iter().collect(),
            address: some(address),
            ..Traits::default()
        }
    }

    #[test]
    fn likeness_of_persons() {
        let check = |a: &Traits<'_>, b: &Traits<'_>, points: u8| {
            assert_eq!(same_person_score(a, b).points, points, "{a:?} / {b:?}");
            assert_eq!(same_person_score(b, a).points, points, "{b:?} / {a:?}");
        };
        check(&person("王芳", "+8613912345678", ""), &person("王芳", "+8613912345678", ""), 95);
        check(&person("王芳", "+8613912345678", ""), &person("Wang Fang", "+8613912345678", ""), 95);
        check(&person("王芳", "+8613912345678", ""), &person("Fang Wang", "+8613912345678", ""), 95);
        check(&person("王芳", "+8613912345678", ""), &person("李雷", "+8613912345678", ""), 40);
        check(&person("王芳", "+8613912345678", ""), &person("", "+8613912345678", ""), 80);
        check(&person("王芳", "", "北京市朝阳区建国路88号"), &person("王芳", "", "朝阳区建国路88号"), 85);
        check(&person("王芳", "", "北京市朝阳区建国路88号"), &person("王芳", "", "上海市静安区南京西路1号"), 0);
        check(&person("王芳", "", ""), &person("王芳", "", ""), 0);
        let card = |id| Traits { id_number: Some(id), ..person("王芳", "+8613912345678", "") };
        check(&card("11010519491231002X"), &card("11010519491231002X"), 100);
        check(&card("11010519491231002X"), &card("440524188001010014"), 0);
        let numbered = |id| Traits { outside_id: Some(id), ..person("王芳", "+8613912345678", "") };
        check(&numbered("1"), &numbered("2"), 60);
        check(&Traits { former_ids: vec!["2"], ..numbered("1") }, &numbered("2"), 100);
        check(&Traits { former_ids: vec!["3"], ..numbered("1") }, &numbered("2"), 60);
    }
}
