"""Where none is met and as many or more cannot be told or were not read, 0 % would claim what nobody knows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from auditcheck.reports.figures import Rate, beside_others, interval_words, rate, rate_words, without_rate
from auditcheck.result import Counts
from auditcheck.states import IN_ORDER, State
from tests.small_histories import typed

#: Eleven cases without an enquiry, which is a gap whatever a reader says, and twelve whose enquiry nobody has read.
CASES = "".join(f"X9000{n:02},1,2023-04-03,,N54A001,{'DOWN02' if n == 22 else 'HARB01'}\n" for n in range(23))
CONTACTS = "".join(f"X9000{n:02},1,2023-04-05,C369,K{n}\n" for n in range(11, 23))
CHECKLIST = """\
checklist: small
title: Small
version: "1"
items:
  - id: T1
    title: Enquiry made and sufficient
    severity: high
    source: local default
    relevant_if: {start_date: {recorded: yes}}
    met_if:
      all_of:
        - {some: police_enquiry_sent, by: 5 working days after start_date}
        - {judged: Was it sufficient?}
    to_fix: Send it.
"""


def counts(met: int, late: int, gap: int, unknown: int, unread: int) -> Counts:
    numbers = {State.MET: met, State.LATE: late, State.GAP: gap, State.CANNOT_TELL: unknown, State.TO_JUDGE: unread}
    return Counts(tuple(numbers.get(state, 0) for state in IN_ORDER))


@pytest.mark.parametrize(
    ("of", "said", "beside", "percent", "low", "high"),
    [  # met, late, gap, cannot tell, to judge
        (counts(0, 1, 10, 0, 14), "undecided", "0–56 %", None, 0, 56),  # 14 of 25
        (counts(0, 0, 12, 12, 0), "undecided", "0–50 %", None, 0, 50),  # 12 of 24
        (counts(0, 0, 12, 11, 0), "0 %", "0 %", 0, 0, 48),  # 11 of 23
        (counts(0, 0, 199, 1, 0), "0 %", "0 %", 0, 0, 1),  # 1 of 200: whatever it is, nothing was done
        (counts(0, 0, 12, 0, 0), "0 %", "0 %", 0, 0, 0),  # all is known: none is met
        (counts(1, 0, 11, 0, 12), "8 %", "8 %", 8, 4, 54),  # 1 of 12; 1 and 13 of 24
        (counts(12, 0, 0, 0, 12), "100 %", "100 %", 100, 50, 100),
        (counts(0, 0, 7, 0, 10), "under ten", "0/7?", None, None, None),
        (counts(0, 0, 7, 0, 0), "under ten", "0/7", None, None, None),
        (counts(1, 0, 6, 0, 10), "under ten", "1/7", None, None, None),
        (counts(0, 0, 0, 0, 5), "none read yet", "", None, None, None),
    ],
)  # fmt: skip
def test_what_is_said_of_a_rate(
    of: Counts, said: str, beside: str, percent: int | None, low: int | None, high: int | None
) -> None:
    assert (rate_words(of) or without_rate(of)) == said
    assert bool(interval_words(of)) == (percent is not None)
    assert beside_others(of) == beside
    found = rate(of, "team")
    assert (found.percent, found.low, found.high) == (percent, low, high)
    assert rate(of, "practitioner") == Rate(of.met, of.base)


def test_no_report_says_0_per_cent_before_anybody_has_read(
    tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "june"
    folder.mkdir()
    heads = "CRN,Event number,Start date,End date,Practitioner code,Team code\n"
    (folder / "cases.csv").write_text(heads + CASES, encoding="utf-8")
    (folder / "contacts.csv").write_text(
        "CRN,Event number,Contact date,Type code,Contact id\n" + CONTACTS, encoding="utf-8"
    )
    (folder / "judgements.csv").write_text(
        "CRN,Event number,Audit,Item,Answer,Auditor,Date\nX900022,1,A,T9,yes,R1,2023-06-01\n", encoding="utf-8"
    )
    (tmp_path / "small.yaml").write_text(CHECKLIST, encoding="utf-8")
    asked = [str(folder), "--checklist", str(tmp_path / "small.yaml"), "--as-at", "2023-06-30"]
    files = [word for kind in ("json", "csv", "html", "md", "txt") for word in ("-o", str(tmp_path / f"r.{kind}"))]
    assert typed("run", *asked, *files, "--record", "--unit", "Unit") == (0, "")
    screen = capsys.readouterr().out
    assert "undecided" in screen
    assert "0–52" in screen  # 12 of 23
    told = json.loads((tmp_path / "r.json").read_bytes())["items"][0]["rate"]
    assert (told["met"], told["of"], told["percent"], told["low"], told["high"]) == (0, 11, None, 0, 52)
    (row, *_) = csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8")))
    assert (row["met"], row["of"], row["percent"], row["high"]) == ("0", "11", "", "52")
    assert typed("trend") == (0, "")
    assert typed("compare", *asked, "--by", "team") == (0, "")
    said = capsys.readouterr().out
    said += "".join((tmp_path / f"r.{kind}").read_text(encoding="utf-8") for kind in ("html", "md", "txt"))
    assert "0–52 %" in said
    said += screen
    assert " 0 %" not in said.replace("0–52 %", "")
    assert ">0 %" not in said
