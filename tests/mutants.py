"""Good files, and what becomes of them: a mutant is a good file with a few things done to it.

A mutant has a kind (csv, xlsx, parquet, yaml) and a number, which say all of it: the same number is the same bytes.
What is done is what happens to files (lines cut, quotes doubled, dates typed by hand, parts of a workbook missing),
what an attacker would try, and plain damage to bytes.
"""

from __future__ import annotations

import io
import random
import re
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: Stands in cells. Nothing that is said of a file may hold it.
MARK = "ZQMARK7ZQMARK7"  # longer than a code may be that is shown

DICTIONARY = """\
dictionary: small
version: "1"
cases:
  headings: [Caseload]
  key: [crn]
  start: start_date
  end: end_date
  group_by: {team: {code: team}}
  columns:
    crn: {type: text, required: yes, headings: [CRN]}
    start_date: {type: date, required: yes, headings: [Start date]}
    end_date: {type: date, blank: not happened, headings: [End date]}
    team: {type: code, headings: [Team]}
    hours: {type: number, headings: [Hours]}
    order: {type: code, headings: [Order], values: {community_order: [CO], licence: [LIC]}}
    told: {type: yes_no, blank: no, headings: [Told]}
tables:
  contacts:
    link: [crn]
    may_be_empty: yes
    columns:
      crn: {type: text, headings: [CRN]}
      contact_date: {type: date, headings: [Contact date]}
      type: {type: code, headings: [Type]}
events:
  seen: {from: contacts, date: contact_date, where: {type: [C1, C2]}}
  enquired: {from: contacts, date: contact_date, where: {type: Q1}}
facts:
  visits: {count: contacts, where: {type: C1}}
"""

CHECKLIST = """\
checklist: small
title: Small
version: "1"
settings:
  within: {value: 10 working days, source: local default}
  least: {value: 2, source: local default}
left_out_if:
  - {reason: Ended before it was due, when: {end_date: {before: deadline}}}
items:
  - id: S1
    title: Seen in time
    severity: high
    source: none
    relevant_if: {order: community_order}
    met_if: {some: seen, by: within after start_date}
    excused_if:
      - {reason: Told, when: {told: yes}}
    to_fix: See the person.
  - id: S2
    title: Seen after each enquiry
    severity: medium
    source: none
    met_if: {each: enquired, followed_by: seen, within: 3 weeks}
    to_fix: "Ask: again."
  - id: S3
    title: Hours
    severity: low
    source: none
    met_if:
      all_of:
        - case: {hours: {at_least: 40}, visits: {at_least: least}}
        - {gaps_between: seen, at_most: 6 weeks, from: start_date}
        - {none: enquired, older_than: 1 month}
    to_fix: Plan them.
"""

ADJUSTMENTS = """\
adjustments: region
version: "2"
note: Made up.
settings:
  small.within:
    value: 15 working days
    reason: Agreed
    from: 2025-01-01
    until: 2025-12-31
    review: 2025-10-01
  small.least: {value: 3, reason: More, review: 2026-01-01}
severity:
  S2: {value: low, reason: Sent by the court, review: 2026-01-01, agreed_by: Head}
switched_off:
  S3: {reason: Not here, until: 2025-05-31, review: 2025-05-01}
"""

HEADS = ["CRN", "Start date", "End date", "Team", "Hours", "Order", "Told", "Note", "Surname"]
ROWS = [
    [f"{MARK}A1001", "2025-01-06", "", "N1", "40", "CO", "Y", f"{MARK} a note", "Ash"],
    [f"{MARK}A1002", "07/01/2025", "2025-03-01", "N1", "", "LIC", "", f"{MARK}", "Birch"],
    [f"{MARK}A1003", "2025-02-03", "", "N2", "120", "CO", "N", "", f"{MARK}, Elm"],
    [f"{MARK}A1004", "2025-02-30", "", "n2", "many", "SSO", "perhaps", f"{MARK}", "Oak"],
    [f"{MARK}A1005", "2025-03-03", "", "", "7", "", "", f"{MARK} again", ""],
]
CONTACT_HEADS = ["CRN", "Contact date", "Type", "Note"]
CONTACTS = [
    [f"{MARK}A1001", "2025-01-09", "C1", f"{MARK}"],
    [f"{MARK}A1001", "2025-02-09", "Q1", f"{MARK} two"],
    [f"{MARK}A1002", "2025-01-20", "C2", ""],
    [f"{MARK}A1009", "2025-01-20", "C1", f"{MARK}"],
    ["", "2025-01-21", "C1", f"{MARK}"],
]

