//! Who can do the work: people, their capacity and skills, who takes over from whom.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::OnceLock;
use tend_rules::base::{StaffId, UnitId};

/// No person, or no number that is set.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Whether a person still works for the firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Employment {
    /// The person works here.
    Here,
    /// The person has left; this one takes over, who may have left too.
    Left {
        /// Who takes over.
        heir: Option<StaffId>,
    },
}

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Cares for the customers that the person owns.
    Owner,
    /// Takes work of plans that ask for a specialist, besides what the person owns.
    Specialist,
}

/// A person as the plan sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The unit in which the person works.
    pub unit: Option<UnitId>,
    /// Whether the person still works here.
    pub employment: Employment,
    /// What the person does.
    pub work: Work,
    /// Contacts a day; the firm's usual number where none is set. 0 while on leave.
    pub capacity_per_day: Option<u32>,
    /// What the person can do.
    pub skills: Vec<String>,
    /// Languages in which the person works; none says that it does not matter.
    pub languages: Vec<String>,
}

impl Person {
    /// A person of a unit with the usual capacity and no special skills.
    pub const fn of(unit: Option<UnitId>) -> Self {
        Self {
            unit,
            employment: Employment::Here,
            work: Work::Owner,
            capacity_per_day: None,
            skills: Vec::new(),
            languages: Vec::new(),
        }
    }

    /// Whether the person speaks with somebody whose language is known to be this one.
    pub(crate) fn speaks(&self, language: Option<&str>) -> bool {
        let spoken = |wanted: &str| self.languages.iter().any(|one| one.eq_ignore_ascii_case(wanted));
        self.languages.is_empty() || language.is_none_or(spoken)
    }
}

/// Everyone who works for the firm or did.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    ids: Vec<StaffId>,
    people: Vec<Person>,
    index: HashMap<StaffId, u32>,
    units: Vec<UnitId>,
    unit_index: HashMap<UnitId, u32>,
    workers: OnceLock<Vec<u32>>,
    workers_short: OnceLock<Option<Vec<u16>>>,
    capacities: OnceLock<Vec<u32>>,
}

impl Roster {
    /// From people with their ids. The order does not matter.
    pub fn new(people: impl IntoIterator<Item = (StaffId, Person)>) -> Self {
        let mut people: Vec<(StaffId, Person)> = people.into_iter().collect();
        people.sort_by_key(|(id, _)| *id);
        let mut roster = Self::default();
        for (id, person) in people {
            roster.index.insert(id, roster.ids.len() as u32);
            roster.ids.push(id);
            roster.people.push(person);
        }
        roster
    }

    /// With the units of the firm, so that two builders give them the same places.
    #[must_use]
    pub fn with_units(mut self, units: impl IntoIterator<Item = UnitId>) -> Self {
        for unit in units {
            self.unit_place(unit);
        }
        self
    }

    /// A digest of the people and units in their places.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(format!("{:?} {:?} {:?}", self.ids, self.people, self.units)).into()
    }

    /// Whether another has the same people and units in the same places.
    pub(crate) fn is_same(&self, other: &Roster) -> bool {
        self.ids == other.ids && self.people == other.people && self.units == other.units
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id of a person by place.
    pub(crate) fn id(&self, place: u32) -> StaffId {
        self.ids[place as usize]
    }

    pub(crate) fn person(&self, place: u32) -> &Person {
        &self.people[place as usize]
    }

    pub(crate) fn place(&self, id: StaffId) -> Option<u32> {
        self.index.get(&id).copied()
    }

    /// The place of a unit, given out if it is new.
    pub(crate) fn unit_place(&mut self, id: UnitId) -> u32 {
        *self.unit_index.entry(id).or_insert_with(|| {
            self.units.push(id);
            self.units.len() as u32 - 1
        })
    }

    pub(crate) fn unit(&self, place: u32) -> UnitId {
        self.units[place as usize]
    }

    /// How many units are known.
    pub(crate) fn units(&self) -> usize {
        self.units.len()
    }

    /// The person who does the owner's work: the owner, or whoever took over, however often it was
    /// handed on; nobody where the chain ends or runs in a ring.
    pub(crate) fn working(&self, owner: u32) -> Option<u32> {
        let mut place = owner;
        for _ in 0..=self.people.len() {
            match self.person(place).employment {
                Employment::Here => return Some(place),
                Employment::Left { heir } => place = self.place(heir?)?,
            }
        }
        None
    }

    /// Who does the work of each person, by place; [`NOBODY`] where nobody does.
    pub(crate) fn workers(&self) -> &[u32] {
        let working = |place| self.working(place).unwrap_or(NOBODY);
        self.workers.get_or_init(|| (0..self.len() as u32).map(working).collect())
    }

    /// The same in two bytes each, `u16::MAX` where nobody does; none for more people than fit.
    pub(crate) fn workers_short(&self) -> Option<&[u16]> {
        let short = |working: &u32| if *working == NOBODY { u16::MAX } else { *working as u16 };
        let all = || (self.len() < usize::from(u16::MAX)).then(|| self.workers().iter().map(short).collect());
        self.workers_short.get_or_init(all).as_deref()
    }

    /// Contacts a day by place, where none is set the firm's usual number.
    pub(crate) fn capacities(&self, usual: u32) -> Vec<u32> {
        let set = self
            .capacities
            .get_or_init(|| self.people.iter().map(|person| person.capacity_per_day.unwrap_or(NOBODY)).collect());
        set.iter().map(|capacity| if *capacity == NOBODY { usual } else { *capacity }).collect()
    }

    /// Whether the person has left.
    pub(crate) fn has_left(&self, place: u32) -> bool {
        matches!(self.person(place).employment, Employment::Left { .. })
    }

    /// Whether the person has all the skills.
    pub(crate) fn is_skilled(&self, place: u32, skills: &[String]) -> bool {
        skills.iter().all(|skill| self.person(place).skills.contains(skill))
    }

    /// The specialists with the skills: those of the unit, or of the whole firm if it has none.
    pub(crate) fn specialists(&self, unit: Option<UnitId>, skills: &[String]) -> Vec<u32> {
        let fit = |place: &u32| {
            let person = self.person(*place);
            person.work == Work::Specialist && person.employment == Employment::Here && self.is_skilled(*place, skills)
        };
        let all: Vec<u32> = (0..self.len() as u32).filter(fit).collect();
        let near: Vec<u32> = all.iter().copied().filter(|place| self.person(*place).unit == unit).collect();
        if near.is_empty() { all } else { near }
    }
}
