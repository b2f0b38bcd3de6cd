"""How much of the best possible day the planner reaches.

    tend bench choices --data FIRM --days 10 > days.jsonl
    python3 optimum.py days.jsonl [--rooms SHARE]

Each line is a day: the contacts that could be made, who could make them, and which of them the plan makes. HiGHS
(package highspy) looks for the best day band by band: first the most worth that the highest band can have, then, with
that kept, the most of the next. A customer has one contact a day, a person has room for so many. Printed for each day:
the worth that the plan reaches and the worth of the optimum, in all, and the band in which the plan is furthest behind.

--rooms takes a share of everybody's room away, to see scarcer days; the plan is then played again here by its own rule:
band by band, within a band by worth, each contact to the person with the most room.
"""

import argparse
import json

import highspy

# Prices below this, in money, are errors of calculation: the least worth of a contact is 0.01.
PRICE = 1e-6


def solve(rooms, choices, bands):
    """Worth by band of the best day, the highest band first, in minor units."""
    model = highspy.Highs()
    model.silent()
    of_customer, of_person, of_band = {}, {}, {}
    for band, worth, row, counts, takers, _ in choices:
        variables = [model.addVariable(lb=0, ub=1) for _ in takers or [None]]
        for person, variable in zip(takers, variables):
            of_person.setdefault(person, []).append(variable)
        if len(variables) > 1:
            model.addConstr(sum(variables) <= 1)
        if counts:
            of_customer.setdefault(row, []).extend(variables)
        of_band.setdefault(band, []).extend((max(worth, 1), variable) for variable in variables)
    for variables in of_customer.values():
        if len(variables) > 1:
            model.addConstr(sum(variables) <= 1)
    for person, variables in of_person.items():
        model.addConstr(sum(variables) <= rooms[person])
    reached = []
    for band in bands:
        model.maximize(sum(worth / 100 * variable for worth, variable in of_band[band]))
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SystemExit(f"no optimum was found for band {band}")
        values = model.getSolution().col_value
        reached.append(sum(worth * values[variable.index] for worth, variable in of_band[band]))
        keep(model)
    return reached


def keep(model):
    """Leaves only days as good as the one found: what has a price there stays as it is (complementary slackness)."""
    solution, problem = model.getSolution(), model.getLp()
    for column, price in enumerate(solution.col_dual):
        if abs(price) > PRICE:
            value = round(solution.col_value[column])
            model.changeColBounds(column, value, value)
    for row, price in enumerate(solution.row_dual):
        if abs(price) > PRICE:
            model.changeRowBounds(row, problem.row_upper_[row], problem.row_upper_[row])


def play(rooms, choices):
    """The planner's own rule over scarcer rooms: the order of the choices is the order in which it looks at them."""
    rooms, held, taken = list(rooms), set(), []
    for band, worth, row, counts, takers, _ in choices:
        person = max(takers, key=lambda place: (rooms[place], -place), default=None)
        goes = (not counts or row not in held) and (person is None or rooms[person] > 0)
        if goes:
            if person is not None:
                rooms[person] -= 1
            if counts:
                held.add(row)
        taken.append(goes)
    return taken


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("file")
    arguments.add_argument("--rooms", type=float, default=1.0)
    arguments = arguments.parse_args()
    for line in open(arguments.file):
        day = json.loads(line)
        choices, rooms = day["choices"], [int(room * arguments.rooms) for room in day["rooms"]]
        taken = play(rooms, choices)
        if arguments.rooms == 1.0:
            assert taken == [choice[5] for choice in choices], "the rule played here is not the planner's"
        bands = sorted({choice[0] for choice in choices}, reverse=True)
        best = solve(rooms, choices, bands)
        own = {band: 0.0 for band in bands}
        for (band, worth, *_), goes in zip(choices, taken):
            own[band] += goes * max(worth, 1)
        total, most = sum(own.values()), sum(best)
        shares = [own[band] / value for band, value in zip(bands, best) if value >= most / 100]
        print(json.dumps({
            "day": day["day"], "contacts": len(choices), "made": sum(taken), "worth": round(total), "optimum": round(most),
            "share": round(total / most, 6) if most else 1.0, "worst_band": round(min(shares, default=1.0), 6),
        }))


main()
