"""What pandera can say of the benchmark's extract: whether its values may be what they are. No item is asked.

python values_pandera.py FOLDER FORMAT COUNTS.json
"""

import json
import sys
from pathlib import Path

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

YES_NO = pa.Check.isin(["Y", "N"])
CASES = pa.DataFrameSchema(
    {
        "CRN": pa.Column(str),
        "Event number": pa.Column(str),
        "Order type": pa.Column(str, pa.Check.isin(["CO", "SSO", "LIC", "PSS", "OTH"]), nullable=True),
        "RoSH": pa.Column(str, pa.Check.isin(["RVHR", "RHRH", "RMRH", "RLRH"]), nullable=True),
        "Tier": pa.Column(str, pa.Check.str_matches(r"^([A-D][0-3]S?|[A-G])$"), nullable=True),
    }
)
CONTACTS = pa.DataFrameSchema(
    {
        "Contact id": pa.Column(str, unique=True),
        "CRN": pa.Column(str),
        "Type code": pa.Column(str),
        "Attended": pa.Column(str, YES_NO, nullable=True),
        "Complied": pa.Column(str, YES_NO, nullable=True),
        "RAR activity": pa.Column(str, YES_NO, nullable=True),
        "National standard": pa.Column(str, YES_NO, nullable=True),
    }
)


def main(folder, suffix, target):
    failing = 0
    for table, schema in (("cases", CASES), ("contacts", CONTACTS)):
        path, columns = f"{folder}/{table}.{suffix}", list(schema.columns)
        frame = (
            pl.read_parquet(path, columns=columns)
            if suffix == "parquet"
            else pl.read_csv(path, columns=columns, infer_schema=False)
        )
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as error:
            failing += error.failure_cases.height
    Path(target).write_text(json.dumps(failing))


if __name__ == "__main__":
    main(*sys.argv[1:])
