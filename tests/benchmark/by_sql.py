"""The items of the benchmark in DuckDB SQL, written by hand from what the checklists ask, as fast as we know how.

    python by_sql.py FOLDER FORMAT ITEMS.json COUNTS.json

Every table is read once, only the contacts that any item asks about are kept, and items share what they count.
"""

import json
import sys
from pathlib import Path

import duckdb

WORKING_DAYS = ("DA1", "DA2", "SG1", "AS1", "SP1", "AO1", "EN2")
ABSENCES = "('AFTA','UAAB','AACL','AAEM','AAFC','AAHO','AAME','AARE','AARC','AAAA','AASD','AAM11','CO05','CO10')"
OVERSIGHT = "('MO1','MO2','MO3','MO5','MO7','MO8','C002','C416','SPOD03','LRP1')"
OWN = "('PSM', 'PSQ', 'PSP', 'NPSM', 'NPSQ', 'TPO', 'PO', 'PSO', 'PQIP')"  # practitioners' grades: no oversight
#: What is about the person, whichever of her cases it is entered on: enquiries, and from a case's start the rest.
PERSONS = f"""("Type code" IN ('C369', 'C515', 'C204', 'SFGC', 'SFRR') OR ("Contact date" >= c.start AND ("Type code" IN {OVERSIGHT}
  OR "Type code" IN ('CSPI', 'CSPR', 'CSEV', 'POM4', 'CCMM', 'CCMR', 'C281', 'MAPLS', 'C200', 'C005', 'ERFM', 'EASC', 'C078',
    'C159', 'NSD1', 'CCCP', 'CCCR', 'EASS')
  OR ("Type code" IN ('CHVS', 'COHV', 'IOHV', 'C253', 'COAI', 'C084') AND "Attended" = 'Y' AND "Complied" = 'Y'))))"""
HIGH, MEDIUM_UP = "(rosh IN ('RHRH', 'RVHR'))", "(rosh IN ('RMRH', 'RHRH', 'RVHR'))"
#: Who is asked, and the column of the first of what is looked for, of the items that ask for some.
SOME = {
    "DA1": (f"(abuse OR {MEDIUM_UP})", "police"),
    "SG1": ("(child OR abuse)", "children"),
    "AS1": ("TRUE", "assessed"),
    "HV2": ("(rosh = 'RMRH')", "visited"),
    "SP1": ("(kind IN ('CO', 'SSO'))", "appointed"),
    "RA1": ("rar_ordered", "rar"),
}


def state_of(item, limit):
    """The CASE that gives an item's state for a row of `wide`."""
    out = "ended < {0} OR suspended < {0}"
    if item in SOME:
        relevant, first = SOME[item]
        due = f"start_{limit}" if item in WORKING_DAYS else f"(start + {7 * limit})"
        return f"""CASE WHEN NOT {relevant} THEN 'not relevant' WHEN {out.format(due)} THEN 'left out'
          WHEN {relevant} IS NULL THEN 'cannot tell' WHEN {first} <= {due} THEN 'met' WHEN {due} >= as_at THEN 'not yet due'
          WHEN {first} IS NOT NULL THEN 'late' ELSE 'gap' END"""
    if item == "DA2":
        return f"coalesce(enquiry_{limit}, 'not relevant')"
    if item in ("AO1", "EN2"):
        first = "missing" if item == "AO1" else "provisional"
        due = f"{first}_{limit}"
        who = "" if item == "AO1" else "WHEN absent IS NOT TRUE THEN 'not relevant'"
        return f"""CASE {who} WHEN {out.format(due)} THEN 'left out' WHEN {due} < as_at THEN 'gap'
          WHEN {first} IS NOT NULL THEN 'not yet due' ELSE 'met' END"""
    if item == "MO2":
        days = 7 * limit
        return f"""CASE WHEN NOT {HIGH} THEN 'not relevant' WHEN {out.format(f"(start + {days})")} THEN 'left out'
          WHEN {HIGH} IS NULL THEN 'cannot tell' WHEN coalesce(seen_last, start) + {days} < least(closing, as_at) THEN 'gap'
          WHEN widest > {days} THEN 'late' WHEN seen_last IS NOT NULL THEN 'met'
          WHEN closing < as_at THEN 'not relevant' ELSE 'not yet due' END"""
    if item == "OU4":
        return f"CASE WHEN start >= as_at - 84 THEN 'left out' WHEN coalesce(failures, 0) <= {limit} THEN 'met' ELSE 'gap' END"
    return (
        f"CASE WHEN practitioners IS NULL THEN 'not relevant' WHEN practitioners <= {limit} THEN 'met' ELSE 'gap' END"
    )


