"""A checklist's own tests: made-up records in YAML, and the state that each item is to have.

    auditcheck test domestic-abuse        reads checklists/domestic-abuse.tests.yaml

The records are written to files and read as an extract is: the same conversion, the same faults. All
tests that look from the same date with the same tables supplied stand side by side in one extract,
so that hundreds take seconds. Every state is worked out twice, by the engine and in plain Python.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from auditcheck.calendar import Calendar, weekday_date
from auditcheck.checklist import Checklist, Item, find_checklist, load_checklists
from auditcheck.dictionary import Date, load_dictionary
from auditcheck.names import Names, Table
from auditcheck.problems import ChecklistStop, Problem, did_you_mean, listed, nearest, quote, shown, unknown
from auditcheck.result import CaseInfo, Point, Tried
from auditcheck.shipped import shipped_checklists
from auditcheck.states import State
from auditcheck.written import Plain, Plains, Shape, Written, part_of_language, validate, wrong
from auditcheck.yamlfile import Mapping as YamlMapping
from auditcheck.yamlfile import Text, file_of, is_missing, line_of, read_yaml

if TYPE_CHECKING:
    from auditcheck.evaluate import Outcome
    from auditcheck.reading import CaseReading

ENDING = ".tests.yaml"

#: Stands in every table of a test's extract, so that none is empty: an empty table would mean that
#: nothing can be told, and a test that names no contact means that there was none.
NOBODY = "nobody"


@dataclass(frozen=True)
class Tested:
    """What came of the tests of one or more checklists. `without` are shipped ones that have none."""

    checklists: tuple[Checklist, ...]
    names: Names
    answers: tuple[Answer, ...]
    without: tuple[str, ...] = ()

    @property
    def tried(self) -> list[Tried]:
        return [answer.tried() for answer in self.answers]

    def points(self) -> list[Point]:
        """What the tests try and what they leave untried, for every item."""
        from auditcheck.boundaries import points

        items = [item for checklist in self.checklists for item in checklist.items]
        return points(items, self.answers, self.names)


def run_tests(
    wanted: Sequence[str], dictionary: Path | None = None, progress: Callable[[str], None] | None = None
) -> Tested:
    """Runs the tests of these checklists (names of shipped ones, or paths); none means all shipped
    ones that have tests. Raises ChecklistStop with every mistake of checklists and tests."""
    names = load_dictionary(dictionary)
    known = shipped_checklists()
    # whoever names the tests themselves means those
    paths = [find_checklist(name.replace(ENDING, ".yaml"), known) for name in wanted] or list(known.values())
    without = [path.stem for path in paths if not wanted and not path_of_tests(path).is_file()]
    paths = [path for path in dict.fromkeys(path.absolute() for path in paths) if path.stem not in without]
    checklists = load_checklists(paths, names)
    problems: list[Problem] = []
    tests = load_tests(zip(checklists, map(path_of_tests, paths), strict=True), names, problems)
    (progress or (lambda _: None))(f"Trying {len(tests)} tests")
    answers = try_tests(tests, checklists, names, problems)
    if problems:
        raise ChecklistStop.of(problems)
    return Tested(checklists, names, tuple(answers), tuple(without))


# ── what a file may say ──────────────────────────────────────────────────────────────────────────


def _cell(raw: Any) -> str:
    if isinstance(raw, dict | list):
        raise wrong("takes the plain text of a cell")
    return str(raw)


def _rows(raw: Any) -> Any:
    """A list of rows; one row may stand alone."""
    return [raw] if isinstance(raw, dict) else raw


def _tests(raw: Any) -> Any:
    if not isinstance(raw, list):
        raise wrong("takes a list of tests")
    if not raw:
        raise wrong("needs at least one test")
    return raw


Cells = dict[str, Annotated[str, BeforeValidator(_cell), part_of_language("cell")]]
Rows = Annotated[tuple[Cells, ...], BeforeValidator(_rows), part_of_language("rows")]
StateWord = Literal[
    "met", "late", "gap", "not yet due", "excused", "cannot tell", "to judge", "left out", "not relevant"
]


class WrittenTest(Written):
    """One test: the records of one case, and the state that items are to have. Every key besides
    these is a table of the dictionary with one row or a list of rows: columns, and the text of their
    cells (“""” is a blank one). Keys, and whose a row is, are filled in where they are left out.

    `not_supplied` names tables, or columns as TABLE.COLUMN, that the extract lacks. `faults` are the
    columns, as TABLE.COLUMN, in which a cell is wrong on purpose.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Rows] = Field(init=False)

    name: Plain
    as_at: Date | None = None
    not_supplied: Plains = ()
    faults: Plains = ()
    expect: dict[str, StateWord]

    meanings: ClassVar[Mapping[str, str]] = {
        "name": "What is tried, in a few words that no other test has.",
        "as_at": "The day it looks from, instead of the file's.",
        "not_supplied": "Tables, or columns as TABLE.COLUMN, that the extract lacks.",
        "faults": "Columns, as TABLE.COLUMN, in which a cell is wrong on purpose.",
        "expect": "The state that each item, by its id, is to have.",
    }


