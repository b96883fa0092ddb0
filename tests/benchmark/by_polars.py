"""The items of the benchmark in polars, lazily and in its streaming engine, written by hand.

python by_polars.py FOLDER FORMAT ITEMS.json COUNTS.json
"""

import json
import sys
from bisect import bisect_right
from datetime import date, timedelta
from pathlib import Path

import polars as pl

ABSENCES = ["AFTA", "UAAB", "AACL", "AAEM", "AAFC", "AAHO", "AAME", "AARE", "AARC", "AAAA", "AASD", "AAM11", "CO05", "CO10"]  # fmt: skip
OVERSIGHT = ["MO1", "MO2", "MO3", "MO5", "MO7", "MO8", "C002", "C416", "SPOD03", "LRP1"]
ENQUIRIES = ["C369", "C515", "SFGC", "C204", "COAI", "COHV", "CHVS", "IOHV", "C253"]
OWN = ["PSM", "PSQ", "PSP", "NPSM", "NPSQ", "TPO", "PO", "PSO", "PQIP"]  # practitioners' grades: no oversight
#: What is about the person, whichever of her cases it is entered on: enquiries, and from a case's start the rest.
ENQUIRY = ["C369", "C515", "C204", "SFGC", "SFRR"]
PERSONS = [*OVERSIGHT, "CSPI", "CSPR", "CSEV", "POM4", "CCMM", "CCMR", "C281", "MAPLS", "C200", "C005", "ERFM", "EASC", "C078", "C159", "NSD1", "CCCP", "CCCR", "EASS"]  # fmt: skip
SEEN = ["CHVS", "COHV", "IOHV", "C253", "COAI", "C084"]
WORKING_DAYS = ("DA1", "DA2", "SG1", "AS1", "SP1", "AO1", "EN2")
IN_ORDER = ["gap", "late", "not yet due", "met", "excused", "left out"]


