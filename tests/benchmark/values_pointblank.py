"""What pointblank can say of the benchmark's extract: whether its values may be what they are. No item is asked.

python values_pointblank.py FOLDER FORMAT COUNTS.json
"""

import json
import sys
from pathlib import Path

import pointblank as pb
import polars as pl

COLUMNS = {
    "cases": ["CRN", "Event number", "Order type", "RoSH", "Tier"],
    "contacts": ["Contact id", "CRN", "Type code", "Attended", "Complied", "RAR activity", "National standard"],
}


def main(folder, suffix, target):
    frames = {}
    for table, columns in COLUMNS.items():
        path = f"{folder}/{table}.{suffix}"
        if suffix == "parquet":
            frames[table] = pl.read_parquet(path, columns=columns)
        else:
            frames[table] = pl.read_csv(path, columns=columns, infer_schema=False)
    cases = (
        pb.Validate(frames["cases"])
        .col_vals_not_null(["CRN", "Event number"])
        .col_vals_in_set("Order type", ["CO", "SSO", "LIC", "PSS", "OTH", None])
        .col_vals_in_set("RoSH", ["RVHR", "RHRH", "RMRH", "RLRH", None])
        .col_vals_regex("Tier", r"^([A-D][0-3]S?|[A-G])$", na_pass=True)
        .interrogate()
    )
    contacts = (
        pb.Validate(frames["contacts"])
        .rows_distinct(columns_subset=["Contact id"])
        .col_vals_not_null(["Contact id", "CRN", "Type code"])
        .col_vals_in_set(["Attended", "Complied", "RAR activity", "National standard"], ["Y", "N", None])
        .interrogate()
    )
    failing = sum(sum(checked.n_failed().values()) for checked in (cases, contacts))
    Path(target).write_text(json.dumps(failing))


if __name__ == "__main__":
    main(*sys.argv[1:])