class WrittenTests(Written):
    """The tests of a checklist: the date they look from, unless one says another, and what the rows
    of a table hold where they do not say so themselves."""

    tests_of: Plain
    as_at: Date
    note: Plain | None = None
    defaults: dict[str, Cells] = Field(default_factory=dict)
    tests: Annotated[tuple[Any, ...], BeforeValidator(_tests), Shape(Annotated[list[WrittenTest], Field(min_length=1)])]

    meanings: ClassVar[Mapping[str, str]] = {
        "tests_of": "The name of the checklist that is tried.",
        "as_at": "The day that the tests look from, unless one says another.",
        "note": "What a reader of the tests should know.",
        "defaults": "For each table, the cells that its rows hold where they do not say so themselves.",
        "tests": "The tests: records of one case each, and the states that items are to have.",
    }


# ── one test, ready to be tried ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class RecordRow:
    """One row: its cells by column, the columns that were filled in, and where it stands."""

    cells: Mapping[str, str]
    filled: frozenset[str]
    written: Mapping[Any, Any]
    line: int


@dataclass(frozen=True)
class CaseTest:
    """One test. `expect` holds the line of each item beside the state."""

    name: str
    file: str
    line: int
    checklist: str
    as_at: date
    not_supplied: frozenset[str]
    faults: tuple[str, ...]
    rows: Mapping[str, tuple[RecordRow, ...]]
    expect: Mapping[str, tuple[State, int]]


@dataclass(frozen=True)
class Answer:
    """What the two readings say of one test and item. `engine` and `outcome` agree unless `differ`
    names what does not."""

    test: CaseTest
    item: Item
    engine: State
    outcome: Outcome
    reading: CaseReading
    differ: tuple[str, ...]
    short: str

    @property
    def expected(self) -> State:
        return self.test.expect[self.item.id][0]

    def tried(self) -> Tried:
        """What reports say of it."""
        return Tried(
            checklist=self.test.checklist,
            file=self.test.file,
            line=self.test.expect[self.item.id][1],
            test=self.test.name,
            item=self.item.id,
            expected=self.expected,
            got=self.engine,
            explained=self.outcome.state,
            differ=self.differ,
            why=self.short,
        )


def path_of_tests(checklist: Path) -> Path:
    """Where the tests of the checklist in a file stand: `rar.tests.yaml` beside `rar.yaml`."""
    return checklist.with_name(checklist.stem + ENDING)


