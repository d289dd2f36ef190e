"""The words for comparisons, statuses and functions that `saying.py` puts together."""

from __future__ import annotations

from care_engine.model import Text

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}
STATUSES = {
    "done": Text("sudah dilakukan", "done"),
    "due": Text("jatuh tempo", "due"),
    "overdue": Text("terlambat", "overdue"),
    "missed": Text("terlewat", "missed"),
    "not-yet": Text("belum waktunya", "not yet"),
}
#: What a function says about its first argument.
ABOUT = {
    "previous": Text("{} sebelumnya", "the {} before"),
    "previous_where": Text("{} sebelumnya", "the {} before"),
    "first": Text("{} pertama", "the first {}"),
    "latest_on": Text("tanggal {}", "the day of {}"),
    "latest_where_on": Text("tanggal {}", "the day of {}"),
    "latest_ever_on": Text("tanggal {}", "the day of {}"),
    "previous_on": Text("tanggal {} sebelumnya", "the day of {} before"),
    "first_on": Text("tanggal {} pertama", "the first day of {}"),
    "count": Text("banyaknya {} dicatat", "how often {} was recorded"),
    "found_on": Text("ditemukannya {}", "the day {} was found"),
    "first_found_on": Text("pertama ditemukannya {}", "the first day {} was found"),
    "given_on": Text("tanggal {}", "the day of {}"),
    "given_ever_on": Text("tanggal {}", "the day of {}"),
    "done_on": Text("tanggal {}", "the day of {}"),
    "times_given": Text("banyaknya {}", "how often {} was given"),
    "times_given_ever": Text("banyaknya {}", "how often {} was given"),
    "doses": Text("dosis {}", "doses of {}"),
    "status": Text("{}", "{}"),
    "size": Text("banyaknya {}", "how many of {}"),
    "first_date": Text("hari pertama {}", "the first day of {}"),
    "last_date": Text("hari terakhir {}", "the last day of {}"),
    "count_where": Text("banyaknya kontak dengan {}", "contacts with {}"),
    "month_index": Text("bulan dari {}", "the month of {}"),
    "abs": Text("selisih {}", "the distance of {}"),
}
