"""Percentiles, memory and the one JSON line that each script ends with."""

import json
import os
import sys
import time

MIB = 1024 * 1024


def percentile(times, share):
    """The value below which so many of the measured seconds lie, in milliseconds; None of nothing."""
    if not times:
        return None
    ranked = sorted(times)
    return round(ranked[min(len(ranked) - 1, int(len(ranked) * share))] * 1000, 2)


def spread(times):
    """Count, median, 99th percentile and worst, in milliseconds."""
    return {
        "count": len(times),
        "p50_ms": percentile(times, 0.5),
        "p99_ms": percentile(times, 0.99),
        "worst_ms": percentile(times, 1.0),
    }


def memory(process, line="VmRSS"):
    """Bytes that /proc tells of a process: VmRSS now, VmHWM the most so far, RssAnon without mapped files."""
    with open(f"/proc/{process}/status") as status:
        for text in status:
            if text.startswith(line + ":"):
                return int(text.split()[1]) * 1024
    return 0


def open_files(process):
    """How many files and sockets a process holds."""
    return len(os.listdir(f"/proc/{process}/fd"))


def socket_memory():
    """Bytes that the system keeps in buffers of TCP, of all processes."""
    with open("/proc/net/sockstat") as lines:
        for line in lines:
            if line.startswith("TCP:"):
                return int(line.split()[-1]) * 4096
    return 0


def mb(count):
    """Megabytes with one place."""
    return round(count / MIB, 1)


def say(text):
    """Tells on standard error how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def finish(what, held, **figures):
    """Prints the line of a script and ends it: 0 when everything held, 1 when something did not."""
    print(json.dumps({"what": what, "ok": all(held.values()), "held": held, **figures}, ensure_ascii=False), flush=True)
    sys.exit(0 if all(held.values()) else 1)
