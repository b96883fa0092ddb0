"""The rules of values: each finds what it should, only pandera knows it, and nothing is said at exit."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from auditcheck.extract import read_extract, values
from auditcheck.names import Names, Rules
from auditcheck.problems import ChecklistStop
from tests.extract_files import CASES, ONE_CASE, faults, folder, names

RULED = """
dictionary: rules
cases:
  key: [crn]
  start: start_date
  end: end_date
  in_order: [[start_date, end_date]]
  columns:
    crn: {type: text, required: yes, pattern: "X\\\\d{3}|Y1"}
    start_date: {type: date, at_least: "2020-01-01", at_most: "2026-06-30"}
    end_date: {type: date, headings: [End date]}
    tier: {type: code, allowed: [A1, b2]}
    order_type: {type: code, values: {community_order: [CO], licence: [LIC]}, allowed: [licence]}
    grade: {type: text, allowed: [PO, PSO]}
    hours: {type: number, at_least: "0", at_most: "300", allowed: ["-1", "40", "300", "301"]}
"""

HEADS = "crn,start_date,end_date,tier,order_type,grade,hours\n"

RULES = [
    # a row, what is broken: (kind, column, rule, text)
    ("X123,2025-01-06,2025-01-06,A1,LIC,PO,300", []),
    ("X123,,,,,,", []),
    ("Y1,2020-01-01,,a1,LIC,PSO,40", []),
    ("X1234,2026-06-30,,B2,LIC,,", [("value outside the rules", "crn", "not of the expected form", "X1234")]),
    ("x123,,,,,,", [("value outside the rules", "crn", "not of the expected form", "x123")]),
    ("X١٢٣,,,,,,", [("value outside the rules", "crn", "not of the expected form", "X١٢٣")]),
    ("X123Y1,,,,,,", [("value outside the rules", "crn", "not of the expected form", "X123Y1")]),
    ("X123,2019-12-31,,,,,", [("value outside the rules", "start_date", "before 2020-01-01", "2019-12-31")]),
    ("X123,2026-07-01,,,,,", [("value outside the rules", "start_date", "after 2026-06-30", "2026-07-01")]),
    ("X123,,,C3,,,", [("value outside the rules", "tier", "not one of the allowed values", "C3")]),
    ("X123,,,,CO,,", [("value outside the rules", "order_type", "not one of the allowed values", "community_order")]),
    ("X123,,,,,po,", [("value outside the rules", "grade", "not one of the allowed values", "po")]),
    ("X123,,,,,,41", [("value outside the rules", "hours", "not one of the allowed values", "41")]),
    ("X123,,,,,,-1", [("value outside the rules", "hours", "below 0", "-1")]),
    ("X123,,,,,,301", [("value outside the rules", "hours", "above 300", "301")]),
    ("X123,2025-01-06,2025-01-05,,,,", [("date out of order", "start_date", "later than “End date”", "2025-01-06")]),
]


def found(tmp_path: Path, row: str, dictionary: Names) -> list[tuple[object, ...]]:
    with read_extract(folder(tmp_path, {"cases.csv": HEADS + row + "\n"}), dictionary) as extract:
        return [(kind, column, rule, text) for kind, _, _, column, rule, text in faults(extract)]


@pytest.mark.parametrize(("row", "expected"), RULES, ids=[row for row, _ in RULES])
def test_a_rule(tmp_path: Path, row: str, expected: list[tuple[str, ...]]) -> None:
    assert found(tmp_path, row, names(RULED)) == expected


@pytest.mark.parametrize(
    ("row", "broken"),
    [(row, broken[0]) for row, broken in RULES if broken],
    ids=[row for row, broken in RULES if broken],
)
def test_without_the_rule_there_is_no_fault(tmp_path: Path, row: str, broken: tuple[str, str, str, str]) -> None:
    """Nothing but the rule in the dictionary, given to pandera, finds the fault."""
    dictionary = names(RULED)
    kind, name, rule, _ = broken
    cases = dictionary.cases
    if kind == "date out of order":
        cases = dataclasses.replace(cases, in_order=())
    else:
        gone = {"not of": "pattern", "before": "at_least", "below": "at_least", "after": "at_most", "above": "at_most"}
        which = gone.get(rule.rpartition(" ")[0] if rule[0] in "ab" else rule[:6], "allowed")
        nothing = getattr(Rules(), which)
        column = cases.columns[name]
        column = dataclasses.replace(column, rules=dataclasses.replace(column.rules, **{which: nothing}))
        cases = dataclasses.replace(cases, columns={**cases.columns, name: column})
    without = dataclasses.replace(dictionary, tables={"cases": cases})
    assert found(tmp_path, row, without) == []


def test_faults_of_many_chunks_name_their_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "CHUNK", 10)
    lines = [
        f"X{n:03d},2025-01-06,{'2025-01-05' if n in (3, 27, 28) else ''},,,,{-1 if n == 40 else ''}" for n in range(45)
    ]
    with read_extract(folder(tmp_path, {"cases.csv": HEADS + "\n".join(lines)}), names(RULED)) as extract:
        assert [(kind, row) for kind, _, row, *_ in faults(extract)] == [
            ("date out of order", 5),
            ("date out of order", 29),
            ("date out of order", 30),
            ("value outside the rules", 42),
        ]
        # Such a value stays in use.
        assert extract.con.execute("select hours, hours__bad from t_cases where _case = 40").fetchall() == [(-1, False)]
        assert ("cases", "hours") not in extract.bad_columns


def test_only_columns_in_use_are_checked(tmp_path: Path) -> None:
    path = folder(tmp_path, {"cases.csv": HEADS + "X123,2025-01-06,,C3,CO,po,-1\n"})
    with read_extract(path, names(RULED), wanted={"cases": {"grade"}}) as extract:
        assert extract.faults == {"value outside the rules": 1}


def test_a_pattern_that_is_none(tmp_path: Path) -> None:
    # the dictionary's own check refuses this; what it might let through must still end in a message
    broken = names(RULED)
    crn = broken.cases.columns["crn"]
    columns = {**broken.cases.columns, "crn": dataclasses.replace(crn, rules=Rules(pattern="X("))}
    broken = dataclasses.replace(broken, tables={"cases": dataclasses.replace(broken.cases, columns=columns)})
    with pytest.raises(ChecklistStop) as stopped:
        read_extract(folder(tmp_path, {"cases.csv": HEADS + "X123,,,,,,\n"}), broken)
    assert stopped.value.lines == ("dictionary: the pattern of “crn” in cases is not a regular expression.",)


@pytest.mark.parametrize(
    ("requirement", "supplied", "expected"),
    [
        ("R1", True, []),
        ("", True, []),
        (
            "R9",
            True,
            [("reference not found", "contacts.csv", 2, "Requirement", "not found in requirements.csv", "R9")],
        ),
        ("R9", False, []),  # nothing to look in
    ],
)
def test_references(tmp_path: Path, requirement: str, supplied: bool, expected: list[object]) -> None:
    contacts = f"CRN,Event number,Contact date,Requirement\nX1,1,2025-04-01,{requirement}\nX9,1,2025-04-01,R9\n"
    files = {"cases.csv": ONE_CASE, "contacts.csv": contacts}
    if supplied:
        files["requirements.csv"] = "Id,CRN,Kind\nR1,X1,RAR\n"
    with read_extract(folder(tmp_path, files), names()) as extract:
        assert faults(extract) == expected


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60
    )


def test_nothing_is_said_at_exit(tmp_path: Path) -> None:
    """DuckDB 2.0 complains on the way out when polars keeps something of it alive."""
    folder(tmp_path, {"cases.csv": HEADS + "X123,2025-01-06,2025-01-05,,,,-1\n"})
    done = run(f"""
        from pathlib import Path
        from auditcheck.extract import read_extract
        from tests.extract_files import names
        from tests.test_extract_values import RULED
        extract = read_extract(Path({str(tmp_path)!r}), names(RULED))  # global: alive to the very end
        extract.close()
        print(extract.faults)
    """)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "{'date out of order': 1, 'value outside the rules': 1}\n"


def test_pandera_is_imported_only_for_rules(tmp_path: Path) -> None:
    folder(tmp_path, {"cases.csv": CASES + "X1,1,2025-01-06,,A,CO,40,Y\n"})
    done = run(f"""
        import sys
        from pathlib import Path
        from auditcheck.extract import read_extract
        from tests.extract_files import names
        with read_extract(Path({str(tmp_path)!r}), names()) as extract:
            heavy = ("pandera", "polars", "pandas", "pyarrow", "python_calamine")
            print([name for name in heavy if name in sys.modules])
    """)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