#: What a cell may hold besides what it should; the mark stands in enough of them already.
ODD = [
    "", " ", "\t", "\u00a0", "NA", "null", "None", "nan", "N/A", "-", "0", "-1", "+7", "1e9", "9" * 30, "1.5", "40.0",
    "01/02/24", "1/2/2024", "31/02/2025", "2025-13-01", "2025-1-6", "9999-12-31", "1900-01-00", "01/01/1900", "0000-00-00",
    "٠١/٠٢/2024", "infinity", "2025-01-06 00:00:00", "2025-01-06T09:00Z", "45663", "=1+1", "=HYPERLINK(\"http://e\")",
    "@SUM(A1)", "+44", "x,y", "x;y", "x\ty", 'x"y', '"', '""', "'", "a\nb", "a\r\nb", "\r", "\x00", "\x1b[31m", "\x7f",
    "\x85", "\u2028", "\u202e", "\ufeff", "\u200b", "漢字", "עברית", "😀", "Zoe\u0308", "ß", "İ", "ﬁ", "%s %d", "{0}", "{}",
    "$x", "\\", "\\N", "#N/A", "#REF!", "true", "Y", "CO", "[b]", "<b>", "&amp;", "';--", "\"; DROP TABLE t_cases; --",
    "CRN", "Start date", f"{MARK}A1001", "A" * 40_000, "A" * 140_000, "é" * 700,
]  # fmt: skip


#: Headings are shown where the dictionary does not know them, and teams are.
_ODD_HEADINGS = [odd.replace(MARK, "Other") for odd in ODD]


@dataclass(frozen=True)
class Mutant:
    """Files to be written, what is typed, and what was done. `{}` in `typed` is the folder of the files."""

    files: Mapping[str, bytes]
    typed: tuple[str, ...]
    done: str

    #: Files that are the same for every mutant.
    around = {"d.yaml": DICTIONARY.encode(), "c.yaml": CHECKLIST.encode()}


def mutant(kind: str, number: int) -> Mutant:
    """The mutant of that kind and number."""
    return KINDS[kind](random.Random(f"{kind} {number}"))


def _typed(path: str, chance: random.Random) -> tuple[str, ...]:
    """What is tried on an extract: nearly always `inspect`, which reads all of it; now and then an audit."""
    if chance.random() < 0.03:
        return ("run", f"{{}}/{path}", "--dictionary", "{}/d.yaml", "--checklist", "{}/c.yaml", "--as-at", "2025-06-30")
    typed = ("inspect", f"{{}}/{path}", "--dictionary", "{}/d.yaml")
    return (*typed, "--format", "json") if chance.random() < 0.4 else typed


def _several(chance: random.Random) -> range:
    """How many things are done: mostly one, so that what it does is seen."""
    return range(chance.choice([1, 1, 1, 2, 2, 3]))


# ── bytes, whatever they mean ────────────────────────────────────────────────────────────────────


def some_bytes(
    data: bytes, chance: random.Random, low: int = 0, high: int | None = None, *, gently: bool = False
) -> bytes:
    """A few bytes between two places changed, cut, doubled, taken out, turned round, or put in; `gently`, only changed."""
    high = len(data) if high is None else min(high, len(data))
    if high - low < 2:
        return data + b"\0"
    at, to = sorted(chance.randrange(low, high) for _ in range(2))
    few = min(to, at + chance.randrange(1, 16))
    match chance.choice([5, 6, 8, 8, 8]) if gently else chance.randrange(9):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[few:]
        case 2:
            return data[:few] + data[at:]
        case 3:
            return data[:at] + chance.randbytes(chance.randrange(1, 9)) + data[at:]
        case 4:
            return data[:at] + data[at:to][::-1] + data[to:]
        case 5:
            return data[:at] + b"\0" * (few - at) + data[few:]
        case 6:
            return data[:at] + b"\xff" * (few - at) + data[few:]
        case 7:
            value = chance.choice([0, 1, 0x7F, 0x80, 0xFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
            return data[:at] + struct.pack("<I", value) + data[at + 4 :]
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8])):
        changed[chance.randrange(low, high)] ^= 1 << chance.randrange(8)
    return bytes(changed)


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────


