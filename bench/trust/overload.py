"""Ten times more than the program can do, for a minute: what people at work feel of it, and what becomes of the rest.

    python3 overload.py [--seconds 60] [--users 100] [--one-address]

A sample firm, default limits. A few agents do what agents do all day: My day, a customer's page, a note, a result and its
undo, each with a pause to think; first alone (idle), then while other signed-in users hammer lists, search and counts
over many connections at ten times the rate that was found to be the most. Wanted: memory at most 512 MB, the agents'
99th percentile at most twice the idle one and nothing of theirs refused, no 5xx, the rest refused with 429 and a time.

Users come from many addresses, as through a proxy on this machine; --one-address lets everybody, agents too, come
from one, as the people of one house do.
"""

import argparse
import gc
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import threading
import time

from figures import finish, mb, percentile, say, spread
from people import Person
from program import NO_LIMITS, Program, demo, temporary

MEMORY_MAX_MB = 512
P99_TIMES_MAX = 2.0
# The share of an agent's actions, and the seconds to think before each.
ACTIONS = [("my_day", 35), ("customer", 35), ("note", 15), ("outcome", 15)]
THINK = (0.2, 0.8)
PATHS = [
    "/customers?limit=50", "/customers?limit=50&sort=name", "/customers?q=wang&limit=20", "/search?q=li",
    "/search?q=%E7%8E%8B", "/search?q=0173", "/customers/count?segment=age%20%3E%3D%2030", "/touches?state=assigned&limit=50",
    "/touches?limit=50", "/statements?by=channel",
]


class Agent(threading.Thread):
    """Somebody at work; what each action took, and what went wrong."""

    def __init__(self, person, seed):
        super().__init__(daemon=True)
        self.person, self.chance = person, random.Random(seed)
        day = person.get("/my-day")["items"]
        self.touches = [item["id"] for item in day]
        self.customers = [item["customer"]["id"] for item in day]
        self.code = self._plain_code()
        self.begin()

    def _plain_code(self):
        """A result that needs nothing else, for the first work order that has one."""
        for touch in list(self.touches):
            for code in self.person.get(f"/touches/{touch}").get("outcome_codes", []):
                if code.get("reached") in (True, "yes") and not code.get("next_days"):
                    self.touches = [touch]
                    return code["code"]
        return None

    def begin(self):
        """Forgets what was measured."""
        self.times, self.wrong, self.ends = [], {}, threading.Event()

    def run(self):
        words, weights = zip(*ACTIONS)
        while not self.ends.is_set():
            time.sleep(self.chance.uniform(*THINK))
            self.act(self.chance.choices(words, weights)[0])

    def act(self, what):
        """One action, measured."""
        if what == "outcome" and self.code is None:
            what = "note"
        customer = self.chance.choice(self.customers)
        if what == "my_day":
            self.measured(what, "GET", "/my-day")
        elif what == "customer":
            self.measured(what, "GET", f"/customers/{customer}")
        elif what == "note":
            self.measured(what, "POST", f"/customers/{customer}/notes", {"text": "called back"})
        elif self.measured(what, "POST", f"/touches/{self.touches[0]}/outcome", {"code": self.code, "note": "spoken"}):
            # Within the ten seconds in which a result may be taken back.
            self.measured("undo", "DELETE", f"/touches/{self.touches[0]}/outcome", {})

    def measured(self, what, method, path, body=None):
        """Whether it was answered well."""
        status, _, seconds = self.person.call(method, path, body)
        if 200 <= status < 300:
            self.times.append((what, seconds))
            return True
        self.wrong[f"{what} {status}"] = self.wrong.get(f"{what} {status}", 0) + 1
        return False


def work(agents, seconds, meanwhile=lambda: None):
    """Agents at work for so long; their figures, and what was done meanwhile."""
    hands = []
    for agent in agents:
        agent.begin()
        hands.append(threading.Thread(target=agent.run, daemon=True))
    for hand in hands:
        hand.start()
    until = time.monotonic() + seconds
    beside = meanwhile()
    time.sleep(max(0.0, until - time.monotonic()))
    for agent in agents:
        agent.ends.set()
    for hand in hands:
        hand.join(120)
    times = [one for agent in agents for one in agent.times]
    wrong = {}
    for agent in agents:
        for name, count in agent.wrong.items():
            wrong[name] = wrong.get(name, 0) + count
    each = {word: percentile([t for what, t in times if what == word], 0.99) for word in {what for what, _ in times}}
    return {**spread([t for _, t in times]), "p99_ms_of": dict(sorted(each.items())), "not_answered": wrong}, beside