def load_tests(pairs: Iterable[tuple[Checklist, Path]], names: Names, problems: list[Problem]) -> list[CaseTest]:
    """The tests of each checklist, from the file beside it; those with a mistake are left out, and
    every mistake of every file is added to `problems`."""
    found: list[CaseTest] = []
    for number, (checklist, path) in enumerate(pairs):
        if not path.is_file():
            text = f"not found. The tests of the checklist {quote(checklist.name)} stand in a file of this name."
            problems.append(Problem(shown(path), 0, text))
            continue
        try:
            raw = read_yaml(path, problems)
        except ChecklistStop as stop:
            problems += stop.problems
            continue
        found += _File(raw, path.name, checklist, names, problems, number).tests()
    return found


class _File:
    """Reads one file of tests."""

    def __init__(
        self, raw: Any, name: str, checklist: Checklist, names: Names, problems: list[Problem], number: int
    ) -> None:
        self.raw, self.file = raw, file_of(raw, name)
        self.checklist, self.names, self.problems, self.number = checklist, names, problems, number
        self.at = ""

    def problem(self, at: object, text: str, line: int = 0) -> None:
        if not is_missing(at):
            self.problems.append(Problem(self.file, line_of(at, line), text, self.at))

    def tests(self) -> list[CaseTest]:
        written = validate(WrittenTests, self.raw, self.file, self.problems, keep=True)
        if written is not None and written.tests_of != self.checklist.name:
            at = next(key for key in self.raw if key == "tests_of")
            self.problem(
                at, f"stands beside the checklist {quote(self.checklist.name)}, not {quote(written.tests_of)}."
            )
        before = len(self.problems)
        raw_defaults = self.raw.get("defaults")
        for table, cells in raw_defaults.items() if isinstance(raw_defaults, dict) else ():
            if self._known_table(table, ()) and isinstance(cells, dict):
                self._known_columns(self.names.tables[table], cells)
        sound = written is not None and len(self.problems) == before
        found: list[CaseTest] = []
        seen: dict[str, int] = {}
        raw_tests = self.raw.get("tests")
        for place, raw in enumerate(raw_tests if isinstance(raw_tests, list) else ()):
            name = raw.get("name") if isinstance(raw, dict) else None
            self.at = name.strip() if isinstance(name, Text) else ""
            if self.at and self.at in seen:
                self.problem(name, f"the name stands here a second time; first on line {seen[self.at]}.")
            seen.setdefault(self.at, line_of(name))
            before = len(self.problems)
            if isinstance(raw, dict):
                raw = self._check(raw)
            test = validate(WrittenTest, raw, self.file, self.problems, item=self.at)
            if test is not None and written is not None and sound and len(self.problems) == before:
                ready = self._ready(test, raw, written, f"{self.number + 1}-{place + 1}")
                found += [ready] if len(self.problems) == before else []
        self.at = ""
        return found

    # what a test names

    def _check(self, raw: Mapping[Any, Any]) -> Mapping[Any, Any]:
        """Tells what a test names that is not there. Gives the test with misspelt keys put right."""
        known = list(WrittenTest.model_fields)
        right = YamlMapping(raw)
        right.file, right.line = self.file, line_of(raw)
        for key in raw:
            if key in known:
                continue
            if not self._known_table(key, known):
                near = nearest(key, [*known, *self.names.tables])
                right.setdefault(near or "", right.pop(key))
                right.pop("", None)
                continue
            table = self.names.tables[key]
            rows = _rows(raw[key])
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, dict):
                    self._known_columns(table, row)
            if key == "cases" and isinstance(rows, list) and len(rows) != 1:
                self.problem(key, "a test is of one case; write its cells as one mapping.")
        items = {item.id: item for item in self.checklist.items}
        expect = raw.get("expect")
        for item in expect if isinstance(expect, dict) else ():
            if item not in items:
                self.problem(item, unknown("item of this checklist", item, items))
        if isinstance(expect, dict) and not expect:
            self.problem(expect, "“expect” names no item.")
        for word in ("not_supplied", "faults"):
            given = raw.get(word, [])
            for name in given if isinstance(given, list) else [given]:
                if isinstance(name, str) and not is_missing(name):
                    self._known_place(word, name)
        return right

    def _known_table(self, name: Any, keys: Iterable[str]) -> bool:
        if name in self.names.tables:
            return True
        tables = list(self.names.tables)
        hint = did_you_mean(name, [*keys, *tables])
        self.problem(name, f"no table is called {quote(name)}; there are {listed(tables)}.{hint}")
        return False

    def _known_columns(self, table: Table, row: Mapping[Any, Any]) -> None:
        columns = [column.name for column in table.raw_columns]
        for column in row:
            if column not in columns:
                self.problem(column, unknown(f"column of {table.name}", column, columns))

    def _known_place(self, word: str, name: str) -> None:
        table, dot, column = name.strip().partition(".")
        if table not in self.names.tables:
            self.problem(name, f"“{word}”: {unknown('table', table, self.names.tables)}")
        elif dot:
            columns = {column.name: column for column in self.names.tables[table].raw_columns}
            if column not in columns:
                self.problem(name, f"“{word}”: {unknown(f'column of {table}', column, columns)}")
            elif word == "not_supplied" and self.names.tables[table].needs(column):
                self.problem(name, f"“{word}”: without “{column}” an extract is refused.")
        elif word == "faults":
            self.problem(name, f"“faults” takes a column, as {table}.COLUMN.")
        elif table == "cases":
            self.problem(name, "“not_supplied”: without cases there is no extract.")

    # rows

    def _ready(self, test: WrittenTest, raw: Any, written: WrittenTests, mark: str) -> CaseTest:
        """The test with its rows filled in. References mean what they say within one test only."""
        tables: dict[str, tuple[RecordRow, ...]] = {}
        given: dict[str, tuple[Cells, ...]] = {"cases": ({},), **(test.__pydantic_extra__ or {})}
        case: Mapping[str, str] = {}
        for name in ("cases", *(name for name in self.names.tables if name != "cases")):
            table = self.names.tables[name]
            rows = []
            written_rows = _rows(raw.get(name, []))
            for place, cells in enumerate(given.get(name, ())):
                at = written_rows[place] if place < len(written_rows) else raw
                row = self._row(table, {**written.defaults.get(name, {}), **cells}, at, case, f"{mark}-{place + 1}")
                rows.append(row)
            if rows:
                tables[name] = tuple(rows)
            if name == "cases":
                case = rows[0].cells
            self._no_key_twice(table, rows)
        lacking = [name.partition(".")[0] for name in test.not_supplied if "." not in name]
        for name in lacking:
            if name in tables:
                self.problem(next(key for key in raw if key == name), f"“{name}” is not supplied, and has rows.")
        return CaseTest(
            name=test.name,
            file=self.file,
            line=line_of(raw),
            checklist=self.checklist.name,
            as_at=test.as_at or written.as_at,
            not_supplied=frozenset(test.not_supplied),
            faults=test.faults,
            rows=tables,
            expect={
                item: (State(test.expect[item]), line_of(next(key for key in raw["expect"] if key == item)))
                for item in test.expect
            },
        )

    def _row(self, table: Table, cells: Cells, at: Any, case: Mapping[str, str], mark: str) -> RecordRow:
        filled: dict[str, str] = {}
        marked: dict[str, str] = {}
        for column in table.key:
            if column not in cells and (table.name == "cases" or column not in table.link):
                first = table.name != "cases" or column == table.key[0]
                filled[column] = f"X{mark}" if first else "1"
        for column in table.link:
            if column not in cells:
                filled[column] = case[column]
        if table.name == "judgements" and "audit" in table.columns and "audit" not in cells and self.names.audit:
            filled["audit"] = self.names.audit
        for column in cells:
            if self._is_reference(table, column) and cells[column].strip():
                marked[column] = f"{cells[column].strip()}-{mark.rsplit('-', 1)[0]}"
        blank = [column for column in table.key if not {**cells, **filled}[column].strip()]
        if table.name == "cases" and blank:
            self.problem(at, f"“{blank[0]}” is the key of cases and cannot be blank.", line_of(at))
        return RecordRow({**cells, **filled, **marked}, frozenset(filled), at, line_of(at))

    def _is_reference(self, table: Table, column: str) -> bool:
        """Does the column name a row of this test: as its key, as whose it is, or to look it up?"""
        first = self.names.key[0]
        looked_up = any(way.by == column for c in table.columns.values() if (way := c.look_up) is not None)
        if table.name == "cases" or column in table.link:
            return column == first or looked_up
        return looked_up or column in table.key[:1]

    def _no_key_twice(self, table: Table, rows: Sequence[RecordRow]) -> None:
        seen: dict[tuple[str, ...], int] = {}
        for row in rows if table.key else ():
            key = tuple(row.cells[column].strip() for column in table.key)
            if all(key) and key in seen:
                self.problem(row.written, f"has the key of the row on line {seen[key]}: {listed(table.key)}.", row.line)
            seen.setdefault(key, row.line)


