"""Synthetic extracts as large as the country: `python -m tests.national FOLDER`.

    python -m tests.national /tmp/country --cases 250000 --contacts 30000000 --format parquet --seed 1

Writes a folder that `auditcheck run` reads: the tables of the shipped dictionary in nDelius codes, and a small
`dictionary.yaml` that says as at Tuesday 30 June 2026. Nobody in it exists: every cell is worked out from the number of
its row and the seed, so the same arguments give the same bytes (under one version of DuckDB), and both formats hold the
same cells. DuckDB works it out and writes it in passing, in less than a gigabyte for any number of contacts.

It is as uneven as the real thing: a few cases have thousands of contacts and some none; one person in fifteen has two
orders; teams differ in what they record; some entries are made months after their day; cells are blank, and a few in
100,000 cannot be read. Contacts stand in about the order in which they happened, so a case's are far apart in the file.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

AS_AT = "2026-06-30"

DICTIONARY = f"""\
# The tables beside this file, in the codes of the shipped nDelius dictionary. Everybody in them is made up.
dictionary: national
extends: ndelius
title: The whole country (made-up cases)
as_at: {AS_AT}
taken_on: {AS_AT}
audit: sample                             # which readers' answers in judgements count
"""

#: What readers are asked by the shipped checklists; a sample of the cases has answers.
JUDGED = (
    "AP2", "AS2", "AS3", "AS4", "AS5", "CS2", "DA3", "DI1", "DI2", "DI3", "DI4", "EN3", "KA1", "KA2", "KA3", "KP1", "KP2",
    "KP3", "KD1", "KD2", "KD3", "KR1", "KR2", "KR3", "MA2", "MO3", "OU1", "OU2", "OU3", "PL1", "PL2", "RV2", "SG3",
)  # fmt: skip

#: The first contacts of a case: how many of 100 cases have it (where its team records well, more), the earliest day
#: after the start, and within how many days more. Where it was not recorded, an appointment stands in its place.
FIRST = (
    ("C369", 80, -20, 34),  # police enquiry sent, sometimes for court
    ("COAI", 92, 0, 9),
    ("SPOD03", 66, 0, 24),  # oversight at allocation
    ("SFGC", 68, -6, 24),
    ("C515", 72, 4, 60),
    ("CSPI", 82, 6, 40),
    ("SFRR", 62, 6, 50),
    ("CHVS", 70, 4, 90),
    ("RAR", 66, 10, 100),
    ("C078", 55, 4, 90),
    ("C084", 40, 0, 200),
    ("CSPR", 60, 95, 130),
)

#: All other contacts: of 1,000 so many are of this type.
LATER = (
    ("COAP", 480), ("RAR", 100), ("COPT", 150), ("CHVS", 30), ("MO1", 30), ("C002", 10), ("CSPR", 8), ("CSEV", 4),
    ("C204", 16), ("CCMM", 10), ("C005", 4), ("AWLI", 12), ("AWL2", 5), ("ABRQ", 4), ("C041", 2), ("ANFA", 3),
    ("ABCC", 3), ("C369", 4), ("C515", 4), ("SFGC", 2), ("SFRR", 2), ("CRSAPT", 10), ("C084", 4), ("EOAS", 20),
    ("ETOM", 6), ("CRCO", 20), ("CSPO", 17), ("CRSNOTE", 40),
)  # fmt: skip

#: Registrations: of 100 people so many have it.
REGISTERED = (
    ("ADVP", 28), ("REG30", 12), ("RCPR", 6), ("RCCO", 12), ("RCHD", 14), ("MAPP", 6), ("RMDO", 12), ("ALSH", 10),
    ("RVLN", 5), ("IIOM", 3),
)  # fmt: skip

REQUIRED = (("F", 70, "RARREQ"), ("W", 34, "W01"), ("7", 13, "7A"))


def _cumulative(weights: tuple[tuple[str, int], ...], draw: str) -> str:
    """SQL: the name that a draw between 0 and 1 falls on."""
    total, reached, whens = sum(weight for _, weight in weights), 0, []
    for name, weight in weights:
        reached += weight
        whens.append(f"WHEN {draw} < {reached / total:.6f} THEN '{name}'")
    return f"CASE {' '.join(whens)} ELSE '{weights[-1][0]}' END"


def _values(rows: tuple[tuple[object, ...], ...]) -> str:
    return ", ".join(f"({place}, {', '.join(map(repr, row))})" for place, row in enumerate(rows))


def _cases(cases: int, contacts: int, unreadable: float) -> str:
    """The statement that makes the table `c`: a row for each case, with everything that other tables need of it."""
    teams = min(100, max(2, cases // 20))
    staff = max(2, cases // teams // 45)
    return f"""