def flood(program, users, rate, seconds, connections, behind):
    """Has another process call; what it tells."""
    heads = [f"Cookie: {user.cookie}" + (f"\r\nX-Forwarded-For: {user.address}" if user.address else "") for user in users]
    order = {"port": program.port, "rate": rate, "seconds": seconds, "connections": connections, "behind": behind,
             "heads": heads, "paths": PATHS}
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flood.py")
    done = subprocess.run([sys.executable, script], input=json.dumps(order), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the flood failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def logins(folder, agents, users):
    """The people with the longest lists, who have work to do, and others."""
    base = sqlite3.connect(f"file:{folder}/tend.db?mode=ro", uri=True)
    busiest = base.execute(
        "SELECT staff.login FROM staff JOIN touch ON touch.owner_id = staff.id AND touch.state IN ('assigned', 'accepted')"
        " GROUP BY staff.login ORDER BY COUNT(*) DESC, staff.login LIMIT ?", (agents,)).fetchall()
    everybody = base.execute(
        "SELECT login FROM staff WHERE role IN ('hq', 'channel_lead', 'maintainer') ORDER BY role, login").fetchall()
    base.close()
    busiest = [login for login, in busiest]
    # Of every role, those of the firm as a whole first.
    return busiest, [login for login, in everybody if login not in busiest][:users]


def capacity(folder, users, asked):
    """Requests a second without limits, so many connections each waiting for its answer."""
    with Program(folder, NO_LIMITS) as program:
        signed_in = [Person(program, login) for login in users[:8]]
        flood(program, signed_in, 0, asked.capacity_seconds / 3, asked.capacity_connections, 1)
        told = flood(program, signed_in, 0, asked.capacity_seconds, asked.capacity_connections, 1)
        return told["statuses"].get("200", 0) / told["seconds"], told


def run(asked):
    """Everything; prints the figures."""
    with temporary() as folder:
        say(f"a sample firm of {asked.customers} customers")
        demo(folder, asked.customers)
        working, hammering = logins(folder, asked.agents, asked.users)
        say("how much can it do")
        most, of_capacity = capacity(folder, hammering, asked)
        rate = most * asked.times
        say(f"{most:.0f} requests a second; signing in {len(working)} agents and {len(hammering)} users")
        with Program(folder, files=resource.getrlimit(resource.RLIMIT_NOFILE)[1]) as program:
            own = (lambda n, of: None) if asked.one_address else (lambda n, of: f"10.{of}.0.{n + 1}")
            agents = [Agent(Person(program, login, own(n, 9)), n) for n, login in enumerate(working)]
            users = [Person(program, login, own(n // 4, 1)) for n, login in enumerate(hammering)]
            time.sleep(2)
            gc.freeze()
            gc.disable()
            before = program.memory()
            say("idle")
            idle, _ = work(agents, asked.idle_seconds)
            say(f"idle p99 {idle['p99_ms']} ms; now {rate:.0f} requests a second")
            busy, told = work(
                agents, asked.seconds,
                lambda: flood(program, users, rate, asked.seconds, asked.connections, asked.behind))
            peak, anonymous = program.memory("VmHWM"), program.memory("RssAnon")
            say(f"overloaded p99 {busy['p99_ms']} ms; once more without it")
            time.sleep(2)
            after, _ = work(agents, asked.idle_seconds / 3)
            alive = program.is_alive()
    answered = sum(told["statuses"].values())
    refused = told["statuses"].get("429", 0)
    failed = sum(count for status, count in told["statuses"].items() if status.startswith("5"))
    held = {
        "memory": mb(peak) <= MEMORY_MAX_MB,
        "agents_p99": busy["p99_ms"] is not None and busy["p99_ms"] <= P99_TIMES_MAX * idle["p99_ms"],
        "agents_never_refused": not busy["not_answered"],
        "no_5xx": failed == 0 and alive,
        "refused_with_a_time": refused > 0 and told["with_retry_after"] >= refused,
        "ten_times": told["sent"] / told["seconds"] >= 0.8 * rate,
    }
    finish(
        "overload", held, capacity_per_second=round(most), capacity_statuses=of_capacity["statuses"],
        wanted_per_second=round(rate), sent_per_second=round(told["sent"] / told["seconds"]),
        answered_per_second=round(answered / told["seconds"]),
        done_per_second=round(told["statuses"].get("200", 0) / told["seconds"]),
        statuses=told["statuses"], refused_share=round(refused / max(answered, 1), 4), unanswered=told["unanswered"],
        hung_up=told["hung_up"], seconds=told["seconds"], users=len(users), connections=asked.connections,
        one_address=asked.one_address, agents=len(agents), idle=idle, overloaded=busy, afterwards=after,
        times_idle=round((busy["p99_ms"] or 0) / idle["p99_ms"], 2), memory_before_mb=mb(before),
        memory_peak_mb=mb(peak), memory_without_files_mb=mb(anonymous))


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--customers", type=int, default=2000)
    words.add_argument("--agents", type=int, default=8)
    words.add_argument("--users", type=int, default=100)
    words.add_argument("--times", type=float, default=10, help="how many times what it can do")
    words.add_argument("--connections", type=int, default=2000)
    words.add_argument("--behind", type=int, default=4, help="requests of one connection before its answers")
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--idle-seconds", type=float, default=30)
    words.add_argument("--capacity-seconds", type=float, default=6)
    words.add_argument("--capacity-connections", type=int, default=16)
    words.add_argument("--one-address", action="store_true")
    run(words.parse_args())