# ── trying them ──────────────────────────────────────────────────────────────────────────────────


def try_tests(
    tests: Sequence[CaseTest], checklists: Iterable[Checklist], names: Names, problems: list[Problem]
) -> list[Answer]:
    """What both readings say of every test and every item it expects a state of, in the order of
    the tests.

    Where a record is not as its test says, that is added to `problems`: a cell that cannot be read or
    breaks a rule and is not among its `faults`, a fault that is none, a case that starts after as at.
    """
    every = [item for checklist in checklists for item in checklist.items]
    groups: dict[tuple[date, frozenset[str]], list[CaseTest]] = {}
    for test in tests:
        groups.setdefault((test.as_at, test.not_supplied), []).append(test)
    answers: list[Answer] = []
    for (as_at, lacking), group in groups.items():
        asked = {(test.checklist, item) for test in group for item in test.expect}
        items = [item for item in every if (item.checklist, item.id) in asked]
        answers += _try_group(group, items, as_at, lacking, names, problems)
    order = {id(test): place for place, test in enumerate(tests)}
    return sorted(answers, key=lambda answer: order[id(answer.test)])


def _try_group(
    tests: Sequence[CaseTest],
    items: Sequence[Item],
    as_at: date,
    lacking: frozenset[str],
    names: Names,
    problems: list[Problem],
) -> Iterator[Answer]:
    from auditcheck.engine import build_calendar
    from auditcheck.evaluate import evaluate
    from auditcheck.explain import explain
    from auditcheck.extract import read_extract
    from auditcheck.plan import Plan
    from auditcheck.reading import CaseReading
    from auditcheck.records import records

    with TemporaryDirectory(prefix="auditcheck-") as folder:
        places = _write(Path(folder), tests, as_at, lacking, names)
        with read_extract(Path(folder), names) as extract:
            _check_faults(tests, extract.fault_rows(), places, names, problems)
            plan = Plan(names, as_at, extract.bad_columns, extract.unknown_tables, extract.every_start)
            for item in items:
                plan.add_item(item)
            build_calendar(extract.con, names.closed_days)
            for statement in plan.statements():
                extract.con.execute(statement).fetchall()
            columns = ", ".join(f"s{n}, d{n}, o{n}, m{n}, r{n}" for n in range(len(items)))
            rows = extract.con.execute(f"SELECT _case, {columns} FROM {plan.states()} s").fetchall()
            found = records(extract.con, names, range(1, len(tests) + 1))
            unknown_tables, missing = set(extract.unknown_tables), set(extract.missing_columns)
    engine = {row[0]: row[1:] for row in rows}
    calendar = Calendar.of(names.closed_days)
    for number, test in enumerate(tests, start=1):
        if number not in engine:
            text = "the case starts after as at, so nothing is asked of it."
            problems.append(Problem(test.file, test.line, text, test.name))
            continue
        reading = CaseReading(names, as_at, calendar, unknown_tables, found[number], missing)
        for n, item in enumerate(items):
            if item.checklist != test.checklist or item.id not in test.expect:
                continue
            state, due, of, met, reason = engine[number][5 * n : 5 * n + 5]
            outcome = evaluate(item, reading)
            pairs = {
                "state": (state, outcome.state.value),
                "day": (due, outcome.due),
                "count": ((of, met), (outcome.occurrences, outcome.met)),
                "reason": (_reason(item, State(state), reason), outcome.reason),
            }
            differ = tuple(word for word, (one, other) in pairs.items() if one != other)
            info = CaseInfo(test.name, "", "", "")
            short = explain(item, reading, info, {}).short
            if outcome.state is State.GAP and test.expect[item.id][0] is not State.GAP:
                short = " ".join((short, *_near_words(item, outcome, reading)))
            yield Answer(test, item, State(state), outcome, reading, differ, short)


