"""Reads a result that `auditcheck run` wrote as JSON: the counts of all cases and of teams, and nothing else.

A file with rows of cases or of practitioners is read too, and these are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from auditcheck.problems import ExtractStop, shown
from auditcheck.result import About, Counts, GroupRow, ItemInfo, Result
from auditcheck.states import IN_ORDER, State

LAYOUT_VERSION = 1  # of those that there are, the one that is read

#: No count is as large as this, nor any file of counts.
_MOST = 10**9
MOST_BYTES = 50_000_000


def read_result(path: Path) -> Result:
    """The result in a file, with what is compared alone. Raises ExtractStop."""
    name = shown(path)
    try:
        if path.exists() and not path.is_file():
            raise ExtractStop(f"{name}: is not a file. {_MAKE}")
        if path.stat().st_size > MOST_BYTES:
            raise ExtractStop(f"{name}: is larger than any file of results. {_MAKE}")
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError:
        raise ExtractStop(f"{name}: cannot be read. Check its name and its permissions.") from None
    except (ValueError, RecursionError):
        raise ExtractStop(f"{name}: is not JSON. {_MAKE}") from None
    head = document.get("auditcheck") if isinstance(document, dict) else None
    if not isinstance(head, dict) or head.get("layout") != "run":
        raise ExtractStop(f"{name}: holds no result of auditcheck run. {_MAKE}")
    if type(head.get("layout_version")) is not int or head["layout_version"] < LAYOUT_VERSION:
        raise ExtractStop(f"{name}: is damaged, or was changed after it was written. {_MAKE}")
    if head["layout_version"] != LAYOUT_VERSION:
        raise ExtractStop(f"{name}: was written by a later auditcheck than this one. Use that one.")
    try:
        return _result(document)
    except _Lacking:
        raise ExtractStop(
            f"{name}: an earlier auditcheck wrote it, which did not count what had fallen due on its own.",
            "Write it again: auditcheck run EXTRACT --board -o FILE.json",
        ) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ExtractStop(f"{name}: is damaged, or was changed after it was written. {_MAKE}") from None


_MAKE = "Make one: auditcheck run EXTRACT --board -o FILE.json"


class _Lacking(Exception):
    """The file has no counts of what had fallen due."""


def _result(document: Mapping[str, Any]) -> Result:
    about, items = document["about"], tuple(map(_item, document["items"]))
    ids = [item.id for item in items]
    if not items or len({ident.upper() for ident in ids}) < len(items):
        raise ValueError("no item, or one twice")
    teams = [_team(team, ids) for team in document["teams"]]
    if len({team.code for team in teams}) < len(teams) or not isinstance(about["selection"], list):
        raise ValueError("a team twice")
    return Result(
        about=About(
            title=_text(about["title"]),
            as_at=date.fromisoformat(about["as_at"]),
            extract=_text(about["extract"]),
            sources=(),
            not_supplied=tuple(map(_text, about["not_supplied"])),
            newest_entry=date.fromisoformat(about["newest_entry"]) if about["newest_entry"] else None,
            faults={_text(fault["kind"]): _count(fault["count"]) for fault in about["faults"]},
            dictionary=_text(about["dictionary"]["name"]),
            dictionary_version=_text(about["dictionary"]["version"]),
            checklists=tuple((_text(one["name"]), _text(one["version"])) for one in about["checklists"]),
            selection=tuple(map(_text, about["selection"])),
            warnings=tuple(map(_text, about["warnings"])),
        ),
        items=items,
        cases=_count(document["cases"]),
        not_started=0,
        teams=tuple(teams),
        practitioners=(),
        overall=_group("", "all", document["overall"]["cases"], document["items"], ids),
        first=(),
        reasons={},
        horizon=date.fromisoformat(about["as_at"]),
    )


def _item(fields: Mapping[str, Any]) -> ItemInfo:
    if not fields.get("definition"):
        raise _Lacking
    return ItemInfo(
        id=_text(fields["item"]),
        title=_text(fields["title"]),
        checklist=_text(fields["checklist"]),
        checklist_title=_text(fields.get("checklist_title") or fields["checklist"]),
        severity=_text(fields["severity"]),
        judged=fields["judged"] is True,
        sample=fields["sample"] is True,
        definition=_text(fields["definition"]),
    )


def _team(fields: Mapping[str, Any], ids: list[str]) -> GroupRow:
    return _group(_text(fields["code"]), _text(fields["label"]), fields["cases"], fields["items"], ids)


def _group(code: str, label: str, cases: object, items: list[Mapping[str, Any]], ids: list[str]) -> GroupRow:
    """Counts that can be right: of each item once, of every case one state, and of what was due no more."""
    if [item["item"] for item in items] != ids:
        raise ValueError("not the same items")
    counts = {_text(item["item"]): _counts(item["states"]) for item in items}
    passed = {_text(item["item"]): _counts(item["passed"]) for item in items}
    for ident, states in counts.items():
        due, waiting = passed[ident], states.of(State.NOT_YET_DUE)
        if states.total != _count(cases) or due.met > states.met + waiting:
            raise ValueError("not so many cases")
        if any(due.of(state) > states.of(state) for state in IN_ORDER if state is not State.MET):
            raise ValueError("more was due than there is")
    return GroupRow(code, label, "", _count(cases), 0, counts, passed=passed)


def _counts(states: Mapping[str, Any] | None) -> Counts:
    if states is None:
        raise _Lacking
    return Counts(tuple(_count(states[state.value.replace(" ", "_")]) for state in IN_ORDER))


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < _MOST:
        raise ValueError("not a count")
    return value


def _text(value: object) -> str:
    if value is not None and not isinstance(value, str):
        raise TypeError("not a text")
    return value or ""