def _line(cells: Sequence[str], delimiter: str, end: str, *, quoted: bool) -> str:
    def cell(text: str) -> str:
        if quoted or any(sign in text for sign in (delimiter, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text

    return delimiter.join(map(cell, cells)) + end


def _csv(chance: random.Random) -> Mutant:
    contacts = chance.random() < 0.2
    rows = [list(row) for row in ([CONTACT_HEADS, *CONTACTS] if contacts else [HEADS, *ROWS])]
    delimiter = chance.choice([",", ",", ",", ";", "\t"])
    end = chance.choice(["\n", "\n", "\r\n"])
    quoted = chance.random() < 0.15
    done = []
    in_cells, in_lines = chance.random() < 0.7, chance.random() < 0.4
    if in_cells:
        for _ in _several(chance):
            done.append(_in_rows(rows, chance))
    lines = [_line(row, delimiter, end, quoted=quoted) for row in rows]
    if chance.random() < 0.15:
        lines.insert(
            0,
            chance.choice(
                [f"Caseload of June{end}", end, f"sep={delimiter}{end}", f"sep=x{end}", f'"Title{end}two"{end}']
            ),
        )
    if chance.random() < 0.1:
        lines += [end, *chance.choice([["Red = overdue"], ["Red", "Amber"]]), end]
    if in_lines:
        for _ in _several(chance):
            done.append(_in_lines(lines, chance, delimiter, end))
    encoding = chance.choice(["utf-8"] * 24 + ["utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"])
    data = "".join(lines).encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    if not (in_cells or in_lines) or chance.random() < 0.1:
        data = some_bytes(data, chance)
        done.append("bytes")
    done.append(encoding)
    if contacts:
        cases = "".join(_line(row, ",", "\n", quoted=False) for row in [HEADS, *ROWS])
        files = {"folder/cases.csv": cases.encode(), "folder/contacts.csv": data}
        typed = _typed("folder", chance)
    else:
        files, typed = {"cases.csv": data}, _typed("cases.csv", chance)
    if chance.random() < 0.1:
        typed = (*typed, "--encoding", chance.choice(["cp1252", "latin-1", "utf-16", "utf-8", "shift_jis", "utf-7", "cp037", "punycode", "idna", "unicode_escape"]))  # fmt: skip
    return Mutant(files, typed, ", ".join(done))


def _in_rows(rows: list[list[str]], chance: random.Random) -> str:
    """Something done to a table before it is written."""
    if not rows:
        rows.append([""])
    row = chance.choice(rows)
    at = chance.randrange(len(row)) if row else 0
    match chance.randrange(12):
        case 0 | 1 | 2 | 3 | 4:
            odd = chance.choice(ODD if row is not rows[0] else _ODD_HEADINGS)
            row[at : at + 1] = [odd]
            return f"odd cell {odd[:12]!a}"
        case 5:
            del row[at : at + 1]
            return "a cell missing"
        case 6:
            row.insert(at, chance.choice(ODD if row is not rows[0] else _ODD_HEADINGS))
            return "a cell more"
        case 7:
            rows.insert(chance.randrange(len(rows)), list(row))
            return "a row twice"
        case 8:
            rows.insert(chance.randrange(len(rows) + 1), [""] * chance.choice([0, 1, len(row)]))
            return "a blank row"
        case 9:
            head = rows[0]
            place = chance.randrange(len(head)) if head else 0
            head[place : place + 1] = [
                chance.choice([*HEADS, "", " crn ", "ＣＲＮ", "Case\nref", "Other", "x" * 300, "\x1b[31m"])
            ]
            return "another heading"
        case 10:
            chance.shuffle(rows)
            return "rows in another order"
    rows.remove(row)
    return "a row missing"


def _in_lines(lines: list[str], chance: random.Random, delimiter: str, end: str) -> str:
    """Something done to a text."""
    if not lines:
        lines.append("")
    at = chance.randrange(len(lines))
    line = lines[at]
    place = chance.randrange(len(line) + 1)
    match chance.randrange(12):
        case 0:
            lines[at] = line[:place]
            return "a line cut"
        case 1:
            lines[at] = line[:place] + '"' + line[place:]
            return "a quote more"
        case 2:
            lines[at] = line.replace('"', chance.choice(["", '""', "'"]), 1)
            return "a quote changed"
        case 3:
            lines[at] = line.replace(
                delimiter, chance.choice([";", ",", "\t", "|", delimiter * 2, ""]), chance.choice([1, -1])
            )
            return "another delimiter"
        case 4:
            lines[:] = [one.replace(delimiter, chance.choice([";", "|", ":"])) for one in lines]
            return "another delimiter everywhere"
        case 5:
            lines[at] = line.rstrip("\r\n")
            return "two lines joined"
        case 6:
            lines[at] = line.rstrip("\r\n") + chance.choice(
                ["\r", "\r\n", "\n\n", "\n\r", "\u2028", "\x0b", "\x0c", "\x85"]
            )
            return "another end of line"
        case 7:
            lines[at] = line[:place] + chance.choice(_ODD_HEADINGS if "CRN" in line else ODD) + line[place:]
            return "something put in"
        case 8:
            lines.insert(at, chance.choice([end, " " + end, delimiter * 8 + end, '""' + end, "#" + end, "Total" + end]))
            return "an odd line"
        case 9:
            lines[at:] = []
            return "cut off"
        case 10:
            lines[at] = line * chance.choice([2, 40])
            return "a line many times"
    lines[at] = line[:place] + " " * chance.choice([1, 3]) + line[place:]
    return "spaces"


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TOP = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _sheet(rows: Sequence[Sequence[str]], strings: list[str], *, inline: bool) -> str:
    """A sheet's XML: texts shared or inline; days and whole numbers as numbers; what looks like an error is one."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, text in enumerate(row):
            where = f"{chr(65 + column)}{number}"
            if not text:
                continue
            if re.fullmatch(r"2025-\d\d-\d\d", text) and text != "2025-02-30":
                month, day = int(text[5:7]), int(text[8:])
                serial = 45658 + [0, 31, 59, 90, 120][month - 1] + day - 1  # 45658 is 1 January 2025
                cells.append(f'<c r="{where}" s="1"><v>{serial}</v></c>')
            elif text.isdigit():
                cells.append(f'<c r="{where}"><v>{text}</v></c>')
            elif text.startswith("#"):
                cells.append(f'<c r="{where}" t="e"><v>{text}</v></c>')
            elif inline:
                cells.append(f'<c r="{where}" t="inlineStr"><is><t>{text}</t></is></c>')
            else:
                if text not in strings:
                    strings.append(text)
                cells.append(f'<c r="{where}" t="s"><v>{strings.index(text)}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    size = f"A1:{chr(64 + len(rows[0]))}{len(rows)}"
    return (
        f'{_TOP}<worksheet xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><dimension ref="{size}"/><sheetViews><sheetView'
        f' workbookViewId="0"/></sheetViews><sheetData>{"".join(lines)}</sheetData></worksheet>'
    )


@lru_cache
def _parts(*, inline: bool) -> dict[str, str]:
    """The parts of a good workbook of two visible sheets and a hidden one."""
    strings: list[str] = []
    cases = _sheet([HEADS, *ROWS], strings, inline=inline)
    cases = cases.replace("<v>120</v>", "<f>100+20</f><v>120</v>")
    sheets = [
        cases,
        _sheet([CONTACT_HEADS, *CONTACTS], strings, inline=inline),
        _sheet([["Hidden"], [MARK]], strings, inline=inline),
    ]
    names = ["Cases", "Contacts", "Old"]
    kinds = {"sheet1": "worksheet", "sheet2": "worksheet", "sheet3": "worksheet"}
    targets = [(f"worksheets/{name}.xml", kind) for name, kind in kinds.items()]
    targets += [("sharedStrings.xml", "sharedStrings"), ("styles.xml", "styles")]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}"{" state=" + chr(34) + "hidden" + chr(34) if n == 3 else ""} r:id="rId{n}"/>'
        for n, name in enumerate(names, start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(targets, start=1)
    )
    overrides = "".join(
        f'<Override PartName="/xl/{target}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for target, kind in targets
    )
    return {
        "[Content_Types].xml": f'{_TOP}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
        f'.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_TOP}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type='
        f'"{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_TOP}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><workbookPr/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_TOP}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/styles.xml": f'{_TOP}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'{_TOP}<sst xmlns="{_MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">'
        + "".join(f"<si><t>{text}</t></si>" for text in strings)
        + "</sst>",
        **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets, start=1)},
    }  # fmt: skip


def _zipped(parts: Sequence[tuple[str, bytes]], chance: random.Random) -> bytes:
    """The parts as a zip file, always with the same date."""
    written = io.BytesIO()
    way = chance.choice([zipfile.ZIP_DEFLATED] * 6 + [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2])
    with zipfile.ZipFile(written, "w", way) as out:
        for name, data in parts:
            with warnings.catch_warnings(action="ignore"):
                out.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), data, way)
    return written.getvalue()


#: What a value of an attribute, or the text of a cell, may be instead.
_ODD_XML = [
    "", "0", "-1", "1", "2", "9", "99999", "1048576", "1048577", "4294967295", "4294967296", "18446744073709551616", "9" * 40,
    "1e308", "1e400", "nan", "inf", "-5", "60", "2958466", "1.5", "0x10", "abc", " ", "١", "true", "false", "A0", "A1", "XFD1048576",
    "ZZZ99", "a1", "1A", "A1048577", "AAAAAAAAAA1", "R1C1", "$A$1", "A1:B2", "A1:XFD1048576", "B2:A1", "é", "&amp;", "&#0;", "&x;",
    "&#xFFFE;", "_x0000_", "_x000D_",
]  # fmt: skip
_KINDS = ["s", "b", "e", "str", "inlineStr", "d", "n", "", "zz", "S"]
_ATTRIBUTE = re.compile(r'([A-Za-z:]+)="([^"]*)"')
_TEXT = re.compile(r">([^<>]+)<")
_ELEMENT = re.compile(r"<(c|row|v|t|is|si|f|sheet|Relationship|dimension)\b[^<>]*/?>")


def _in_xml(text: str, chance: random.Random) -> tuple[str, str]:
    """Something done to the XML of a part."""

    def one(pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = list(pattern.finditer(text))
        return chance.choice(found) if found else None

    match chance.randrange(14):
        case 0 | 1 | 2 | 3:
            name = chance.choice(
                ["r", "t", "s", "ref", "hidden", "state", "name", "Target", "Id", "r:id", "sheetId", "uniqueCount", ""]
            )
            if found := one(re.compile(rf'\b({re.escape(name)})="([^"]*)"') if name else _ATTRIBUTE):
                new = chance.choice(_KINDS if name == "t" else _ODD_XML)
                if name == "Target":
                    new = chance.choice(["/xl/worksheets/sheet2.xml", "../../etc/passwd", "http://e/x", "", "sharedStrings.xml", "worksheets/../worksheets/sheet1.xml", "worksheets\\sheet1.xml"])  # fmt: skip
                return text[: found.start(2)] + new + text[found.end(2) :], f"{found[1]}={new[:12]!a}"
        case 4 | 5 | 6:
            if found := one(_TEXT):
                odd = chance.choice([*_ODD_XML, *(o.replace("&", "&amp;").replace("<", "&lt;") for o in _ODD_HEADINGS)])
                return text[: found.start(1)] + odd + text[found.end(1) :], f"text {odd[:12]!a}"
        case 7:
            if found := one(_ATTRIBUTE):
                return text[: found.start()] + text[found.end() :], f"no {found[1]}"
        case 8 | 9:
            if found := one(_ELEMENT):
                end = re.compile(rf"</{found[1]}>").search(text, found.end())
                whole = found[0] if found[0].endswith("/>") or not end else text[found.start() : end.end()]
                stop = found.start() + len(whole)
                new, what = chance.choice([("", "gone"), (whole * 2, "twice"), (whole * 30, "thirty times"), (f"<x>{whole}</x>", "inside"), (whole.replace(f"<{found[1]}", f"<y:{found[1]}"), "prefixed")])  # fmt: skip
                return text[: found.start()] + new + text[stop:], f"{found[1]} {what}"
        case 10:
            more = chance.choice([
                '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', '<row r="90000"><c r="A90000"><v>1</v></c></row>',
                '<row r="9"><c r="NTP9"><v>1</v></c></row>', '<row><c t="s"><v>0</v></c></row>', "<row/>", '<row r="2"><c r="A2"/></row>',
                '<row r="8"><c r="A8" t="str"><f>""</f><v></v></c></row>', '<row r="8"><c r="B8"><f>A1</f></c></row>',
                '<row r="8"><c r="A8" t="e"><v>#REF!</v></c></row>', '<row r="8"><c r="A8" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
                '<row r="0"><c r="A0"><v>1</v></c></row>', '<row r="8"><c r="A8" t="b"><v>7</v></c></row>', "<c><v>1</v></c>", f"<!-- {MARK} -->",
                f"<![CDATA[{MARK}]]>", "<?x y?>",
            ])  # fmt: skip
            return text.replace("</sheetData>", more + "</sheetData>"), f"more {more[:24]}"
        case 11:
            place = text.find("?>") + 2
            declared = chance.choice(['<!DOCTYPE x>', '<!DOCTYPE x [<!ENTITY x "y">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">', f"<!-- {MARK} -->"])  # fmt: skip
            return text[:place] + declared + text[place:], "declared"
        case 12:
            place = chance.randrange(len(text) + 1)
            return text[:place] + chance.choice(["", "<", ">", "&", "</x>", "\x00", "\x01", "]]>", "\ufeff"]) + text[place + chance.choice([0, 1, 5]) :], "signs"  # fmt: skip
    old, new = chance.choice([("UTF-8", "UTF-16"), ("UTF-8", "ISO-8859-1"), ("UTF-8", "zz"), ('version="1.0"', 'version="1.1"'), (_MAIN, ""), (_MAIN, _MAIN.replace("main", "x")), ("worksheet", "Worksheet"), ("<workbookPr/>", '<workbookPr date1904="1"/>'), ("sheetData", "SheetData"), (' state="hidden"', ""), ('name="Contacts"', 'name="cases"'), ("<workbookPr/>", '<workbookPr date1904="maybe"/>')])  # fmt: skip
    return text.replace(old, new), f"{old[-8:]} to {new[-8:]}"


def _xlsx(chance: random.Random) -> Mutant:
    parts: list[tuple[str, bytes]] = []
    texts = dict(_parts(inline=chance.random() < 0.4))
    done = []
    if chance.random() < 0.75:
        for _ in _several(chance):
            name = chance.choice(["xl/worksheets/sheet1.xml"] * 6 + ["xl/worksheets/sheet2.xml", *texts])
            texts[name], what = _in_xml(texts[name], chance)
            done.append(f"{name.rpartition('/')[2]}: {what}")
    for name, text in texts.items():
        encoding = "utf-16" if chance.random() < 0.01 else "utf-8"
        parts.append((name, text.encode(encoding, "surrogatepass")))
    if not done or chance.random() < 0.15:
        done.append(_in_parts(parts, chance))
    data = _zipped(parts, chance)
    if not done[-1] or chance.random() < 0.12:
        data, what = _in_zip(data, chance)
        done.append(what)
    return Mutant({"cases.xlsx": data}, _typed("cases.xlsx", chance), ", ".join(done))


def _in_parts(parts: list[tuple[str, bytes]], chance: random.Random) -> str:
    at = chance.randrange(len(parts))
    name, data = parts[at]
    match chance.randrange(8):
        case 0:
            del parts[at]
            return f"no {name}"
        case 1:
            parts[at] = (
                chance.choice(
                    [name.upper(), name.replace("/", "\\"), "/" + name, "../" + name, name + "x", "é" + name]
                ),
                data,
            )
            return f"{name} renamed"
        case 2:
            parts[at] = (name, b"")
            return f"{name} empty"
        case 3:
            parts.append((name, data if chance.random() < 0.5 else b"<x/>"))
            return f"{name} twice"
        case 4:
            parts[at] = (name, some_bytes(data, chance))
            return f"bytes of {name}"
        case 5:
            other = chance.choice(parts)
            parts[at] = (name, other[1])
            return f"{name} is {other[0]}"
        case 6:
            parts[at] = (name, b"<x>" * 30_000)
            return f"{name} deep"
    chance.shuffle(parts)
    return ""


def _in_zip(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    heads = [found.start() for found in re.finditer(b"PK\x01\x02", data)]
    locals_ = [found.start() for found in re.finditer(b"PK\x03\x04", data)]
    changed = bytearray(data)
    match chance.randrange(8):
        case 0:
            return some_bytes(data, chance), "bytes of the zip"
        case 1:
            return some_bytes(data, chance, heads[0]), "bytes of the directory"
        case 2:
            for at, start in ((8, chance.choice(heads)), (6, chance.choice(locals_))):
                changed[start + at] |= chance.choice([1, 8, 32, 64])
            return bytes(changed), "flags"
        case 3:
            start = chance.choice(heads)
            changed[start + 10 : start + 12] = struct.pack("<H", chance.choice([0, 1, 9, 12, 14, 93, 99, 65535]))
            return bytes(changed), "a way of packing"
        case 4:
            start, at = chance.choice(heads), chance.choice([16, 20, 24, 42])
            changed[start + at : start + at + 4] = struct.pack("<I", chance.choice([0, 1, 0xFFFF, 2**31, 0xFFFFFFFF]))
            return bytes(changed), "a sum or a size"
        case 5:
            return data + chance.choice([b"\0" * 9, b"PK\x05\x06", data]), "something behind"
        case 6:
            return chance.choice([b"\0" * 9, b"MZ", data]) + data, "something before"
    return data[: chance.randrange(len(data))], "cut off"


# ── Parquet ──────────────────────────────────────────────────────────────────────────────────────

_VALUES = ", ".join(
    "(" + ", ".join(f"'{cell}'" if cell else "null" for cell in row) + ")" for row in ROWS
)  # as text, as in CSV
_NAMED = ", ".join(f'"{head}"' for head in HEADS)
_OF_TEXT = f"select * from (values {_VALUES}) as t({_NAMED})"
_OTHER_TYPES = {
    "text": _OF_TEXT,
    "dates and numbers": f'select * replace (try_cast("Start date" as date) as "Start date", try_cast("Hours" as double) as "Hours", "Told" = \'Y\' as "Told") from ({_OF_TEXT})',
    "timestamps": f'select * replace (try_cast("Start date" as timestamp) as "Start date", try_cast("End date" as timestamptz) as "End date") from ({_OF_TEXT})',
    "groups of values": f"select [1, 2] as l, {{'a': {{'b': 1}}}} as g, map {{'k': 1}} as m, * from ({_OF_TEXT})",
    "many records": f'select * replace ("CRN" || n as "CRN") from ({_OF_TEXT}), range(120) r(n)',
    "no records": f"select * from ({_OF_TEXT}) limit 0",
    "odd types": f'select * replace (1.5::decimal(9,2) as "Hours", \'x\'::blob as "Note", \'550e8400-e29b-41d4-a716-446655440000\'::uuid as "Told", time \'10:00\' as "Surname") from ({_OF_TEXT})',
    "days out of the way": f'select * replace (case n when 0 then date \'0001-01-01\' when 1 then date \'290000-01-01\' when 2 then \'infinity\'::date else \'-infinity\'::date end as "Start date", "CRN" || n as "CRN") from ({_OF_TEXT}), range(5) r(n)',
}  # fmt: skip
_WAYS = ["compression uncompressed", "compression snappy", "compression zstd", "compression gzip, row_group_size 2048", "compression uncompressed, parquet_version v2"]  # fmt: skip


@lru_cache(maxsize=1)
def _good_parquet() -> list[tuple[str, bytes]]:
    import duckdb

    found = []
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:", config={"threads": "1"}) as con:
        for what, select in _OTHER_TYPES.items():
            for way in _WAYS[:2] if what != "text" else _WAYS:
                path = Path(folder) / "x.parquet"
                con.execute(f"copy ({select}) to '{path}' (format parquet, {way})").fetchall()
                found.append((f"{what}, {way}", path.read_bytes()))
    return found


def _parquet(chance: random.Random) -> Mutant:
    what, data = chance.choice(_good_parquet())
    length = struct.unpack("<I", data[-8:-4])[0]
    footer = len(data) - 8 - length
    done = [what]
    for _ in _several(chance):
        match chance.randrange(8):
            case 0 | 1:
                data = some_bytes(data, chance, 4, max(6, footer), gently=chance.random() < 0.7)
                done.append("pages")
            case 2 | 3 | 4:
                data = some_bytes(
                    data,
                    chance,
                    min(footer, max(0, len(data) - 10)),
                    max(2, len(data) - 8),
                    gently=chance.random() < 0.7,
                )
                done.append("footer")
            case 5:
                data = (
                    data[:-8]
                    + struct.pack("<I", chance.choice([0, 1, length - 1, length + 1, len(data), 2**31, 2**32 - 1]))
                    + b"PAR1"
                )
                done.append("length")
            case 6:
                other, theirs = chance.choice(_good_parquet())
                own = struct.unpack("<I", theirs[-8:-4])[0]
                data = data[:footer] + theirs[len(theirs) - 8 - own :]
                done.append(f"footer of {other}")
            case 7:
                old, new = chance.choice([(b"CRN", b"CRM"), (b"Start date", b"Start\x00date"), (b"Team", b"\xff\xfe\xfd\xfc"), (b"Hours", b"CRN\0\0"), (b"Note", b"Team"), (b"Order", b"\x1b[31m")])  # fmt: skip
                data = data.replace(old, new)
                done.append(f"{old!a} to {new!a}")
    typed = _typed("cases.parquet", chance)
    return Mutant({"cases.parquet": data}, typed, ", ".join(done))


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────

_ODD_YAML = [
    "", " ", "~", "null", "yes", "no", "on", "0", "-1", "007", "1e3", "12:30", "2025-02-30", "2025-01-06", "9999-12-31", "9" * 40,
    "10 working days", "0 working days", "9999 months", "-3 weeks", "1 fortnight", "working days", "start_date", "end_date", "crn",
    "deadline", "as_at", "seen", "nothing", "10 working days after start_date", "within after nothing", "[]", "{}", "[a, b]", "{a: b}",
    "[[[[]]]]", "{a: {b: {c: d}}}", "[" * 30 + "]" * 30, "[" * 3000, "&a x", "*a", "!!python/object/apply:os.system [ls]", "!t x", "! x",
    "<<", "{<<: {a: b}}", "'", '"', "'x", '"\\e[31m"', '"\\ud800"', '"\\x"', "|", ">-", "|\n  a", "@x", "`x", "%x", "# x", "a: b: c", "- x", "? x",
    "x" * 3000, "é" * 100, "漢字", "\u202e", "\x1b", "\ufeff", "\u2028", "\x00", "$x", "{0}", "%s", "'; DROP TABLE t_cases; --", "(a+)+$", "[", "(?=x)",
    "\\1", "community_order", "licence", "text", "code", "date", "number", "yes_no", "high", "low", "contacts", "cases", "small", "S1", "small.within",
]  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9_.:-][A-Za-z0-9_. -]*")


def _yaml(chance: random.Random) -> Mutant:
    ruled = DICTIONARY.replace("headings: [Hours]", "headings: [Hours], at_most: 300, at_least: 0")
    ruled = ruled.replace("headings: [CRN]}\n    start", 'headings: [CRN], pattern: "[A-Z]+[0-9]+"}\n    start')
    which, text = chance.choice(
        [("dictionary", ruled), ("checklist", CHECKLIST), ("checklist", CHECKLIST), ("adjustments", ADJUSTMENTS)]
    )
    lines = text.splitlines(keepends=True)
    done = [which]
    for _ in _several(chance):
        done.append(_in_yaml(lines, chance))
    data = "".join(lines).encode(chance.choice(["utf-8"] * 15 + ["utf-8-sig", "utf-16", "latin-1"]), "replace")
    if chance.random() < 0.08:
        data = some_bytes(data, chance)
        done.append("bytes")
    plain = ("--dictionary", "{}/d.yaml")
    typed: tuple[str, ...]
    if which == "dictionary":
        typed = ("inspect", "{}/good", "--dictionary", "{}/m.yaml")
        if chance.random() < 0.4:
            typed = ("run", "{}/good", "--dictionary", "{}/m.yaml", "--checklist", "{}/c.yaml")
    elif which == "checklist":
        typed = chance.choice([
            ("run", "{}/good", "--checklist", "{}/m.yaml", "--as-at", "2025-06-30", *plain),
            ("run", "{}/good", "--checklist", "{}/m.yaml", "--as-at", "2025-06-30", *plain),
            ("gaps", "{}/good", "--checklist", "{}/m.yaml", "--as-at", "2025-06-30", *plain),
            ("explain", "{}/good", "C1", "--checklist", "{}/m.yaml", "--as-at", "2025-06-30", *plain),
            ("lint", "{}/m.yaml", *plain), ("show", "{}/m.yaml", *plain),
        ])  # fmt: skip
    else:
        typed = (
            "run",
            "{}/good",
            "--checklist",
            "{}/c.yaml",
            "--adjustments",
            "{}/m.yaml",
            "--as-at",
            "2025-06-30",
            *plain,
        )
    return Mutant({"m.yaml": data}, typed, ", ".join(done))


def _in_yaml(lines: list[str], chance: random.Random) -> str:
    """Something done to a file of YAML."""
    if not lines:
        lines.append("\n")
    at = chance.randrange(len(lines))
    line = lines[at]
    indent = len(line) - len(line.lstrip(" "))
    match chance.randrange(18):
        case 14 | 15 | 16 | 17:  # something that may well be right
            places = [
                (n, found) for n, one in enumerate(lines) for found in re.finditer(r"(?<=: )[^{}\[\],#\n]+|[0-9]+", one)
            ]
            if len(places) > 1:
                (place, found), (_, other) = chance.sample(places, 2)
                new = str(chance.choice([0, 1, 2, 3, 52, 9999])) if found[0].isdigit() else other[0]
                lines[place] = lines[place][: found.start()] + new + lines[place][found.end() :]
                return f"{found[0][:12]!a} to {new[:12]!a}"
        case 0 | 1 | 2 | 3:
            words = [found for found in _PLAIN.finditer(line, indent) if found[0] != "-"]
            if words:
                found = chance.choice(words)
                odd = chance.choice(_ODD_YAML)
                lines[at] = line[: found.start()] + odd + line[found.end() :]
                return f"{found[0][:12]} to {odd[:14]!a}"
        case 4:
            key, colon, _ = line.partition(": ")
            if colon:
                lines[at] = f"{key}: {chance.choice(_ODD_YAML)}\n"
                return f"another value of {key.strip()}"
        case 5:
            lines[at : at + chance.choice([1, 1, 3])] = []
            return "a line missing"
        case 6:
            lines.insert(chance.randrange(len(lines) + 1), line)
            return "a line twice"
        case 7:
            more = chance.choice([-4, -2, -1, 1, 2, 4])
            for place in range(at, min(len(lines), at + chance.choice([1, 1, 3, 9]))):
                lines[place] = " " * more + lines[place] if more > 0 else lines[place].removeprefix(" " * -more)
            return f"indented by {more}"
        case 8:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
            return "two lines swapped"
        case 9:
            place = chance.randrange(len(line) + 1)
            lines[at] = line[:place] + chance.choice([":", ": ", "-", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "!t ", "|", ">", "'", '"', "%", "@", "#", " # ", "\t", "\r", "?", "\\", "---\n", "...\n", "é", "\u202e", "\x1b"]) + line[place:]  # fmt: skip
            return "a sign more"
        case 10:
            place = chance.randrange(len(line))
            lines[at] = line[:place] + line[place + 1 :]
            return "a character missing"
        case 11:
            lines.insert(at, chance.choice(["---\n", "%YAML 1.1\n---\n", "...\n", "\t\n", "- x\n", "x\n", ": x\n", "? [a]\n: b\n", "a: &a [*a]\n", "extends: ndelius\n", "note: hello\n", "x: " + "[" * 25 + "]" * 25 + "\n", "taken_on: 2025-02-01\n", "zone: Nowhere/Town\n", "".join(f"{' ' * n}k:\n" for n in range(40))]))  # fmt: skip
            return "a line more"
        case 12:
            start = line[: indent + 2] if line[indent : indent + 2] == "- " else line[:indent]
            text = line[len(start) :].strip()
            lines[at] = start + chance.choice(
                [f"[{text}]\n", f"{{{text}}}\n", f"'{text}'\n", f"{{a: {{{text}}}}}\n", f"- {text}\n", f"? {text}\n"]
            )
            return "other brackets"
    key, colon, value = line.partition(": ")
    if colon:
        odd = chance.choice(
            ["x", "", " ", "a b", "é", "yes", "1", "[a]", "'", key.strip()[:-1], key.strip() + "s", key.strip().upper()]
        )
        lines[at] = f"{line[:indent]}{odd}: {value}"
        return f"{key.strip()} to {odd!a}"
    return "nothing"


KINDS: dict[str, Callable[[random.Random], Mutant]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "yaml": _yaml}