def _near_words(item: Item, outcome: Outcome, reading: CaseReading) -> Iterator[str]:
    """Of an unexpected gap, the records that nearly count, each with what it lacks: it is what the test forgot."""
    from auditcheck.nearly import MOST, near_misses

    for near in near_misses(item, outcome, reading)[-MOST:]:
        yield f"Nearly: {near.row.table} of {weekday_date(near.day, reading.as_at)}: {near.why}."


def _reason(item: Item, state: State, number: int | None) -> str:
    from auditcheck.patterns.judged import NOT_SAMPLED

    if number is None:
        return ""
    reasons = item.excused_if if state is State.EXCUSED else item.left_out_if
    return reasons[number].words if number < len(reasons) else NOT_SAMPLED


def _write(
    folder: Path, tests: Sequence[CaseTest], as_at: date, lacking: frozenset[str], names: Names
) -> dict[tuple[str, int], tuple[CaseTest, RecordRow]]:
    """Writes the tests' records as an extract, a case for each. Gives whose row each is, by table and
    row number."""
    places: dict[tuple[str, int], tuple[CaseTest, RecordRow]] = {}
    for table in names.tables.values():
        if table.name in lacking:
            continue
        columns = [c.name for c in table.raw_columns if f"{table.name}.{c.name}" not in lacking]
        nobody = dict.fromkeys((*table.key, *table.link), NOBODY)
        if table.name == "cases":
            nobody[names.start] = as_at.isoformat()
        rows: list[Mapping[str, str]] = [nobody]
        for test in tests:
            for row in test.rows.get(table.name, ()):
                rows.append(row.cells)
                places[table.name, len(rows) + 1] = (test, row)
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            out.writerow(columns)
            out.writerows([row.get(column, "") for column in columns] for row in rows)
    return places


def _check_faults(
    tests: Sequence[CaseTest],
    faults: Iterable[Any],
    places: Mapping[tuple[str, int], tuple[CaseTest, RecordRow]],
    names: Names,
    problems: list[Problem],
) -> None:
    """Tells the faults that no test meant, and those meant that are none."""
    from auditcheck.extract.values import heading

    found: dict[int, set[str]] = {}
    for fault in faults:
        table = fault.source.removesuffix(".csv")
        place = places.get((table, fault.row))
        column = next((c.name for c in names.tables[table].raw_columns if heading(c) == fault.column), fault.column)
        if place is None or column in place[1].filled:
            continue
        test, row = place
        where = f"{table}.{column}"
        found.setdefault(id(test), set()).add(where)
        if where not in test.faults:
            at = next((line_of(key) for key in row.written if key == column), 0) or row.line or test.line
            text = f"{where}: {fault.rule}. If that is meant: “faults: [{where}]”."
            problems.append(Problem(test.file, at, text, test.name))
    for test in tests:
        for where in test.faults:
            if where not in found.get(id(test), ()):
                text = f"“faults”: no cell of {where} is wrong."
                problems.append(Problem(test.file, test.line, text, test.name))
