"""All sealed cells get new keys while people read: how long it takes, and how many reads fail.

    python3 rotation.py [--firm FOLDER | --customers 320000] [--readers 8]

The firm is one of `firm.py`: what each phone must be is known. `tend keys rotate` replaces the master key (every
customer's key is wrapped anew), then `tend keys rotate --customers` gives every customer a fresh key and seals all
cells with it, while readers open customers' pages over HTTP, see that both phones are shown masked as they must be, and
open a phone now and then and compare it. A read that is not answered, or answered wrongly, has failed. Wanted: none.
"""

import argparse
import gc
import random
import sqlite3
import threading
import time

import firm
from figures import finish, mb, say, spread
from people import Person
from program import NO_LIMITS, Program, temporary, tend

# Each so-many-th page a phone is opened.
OPENS = 5


class Reader(threading.Thread):
    """Somebody who opens one customer after the other."""

    def __init__(self, person, customers, seed, pause):
        super().__init__(daemon=True)
        self.person, self.customers, self.pause = person, customers, pause
        self.chance, self.ends = random.Random(seed), threading.Event()
        self.pages, self.opened, self.failed = [], [], []

    def run(self):
        while not self.ends.is_set():
            self.read()
            time.sleep(self.pause)

    def read(self):
        """One page, and perhaps an opened phone."""
        customer, row = self.chance.choice(self.customers)
        status, page, seconds = self.person.call("GET", f"/customers/{customer}")
        if status != 200:
            self.failed.append(f"page {status} {page}")
            return
        self.pages.append(seconds)
        phones = [point for point in page["contact_points"] if point["kind"] == "phone"]
        known = sorted([firm.phone(row), firm.second_phone(row)])
        if sorted(point["masked"] for point in phones) != [masked(phone) for phone in known]:
            self.failed.append(f"page of row {row} shows {phones}")
        if phones and len(self.pages) % OPENS == 0:
            body = {"contact_point_id": phones[0]["id"], "reason": "rotation"}
            status, answer, seconds = self.person.call("POST", f"/customers/{customer}/unmasking", body)
            if status not in (200, 201) or answer["value"].split(";")[0].removeprefix("+86") not in known:
                self.failed.append(f"phone {status} {answer}")
            else:
                self.opened.append(seconds)


def masked(phone):
    """As the page shows it."""
    return f"{phone[:3]}****{phone[7:]}"


def known_customers(folder, count):
    """Ids on the wire and rows of customers of the file, spread over all of them."""
    base = sqlite3.connect(f"file:{folder}/tend.db?mode=ro", uri=True)
    most = base.execute("SELECT COUNT(*) FROM customer WHERE outside_id LIKE 'X%'").fetchone()[0]
    base.close()
    step = max(1, most // count)
    return [row for row in range(0, most, step)][:count], most


def lift_cap(folder):
    """Lets one person open as many phones a day as a measurement does."""
    base = sqlite3.connect(f"{folder}/tend.db")
    base.execute("INSERT OR REPLACE INTO setting (key, value, set_at_ms) VALUES ('unmask_cap_per_day', '100000000', 0)")
    base.commit()
    base.close()


def with_readers(readers, work):
    """What `work` answers, with the readers at it meanwhile, and what they felt."""
    for reader in readers:
        reader.start()
    began = time.monotonic()
    told = work()
    seconds = time.monotonic() - began
    for reader in readers:
        reader.ends.set()
    for reader in readers:
        reader.join(60)
    failed = [why for reader in readers for why in reader.failed]
    pages = [one for reader in readers for one in reader.pages]
    opened = [one for reader in readers for one in reader.opened]
    return told, {"seconds": round(seconds, 2), "pages": spread(pages), "phones": spread(opened), "failed": len(failed),
                  "first_failures": failed[:3]}


def run(asked):
    """Everything; prints the figures."""
    with temporary() as place:
        folder = asked.firm or f"{place}/firm"
        say("a firm of known phones")
        firm.made(folder, asked.customers)
        lift_cap(folder)
        cells = firm.cells_of(f"{folder}/tend.db")
        rows, customers = known_customers(folder, 400)
        with Program(folder, NO_LIMITS) as program:
            people = [Person(program, "hq") for _ in range(asked.readers)]
            say("looking up whom to read")
            ids = []
            for row in rows:
                ids += [(hit["id"], row) for hit in people[0].get(f"/search?q={firm.outside_id(row)}") if hit["kind"] == "customer"]
            gc.freeze()

            def crew():
                return [Reader(person, ids, n, asked.pause) for n, person in enumerate(people)]

            _, before = with_readers(crew(), lambda: time.sleep(asked.idle_seconds))
            say(f"{cells} cells of {customers} customers; the master key")
            master, during_master = with_readers(crew(), lambda: tend(folder, "keys", "rotate"))
            say(f"{during_master['seconds']} s; the customers' keys")
            fresh, during_fresh = with_readers(crew(), lambda: tend(folder, "keys", "rotate", "--customers"))
            _, after = with_readers(crew(), lambda: time.sleep(min(3, asked.idle_seconds)))
            peak = program.memory("VmHWM")
    rounds = {"before": before, "master_key": during_master, "customer_keys": during_fresh, "after": after}
    held = {
        "no_read_failed": not any(one["failed"] for one in rounds.values()),
        "all_cells": fresh["done"] and fresh["cells"] >= cells and master["done"],
    }
    finish(
        "rotation", held, cells=cells, customers=customers, readers=asked.readers,
        cells_sealed_anew=fresh["cells"], seconds=during_fresh["seconds"],
        cells_per_second=round(fresh["cells"] / during_fresh["seconds"]),
        keys_wrapped_anew=master["cells"], master_seconds=during_master["seconds"],
        keys_per_second=round(master["cells"] / during_master["seconds"]),
        failed_reads=sum(one["failed"] for one in rounds.values()),
        reads=sum(one["pages"]["count"] + one["phones"]["count"] for one in (during_master, during_fresh)),
        rounds=rounds, memory_peak_mb=mb(peak))


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--firm", help="a folder made by firm.py; its keys are replaced")
    words.add_argument("--customers", type=int, default=firm.CUSTOMERS)
    words.add_argument("--readers", type=int, default=8)
    words.add_argument("--pause", type=float, default=0.05, help="seconds between two pages of one reader")
    words.add_argument("--idle-seconds", type=float, default=5)
    run(words.parse_args())