CREATE TABLE c AS
WITH drawn AS (
  SELECT i, i - (i % 16 = 15)::INT AS person, floor({teams} * power(u(i, 'team'), 1.3))::INT AS team,
    180 + floor(900 * power(u(i, 'length'), 1.5))::INT AS length, u(i, 'kind') AS kind, u(i, 'rosh') AS r
  FROM range({cases}) t(i)
), placed AS (
  SELECT *, floor(length * 1.12 * u(i, 'progress'))::INT AS days, 0.62 + 0.5 * u(team, 'quality') AS quality,
    format('N{{:02d}}', 1 + team % 12) AS region,
    chr(88 - (person // 1000000)::INT) || lpad(((person * 514229 + 17 * $seed) % 1000000)::VARCHAR, 6, '0') AS crn
  FROM drawn
), known AS (
  SELECT *, DATE '{AS_AT}' - days AS start, format('{{}}T{{:02d}}', region, team // 12) AS team_code,
    floor({staff} * u(i, 'staff'))::INT AS staff, floor({staff} * u(i, 'first staff'))::INT AS first_staff,
    u(i, 'unallocated') < 0.03 AS unallocated, u(i, 'changed') < 0.35 AS changed,
    CASE WHEN kind < 0.45 THEN 'CO' WHEN kind < 0.70 THEN 'SSO' WHEN kind < 0.92 THEN 'LIC' WHEN kind < 0.99 THEN 'PSS'
      WHEN kind < 0.998 THEN 'OTH' END AS order_type,
    CASE WHEN r < 0.00001 * {unreadable} THEN 'R?RH' WHEN r < 0.01 THEN 'RVHR' WHEN r < 0.19 THEN 'RHRH'
      WHEN r < 0.72 THEN 'RMRH' WHEN r < 0.985 THEN 'RLRH' END AS rosh,
    CASE WHEN u(i, 'none') > 0.02
      THEN floor(1000 * least(power(1 - u(i, 'many'), -0.55), 60) * (0.25 + days / 365))::BIGINT ELSE 0 END AS weight
  FROM placed
), shared AS (
  SELECT *, sum(weight) OVER (ORDER BY i ROWS UNBOUNDED PRECEDING) AS reached, sum(weight) OVER () AS total FROM known
)
SELECT * EXCLUDE (kind, r, weight, reached, total),
  ({contacts} * reached::HUGEINT // total - {contacts} * (reached - weight)::HUGEINT // total)::INT AS n,
  CASE WHEN days > length THEN start + length WHEN u(i, 'early') < 0.04 THEN start + floor(days * u(i, 'end'))::INT END
    AS end_date,
  CASE WHEN days > length * 2 // 3 AND u(i, 'suspended') < 0.2 THEN start + length * 2 // 3 END AS suspended,
  u(i, 'careless') < 0.4 AS careless, u(i, 'failing') < 0.4 AS failing,
  CASE WHEN u(i, 'crs') < 0.35 THEN start + floor(90 * u(i, 'referred'))::INT END AS referred
FROM shared;
ALTER TABLE c ADD COLUMN rank INT;
UPDATE c SET rank = o.rank FROM (SELECT i, row_number() OVER (ORDER BY n DESC, i) - 1 AS rank FROM c) o WHERE o.i = c.i;
CREATE TABLE by_rank AS SELECT * FROM c WHERE n > 0 ORDER BY rank;
CREATE TABLE turns AS   -- how many cases have a k-th contact, and how many contacts come before those
SELECT k, m, sum(m) OVER (ORDER BY k) - m AS before
FROM (SELECT k, sum(cases) OVER (ORDER BY k DESC)::BIGINT AS m FROM
  (SELECT k, count(i) AS cases FROM range((SELECT max(n) FROM c)) t(k) LEFT JOIN c ON c.n = k + 1 GROUP BY k))
ORDER BY k;
"""


def _tables(cases: int, unreadable: float) -> dict[str, str]:
    """By table, the query of its rows under the headings of the shipped dictionary."""
    bad = unreadable / 100_000
    staff_code = "format('{}{:04d}', region, (team // 12) * 90 + {})"
    code, first_code = (staff_code.replace("{})", f"{column})") for column in ("staff", "first_staff"))
    grade = "CASE WHEN u(team * 1000 + {0}, 'grade') < 0.55 THEN 'PSM' WHEN u(team * 1000 + {0}, 'grade') < 0.9 THEN 'PSQ' ELSE 'PSP' END"
    typo = "DATE '0206-01-01' + (x % 300)::INT"  # a year that somebody mistyped
    return {
        "cases": f"""
SELECT crn AS "CRN", CASE WHEN i = person THEN '1' ELSE '2' END AS "Event number", order_type AS "Order type",
  CASE WHEN order_type IN ('LIC', 'PSS') THEN start - 90 - floor(800 * u(i, 'sentence'))::INT ELSE start END AS "Sentence date",
  start AS "Start date", start + length AS "Expected end date", end_date AS "End date",
  CASE WHEN unallocated THEN team_code || 'U' ELSE {code} END AS "Practitioner code",
  CASE WHEN NOT unallocated THEN {grade.format("staff")} END AS "Grade", team_code AS "Team code",
  'Team ' || (team + 1) AS "Team name", region || 'P' || (team // 12) // 3 AS "PDU code", region AS "Region code",
  rosh AS "RoSH", chr(65 + floor(4 * u(i, 'tier'))::INT) || floor(4 * u(i, 'tier 2'))::INT AS "Tier",
  suspended AS "Contact suspended from"
FROM c ORDER BY i""",
        "requirements": f"""
SELECT 'R' || (i * 3 + place) AS "Requirement id", crn AS "CRN", CASE WHEN i = person THEN '1' ELSE '2' END AS "Event number",
  main AS "Main code", sub AS "Sub code", start AS "Imposed date", start + 28 AS "Expected start date",
  CASE WHEN u(i, 'commenced' || main) < 0.82 * quality AND begun <= least(DATE '{AS_AT}', coalesce(end_date, DATE '{AS_AT}'))
    THEN begun END AS "Commenced date",
  end_date AS "End date", 10 + floor(4 * u(i, 'length' || main))::INT * 10 AS "Length", CASE main WHEN 'W' THEN 'H' ELSE 'D' END AS "Length unit"
FROM (SELECT *, start + floor(CASE main WHEN '7' THEN 260 ELSE 90 END * power(u(i, 'begun' || main), 1.5))::INT AS begun
  FROM c CROSS JOIN (VALUES {_values(REQUIRED)}) q(place, main, percent, sub))
WHERE order_type IN ('CO', 'SSO') AND 100 * u(i, 'required' || main) < percent ORDER BY i, place""",
        "registrations": f"""
SELECT crn AS "CRN", type_code AS "Type code", CASE type_code WHEN 'MAPP' THEN 'M1' END AS "Level code",
  CASE WHEN type_code = 'MAPP' THEN CASE WHEN u(i, 'category') < 0.4 THEN 'M1' ELSE 'M2' END END AS "Category code", start - 200 + floor(220 * u(i, 'since' || type_code))::INT AS "Start date",
  start + 180 + floor(180 * u(i, 'review' || type_code))::INT AS "Next review date",
  CASE WHEN u(i, 'over' || type_code) < 0.1 THEN start + 30 END AS "End date"
FROM (SELECT c.*, type_code, place FROM c CROSS JOIN (VALUES {_values(REGISTERED)}) q(place, type_code, percent)
    WHERE i = person AND 100 * u(i, 'registered' || type_code) < percent
  UNION ALL SELECT c.*, rosh, -1 FROM c WHERE i = person AND rosh LIKE 'R_RH' AND rosh <> 'R?RH') ORDER BY i, place""",
        "assessments": f"""
SELECT 'A' || (i * 4 + place) AS "Assessment id", crn AS "CRN", CASE WHEN i = person THEN '1' ELSE '2' END AS "Event number",
  'LAYER3' AS "Layer", done - 6 AS "Created date", CASE WHEN status <> 'OPEN' THEN done END AS "Completed date",
  status AS "Status", CASE WHEN rosh IN ('RHRH', 'RVHR') THEN done + 3 END AS "Countersigned date",
  CASE WHEN status = 'COMPLETE' AND u(i, 'planned' || place) < 0.7 THEN done END AS "Sentence plan date"
FROM (SELECT *, start + place::INT * 170 + floor(44 * power(u(i, 'assessed' || place), 1.3))::INT AS done,
    CASE WHEN u(i, 'status' || place) < 0.95 THEN 'COMPLETE' WHEN u(i, 'status' || place) < 0.98 THEN 'LOCKED_INCOMPLETE' ELSE 'OPEN' END AS status
  FROM c CROSS JOIN range(4) p(place))
WHERE u(i, 'assessment' || place) < (CASE place WHEN 0 THEN 0.98 ELSE 0.8 END) * quality
  AND done <= least(DATE '{AS_AT}', coalesce(end_date, DATE '{AS_AT}')) ORDER BY i, place""",
        "allocations": f"""
SELECT crn AS "CRN", CASE WHEN i = person THEN '1' ELSE '2' END AS "Event number",
  CASE WHEN place = 2 THEN team_code || 'U' WHEN place = 0 AND changed THEN {first_code} ELSE {code} END AS "Staff code",
  CASE WHEN place = 2 THEN NULL WHEN place = 0 AND changed THEN {grade.format("first_staff")} ELSE {grade.format("staff")} END AS "Grade",
  team_code AS "Team code", CASE place WHEN 0 THEN allocated WHEN 1 THEN moved ELSE DATE '{AS_AT}' - days // 20 END AS "From date",
  CASE WHEN place = 0 AND changed THEN moved WHEN place < 2 AND unallocated THEN DATE '{AS_AT}' - days // 20 END AS "To date"
FROM (SELECT *, start + floor(least(days, 7) * u(i, 'allocated'))::INT AS allocated,
    start + least(days, 7) + floor((days - least(days, 7)) * 0.94 * u(i, 'moved'))::INT AS moved
  FROM c CROSS JOIN range(3) p(place))
WHERE place = 0 OR (place = 1 AND changed) OR (place = 2 AND unallocated) ORDER BY i, place""",
        "referrals": f"""
SELECT 'N' || i AS "NSI id", crn AS "CRN", CASE WHEN i = person THEN '1' ELSE '2' END AS "Event number",
  NULL::VARCHAR AS "Requirement id", 'CRS0' || (1 + floor(7 * u(i, 'service'))::INT) AS "Type code", referred AS "Referral date",
  CASE WHEN u(i, 'opened') < 0.8 * quality AND opened <= DATE '{AS_AT}' THEN opened END AS "Start date", 'INPROG' AS "Status code",
  referred AS "Status date", NULL::VARCHAR AS "Outcome code", NULL::DATE AS "End date"
FROM (SELECT *, referred + 3 + floor(40 * power(u(i, 'waited'), 1.5))::INT AS opened FROM c)
WHERE referred <= DATE '{AS_AT}' ORDER BY i""",
        "judgements": f"""
SELECT 'sample' AS "Audit", crn AS "CRN", CASE WHEN i = person THEN '1' ELSE '2' END AS "Event number", item AS "Item",
  CASE WHEN answer < 0.58 THEN 'yes' WHEN answer < 0.92 THEN 'no' WHEN answer < 0.97 THEN 'not_applicable' ELSE 'not_assessed' END AS "Answer",
  'reader ' || chr(65 + reader::INT) AS "Auditor", DATE '{AS_AT}' - 20 AS "Date"
FROM (SELECT c.*, item, place, reader, u(i, 'answer' || item || reader) AS answer
  FROM c CROSS JOIN (VALUES {_values(tuple((item,) for item in JUDGED))}) q(place, item) CROSS JOIN range(2) r(reader)
  WHERE u(i, 'read') < {max(0.04, min(1.0, 160 / cases)):.6f} AND (reader = 0 OR u(i, 'second' || item) < 0.05))
ORDER BY i, place, reader""",
        "accepted": f"""
SELECT crn AS "CRN", CASE WHEN i = person THEN '1' ELSE '2' END AS "Event number",
  CASE WHEN u(i, 'accepted item') < 0.5 THEN 'DA1' ELSE 'AS1' END AS "Item", NULL::DATE AS "Occurrence date",
  'In hospital' AS "Reason", region || '0001' AS "Accepted by", DATE '{AS_AT}' + 40 AS "Until"
FROM c WHERE u(i, 'accepted') < 0.004 ORDER BY i""",
        "contacts": f"""
WITH numbered AS (
  SELECT k, before, block * 1000 + unnest(range(1000)) AS rank, m
  FROM (SELECT k, before, m, unnest(range(m // 1000 + 1)) AS block FROM turns)
), drawn AS (
  SELECT x, s.k, c.*, f.type AS planned, f.percent, f.earliest, f.spread, u(x, 'kind') AS kind, u(x, 'day') AS day,
    u(x, 'outcome') AS o, u(x, 'late') AS late
  FROM (SELECT k, rank, before + rank AS x FROM numbered WHERE rank < m) s
  JOIN by_rank c ON c.rank = s.rank LEFT JOIN first f ON f.k = s.k
), typed AS (
  SELECT *, percent IS NOT NULL AND 100 * kind < percent * quality AND earliest <= days AS early,
    CASE WHEN 100 * kind < percent * quality AND earliest <= days THEN planned WHEN percent IS NOT NULL THEN 'COAP'
      ELSE {_cumulative(LATER, "kind")} END AS what
  FROM drawn
), dated AS (
  SELECT *, CASE WHEN what <> 'RAR' THEN what ELSE 'COAP' END AS type_code,
    start + CASE WHEN early THEN least(earliest + floor(spread * power(day, 1.4))::INT, days)
      WHEN day > 0.99 THEN days + 1 + floor(3000 * (day - 0.99))::INT
      ELSE floor(coalesce(end_date - start, days) * (k + day) / n)::INT END AS done
  FROM typed
), met AS (
  SELECT *, type_code IN ('COAP', 'COAI', 'CHVS', 'C084', 'COPT') AS meeting, type_code IN ('COAP', 'COAI', 'CHVS', 'C084') AS standard,
    CASE WHEN done > DATE '{AS_AT}' OR NOT (type_code IN ('COAP', 'COAI', 'CHVS', 'C084', 'COPT')) THEN NULL
      WHEN early THEN CASE WHEN o < 0.9 THEN 'ATTC' WHEN o < 0.97 THEN 'AAME' ELSE 'UAAB' END
      WHEN o < 0.03 THEN CASE WHEN careless THEN NULL ELSE 'ATTC' END
      WHEN o < 0.04 THEN CASE WHEN careless THEN 'AFTA' ELSE 'AAEM' END
      WHEN o < 0.12 THEN CASE WHEN failing THEN 'UAAB' ELSE 'ATTC' END
      WHEN o < 0.14 THEN CASE WHEN failing THEN 'AFTC' ELSE 'ATTC' END
      WHEN o < 0.18 THEN 'AAME' WHEN o < 0.22 THEN 'AAEM' WHEN o < 0.24 THEN 'AACL' ELSE 'ATTC' END AS outcome
  FROM dated
)
SELECT 'K' || (100000000 + x) AS "Contact id", crn AS "CRN",
  CASE WHEN (type_code IN ('C369', 'C515', 'SFGC', 'SFRR') AND late < 0.7) OR late > 0.98 THEN NULL WHEN i = person THEN '1' ELSE '2' END AS "Event number",
  CASE WHEN u(x, 'bad day') < {bad} THEN {typo} ELSE done END AS "Contact date", type_code AS "Type code", outcome AS "Outcome code",
  CASE WHEN u(x, 'bad yes') < {bad} THEN 'perhaps' WHEN outcome IN ('ATTC', 'AFTC') THEN 'Y' WHEN outcome IS NOT NULL THEN 'N' END AS "Attended",
  CASE WHEN u(x, 'bad yes') > {1 - bad} THEN 'x' WHEN outcome IN ('UAAB', 'AFTC', 'AFTA') THEN 'N' WHEN outcome IS NOT NULL THEN 'Y' END AS "Complied",
  CASE WHEN what = 'RAR' THEN 'Y' WHEN meeting THEN 'N' END AS "RAR activity", CASE WHEN standard THEN 'Y' ELSE 'N' END AS "National standard",
  CASE WHEN what = 'RAR' AND order_type IN ('CO', 'SSO') AND 100 * u(i, 'requiredF') < {REQUIRED[0][1]} THEN 'R' || (i * 3) END AS "Requirement id",
  CASE WHEN type_code LIKE 'CRS%' AND referred <= DATE '{AS_AT}' THEN 'N' || i END AS "NSI id",
  CASE outcome WHEN 'UAAB' THEN 'EA02' WHEN 'AFTA' THEN 'EA12' END AS "Enforcement code",
  CASE WHEN outcome IN ('UAAB', 'AFTA') THEN done + 2 END AS "Enforcement date",
  CASE WHEN outcome IN ('UAAB', 'AFTA') THEN done + 9 END AS "Response due date",
  {code} AS "Staff code", CASE WHEN type_code IN ('SPOD03', 'MO1', 'C002') THEN 'PSC' ELSE {grade.format("staff")} END AS "Staff grade",
  least(done + CASE WHEN late < 0.02 THEN 30 + floor(8000 * late)::INT ELSE floor(5 * power(late, 6))::INT END, DATE '{AS_AT}') AS "Recorded date"
FROM met""",
    }  # fmt: skip


def write(
    folder: Path, cases: int, contacts: int, suffix: str = "parquet", seed: int = 1, unreadable: float = 3
) -> None:
    """Writes the extract. `unreadable`: of 100,000 cells of a kind, so many cannot be read."""
    import duckdb  # here, because the benchmark, which looks at the day alone, is to stay small

    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="national-") as spill:
        con = duckdb.connect(config={"memory_limit": "800MB", "temp_directory": spill, "threads": "2"})
        # the cases are what is looked up, however many the database takes them to be
        con.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        con.execute("SET enable_progress_bar = false")
        con.execute(f"CREATE MACRO u(a, salt) AS (hash(a::BIGINT, salt, {seed}) >> 11)::DOUBLE / 9007199254740992.0")
        for statement in _cases(cases, contacts, unreadable).replace("$seed", str(seed)).split(";"):
            con.execute(statement)
        con.execute(f"CREATE TABLE first AS FROM (VALUES {_values(FIRST)}) f(k, type, percent, earliest, spread)")
        how = "FORMAT csv, HEADER" if suffix == "csv" else "FORMAT parquet"
        for table, query in _tables(cases, unreadable).items():
            con.execute(f"COPY ({query}) TO '{folder / table}.{suffix}' ({how})")
        con.close()
    (folder / "dictionary.yaml").write_text(DICTIONARY, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.national", description="Writes a made-up national extract.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=250_000)
    parser.add_argument("--contacts", type=int, default=30_000_000)
    parser.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unreadable", type=float, default=3, help="of 100,000 cells of a kind, so many; default 3")
    given = parser.parse_args()
    write(given.folder, given.cases, given.contacts, given.format, given.seed, given.unreadable)


if __name__ == "__main__":
    main()
