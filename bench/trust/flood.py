"""Many connections that call as fast as told: a process of its own, so that it does not slow down whoever measures.

    echo '{"port": 8420, "rate": 5000, "seconds": 60, …}' | python3 flood.py

Reads one JSON object: `port`; `rate` requests a second (0: as fast as answers come); `seconds`; `connections`;
`behind`, how many requests one connection sends before it has the answers; `heads`, the header lines of each user;
`paths`. Prints one JSON object: how many were sent and answered, by status, and how many refusals said when to come
back. It runs at the lowest priority: the machine is the program's.
"""

import json
import os
import random
import re
import resource
import select
import socket
import sys
import time

STATUS = re.compile(rb"HTTP/1\.1 (\d\d\d)")
# One byte less than a status line's beginning: what was counted is not counted again, what was cut in two is.
TAIL = len(b"HTTP/1.1 200") - 1
WAIT = b"retry-after:"


class Connection:
    """One socket, what waits to be sent and what is still to be answered."""

    def __init__(self, port, requests):
        self.port, self.requests = port, requests
        self.open()

    def open(self):
        """Connects; what was unanswered is given up."""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.tail, self.left, self.unanswered = b"", b"", 0

    def send(self):
        """Sends one request; whether it went."""
        data = self.left + random.choice(self.requests)
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            return False
        self.left = data[sent:]
        self.unanswered += 1
        return True

    def read(self):
        """The statuses and refusals with a time that came; None where the other side hung up."""
        try:
            data = self.socket.recv(262144)
        except BlockingIOError:
            return [], 0
        if not data:
            return None
        text = self.tail + data
        self.tail = text[-TAIL:]
        statuses = STATUS.findall(text)
        self.unanswered -= len(statuses)
        return statuses, text.lower().count(WAIT) if b"429" in text else 0


def run(order):
    """Calls until the time is over."""
    requests = [
        [f"GET /api{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n".encode() for path in order["paths"]]
        for head in order["heads"]
    ]
    connections = [Connection(order["port"], requests[n % len(requests)]) for n in range(order["connections"])]
    poll = select.epoll()
    known = {}
    for one in connections:
        known[one.socket.fileno()] = one
        poll.register(one.socket.fileno(), select.EPOLLIN)
    told = {"sent": 0, "statuses": {}, "with_retry_after": 0, "hung_up": 0}
    began, place, behind, rate = time.monotonic(), 0, order["behind"], order["rate"]
    while (now := time.monotonic() - began) < order["seconds"]:
        due = int(rate * now) - told["sent"] if rate else len(connections)
        for _ in range(len(connections)):
            if due <= 0:
                break
            one = connections[place]
            place = (place + 1) % len(connections)
            while due > 0 and one.unanswered < behind and one.send():
                told["sent"] += 1
                due -= 1
        for number, _ in poll.poll(0.002, 512):
            one = known[number]
            try:
                read = one.read()
            except OSError:
                read = None
            if read is None:
                told["hung_up"] += 1
                poll.unregister(number)
                one.socket.close()
                del known[number]
                one.open()
                known[one.socket.fileno()] = one
                poll.register(one.socket.fileno(), select.EPOLLIN)
                continue
            for status in read[0]:
                told["statuses"][status.decode()] = told["statuses"].get(status.decode(), 0) + 1
            told["with_retry_after"] += read[1]
    told["seconds"] = round(time.monotonic() - began, 2)
    told["unanswered"] = sum(one.unanswered for one in connections)
    return told


if __name__ == "__main__":
    os.nice(19)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(json.dumps(run(json.load(sys.stdin))))
