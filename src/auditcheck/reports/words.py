"""How reports put things: numbers, plurals, dates, lists, and arguments for a command line."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from datetime import date

from auditcheck.calendar import long_date, weekday_date
from auditcheck.shipped import CHECKLISTS


def number(count: int) -> str:
    """1,912."""
    return f"{count:,}"


_UP_TO = re.compile(r" (?:of|out|outside|in|after|before|below|without|not|that|to|from|for|with)\b")


def plural(noun: str) -> str:
    """'unreadable cells', 'dates outside the calendar', 'enquiries'."""
    match = _UP_TO.search(noun)
    head, tail = (noun[: match.start()], noun[match.start() :]) if match else (noun, "")
    if re.search(r"[^aeiou]y$", head):
        head = head[:-1] + "ie"
    elif re.search(r"(?:s|x|ch|sh)$", head):
        head += "e"
    return f"{head}s{tail}"


def counted(count: int, noun: str) -> str:
    """'1 gap', '1,912 gaps'."""
    return f"{number(count)} {noun if count == 1 else plural(noun)}"


def some_of(some: int, whole: int, noun: str) -> str:
    """'3 of 12 cases'; '1 case' where it is the only one."""
    return counted(whole, noun) if some == whole == 1 else f"{number(some)} of {counted(whole, noun)}"


def day(when: date, as_at: date) -> str:
    """'30 June', with its year unless it is that of as at."""
    text = f"{when.day} {when:%B}"
    return text if when.year == as_at.year else f"{text} {when.year}"


def long_day(when: date, as_at: date) -> str:
    """'Monday 29 June', with its year unless it is that of as at."""
    return long_date(when) if when.year != as_at.year else f"{when:%A} {when.day} {when:%B}"


def short_day(when: date, as_at: date) -> str:
    """'Mon 29 June', with its year unless it is that of as at."""
    return weekday_date(when, as_at)


def quoted(argument: str) -> str:
    """An argument as it can be typed at a prompt."""
    if re.fullmatch(r"[\w@%+=:,./\\-]+", argument) and (os.name == "nt" or "\\" not in argument):
        return argument
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline([argument])
    return shlex.quote(argument)


def show_command(checklists: Iterable[str]) -> str:
    """What says what these checklists ask; of many, what lists them. A file of one's own is not found by its name."""
    known = [name for name in dict.fromkeys(checklists) if name in CHECKLISTS]
    return " ".join(("auditcheck show", *(known if len(known) <= 3 else ())))
