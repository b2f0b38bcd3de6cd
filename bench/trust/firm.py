"""A firm whose every phone is known: made-up rows in a file, imported as any file is.

    python3 firm.py FOLDER [--customers 320000]

Each customer has five sealed cells (two phones, mail, WeChat, address); all values come from the row number. 320,000
customers are a database of about a gigabyte with more than a million and a half cells. The other scripts take the
folder with --firm.
"""

import argparse
import os
import sqlite3
import time

from figures import finish, mb, say
from program import demo, temporary, tend

CUSTOMERS = 320_000
# Tables and columns that hold what is sealed with a customer's key.
CELLS = [("contact_point", "cell"), ("contact", "note_cell"), ("trace_turn", "cell"), ("trace_evidence", "cell"),
         ("trace_evidence", "file_key_cell")]
HEAD = "客户编号,姓名,手机号,备用电话,邮箱,微信,地址,性别,生日,地区\n"


def phone(row):
    """The first phone of a row; beyond those of the sample firm, whose people stand in the same database."""
    return f"139{20_000_000 + row:08}"


def second_phone(row):
    """The second: other last digits than the first, and no two alike."""
    return f"137{20_000_000 + (row * 7919 + 13) % 80_000_000:08}"


def outside_id(row):
    """The number under which the firm's own systems know the customer of a row; no agreement of the sample firm has it."""
    return f"X{row:08}"


def text_of(row):
    """A line of the file."""
    return (
        f"{outside_id(row)},陈示例{row},{phone(row)},{second_phone(row)},t{row:08}@firm.example,wx_t{row:08},"
        f"深圳市南山区示例路{row % 900}号{row % 70}栋{row},{'女' if row % 2 else '男'},"
        f"19{50 + row % 50}-{row % 12 + 1:02}-{row % 28 + 1:02},南山\n"
    )


def bring(folder, customers, first=0, batch="known"):
    """Imports so many rows into a firm that stands; the seconds it took."""
    with temporary() as place:
        path = os.path.join(place, "rows.csv")
        with open(path, "w", encoding="utf-8") as rows:
            rows.write(HEAD)
            rows.writelines(text_of(row) for row in range(first, first + customers))
        began = time.monotonic()
        told = tend(folder, "import", path, "--batch", batch, "--yes")
        if told["created"] != customers:
            raise SystemExit(f"of {customers} customers {told['created']} were made: {told}")
        return time.monotonic() - began


def cells_of(database):
    """How many sealed cells stand in a database."""
    base = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return sum(base.execute(f"SELECT COUNT({column}) FROM {table}").fetchone()[0] for table, column in CELLS)
    finally:
        base.close()


def settle(folder):
    """Writes the log beside the database back into it, while no program runs."""
    base = sqlite3.connect(f"{folder}/tend.db")
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def made(folder, customers):
    """The folder of such a firm, made where it is not there yet."""
    if os.path.exists(f"{folder}/tend.db"):
        return None
    demo(folder, 10)
    seconds = bring(folder, customers)
    settle(folder)
    return seconds


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder")
    words.add_argument("--customers", type=int, default=CUSTOMERS)
    asked = words.parse_args()
    say(f"importing {asked.customers} customers")
    took = made(asked.folder, asked.customers)
    size = os.path.getsize(f"{asked.folder}/tend.db")
    finish("firm", {}, customers=asked.customers, cells=cells_of(f"{asked.folder}/tend.db"), megabytes=mb(size),
           import_seconds=took and round(took, 1), rows_per_second=took and round(asked.customers / took))
