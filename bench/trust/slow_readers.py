"""Thousands of open event streams that nobody reads, while news are made: what each costs, and how they end.

    python3 slow_readers.py [--readers 5000] [--news 400] [--files N]

Users open streams (`GET /api/events`), as many as a session may have, read the first line of the answer and never
again, with the smallest buffer that a socket can have. People then put labels, each of which is news for every stream.
Wanted: at most 64 KB of the program's memory a stream, people at work served meanwhile, every stream ended when its
reader goes, and the rest within the farewell of the program when it is asked to stop. --files gives the program
fewer files than streams: it must go on serving those whom it has.
"""

import argparse
import resource
import socket
import sqlite3
import threading
import time

from figures import finish, mb, say, socket_memory, spread
from people import Person
from program import Program, demo, temporary

BYTES_MAX = 64 * 1024
# As many as a session may have open.
STREAMS_OF_A_SESSION = 20
# `serve` gives open answers five seconds.
FAREWELL_SECONDS = 8


def open_stream(program, user, patience=20, buffer=1):
    """A stream that nobody reads: its socket and the status."""
    one = socket.socket()
    if buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    one.settimeout(patience)
    try:
        one.connect(("127.0.0.1", program.port))
        head = f"Cookie: {user.cookie}\r\nX-Forwarded-For: {user.address}"
        one.sendall(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n".encode())
        line = one.recv(12)
        return one, int(line[9:12]) if len(line) == 12 else 0
    except (OSError, ValueError):
        one.close()
        return None, 0


def put_labels(person, customers, count, times, wrong):
    """A label for one customer after the other: each is news for everybody who hears of the customer."""
    for n in range(count):
        status, _, seconds = person.call("PUT", f"/customers/{customers[n % len(customers)]}/labels/young", {"remark": str(n)})
        if 200 <= status < 300:
            times.append(seconds)
        else:
            wrong.append(status)


def put_by_all(program, writers, customers, count):
    """So many labels by all of them together: seconds, refusals, and the most memory of the program meanwhile."""
    times, wrong, peak = [], [], 0
    words = (customers, count // len(writers), times, wrong)
    hands = [threading.Thread(target=put_labels, args=(writer, *words)) for writer in writers]
    for hand in hands:
        hand.start()
    while any(hand.is_alive() for hand in hands):
        peak = max(peak, program.memory())
        time.sleep(0.2)
    return times, wrong, peak


class Listener(threading.Thread):
    """Somebody who does read: what a stream tells."""

    def __init__(self, program, user):
        super().__init__(daemon=True)
        self.stream, status = open_stream(program, user, buffer=None)
        self.heard = self.bytes = 0
        self.is_open = status == 200
        if self.is_open:
            self.start()

    def run(self):
        self.stream.settimeout(None)
        line, tail = b"event: customer", b""
        try:
            while data := self.stream.recv(65536):
                self.bytes += len(data)
                text = tail + data
                self.heard += text.count(line)
                tail = text[-len(line) + 1:]
        except OSError:
            pass


def until(said, patience):
    """Waits until it is so; the seconds, or None."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if said():
            return round(time.monotonic() - began, 2)
        time.sleep(0.1)
    return None


def run(asked):
    """Everything; prints the figures."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < asked.readers + 200:
        raise SystemExit(f"this process may open {hard} files only; {asked.readers} readers need more (ulimit -Hn)")
    with temporary() as folder:
        say("a sample firm")
        demo(folder, 200)
        base = sqlite3.connect(f"file:{folder}/tend.db?mode=ro", uri=True)
        sessions = -(-asked.readers // STREAMS_OF_A_SESSION)
        found = base.execute("SELECT login FROM staff WHERE role = 'maintainer' ORDER BY login LIMIT ?", (sessions,))
        logins = [login for (login,) in found]
        base.close()
        with Program(folder, files=asked.files or hard) as program:
            hq = Person(program, "hq", "10.9.0.1")
            writers = [Person(program, "hq", f"10.9.0.{n + 2}") for n in range(4)]
            customers = [one["id"] for one in hq.every("/customers?limit=100", 100)]
            # Who sees the whole firm hears everything; others hear of their own customers.
            users = [
                Person(program, "hq" if asked.all_hear else logins[n % len(logins)], f"10.1.{n // 250}.{n % 250 + 1}")
                for n in range(sessions)
            ]
            # The same work once before, so that caches of the program are not taken for memory of the streams.
            warm, _, _ = put_by_all(program, writers, customers, asked.news)
            time.sleep(2)
            files_before, before, sockets_before = program.open_files(), program.memory(), socket_memory()
            say(f"{mb(before)} MB before; opening {asked.readers} streams of {len(users)} sessions")
            streams, statuses = [], {}
            for n in range(asked.readers):
                one, status = open_stream(program, users[n % len(users)], 2 if asked.files else 20)
                statuses[status] = statuses.get(status, 0) + 1
                if one is not None:
                    streams.append(one)
                if asked.files and status == 0 and statuses[0] >= 3:
                    break
            opened = statuses.get(200, 0)
            if asked.files:
                # As when some of the streams had gone: room for those who come now.
                for _ in range(5):
                    streams.pop().close()
                time.sleep(0.5)
            listener = Listener(program, hq)
            time.sleep(2)
            open_memory = program.memory()
            say(f"{opened} open, {mb(open_memory)} MB; {asked.news} news")
            began = time.monotonic()
            times, wrong, peak = put_by_all(program, writers, customers, asked.news)
            writing_seconds = time.monotonic() - began
            peak = max(peak, program.memory())
            sockets = socket_memory() - sockets_before
            each = max(0, peak - before) / max(opened, 1)
            until(lambda: listener.heard >= len(times), 10)
            heard, told = listener.heard, listener.bytes
            say(f"{mb(peak)} MB at most, {each / 1024:.1f} KB each; half of them go")
            half, rest = streams[: len(streams) // 2], streams[len(streams) // 2:]
            for one in half:
                one.close()
            expected = files_before + len(rest) + 50
            left_seconds = until(lambda: program.open_files() <= expected, 60)
            files_then = program.open_files()
            still = []
            put_labels(hq, customers, 20, still, wrong)
            after_half = program.memory()
            alive = program.is_alive()
            code, stop_seconds = program.stop(60)
            # With the program all its streams end. Whoever reads nothing sees it behind all that was sent before, when the
            # system gets to it: that is no matter of the program.
            for one in rest:
                one.close()
        log = open(f"{folder}/serve.log", errors="replace").read()
    told_of_files = log.count("taking in a connection")
    held = {
        # A few streams only tell of the program's own needs.
        "memory_each": each <= BYTES_MAX or opened < 500,
        "all_open": opened == asked.readers if not asked.files else opened > 0,
        "people_served": not wrong and len(times) > 0 and alive,
        "who_reads_hears_all": listener.is_open and heard >= len(times),
        "ended_when_the_reader_went": left_seconds is not None,
        "ended_at_the_stop": code == 0 and stop_seconds <= FAREWELL_SECONDS,
    }
    finish(
        "slow_readers", held, readers=asked.readers, opened=opened, statuses={str(k): v for k, v in statuses.items()},
        sessions=len(users), files=asked.files or hard, memory_before_mb=mb(before), memory_open_mb=mb(open_memory),
        memory_peak_mb=mb(peak), memory_after_half_mb=mb(after_half), bytes_each=round(each),
        socket_buffers_mb=mb(max(0, sockets)), labels_before=spread(warm), labels_meanwhile=spread(times),
        labels_per_second=round(len(times) / writing_seconds, 1), labels_after=spread(still), heard_by_one_who_reads=heard,
        bytes_told=told,
        not_answered={str(s): wrong.count(s) for s in set(wrong)}, files_before=files_before, files_after_half=files_then,
        left_seconds=left_seconds, stop_code=code, stop_seconds=stop_seconds, refused_connections_in_log=told_of_files)


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--readers", type=int, default=5000)
    words.add_argument("--news", type=int, default=400, help="how many news while nobody reads")
    words.add_argument("--files", type=int, default=0, help="files that the program may open; as many as may be if 0")
    words.add_argument("--own-hear", dest="all_hear", action="store_false", help="readers who hear of their own customers only")
    run(words.parse_args())
