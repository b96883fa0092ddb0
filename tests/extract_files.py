"""Writes small extracts to disk and reads them: what the tests of the extract share."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from auditcheck.dictionary import resolve
from auditcheck.extract import Extract
from auditcheck.names import Names
from auditcheck.problems import Stop
from auditcheck.yamlfile import parse_yaml

DICTIONARY = """
dictionary: test
cases:
  headings: [Caseload]
  key: [crn, event_number]
  start: start_date
  end: end_date
  group_by: {team: {code: team_code, label: team_name}}
  columns:
    crn: {type: text, required: yes, headings: [CRN, Case reference]}
    event_number: {type: text, headings: [Event number]}
    start_date: {type: date, required: yes, headings: [Start date]}
    end_date: {type: date, blank: not happened, headings: [End date]}
    team_code: {type: code, headings: [Team]}
    team_name: {type: text}
    order_type: {type: code, headings: [Order], values: {community_order: [CO, "1"], licence: [LIC]}}
    hours: {type: number, headings: [Hours]}
    indicated: {type: yes_no, headings: [Indicated]}
tables:
  contacts:
    headings: [Contact log]
    link: [crn, event_number]
    link_if_blank: [crn]
    columns:
      crn: {type: text, headings: [CRN]}
      event_number: {type: text, headings: [Event number]}
      contact_date: {type: date, headings: [Contact date]}
      due_date: {type: date, planned: yes, headings: [Due date]}
      type_code: {type: text, headings: [Type]}
      requirement: {type: text, headings: [Requirement]}
      kind: {look_up: kind, from: requirements, by: requirement}
  requirements:
    key: [id]
    link: [crn]
    may_be_empty: yes
    columns:
      id: {type: text, headings: [Id]}
      crn: {type: text, headings: [CRN]}
      kind: {type: text, headings: [Kind]}
  staff:
    key: [code]
    columns: {code: {type: code}, grade: {type: text}}
events:
  seen: {from: contacts, date: contact_date, where: {type_code: C1}}
  planned: {from: contacts, date: due_date, where: {type_code: C2}}
"""

CASES = "CRN,Event number,Start date,End date,Team,Order,Hours,Indicated\n"
ONE_CASE = CASES + "X1,1,2025-01-06,,A,CO,40,Y\n"


def names(text: str = DICTIONARY) -> Names:
    return resolve(parse_yaml(text.encode(), "dictionary.yaml"), "dictionary.yaml")


def folder(at: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder of files under `at`."""
    at.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (at / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return at


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
    """A workbook of sheets, each a list of rows; a cell that begins with `#` is an error value."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(rows, start=1):
            for column, value in enumerate(cells, start=1):
                if value is not None:
                    cell = sheet.cell(row, column, value)
                    if isinstance(value, str) and value.startswith("#"):
                        cell.data_type = "e"
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def changed(path: Path, part: str, change: Mapping[str, str]) -> Path:
    """The workbook with words of one of its parts replaced."""
    new = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as out:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                for before, after in change.items():
                    assert before.encode() in data, (before, data[:2000])
                    data = data.replace(before.encode(), after.encode())
            out.writestr(name, data)
    path.write_bytes(new.getvalue())
    return path


def rows(extract: Extract, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Cells of a typed table in the order of its rows."""
    listed = ", ".join(f'"{column}"' for column in columns)
    return extract.con.execute(f'select {listed} from "t_{table}" order by _row').fetchall()


def faults(extract: Extract) -> list[tuple[Any, ...]]:
    """Every fault: kind, source, row, column, rule, text."""
    return extract.con.execute("from faults order by source, row, kind").fetchall()


def message(stop: Stop) -> str:
    return "\n".join(stop.lines)


def texts_announced(path: Path) -> None:
    """calamine would make room for 103 GB of them."""
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("xl/sharedStrings.xml", '<sst uniqueCount="4294967295"><si><t>a</t></si></sst>')