def main(folder, suffix, told, target):
    told = json.loads(Path(told).read_text())
    items, as_at = told["items"], date.fromisoformat(told["as_at"])
    limits = {name: sorted({n for _, kind, n in items if kind == name}) for _, name, _ in items}
    col, when, lit = pl.col, pl.when, pl.lit

    def read(table, **columns):
        path = f"{folder}/{table}.{suffix}"
        names = {name.replace("_", " "): kind for name, kind in columns.items()}
        if suffix == "parquet":
            return pl.scan_parquet(path).select(list(names))
        return pl.scan_csv(path, schema_overrides=names, infer_schema=False).select(list(names))

    text, day = pl.String, pl.Date
    key = {"CRN": text, "Event_number": text}
    closed = {date.fromisoformat(d) for d in told["closed"]}
    every = [date(2010, 1, 1) + timedelta(n) for n in range(23 * 365)]
    opened = [d for d in every if d.weekday() < 5 and d not in closed]
    places = [bisect_right(opened, d) - 1 for d in every]
    days = sorted({n for name in WORKING_DAYS for n in limits.get(name, ())})
    ahead = {f"w{n}": [opened[p + n] if 0 <= p + n < len(opened) else None for p in places] for n in days}
    calendar = pl.DataFrame({"day": every, **ahead}, schema_overrides=dict.fromkeys(ahead, day)).lazy()

    def after(frame, column, kinds):
        wanted = sorted({n for name in kinds if name in WORKING_DAYS for n in limits.get(name, ())})
        lookup = calendar.select("day", *(col(f"w{n}").alias(f"{column}_{n}") for n in wanted))
        return frame.join(lookup, left_on=column, right_on="day", how="left")

    seen = lambda name: when(col(name) <= as_at).then(col(name))  # noqa: E731
    cases = (
        read("cases", **key, Order_type=text, Start_date=day, End_date=day, RoSH=text, Team_code=text, Practitioner_code=text, Contact_suspended_from=day)
        .select(
            "CRN", "Event number", col("Order type").alias("kind"), col("Start date").alias("start"), col("RoSH").alias("rosh"),
            col("Team code").alias("team"), col("Practitioner code").alias("practitioner"),
            seen("End date").alias("ended"), seen("Contact suspended from").alias("suspended"),
        )
        .with_columns(last=pl.min_horizontal("ended", lit(as_at)), closing=pl.min_horizontal("ended", "suspended"))
        .with_row_index("id").collect()
    )  # fmt: skip
    of_case = cases.lazy()
    short = of_case.select("id", "CRN", "Event number", "start", "ended", "suspended", "last", "closing")

    def linked(rows, about_her=None, done=None):
        """Rows of a case, or of a person: those count for each of the person's cases, and what is `about_her` whichever
        it is entered on, enquiries always and the rest from the day `done` on when the case began."""
        own = rows.filter(col("Event number").is_not_null()).join(short, on=["CRN", "Event number"])
        shared = rows.filter(col("Event number").is_null()).drop("Event number")
        shared = shared.join(short.drop("Event number"), on="CRN")
        parts = [own.drop("CRN", "Event number"), shared.drop("CRN")]
        if done is not None:
            other = rows.filter(col("Event number").is_not_null() & about_her)
            other = other.join(short.rename({"Event number": "mine"}), on="CRN")
            always = col("type").is_in(ENQUIRY) if done == "day" else pl.lit(False)
            other = other.filter((col("Event number") != col("mine")) & (always | (col(done) >= col("start"))))
            parts.append(other.drop("CRN", "Event number", "mine"))
        return pl.concat(parts, how="diagonal")

    required = (
        read("requirements", Requirement_id=text, Main_code=text, **key).filter(col("Main code") == "F").collect()
    )
    referred = read("referrals", NSI_id=text, Requirement_id=text).collect()
    of_rar = referred.filter(col("Requirement id").is_in(required["Requirement id"].to_list()))["NSI id"]
    contacts = (
        read("contacts", **key, Contact_date=day, Type_code=text, Outcome_code=text, Attended=text, National_standard=text, Complied=text, RAR_activity=text, Requirement_id=text, NSI_id=text, Staff_grade=text)
        .select(
            "CRN", "Event number", col("Contact date").alias("day"), col("Type code").alias("type"), col("Outcome code").alias("outcome"),
            (col("Attended") == "Y").alias("attended"), (col("National standard") == "Y").alias("standard"), col("Complied").alias("complied"), col("Staff grade").alias("grade"),
            ((col("RAR activity") == "Y") & (col("Requirement id").is_in(required["Requirement id"].implode()) | col("NSI id").is_in(of_rar.implode()))).alias("rar"),
        )
        .filter(
            (col("day") <= as_at)
            & (
                col("type").is_in(ENQUIRIES + OVERSIGHT) | col("outcome").is_in(ABSENCES) | (col("complied") == "N")
                | col("rar") | (col("standard") & col("outcome").is_null())
            )
        )
    )  # fmt: skip
    visited = col("type").is_in(SEEN) & col("attended") & (col("complied") == "Y")
    rows = (
        linked(contacts, (col("type").is_in(ENQUIRY + PERSONS) | visited).fill_null(False), "day")
        .filter(col("day") >= col("start").dt.offset_by("-84d"))
        .with_columns(since=col("day") >= col("start"), until=col("day") <= col("last"))
        .drop("last")
        .collect(engine="streaming")
        .lazy()
    )
    both = col("since") & col("until")
    found = rows.group_by("id").agg(
        col("day").filter((col("type") == "C369") & col("until")).min().alias("police"),
        col("day").filter((col("type") == "SFGC") & col("until")).min().alias("children"),
        col("day").filter((col("type") == "C204") & col("until")).max().alias("chased"),
        col("day").filter(col("type").is_in(["CHVS", "COHV", "IOHV", "C253"]) & col("attended") & both).min().alias("visited"),
        col("day").filter(col("type").is_in(["COAI", "COHV"]) & both).min().alias("appointed"),
        col("day").filter(col("rar") & col("attended") & (col("complied").is_null() | (col("complied") == "Y")) & both).min().alias("rar"),
        col("day").filter(col("standard") & col("outcome").is_null() & both).min().alias("missing"),
        col("day").filter((col("outcome") == "AFTA") & both).min().alias("provisional"),
        (col("outcome").is_in(ABSENCES) & both).any().alias("absent"),
        col("day").filter(col("standard") & (col("complied") == "N") & col("outcome").ne_missing("AFTA") & col("since")).n_unique().alias("failures"),
    )  # fmt: skip
    overseen = (
        rows.filter(col("type").is_in(OVERSIGHT) & (col("grade").is_null() | ~col("grade").is_in(OWN)) & col("since") & (col("closing").is_null() | (col("day") <= col("closing"))))
        .select("id", "start", "day").unique().sort("id", "day")
        .with_columns(before=when(col("id") == col("id").shift()).then(col("day").shift()).otherwise(col("start")))
        .group_by("id").agg((col("day") - col("before")).dt.total_days().max().alias("widest"), col("day").max().alias("seen_last"))
    )  # fmt: skip
    asked = rows.filter((col("type") == "C369") & col("until")).select("id", "day", "ended", "suspended").unique()
    replies = rows.filter((col("type") == "C515") & col("until")).select("id", col("day").alias("reply"))
    answered = (
        asked.join(replies, on="id", how="left")
        .group_by("id", "day", "ended", "suspended").agg(col("reply").filter(col("reply") >= col("day")).min())
        .join(found.select("id", "chased"), on="id")
    )  # fmt: skip
    answered = after(answered, "day", ("DA2",))
    fresh = as_at - timedelta(28)
    for n in limits.get("DA2", ()):
        due = col(f"day_{n}")
        out = (col("ended") < due).fill_null(False) | (col("suspended") < due).fill_null(False)
        state = when(out).then(5).when(col("reply") <= due).then(3).when(due >= as_at).then(2)
        state = (
            state.when(col("reply").is_not_null())
            .then(1)
            .when(col("chased") >= pl.max_horizontal("day", lit(fresh)))
            .then(4)
        )
        answered = answered.with_columns(state.otherwise(0).alias(f"enquiry_{n}"))
    enquired = answered.group_by("id").agg(col(f"enquiry_{n}").min() for n in limits.get("DA2", ()))
    flagged = (
        read("registrations", CRN=text, Type_code=text, Start_date=day).filter(col("Start date") <= as_at).group_by("CRN")
        .agg(col("Type code").is_in(["ADVP", "REG30"]).any().alias("abuse"), col("Type code").is_in(["RCPR", "RCCO", "RCHD"]).any().alias("child"))
    )  # fmt: skip
    assessed = (
        linked(read("assessments", **key, Completed_date=day, Status=text).filter(col("Status") == "COMPLETE"), pl.lit(True), "Completed date")
        .filter(col("Completed date").is_between(col("start").dt.offset_by("-84d"), col("last")))
        .group_by("id").agg(col("Completed date").min().alias("assessed"))
    )  # fmt: skip
    stands = col("To date").is_null() | (col("To date") > as_at) | (col("To date") > col("start"))
    stands &= col("ended").is_null() | (col("From date") <= col("ended"))
    held = (
        linked(
            read("allocations", **key, Staff_code=text, Grade=text, From_date=day, To_date=day)
            .filter(col("Grade").is_not_null() & (col("From date") <= as_at))
        )
        .group_by("id").agg(col("Staff code").filter(stands).drop_nulls().n_unique().alias("practitioners"))
    )  # fmt: skip
    wide = of_case.join(flagged, on="CRN", how="left")
    ordered = required.lazy().select("CRN", "Event number").unique().with_columns(rar_ordered=lit(True))
    wide = wide.join(ordered, on=["CRN", "Event number"], how="left")
    for other in (found, overseen, enquired, assessed, held):
        wide = wide.join(other, on="id", how="left")
    wide = wide.with_columns(
        col("abuse", "child", "rar_ordered", "absent").fill_null(False), col("failures").fill_null(0)
    )
    wide = after(wide, "start", ("DA1", "SG1", "AS1", "SP1"))
    wide = after(wide, "missing", ("AO1",))
    wide = after(wide, "provisional", ("EN2",))
    high, medium_up = col("rosh").is_in(["RHRH", "RVHR"]), col("rosh").is_in(["RMRH", "RHRH", "RVHR"])
    some = {
        "DA1": (col("abuse") | medium_up, "police"), "SG1": (col("child") | col("abuse"), "children"), "AS1": (lit(True), "assessed"),
        "HV2": (col("rosh") == "RMRH", "visited"), "SP1": (col("kind").is_in(["CO", "SSO"]), "appointed"), "RA1": (col("rar_ordered"), "rar"),
    }  # fmt: skip

    def out(due):
        return (col("ended") < due).fill_null(False) | (col("suspended") < due).fill_null(False)

    def state(kind, limit):
        def said(name):
            return lit(name)

        if kind in some:
            relevant, first = some[kind]
            due = col(f"start_{limit}") if kind in WORKING_DAYS else col("start").dt.offset_by(f"{limit}w")
            return (
                when(~relevant).then(said("not relevant")).when(out(due)).then(said("left out"))
                .when(relevant.is_null()).then(said("cannot tell")).when(col(first) <= due).then(said("met"))
                .when(due >= as_at).then(said("not yet due")).when(col(first).is_not_null()).then(said("late")).otherwise(said("gap"))
            )  # fmt: skip
        if kind == "DA2":
            return col(f"enquiry_{limit}").replace_strict(list(range(6)), IN_ORDER, default="not relevant")
        if kind in ("AO1", "EN2"):
            first = "missing" if kind == "AO1" else "provisional"
            due = col(f"{first}_{limit}")
            nobody = lit(False) if kind == "AO1" else ~col("absent")
            return (
                when(nobody).then(said("not relevant")).when(out(due)).then(said("left out")).when(due < as_at).then(said("gap"))
                .when(col(first).is_not_null()).then(said("not yet due")).otherwise(said("met"))
            )  # fmt: skip
        if kind == "MO2":
            length = pl.duration(days=7 * limit)
            return (
                when(~high).then(said("not relevant")).when(out(col("start") + length)).then(said("left out"))
                .when(high.is_null()).then(said("cannot tell"))
                .when(pl.coalesce("seen_last", "start") + length < pl.min_horizontal("closing", lit(as_at))).then(said("gap"))
                .when(col("widest") > 7 * limit).then(said("late")).when(col("seen_last").is_not_null()).then(said("met"))
                .when(col("closing") < as_at).then(said("not relevant")).otherwise(said("not yet due"))
            )  # fmt: skip
        if kind == "OU4":
            early = col("start") >= as_at - timedelta(84)
            return (
                when(early)
                .then(said("left out"))
                .when(col("failures") <= limit)
                .then(said("met"))
                .otherwise(said("gap"))
            )
        nobody = col("practitioners").is_null()
        return (
            when(nobody)
            .then(said("not relevant"))
            .when(col("practitioners") <= limit)
            .then(said("met"))
            .otherwise(said("gap"))
        )

    states = wide.select("team", "practitioner", *(state(kind, limit).alias(name) for name, kind, limit in items))
    states = states.collect(engine="streaming")
    counts = []
    for name, _, _ in items:
        for team, who, told_, count in states.group_by("team", "practitioner", name).len().iter_rows():
            counts.append([team, who, name, told_, count])
    Path(target).write_text(json.dumps(counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
