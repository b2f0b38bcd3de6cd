"""A ledger of a million entries: sealed, checked in the database and in its files outside (`tend bench ledger`).

    python3 ledger.py [--entries 1000000]

Wanted: checking takes at most five seconds. The files outside are what somebody checks who does not trust the machine.
"""

import argparse
import json
import subprocess

from figures import finish, say
from program import environment, path, temporary

VERIFY_MS_MAX = 5000


def run(asked):
    """Everything; prints the figures."""
    with temporary() as place:
        say(f"a ledger of {asked.entries} entries")
        command = [path(), "bench", "ledger", str(asked.entries), f"{place}/ledger"]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {done.returncode} {done.stderr[-2000:]}")
        told = json.loads(done.stdout.strip().splitlines()[-1])
    verify = sorted(told["verify_ms"])[len(told["verify_ms"]) // 2]
    held = {"verify": verify <= VERIFY_MS_MAX, "verify_files": told["verify_files_ms"] <= VERIFY_MS_MAX}
    finish("ledger", held, verify_median_ms=verify, **told)


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--entries", type=int, default=1_000_000)
    run(words.parse_args())
