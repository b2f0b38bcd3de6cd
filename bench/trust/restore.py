"""A database of a gigabyte is lost in the midst of writing: what is missing, and how long until it is back, the same.

    python3 restore.py [--firm FOLDER | --customers 320000] [--seconds 8]

The program serves with its continuous backup on (`TEND_BACKUP_TO`). People write notes as fast as they are answered, then
`kill -9` and `tend restore BACKUP --latest` into an empty folder: the oldest acknowledged note that is not there tells
how much a lost disk costs (RPO). Then the killed program goes on, rests, is killed once more, and is restored again:
the hash of every table must be that of the killed database. Wanted: RPO at most a second, sixty seconds for ten
gigabytes, hashes equal.
"""

import argparse
import hashlib
import json
import marshal
import os
import shutil
import sqlite3
import threading
import time
import urllib.request

import firm
from figures import finish, mb, say, spread
from people import Person
from program import NO_LIMITS, Program, temporary, tend

RPO_SECONDS_MAX = 1.0
SECONDS_PER_10_GB_MAX = 60.0


def hashes(database):
    """The hash of every table in the order of its key, all as of one moment."""
    base = sqlite3.connect(database)
    base.execute("BEGIN")
    found = {}
    for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
        made, rows = hashlib.blake2b(), base.execute(f'SELECT * FROM "{name}"')
        while some := rows.fetchmany(2000):
            # Version 2 writes equal values alike, whatever else refers to them.
            made.update(marshal.dumps(some, 2))
        found[name] = made.hexdigest()
    base.close()
    return found


def health(program):
    """What the program tells of its backup."""
    with urllib.request.urlopen(f"http://127.0.0.1:{program.port}/api/health", timeout=30) as answer:
        return json.load(answer)["backup"] or {}


