"""Two thousand random phones looked up by their blind index over HTTP, in an index of ten million phones.

    python3 lookup.py [--firm FOLDER | --customers 320000] [--phones 10000000]

The firm is one of `firm.py`. First the index as it is; then filled up with as many rows as ten million phones would
have (`--phones 0` leaves that out): the rows are random, nobody's, and lie among the real ones in their order, so the
tree is as deep and as wide as that of ten million phones, and the look-ups are of real customers, found, opened and
compared. Each look-up is a whole `GET /api/search?q=PHONE`: session, rights, index, customer, answer. Every tenth
phone is nobody's. Wanted: p99 at most 5 ms.
"""

import argparse
import gc
import os
import random
import sqlite3
import time

import firm
from figures import finish, mb, say, spread
from people import Person
from program import NO_LIMITS, Program, temporary

P99_MS_MAX = 5.0
# Look-up keys of a phone: all of it, and its last four to eight digits.
ROWS_OF_A_PHONE = 6
STRANGERS = 10
FILL = """
    WITH RECURSIVE line(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM line WHERE i + 1 < ?)
    INSERT OR IGNORE INTO customer_lookup (digest, bucket, customer_id)
    SELECT ? + i * ? + abs(random() % ?), ? * 64 + i * 64 / ?, randomblob(16) FROM line
"""


def fill(folder, phones):
    """Adds nobody's rows until there are as many as that many phones have; the seconds."""
    base = sqlite3.connect(f"{folder}/tend.db", isolation_level=None)
    # No look-up reads this index (an erasure does), and it would double the time. Nobody else is there, and a fill that
    # is cut off is made anew: no log.
    base.execute("DROP INDEX IF EXISTS customer_lookup_by_customer")
    base.execute("PRAGMA journal_mode = OFF")
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA cache_size = -524288")
    there = base.execute("SELECT COUNT(*) FROM customer_lookup").fetchone()[0]
    began, missing = time.monotonic(), max(0, phones * ROWS_OF_A_PHONE - there)
    pieces = 64
    for piece in range(pieces):
        rows = missing // pieces
        # Each piece is a stretch of the numbers and of the 4,096 buckets, in order: trees grow best so.
        stretch = 2**64 // pieces
        step = max(1, stretch // max(rows, 1))
        if rows:
            base.execute("BEGIN IMMEDIATE")
            base.execute(FILL, (rows, -(2**63) + piece * stretch, step, step, piece, rows))
            base.execute("COMMIT")
    rows = base.execute("SELECT COUNT(*) FROM customer_lookup").fetchone()[0]
    base.execute("PRAGMA journal_mode = WAL")
    base.close()
    return rows, round(time.monotonic() - began, 1)


def measured(folder, customers, count):
    """Look-ups one after the other, warm: their spread, and what was not found as it must be."""
    # Nobody types so many in a day: beyond two thousand the program answers by the last four digits.
    base = sqlite3.connect(f"{folder}/tend.db")
    base.execute("INSERT OR REPLACE INTO setting (key, value, set_at_ms) VALUES ('look_ups_per_day', '1000000', 0)")
    base.commit()
    base.close()
    with Program(folder, NO_LIMITS) as program:
        person, chance, wrong = Person(program, "hq"), random.Random(7), []
        gc.freeze()
        times = {True: [], False: []}
        for n in range(count + count // 4):
            known = n % STRANGERS != 0
            row = chance.randrange(customers)
            phone = (firm.phone, firm.second_phone)[n % 2](row) if known else f"136{chance.randrange(20_000_000, 100_000_000)}"
            status, hits, seconds = person.call("GET", f"/search?q={phone}")
            found = [hit for hit in hits or [] if hit["kind"] == "customer" and hit["matched"] == "phone"]
            if status != 200 or len(found) != known or (known and not found[0]["title"].endswith(f"例{row}")):
                wrong.append(f"{phone} of row {row}: {status} {hits}")
            # The first ones warm it.
            if n >= count // 4:
                times[known].append(seconds)
        bare = [person.call("GET", "/health")[2] for _ in range(500)]
    return {**spread(times[True] + times[False]), "known": spread(times[True]), "strangers": spread(times[False]),
            "health_for_comparison": spread(bare), "wrong": len(wrong), "first_wrong": wrong[:2]}


def run(asked):
    """Everything; prints the figures."""
    with temporary() as place:
        folder = asked.firm or f"{place}/firm"
        firm.made(folder, asked.customers)
        base = sqlite3.connect(f"file:{folder}/tend.db?mode=ro", uri=True)
        customers = base.execute("SELECT COUNT(*) FROM customer WHERE outside_id LIKE 'X%'").fetchone()[0]
        rows = base.execute("SELECT COUNT(*) FROM customer_lookup").fetchone()[0]
        base.close()
        say(f"{rows} rows of look-up; as it is")
        as_it_is = measured(folder, customers, asked.count)
        filled, fill_seconds = rows, 0
        last = as_it_is
        if asked.phones:
            say(f"p99 {as_it_is['p99_ms']} ms; filling up to {asked.phones} phones")
            filled, fill_seconds = fill(folder, asked.phones)
            say(f"{fill_seconds} s; looking up")
            last = measured(folder, customers, asked.count)
        size = os.path.getsize(f"{folder}/tend.db")
    held = {"p99": last["p99_ms"] <= P99_MS_MAX, "all_found": not as_it_is["wrong"] and not last["wrong"]}
    finish("lookup", held, phones=asked.phones or rows // ROWS_OF_A_PHONE, customers=customers, rows=filled,
           p50_ms=last["p50_ms"], p99_ms=last["p99_ms"], lookups=last["count"], full=last, as_it_is=as_it_is,
           rows_as_it_is=rows, fill_seconds=fill_seconds, database_mb=mb(size))


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--firm", help="a folder made by firm.py; rows are added to it")
    words.add_argument("--customers", type=int, default=firm.CUSTOMERS)
    words.add_argument("--phones", type=int, default=10_000_000)
    words.add_argument("--count", type=int, default=2000)
    run(words.parse_args())
