"""The items of the benchmark in pandas, as an analyst would write them: item by item, every table in memory.

python by_pandas.py FOLDER FORMAT ITEMS.json COUNTS.json
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ABSENCES = ["AFTA", "UAAB", "AACL", "AAEM", "AAFC", "AAHO", "AAME", "AARE", "AARC", "AAAA", "AASD", "AAM11", "CO05", "CO10"]  # fmt: skip
OVERSIGHT = ["MO1", "MO2", "MO3", "MO5", "MO7", "MO8", "C002", "C416", "SPOD03", "LRP1"]
OWN = ["PSM", "PSQ", "PSP", "NPSM", "NPSQ", "TPO", "PO", "PSO", "PQIP"]  # practitioners' grades: no oversight
#: What is about the person, whichever of her cases it is entered on: enquiries, and from a case's start the rest.
ENQUIRY = ["C369", "C515", "C204", "SFGC", "SFRR"]
PERSONS = [*OVERSIGHT, "CSPI", "CSPR", "CSEV", "POM4", "CCMM", "CCMR", "C281", "MAPLS", "C200", "C005", "ERFM", "EASC", "C078", "C159", "NSD1", "CCCP", "CCCR", "EASS"]  # fmt: skip
SEEN = ["CHVS", "COHV", "IOHV", "C253", "COAI", "C084"]
KEY = ["CRN", "Event number"]

COLUMNS = {
    "cases": [*KEY, "Order type", "Start date", "End date", "Team code", "Practitioner code", "RoSH", "Contact suspended from"],
    "requirements": [*KEY, "Requirement id", "Main code"],
    "referrals": ["NSI id", "Requirement id"],
    "registrations": ["CRN", "Type code", "Start date"],
    "contacts": [*KEY, "Contact date", "Type code", "Outcome code", "Attended", "Complied", "RAR activity", "National standard", "Requirement id", "NSI id", "Staff grade"],
    "assessments": [*KEY, "Completed date", "Status"],
    "allocations": [*KEY, "Staff code", "Grade", "From date", "To date"],
}  # fmt: skip
DAYS = {
    "cases": ["Start date", "End date", "Contact suspended from"],
    "contacts": ["Contact date"],
    "registrations": ["Start date"],
    "assessments": ["Completed date"],
    "allocations": ["From date", "To date"],
}


def main(folder, suffix, told, target):
    told = json.loads(Path(told).read_text())
    as_at = pd.Timestamp(told["as_at"])

    def read(table):
        path, columns = f"{folder}/{table}.{suffix}", COLUMNS[table]
        if suffix == "parquet":
            frame = pd.read_parquet(path, columns=columns)
        else:
            frame = pd.read_csv(path, dtype=str, usecols=columns)
        for column in DAYS.get(table, ()):
            frame[column] = pd.to_datetime(frame[column])
        return frame

    def working_days(days, number):
        """So many working days after each day."""
        found = pd.Series(pd.NaT, index=days.index, dtype="datetime64[s]")
        there = days.notna()
        dates = days[there].to_numpy().astype("datetime64[D]")
        found[there] = np.busday_offset(dates, number, roll="backward", holidays=told["closed"])
        return found

    cases = read("cases")
    cases["id"] = range(len(cases))
    cases.loc[cases["End date"] > as_at, "End date"] = pd.NaT
    cases.loc[cases["Contact suspended from"] > as_at, "Contact suspended from"] = pd.NaT
    start, ended, suspended = cases["Start date"], cases["End date"], cases["Contact suspended from"]
    cases["last"] = ended.fillna(as_at)
    cases["closing"] = cases[["End date", "Contact suspended from"]].min(axis=1)
    key = cases[["CRN", "Event number", "id", "Start date", "End date", "Contact suspended from", "last", "closing"]]
    key = key.rename(columns={"Start date": "start", "End date": "ended", "Contact suspended from": "suspended"})

    def linked(frame, about_her=None, done=None):
        """With their case: rows about a person count for each of the person's cases, and what is `about_her` whichever
        it is entered on, enquiries always and the rest from the day `done` on when the case began."""
        own = frame[frame["Event number"].notna()].merge(key, on=["CRN", "Event number"])
        shared = frame[frame["Event number"].isna()].drop(columns="Event number").merge(key, on="CRN")
        if done is None:
            return pd.concat([own, shared])
        other = frame[frame["Event number"].notna() & about_her].merge(key, on="CRN", suffixes=("", " of case"))
        always = other["Type code"].isin(ENQUIRY) if "Type code" in other else False
        other = other[
            (other["Event number"] != other["Event number of case"]) & (always | (other[done] >= other["start"]))
        ]
        return pd.concat([own, shared, other])

    def first(rows, column):
        return cases["id"].map(rows.groupby("id")[column].min())

    requirements, referrals, registrations = read("requirements"), read("referrals"), read("registrations")
    rar = requirements[requirements["Main code"] == "F"]
    of_rar = referrals[referrals["Requirement id"].isin(rar["Requirement id"])]["NSI id"]
    abuse = registrations[(registrations["Start date"] <= as_at) & registrations["Type code"].isin(["ADVP", "REG30"])]
    child = registrations[(registrations["Start date"] <= as_at) & registrations["Type code"].isin(["RCPR", "RCCO", "RCHD"])]  # fmt: skip
    is_abuse, is_child = cases["CRN"].isin(abuse["CRN"]), cases["CRN"].isin(child["CRN"])
    ordered = pd.MultiIndex.from_frame(cases[["CRN", "Event number"]]).isin(
        pd.MultiIndex.from_frame(rar[["CRN", "Event number"]])
    )
    contacts = read("contacts")
    visited = contacts["Type code"].isin(SEEN) & (contacts["Attended"] == "Y") & (contacts["Complied"] == "Y")
    contacts = linked(contacts, contacts["Type code"].isin(ENQUIRY + PERSONS) | visited, "Contact date")
    day = contacts["Contact date"]
    contacts = contacts[(day <= as_at) & (day >= contacts["start"] - pd.Timedelta(days=84))]
    day = contacts["Contact date"]
    until, since = day <= contacts["last"], day >= contacts["start"]
    both, code, attended = since & until, contacts["Type code"], contacts["Attended"] == "Y"
    standard, complied = contacts["National standard"] == "Y", contacts["Complied"]
    outcome = contacts["Outcome code"]
    enquiries = contacts[(code == "C369") & until]
    children = first(contacts[(code == "SFGC") & until], "Contact date")
    visits = first(contacts[code.isin(["CHVS", "COHV", "IOHV", "C253"]) & attended & both], "Contact date")
    appointed = first(contacts[code.isin(["COAI", "COHV"]) & both], "Contact date")
    paired = contacts["Requirement id"].isin(rar["Requirement id"]) | contacts["NSI id"].isin(of_rar)
    rar_days = (contacts["RAR activity"] == "Y") & attended & (complied.isna() | (complied == "Y")) & paired & both
    delivered = first(contacts[rar_days], "Contact date")
    missing = first(contacts[standard & outcome.isna() & both], "Contact date")
    provisional = first(contacts[(outcome == "AFTA") & both], "Contact date")
    absent = cases["id"].isin(contacts[outcome.isin(ABSENCES) & both]["id"])
    failed = contacts[standard & (complied == "N") & (outcome != "AFTA") & since]
    failures = cases["id"].map(failed.groupby("id")["Contact date"].nunique()).fillna(0)
    chased = cases["id"].map(contacts[(code == "C204") & until].groupby("id")["Contact date"].max())
    overseen = contacts[
        code.isin(OVERSIGHT) & ~contacts["Staff grade"].isin(OWN) & since & ~(day > contacts["closing"])
    ]
    overseen = overseen[["id", "start", "Contact date"]].drop_duplicates().sort_values(["id", "Contact date"])
    before = overseen.groupby("id")["Contact date"].shift().fillna(overseen["start"])
    widest = cases["id"].map((overseen["Contact date"] - before).dt.days.groupby(overseen["id"]).max())
    seen_last = cases["id"].map(overseen.groupby("id")["Contact date"].max())
    replies = contacts[(code == "C515") & until][["id", "Contact date"]].rename(columns={"Contact date": "reply"})
    asked = enquiries[["id", "Contact date", "ended", "suspended"]].drop_duplicates()
    answered = asked.merge(replies, on="id", how="left")
    answered.loc[answered["reply"] < answered["Contact date"], "reply"] = pd.NaT
    answered = answered.groupby(["id", "Contact date", "ended", "suspended"], dropna=False)["reply"].min().reset_index()
    answered["chased"] = answered["id"].map(chased)
    assessments = linked(read("assessments"), True, "Completed date")
    done = assessments["Completed date"]
    counts_from = assessments["start"] - pd.Timedelta(days=84)
    done = (assessments["Status"] == "COMPLETE") & (done >= counts_from) & (done <= assessments["last"])
    assessed = first(assessments[done], "Completed date")
    held = linked(read("allocations"))
    held = held[held["Grade"].notna() & (held["From date"] <= as_at)]
    over = (held["To date"] <= held["start"]) & (held["To date"] <= as_at)
    stands = ~over & ~(held["From date"] > held["ended"])
    practitioners = cases["id"].map(held.assign(code=held["Staff code"].where(stands)).groupby("id")["code"].nunique())

    rosh, kind = cases["RoSH"], cases["Order type"]
    yes = pd.Series(True, index=cases.index)
    some = {
        "DA1": (is_abuse | rosh.isin(["RMRH", "RHRH", "RVHR"]), ~is_abuse & rosh.isna(), first(enquiries, "Contact date")),
        "SG1": (is_child | is_abuse, ~yes, children),
        "AS1": (yes, ~yes, assessed),
        "HV2": (rosh == "RMRH", rosh.isna(), visits),
        "SP1": (kind.isin(["CO", "SSO"]), kind.isna(), appointed),
        "RA1": (pd.Series(ordered, index=cases.index), ~yes, delivered),
    }  # fmt: skip

    def state(item, limit):
        choose = {}
        if item in some:
            relevant, unknown, found = some[item]
            weeks = item in ("HV2", "RA1")
            due = start + pd.Timedelta(weeks=limit) if weeks else working_days(start, limit)
            choose["not relevant"] = ~relevant & ~unknown
            choose["left out"] = (ended < due) | (suspended < due)
            choose["cannot tell"] = unknown
            choose["met"] = found <= due
            choose["not yet due"] = due >= as_at
            choose["late"] = found.notna()
            choose["gap"] = yes
        elif item == "DA2":
            due = working_days(answered["Contact date"], limit)
            fresh = answered["Contact date"].clip(lower=as_at - pd.Timedelta(days=28))
            places = np.select(
                [
                    (answered["ended"] < due) | (answered["suspended"] < due),
                    answered["reply"] <= due,
                    due >= as_at,
                    answered["reply"].notna(),
                    answered["chased"] >= fresh,
                ],
                [5, 3, 2, 1, 4],
                0,
            )
            worst = cases["id"].map(pd.Series(places).groupby(answered["id"]).min())
            for place, name in enumerate(["gap", "late", "not yet due", "met", "excused", "left out"]):
                choose[name] = worst == place
            choose["not relevant"] = yes
        elif item in ("AO1", "EN2"):
            found = missing if item == "AO1" else provisional
            due = working_days(found, limit)
            choose["not relevant"] = ~absent if item == "EN2" else ~yes
            choose["left out"] = (ended < due) | (suspended < due)
            choose["gap"] = due < as_at
            choose["not yet due"] = found.notna()
            choose["met"] = yes
        elif item == "MO2":
            length = pd.Timedelta(weeks=limit)
            choose["not relevant"] = ~rosh.isin(["RHRH", "RVHR"]) & rosh.notna()
            choose["left out"] = (ended < start + length) | (suspended < start + length)
            choose["cannot tell"] = rosh.isna()
            choose["gap"] = seen_last.fillna(start) + length < cases["closing"].fillna(as_at).clip(upper=as_at)
            choose["late"] = widest > 7 * limit
            choose["met"] = seen_last.notna()
            choose["not relevant "] = cases["closing"] < as_at
            choose["not yet due"] = yes
        elif item == "OU4":
            choose["left out"] = start >= as_at - pd.Timedelta(days=84)
            choose["met"] = failures <= limit
            choose["gap"] = yes
        else:
            choose["not relevant"] = practitioners.isna()
            choose["met"] = practitioners <= limit
            choose["gap"] = yes
        return np.select([test.to_numpy(bool) for test in choose.values()], [name.strip() for name in choose], "")

    counts = []
    for name, item, limit in told["items"]:
        cases["state"] = state(item, limit)
        grouped = cases.groupby(["Team code", "Practitioner code", "state"], dropna=False).size()
        counts += [[team, who, name, told_, int(n)] for (team, who, told_), n in grouped.items()]
    Path(target).write_text(json.dumps(counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
