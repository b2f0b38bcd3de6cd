//! Levelling the day of a team: what is not begun moves from the fullest list to the emptiest, as little as possible.

use serde::Serialize;

/// A person's day.
#[derive(Debug, Clone)]
pub struct Desk<T> {
    /// The person.
    pub id: T,
    /// Open work orders of the day.
    pub load: i64,
    /// Work orders a day.
    pub capacity: i64,
}

/// A work order that may go to somebody else: on a list, not begun.
#[derive(Debug, Clone)]
pub struct Movable<R, T> {
    /// The order.
    pub id: R,
    /// On whose list it is.
    pub on: T,
    /// The least urgent moves first; the rest stays with the person who knows the customer.
    pub urgency: i128,
}

/// One proposed move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Move<R, T> {
    /// The order.
    pub order: R,
    /// From whose list.
    pub from: T,
    /// To whose.
    pub to: T,
}

/// Proposes moves until nobody is fuller than somebody else by more than the order that would move. A desk's fullness
/// is load / capacity; a desk of capacity 0 takes nothing and gives away everything it may.
pub fn balance<R: Copy + Ord, T: Copy + Ord>(desks: &[Desk<T>], movable: &[Movable<R, T>]) -> Vec<Move<R, T>> {
    let mut desks = desks.to_vec();
    desks.sort_by_key(|desk| desk.id);
    let mut waiting: Vec<&Movable<R, T>> = movable.iter().collect();
    waiting.sort_by(|a, b| a.urgency.cmp(&b.urgency).then(b.id.cmp(&a.id)));
    let mut moves = Vec::new();
    // Every round moves one order for good, so that there are at most as many rounds as orders.
    for _ in 0..movable.len() {
        let Some((from, to)) = widest_gap(&desks, &waiting) else { break };
        let giver = desks[from].id;
        let Some(place) = waiting.iter().position(|order| order.on == giver) else { break };
        let order = waiting.remove(place);
        desks[from].load -= 1;
        desks[to].load += 1;
        moves.push(Move { order: order.id, from: giver, to: desks[to].id });
    }
    moves
}

/// The fullest desk with something to give and the emptiest desk, if moving one order makes the fuller of the two
/// less full than the giver is now.
fn widest_gap<R, T: Copy + Ord>(desks: &[Desk<T>], waiting: &[&Movable<R, T>]) -> Option<(usize, usize)> {
    let fuller = |a: (i64, i64), b: (i64, i64)| {
        let (left, right) = (i128::from(a.0) * i128::from(b.1), i128::from(b.0) * i128::from(a.1));
        match (a.1, b.1) {
            (0, 0) => a.0.cmp(&b.0),
            (0, _) => std::cmp::Ordering::Greater,
            (_, 0) => std::cmp::Ordering::Less,
            _ => left.cmp(&right),
        }
    };
    let gives = |desk: &Desk<T>| desk.load > 0 && waiting.iter().any(|order| order.on == desk.id);
    let from = (0..desks.len()).filter(|place| gives(&desks[*place])).max_by(|a, b| {
        let (a, b) = (&desks[*a], &desks[*b]);
        fuller((a.load, a.capacity), (b.load, b.capacity)).then(b.id.cmp(&a.id))
    })?;
    let to = (0..desks.len()).filter(|place| *place != from && desks[*place].capacity > 0).min_by(|a, b| {
        let (a, b) = (&desks[*a], &desks[*b]);
        fuller((a.load + 1, a.capacity), (b.load + 1, b.capacity)).then(a.id.cmp(&b.id))
    })?;
    let after = (desks[to].load + 1, desks[to].capacity);
    fuller(after, (desks[from].load, desks[from].capacity)).is_lt().then_some((from, to))
}
