"""What a cell's text is read as: one line a cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditcheck.extract import read_extract
from tests.extract_files import folder, names
from tests.test_extract_dates import NBSP, SPELLINGS

BAD = "unreadable"

CELLS: list[tuple[str, str, Any]] = [
    # column, cell as it stands in the file, what it is read as (None is blank)
    *(("end_date", cell, date.fromisoformat(day) if day[:1].isdigit() else BAD) for cell, day in SPELLINGS),
    ("end_date", "", None),
    ("end_date", "   ", None),
    ("end_date", NBSP, None),
    ("indicated", "Y", True),
    ("indicated", "yes", True),
    ("indicated", " TRUE ", True),
    ("indicated", "t", True),
    ("indicated", "1", True),
    ("indicated", "n", False),
    ("indicated", "No", False),
    ("indicated", "false", False),
    ("indicated", "F", False),
    ("indicated", "0", False),
    ("indicated", "", None),
    ("indicated", "maybe", BAD),
    ("indicated", "2", BAD),
    ("indicated", "Yes.", BAD),
    ("hours", "40", 40),
    ("hours", "+40", 40),
    ("hours", "-7", -7),
    ("hours", "007", 7),
    ("hours", "9223372036854775807", 9223372036854775807),
    ("hours", "9223372036854775808", BAD),
    ("hours", "40.0", BAD),
    ("hours", "40,5", BAD),
    ("hours", "1e3", BAD),
    ("hours", "- 7", BAD),
    ("hours", "٧", BAD),
    ("hours", "", None),
    ("order_type", "CO", "community_order"),
    ("order_type", " co ", "community_order"),
    ("order_type", "1", "community_order"),
    ("order_type", "Community_Order", "community_order"),
    ("order_type", "Community order", "community_order"),
    ("order_type", "COMMUNITY  ORDER", "community_order"),
    ("order_type", "lic", "licence"),
    ("order_type", "", None),
    ("order_type", "SSO", BAD),
    ("order_type", "C O", BAD),
    ("order_type", "community_order ", "community_order"),
    ("team_code", "n54a", "N54A"),
    ("team_code", "Harbour   North", "HARBOUR NORTH"),
    ("team_code", f" Harbour{NBSP} \tNorth ", "HARBOUR NORTH"),
    ("team_code", "Zoe\u0308  North", "ZO\u00cb NORTH"),
    ("team_code", "NA", "NA"),
    ("team_code", "null", "NULL"),
    ("team_code", "", None),
    ("team_name", "NA", "NA"),
    ("team_name", "None", "None"),
    ("team_name", "nan", "nan"),
    ("team_name", "  Harbour   North ", "Harbour   North"),
    ("team_name", "00123", "00123"),
    ("team_name", "1E5", "1E5"),
    ("team_name", "12345678901234567890", "12345678901234567890"),
    ("team_name", "Zoe\u0308", "Zo\u00eb"),
    ("team_name", "'; drop table t_cases; --", "'; drop table t_cases; --"),
    ("team_name", "-", "-"),
]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    columns = ["end_date", "indicated", "hours", "order_type", "team_code", "team_name"]
    lines = ["crn,event_number,start_date," + ",".join(columns)]
    for number, (column, cell, _) in enumerate(CELLS):
        cells = [f'"{cell}"' if column == name else "" for name in columns]
        lines.append(f"X{number},1,2025-01-06," + ",".join(cells))
    path = folder(tmp_path_factory.mktemp("cells"), {"cases.csv": "\n".join(lines) + "\n"})
    with read_extract(path, names()) as extract:
        found = []
        for number, (column, _, _) in enumerate(CELLS):
            value = extract.con.execute(
                f'select "{column}", "{column}__bad" from t_cases where _case = ?', [number]
            ).fetchall()
            found.append(value[0])
        texts = extract.con.execute("select row - 2, text from faults order by row").fetchall()
    assert texts == [(n, cell.strip()) for n, (_, cell, expected) in enumerate(CELLS) if expected == BAD]
    return found


@pytest.mark.parametrize(
    ("number", "column", "cell", "expected"),
    [(number, *line) for number, line in enumerate(CELLS)],
    ids=[f"{column}: {cell!r}" for column, cell, _ in CELLS],
)
def test_a_cell(read: list[Any], number: int, column: str, cell: str, expected: Any) -> None:
    assert read[number] == ((None, True) if expected == BAD else (expected, False))


def test_what_is_said_of_an_unreadable_cell(tmp_path: Path) -> None:
    text = "CRN,Event number,Start date,End date,Order,Hours,Indicated\nX1,1,6 January,2051-01-01,ZZ,many,perhaps\n"
    with read_extract(folder(tmp_path, {"cases.csv": text}), names()) as extract:
        assert extract.con.execute('from faults order by "column"').fetchall() == [
            ("unreadable cell", "cases.csv", 2, "End date", "a date outside 1980 to 2050", "2051-01-01"),
            ("unreadable cell", "cases.csv", 2, "Hours", "not a whole number", "many"),
            ("unreadable cell", "cases.csv", 2, "Indicated", "not yes or no (Y or N)", "perhaps"),
            ("unknown code", "cases.csv", 2, "Order", "not a code the dictionary knows", "ZZ"),
            ("unreadable cell", "cases.csv", 2, "Start date", "not a date (YYYY-MM-DD or DD/MM/YYYY)", "6 January"),
        ]
        assert extract.faults == {"unknown code": 1, "unreadable cell": 4}
        assert extract.bad_columns == {
            ("cases", name)
            for name in ("end_date", "hours", "indicated", "order_type", "start_date", "team_code", "team_name")
        }
        assert extract.missing_columns == {("cases", "team_code"), ("cases", "team_name")}
