"""Accepted gaps and readers' answers beside an extract of one file are not read, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_extracts import of_a_team
from tests.small_histories import typed

CASES = ["XA,2023-04-03,"]
ACCEPTED = "CRN,Item,Occurrence date,Reason,Accepted by,Until\nXA,T2,,On paper,SPO1,2023-12-31\n"


def run(extract: Path, checklist: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert typed("run", str(extract), "--checklist", str(checklist), "--as-at", "2023-06-30") == (0, "")
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("file", "beside", "said"),
    [
        ("team.csv", "accepted.csv", "! accepted.csv beside team.csv is not read, as a file is an extract by itself: put all into a folder, team.csv as cases.csv and its dictionary as dictionary.yaml, and name the folder"),
        ("team.csv", "Judgements.csv", "! Judgements.csv beside team.csv is not read"),
        ("team.xlsx", "accepted.csv", "! accepted.csv beside team.xlsx is not read, as a file is an extract by itself: make it a sheet of the workbook"),
        ("team.csv", "notes.csv", ""),
    ],
)  # fmt: skip
def test_what_lies_beside_a_file(
    file: str, beside: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract = of_a_team(tmp_path / "team", file, "team.dictionary.yaml", CASES)
    (extract.parent / beside).write_text(ACCEPTED, encoding="utf-8")
    shown = run(extract, extract.parent / "small.yaml", capsys)
    assert "1 gap in 1 case" in shown
    assert said in shown
    assert ("is not read" in shown) == bool(said)


def test_in_a_folder_as_the_line_says_they_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract = of_a_team(tmp_path / "team", "cases.csv", "dictionary.yaml", CASES)
    (extract.parent / "accepted.csv").write_text(ACCEPTED, encoding="utf-8")
    shown = run(extract.parent, extract.parent / "small.yaml", capsys)
    assert "Accepted gaps: 1 in force" in shown
    assert "is not read" not in shown


def test_answers_are_not_taken_for_accepted_gaps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract = of_a_team(tmp_path / "team", "cases.csv", "dictionary.yaml", CASES)
    (extract.parent / "judgements.csv").write_text("CRN,Item,Answer\nXA,T2,yes\n", encoding="utf-8")
    assert typed("inspect", str(extract.parent), "--as-at", "2023-06-30") == (0, "")
    shown = capsys.readouterr().out
    assert "judgements.csv: no table of the dictionary" in shown
    assert "accepted?" not in shown
