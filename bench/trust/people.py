"""People at HTTP: each one session over one connection that stays open."""

import http.client
import json
import socket
import time
import urllib.parse
import uuid

from program import PASSWORD

# The program ends a connection that rests for thirty seconds.
REST_SECONDS = 15


class Person:
    """Somebody who is signed in."""

    def __init__(self, program, login, address=None, cookie=None):
        """`address`: the network address that a proxy on this machine would tell of."""
        self.port, self.login, self.address, self.cookie = program.port, login, address, cookie
        self.connection = None
        if cookie is None:
            self._sign_in()

    def _sign_in(self):
        body = {"login": self.login, "password": PASSWORD}
        status, headers, answer = self._send("POST", "/api/session", body)
        if status >= 300:
            raise SystemExit(f"{self.login} cannot sign in: {status} {answer[:300]}")
        self.cookie = headers["set-cookie"].split(";")[0]

    def _send(self, method, path, body):
        if self.connection is not None and time.monotonic() - self.used > REST_SECONDS:
            self.connection.close()
            self.connection = None
        self.used = time.monotonic()
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        headers = {}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.address:
            headers["X-Forwarded-For"] = self.address
        if body is not None:
            headers["Content-Type"] = "application/json"
            headers["Idempotency-Key"] = str(uuid.uuid4())
        self.key = headers.get("Idempotency-Key")
        try:
            self.connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise

    def call(self, method, path, body=None):
        """Status, answer as JSON and seconds. 0 where nobody answered."""
        began = time.perf_counter()
        try:
            status, _, answer = self._send(method, "/api" + path, body)
        except (OSError, http.client.HTTPException) as error:
            return 0, {"error": repr(error)}, time.perf_counter() - began
        seconds = time.perf_counter() - began
        try:
            return status, json.loads(answer) if answer else None, seconds
        except ValueError:
            return status, None, seconds

    def get(self, path):
        """What must be answered."""
        status, answer, _ = self.call("GET", path)
        if status != 200:
            raise SystemExit(f"GET {path}: {status} {answer}")
        return answer

    def every(self, path, most):
        """The items of a list page by page, at most so many."""
        items, cursor = [], ""
        while True:
            page = self.get(path + cursor)
            items += page["items"]
            if not page.get("next") or len(items) >= most:
                return items[:most]
            cursor = f"&cursor={urllib.parse.quote(page['next'])}"