def wait_for_copy(program, patience):
    """Until the second place is whole; the seconds."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        told = health(program)
        if told.get("ok") and told.get("snapshot_seconds") is not None:
            return round(time.monotonic() - began, 2)
        time.sleep(0.1)
    raise SystemExit(f"the copy is not whole after {patience} seconds: {health(program)}")


def wait_for_rest(program, folder, patience=90):
    """Until nothing was written for three seconds, which the copy needs for what came last."""
    until, before = time.monotonic() + patience, None
    while time.monotonic() < until:
        base = sqlite3.connect(f"file:{folder}/tend.db?mode=ro", uri=True)
        told = base.execute("SELECT last FROM live_counter").fetchone(), base.execute(
            "SELECT MAX(number) FROM ledger_head").fetchone(), os.stat(f"{folder}/tend.db-wal").st_mtime_ns
        base.close()
        if told == before and health(program).get("ok"):
            return True
        before = told
        time.sleep(3)
    return False


class Writer(threading.Thread):
    """Somebody who writes one note after the other until nobody answers."""

    def __init__(self, person, customers):
        super().__init__(daemon=True)
        self.person, self.customers = person, customers
        self.acknowledged, self.times, self.refused = [], [], []

    def run(self):
        for n in range(10_000_000):
            customer = self.customers[n % len(self.customers)]
            status, answer, seconds = self.person.call("POST", f"/customers/{customer}/notes", {"text": f"note {n}"})
            if status == 0:
                return
            if status >= 300:
                self.refused.append(f"{status} {answer}")
                return
            self.acknowledged.append((self.person.key, time.monotonic()))
            self.times.append(seconds)


def write_until_killed(program, seconds, writers):
    """What was acknowledged, with the moment of the kill."""
    first = Person(program, "hq")
    customers = [one["id"] for one in first.every("/customers?limit=100", 200)]
    crew = [Writer(Person(program, "hq"), customers[n::writers]) for n in range(writers)]
    for one in crew:
        one.start()
    time.sleep(seconds)
    killed = time.monotonic()
    program.kill()
    for one in crew:
        one.join(30)
    refused = [why for one in crew for why in one.refused]
    if refused:
        raise SystemExit(f"a note was refused: {refused[0]}")
    return [one for w in crew for one in w.acknowledged], killed, spread([t for w in crew for t in w.times])


def missing(database, acknowledged, killed):
    """How many acknowledged notes are not in a restored database, and how old the oldest was at the kill."""
    base = sqlite3.connect(database)
    there = {key for (key,) in base.execute("SELECT key FROM given_answer")}
    base.close()
    gone = [killed - at for key, at in acknowledged if key not in there]
    return len(gone), round(max([0.0, *gone]), 3)


def bring_back(backup, folder, into):
    """`tend restore --latest` into an empty folder that has the keys; its figures, and the seconds until the program may start."""
    os.makedirs(into)
    for key in ("master.key", "ledger.pub"):
        shutil.copy(f"{folder}/{key}", f"{into}/{key}")
    began = time.monotonic()
    told = tend(into, "restore", backup, "--latest")
    # The wall's seconds up to where the program may be started: what follows is the looking through.
    return told, time.monotonic() - began - told["looked_ms"] / 1000


def run(asked):
    """Everything; prints the figures."""
    with temporary() as place:
        folder, backup = asked.firm or f"{place}/firm", f"{place}/backup"
        os.mkdir(backup, 0o700)
        firm.made(folder, asked.customers)
        size = os.path.getsize(f"{folder}/tend.db")
        settings = {**NO_LIMITS, "TEND_BACKUP_TO": backup}
        say(f"{mb(size)} MB; the first copy")
        with Program(folder, settings) as program:
            copy_seconds = wait_for_copy(program, asked.patience)
            say(f"whole after {copy_seconds} s; writing")
            acknowledged, killed, times = write_until_killed(program, asked.seconds, asked.writers)
        say(f"{len(acknowledged)} notes; restoring")
        first, first_seconds = bring_back(backup, folder, f"{place}/first")
        lost, rpo = missing(f"{place}/first/tend.db", acknowledged, killed)
        shutil.rmtree(f"{place}/first")
        say(f"{first_seconds:.1f} s, {lost} notes missing, RPO {rpo} s; the killed program goes on")
        with Program(folder, settings) as program:
            wait_for_copy(program, asked.patience)
            ready = program.ready_seconds
            rested = wait_for_rest(program, folder)
            program.kill()
        was = hashes(f"{folder}/tend.db")
        say("restoring what rested")
        second, second_seconds = bring_back(backup, folder, f"{place}/second")
        brought = os.path.getsize(f"{place}/second/tend.db")
        copied = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(backup) for name in names)
        say("comparing")
        now = hashes(f"{place}/second/tend.db")
    other = sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
    seconds = max(first_seconds, second_seconds)
    per_10_gb = seconds / (brought / 10e9)
    held = {
        "rpo": rpo <= RPO_SECONDS_MAX,
        "in_time": per_10_gb <= SECONDS_PER_10_GB_MAX,
        "tables_equal": not other and rested,
    }
    finish(
        "restore", held, database_mb=mb(brought), backup_mb=mb(copied), first_copy_seconds=copy_seconds,
        acknowledged=len(acknowledged), notes=times, missing=lost, rpo_seconds=rpo, ready_after_kill_seconds=ready,
        restore_seconds=round(seconds, 2), brought_ms=[first["brought_ms"], second["brought_ms"]],
        looked_ms=[first["looked_ms"], second["looked_ms"]], megabytes_per_second=round(brought / 1e6 / seconds, 1),
        seconds_per_10_gb=round(per_10_gb, 1), segments=second["segments"], tables=len(was), tables_otherwise=other,
        rested=rested)


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--firm", help="a data folder with a database of SQLite; it is written to")
    words.add_argument("--customers", type=int, default=firm.CUSTOMERS)
    words.add_argument("--seconds", type=float, default=8)
    words.add_argument("--writers", type=int, default=4)
    words.add_argument("--patience", type=float, default=300, help="seconds for the first copy")
    run(words.parse_args())