def main(folder, suffix, told, target):
    told = json.loads(Path(told).read_text())
    items = told["items"]
    limits = {kind: sorted({n for _, name, n in items if name == kind}) for kind in {name for _, name, _ in items}}
    days = sorted({n for _, name, n in items if name in WORKING_DAYS})
    con = duckdb.connect()

    def read(table, **types):
        path = f"{folder}/{table}.{suffix}"
        if suffix == "parquet":
            return f"read_parquet('{path}')"
        kinds = {name.replace("_", " "): kind for name, kind in types.items()}
        with Path(path).open(encoding="utf-8") as file:  # told outright, DuckDB need not look for them
            headings = file.readline().rstrip("\r\n").split(",")
        columns = ", ".join(f"'{name}': '{kinds.get(name, 'VARCHAR')}'" for name in headings)
        return f"read_csv('{path}', header=true, auto_detect=false, delim=',', quote='\"', columns={{{columns}}})"

    text, day = "VARCHAR", "DATE"
    of_case = {"CRN": text, "Event_number": text}
    closed = ", ".join(f"DATE '{day}'" for day in told["closed"])
    ahead = "".join(f", o{n}.day AS d{n}" for n in days)
    joins = "".join(f" LEFT JOIN opened o{n} ON o{n}.number = c.number + {n}" for n in days)
    con.execute(f"SET VARIABLE as_at = DATE '{told['as_at']}'")
    con.execute(f"""CREATE TEMP TABLE counted AS SELECT day, open, sum(open::INT) OVER (ORDER BY day) AS number FROM
      (SELECT day::DATE AS day, isodow(day) <= 5 AND day::DATE NOT IN ({closed}) AS open
       FROM generate_series(DATE '2010-01-01', DATE '2032-12-31', INTERVAL 1 DAY) t(day))""")
    con.execute("CREATE TEMP TABLE opened AS SELECT number, day FROM counted WHERE open")
    con.execute(f"CREATE TEMP TABLE calendar AS SELECT c.day{ahead} FROM counted c{joins}")
    con.execute(f"""CREATE TEMP TABLE cases AS SELECT row_number() OVER () AS id, *, least(ended, as_at) AS last, least(ended, suspended) AS closing FROM
      (SELECT "CRN" AS crn, "Event number" AS event, "Order type" AS kind, "Start date" AS start, "RoSH" AS rosh, "Team code" AS team,
        "Practitioner code" AS practitioner, getvariable('as_at') AS as_at,
        CASE WHEN "End date" <= getvariable('as_at') THEN "End date" END AS ended,
        CASE WHEN "Contact suspended from" <= getvariable('as_at') THEN "Contact suspended from" END AS suspended
       FROM {read("cases", **of_case, Order_type=text, Start_date=day, End_date=day, RoSH=text, Team_code=text, Practitioner_code=text, Contact_suspended_from=day)})""")
    con.execute(f"""CREATE TEMP TABLE required AS SELECT "CRN" AS crn, "Event number" AS event, "Requirement id" AS requirement
      FROM {read("requirements", Requirement_id=text, Main_code=text, **of_case)} WHERE "Main code" = 'F'""")
    con.execute(f"""CREATE TEMP TABLE linked AS
      SELECT c.id, c.start, k."Contact date" AS day, k."Type code" AS type, k."Outcome code" AS outcome, k."Attended" = 'Y' AS attended,
        k."National standard" = 'Y' AS standard, k."Complied" AS complied, k."Staff grade" AS grade,
        k."RAR activity" = 'Y' AND (k."Requirement id" IN (SELECT requirement FROM required) OR k."NSI id" IN
          (SELECT "NSI id" FROM {read("referrals", NSI_id=text, Requirement_id=text)} WHERE "Requirement id" IN (SELECT requirement FROM required))) AS rar,
        k."Contact date" >= c.start AS since, k."Contact date" <= c.last AS until, c.closing
      FROM {read("contacts", **of_case, Contact_date=day, Type_code=text, Outcome_code=text, Attended=text, National_standard=text, Complied=text, RAR_activity=text, Requirement_id=text, NSI_id=text, Staff_grade=text)} k
      JOIN cases c ON c.crn = k."CRN" AND (k."Event number" IS NULL OR k."Event number" = c.event OR {PERSONS})
      WHERE k."Contact date" BETWEEN c.start - 84 AND c.as_at AND
        (k."Type code" IN ('C369', 'C515', 'SFGC', 'C204', 'COAI', 'COHV', 'CHVS', 'IOHV', 'C253') OR k."Type code" IN {OVERSIGHT}
         OR k."Outcome code" IN {ABSENCES} OR k."Complied" = 'N' OR k."RAR activity" = 'Y'
         OR (k."National standard" = 'Y' AND k."Outcome code" IS NULL))""")
    con.execute(f"""CREATE TEMP TABLE found AS SELECT id,
        min(day) FILTER (WHERE type = 'C369' AND until) AS police, min(day) FILTER (WHERE type = 'SFGC' AND until) AS children,
        max(day) FILTER (WHERE type = 'C204' AND until) AS chased,
        min(day) FILTER (WHERE type IN ('CHVS', 'COHV', 'IOHV', 'C253') AND attended AND since AND until) AS visited,
        min(day) FILTER (WHERE type IN ('COAI', 'COHV') AND since AND until) AS appointed,
        min(day) FILTER (WHERE rar AND attended AND (complied = 'Y' OR complied IS NULL) AND since AND until) AS rar,
        min(day) FILTER (WHERE standard AND outcome IS NULL AND since AND until) AS missing,
        min(day) FILTER (WHERE outcome = 'AFTA' AND since AND until) AS provisional,
        bool_or(outcome IN {ABSENCES} AND since AND until) AS absent
      FROM linked GROUP BY id""")
    con.execute("""CREATE TEMP TABLE failed AS SELECT id, count(*) AS failures FROM
      (SELECT DISTINCT id, day FROM linked WHERE standard AND complied = 'N' AND (outcome <> 'AFTA' OR outcome IS NULL) AND since) GROUP BY id""")
    con.execute(f"""CREATE TEMP TABLE overseen AS SELECT id, max(day - before) AS widest, max(day) AS seen_last FROM
      (SELECT id, day, coalesce(lag(day) OVER (PARTITION BY id ORDER BY day), start) AS before FROM
        (SELECT DISTINCT id, start, day FROM linked WHERE type IN {OVERSIGHT} AND (grade IS NULL OR grade NOT IN {OWN}) AND since AND (closing IS NULL OR day <= closing))) GROUP BY id""")
    left = "d.d{0} > c.ended OR d.d{0} > c.suspended"
    states = "".join(
        f""", CASE WHEN {left.format(n)} THEN 5 WHEN answer <= d.d{n} THEN 3 WHEN d.d{n} >= c.as_at THEN 2 WHEN answer IS NOT NULL THEN 1
          WHEN f.chased >= greatest(e.day, c.as_at - 28) THEN 4 ELSE 0 END AS s{n}"""
        for n in limits.get("DA2", ())
    )
    rolled = "".join(
        f", ['gap', 'late', 'not yet due', 'met', 'excused', 'left out'][min(s{n}) + 1] AS enquiry_{n}"
        for n in limits.get("DA2", ())
    )
    con.execute(f"""CREATE TEMP TABLE enquired AS SELECT id{rolled} FROM
      (SELECT e.id{states} FROM
        (SELECT q.id, q.day, min(a.day) AS answer FROM (SELECT DISTINCT id, day FROM linked WHERE type = 'C369' AND until) q
         LEFT JOIN (SELECT DISTINCT id, day FROM linked WHERE type = 'C515' AND until) a ON a.id = q.id AND a.day >= q.day GROUP BY q.id, q.day) e
       JOIN cases c ON c.id = e.id JOIN found f ON f.id = e.id JOIN calendar d ON d.day = e.day) GROUP BY id""")
    con.execute(f"""CREATE TEMP TABLE flagged AS SELECT "CRN" AS crn, bool_or("Type code" IN ('ADVP', 'REG30')) AS abuse,
        bool_or("Type code" IN ('RCPR', 'RCCO', 'RCHD')) AS child
      FROM {read("registrations", CRN=text, Type_code=text, Start_date=day)} WHERE "Start date" <= getvariable('as_at') GROUP BY ALL""")
    con.execute(f"""CREATE TEMP TABLE assessed AS SELECT c.id, min(a."Completed date") AS assessed
      FROM {read("assessments", **of_case, Completed_date=day, Status=text)} a
      JOIN cases c ON c.crn = a."CRN" AND (a."Event number" IS NULL OR a."Event number" = c.event OR a."Completed date" >= c.start)
      WHERE a."Status" = 'COMPLETE' AND a."Completed date" BETWEEN c.start - 84 AND c.last GROUP BY c.id""")
    con.execute(f"""CREATE TEMP TABLE held AS SELECT c.id, count(DISTINCT a."Staff code") FILTER (WHERE (a."To date" IS NULL
          OR a."To date" > c.as_at OR a."To date" > c.start) AND (c.ended IS NULL OR a."From date" <= c.ended)) AS practitioners
      FROM {read("allocations", **of_case, Staff_code=text, Grade=text, From_date=day, To_date=day)} a
      JOIN cases c ON c.crn = a."CRN" AND (a."Event number" IS NULL OR a."Event number" = c.event)
      WHERE a."Grade" IS NOT NULL AND a."From date" <= c.as_at GROUP BY c.id""")

    def ahead_of(alias, prefix, kinds):
        wanted = sorted({n for kind in kinds for n in limits.get(kind, ())})
        return "".join(f", {alias}.d{n} AS {prefix}_{n}" for n in wanted)

    con.execute(f"""CREATE TEMP TABLE wide AS SELECT c.*, coalesce(g.abuse, FALSE) AS abuse, coalesce(g.child, FALSE) AS child,
        q.crn IS NOT NULL AS rar_ordered, f.* EXCLUDE (id), b.failures, v.widest, v.seen_last, e.* EXCLUDE (id), a.assessed, h.practitioners
        {ahead_of("s", "start", ("DA1", "SG1", "AS1", "SP1"))}{ahead_of("m", "missing", ("AO1",))}{ahead_of("p", "provisional", ("EN2",))}
      FROM cases c LEFT JOIN flagged g ON g.crn = c.crn LEFT JOIN (SELECT DISTINCT crn, event FROM required) q ON q.crn = c.crn AND q.event = c.event
      LEFT JOIN found f ON f.id = c.id LEFT JOIN failed b ON b.id = c.id LEFT JOIN overseen v ON v.id = c.id
      LEFT JOIN enquired e ON e.id = c.id LEFT JOIN assessed a ON a.id = c.id LEFT JOIN held h ON h.id = c.id
      LEFT JOIN calendar s ON s.day = c.start LEFT JOIN calendar m ON m.day = f.missing LEFT JOIN calendar p ON p.day = f.provisional""")
    columns = ", ".join(f'{state_of(kind, limit)} AS "{name}"' for name, kind, limit in items)
    con.execute(f"CREATE TEMP TABLE states AS SELECT team, practitioner, {columns} FROM wide")
    names = ", ".join(f'"{name}"' for name, _, _ in items)
    rows = con.execute(f"""SELECT team, practitioner, item, state, count(*) FROM (UNPIVOT states ON {names} INTO NAME item VALUE state)
      GROUP BY ALL ORDER BY ALL""").fetchall()
    Path(target).write_text(json.dumps(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
