"""The real program under our hands: started on a folder and a free port of loopback, asked, ended by its own process id."""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time

from figures import memory, open_files

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "tend-demo"
# A measurement is one session that calls as fast as it can, unless the limits are what is measured.
NO_LIMITS = {"TEND_REQUESTS_PER_MINUTE": "0", "TEND_REQUESTS_PER_MINUTE_FROM_ADDRESS": "0"}

# Who is asked to stop ends the program and removes the folder, too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def path():
    """The program: TEND_PROGRAM, else the release build."""
    return os.environ.get("TEND_PROGRAM") or str(ROOT / "target/release/tend")


def environment(settings=None):
    """The environment without settings of our own for Tend, and with these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("TEND_")}
    return {**own, "LC_ALL": "C", "NO_COLOR": "1", **(settings or {})}


def temporary():
    """A folder that goes when the script ends (TMPDIR says where)."""
    return tempfile.TemporaryDirectory(prefix="tend-trust-")


def tend(folder, *words, settings=None):
    """Runs a command of the program; the object of its last line."""
    command = [path(), *map(str, words), "--data", str(folder), "--json"]
    done = subprocess.run(command, env=environment(settings), capture_output=True, text=True)
    last = done.stdout.strip().splitlines()[-1:] or [""]
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.returncode} {last[0]} {done.stderr[-2000:]}")
    return json.loads(last[0])


def demo(folder, customers, seed=1):
    """A sample firm; everybody's password is PASSWORD."""
    tend(folder, "demo", "--no-serve", "--seed", seed, "--customers", customers)


class Program:
    """`tend serve` on a folder; goes with the `with` that holds it."""

    def __init__(self, folder, settings=None, files=None):
        self.log = open(os.path.join(str(folder), "serve.log"), "ab")

        def before():
            if files is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        began = time.monotonic()
        self.child = subprocess.Popen(
            [path(), "serve", "--listen", "127.0.0.1:0", "--data", str(folder)],
            env=environment(settings), stdout=subprocess.PIPE, stderr=self.log, text=True, preexec_fn=before,
        )
        for line in self.child.stdout:
            if "http://" in line:
                self.port = int(line.strip().rsplit(":", 1)[1])
                break
        else:
            raise SystemExit(f"tend serve ended before it was ready: {self.child.wait()}")
        self.ready_seconds = round(time.monotonic() - began, 3)
        self.process = self.child.pid

    def memory(self, line="VmRSS"):
        """Bytes: see `figures.memory`."""
        return memory(self.process, line)

    def open_files(self):
        """Files and sockets that it holds."""
        return open_files(self.process)

    def is_alive(self):
        """Whether it still runs."""
        return self.child.poll() is None

    def kill(self):
        """`kill -9`."""
        self.child.kill()
        self.child.wait()

    def stop(self, patience=30):
        """Asks it to stop; its exit code and the seconds that it took. None where it had to be killed."""
        began = time.monotonic()
        self.child.terminate()
        try:
            return self.child.wait(patience), round(time.monotonic() - began, 2)
        except subprocess.TimeoutExpired:
            self.kill()
            return None, round(time.monotonic() - began, 2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.is_alive():
            self.stop()
        self.child.stdout.close()
        self.log.close()
