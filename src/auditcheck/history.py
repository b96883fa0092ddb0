"""The history of audits: one SQLite file of this user's, with counts, definitions and pseudonyms, never a case.

A run is written in one transaction, or not at all; nothing in it is changed afterwards but by `purge` and
`forget`, and every step stands in a log of which each entry seals the one before. SQLite keeps a rollback
journal (not a write-ahead log): one file at rest, which can be copied and works on a network drive.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from auditcheck.problems import HistoryStop, UsageStop, quote, shown
from auditcheck.pseudonyms import folder, private_folder
from auditcheck.recorded import Level, Open, RecordedCounts, RecordedItem, RecordedRun, RunLine
from auditcheck.result import Counts
from auditcheck.states import IN_ORDER, State

APPLICATION, VERSION = 0x41434831, 1  # "ACH1"
WAIT = 10  # seconds for another who is writing
LAYOUT_VERSION = 1

#: The columns of a row's counts: every state, then what had fallen due alone.
_STATES = tuple(state.value.replace(" ", "_") for state in IN_ORDER)
_COUNTED = (*_STATES, *(f"passed_{name}" for name in _STATES))

_SCHEMA = f"""
CREATE TABLE run(
  run TEXT PRIMARY KEY, unit TEXT NOT NULL, as_at TEXT NOT NULL, revision INTEGER NOT NULL,
  supersedes TEXT REFERENCES run(run), recorded TEXT NOT NULL, version TEXT NOT NULL, fingerprint TEXT NOT NULL,
  extract TEXT NOT NULL, dictionary TEXT NOT NULL, dictionary_version TEXT NOT NULL, audited INTEGER NOT NULL,
  rows_read INTEGER NOT NULL, rows_refused INTEGER NOT NULL, faults INTEGER NOT NULL, key TEXT NOT NULL,
  UNIQUE(unit, as_at, revision)) STRICT;
CREATE TABLE checklist(sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE asked(run TEXT NOT NULL REFERENCES run(run), place INTEGER NOT NULL,
  sha256 TEXT NOT NULL REFERENCES checklist(sha256), PRIMARY KEY(run, place)) STRICT;
CREATE TABLE setting(run TEXT NOT NULL REFERENCES run(run), checklist TEXT NOT NULL, name TEXT NOT NULL,
  value TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY(run, checklist, name)) STRICT;
CREATE TABLE item(run TEXT NOT NULL REFERENCES run(run), place INTEGER NOT NULL, id TEXT NOT NULL,
  title TEXT NOT NULL, checklist TEXT NOT NULL, definition TEXT NOT NULL, judged INTEGER NOT NULL,
  sample INTEGER NOT NULL, PRIMARY KEY(run, id)) STRICT;
CREATE TABLE result(run TEXT NOT NULL REFERENCES run(run), item TEXT NOT NULL, definition TEXT NOT NULL,
  level TEXT NOT NULL CHECK(level IN ('all', 'team', 'practitioner')), team TEXT NOT NULL, practitioner TEXT NOT NULL,
  cases INTEGER NOT NULL, {", ".join(f"{name} INTEGER NOT NULL CHECK({name} >= 0)" for name in _COUNTED)},
  CHECK(cases = {" + ".join(_STATES)}),
  CHECK(cases >= {" + ".join(f"passed_{name}" for name in _STATES)}),
  PRIMARY KEY(run, item, definition, level, team, practitioner)) STRICT;
CREATE TABLE audited(run TEXT NOT NULL REFERENCES run(run), token TEXT NOT NULL, team TEXT NOT NULL,
  PRIMARY KEY(run, token)) STRICT;
CREATE TABLE open(run TEXT NOT NULL REFERENCES run(run), place INTEGER NOT NULL, token TEXT NOT NULL,
  item TEXT NOT NULL, definition TEXT NOT NULL, state TEXT NOT NULL, gap TEXT NOT NULL,
  PRIMARY KEY(run, place)) STRICT;
CREATE TABLE event(seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, run TEXT NOT NULL,
  detail TEXT NOT NULL, before TEXT NOT NULL, seal TEXT NOT NULL) STRICT;
CREATE TABLE permit(kind TEXT PRIMARY KEY) STRICT;
"""
_KEPT = ("run", "asked", "setting", "item", "result", "audited", "open")
_GUARDS = "".join(
    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} WHEN NOT EXISTS (SELECT 1 FROM permit) "
    "BEGIN SELECT RAISE(ABORT, 'kept as it was recorded'); END;\n"
    for table in (*_KEPT, "checklist")
    for verb in ("UPDATE", "DELETE")
) + "".join(
    f"CREATE TRIGGER event_{verb.lower()} BEFORE {verb} ON event "
    "BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;\n"
    for verb in ("UPDATE", "DELETE")
)


def usual_place() -> Path:
    """Where this user's history is, unless another file is named."""
    return folder("data") / "history.db"


def now() -> str:
    """UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class History:
    """A history that is open. Use it in a `with`; every method raises HistoryStop."""

    def __init__(self, path: Path, con: sqlite3.Connection, file: os.stat_result) -> None:
        self.path = path
        self._con = con
        self._file = file

    @classmethod
    def to_read(cls, path: Path) -> History:
        """Opens a history that is there, and writes nothing, not even where it lies. Only what was left half
        written, when whoever wrote it was stopped, is put back as it was before."""
        half = path.with_name(f"{path.name}-journal").exists()
        return cls._opened(
            path, "rw" if half and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "ro"
        )

    @classmethod
    def to_write(cls, path: Path, *, make: bool = False) -> History:
        """Opens a history to write in; with `make` a new one where there is none."""
        if make and not path.exists():
            _make(path)
        return cls._opened(path, "rw")

    @classmethod
    def _opened(cls, path: Path, mode: str) -> History:
        if path.is_symlink() or not path.is_file():
            what = (
                "is not a file"
                if os.path.lexists(path)
                else "there is no history yet. Begin one: auditcheck run EXTRACT --record"
            )
            raise HistoryStop(f"{shown(path)}: {what}.")
        with _told(path):
            file = _ours(path)
            con = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT, isolation_level=None
            )
            try:
                con.execute("PRAGMA trusted_schema = OFF")
                con.execute("PRAGMA foreign_keys = ON")
                if mode == "rw":
                    con.execute("PRAGMA journal_mode = DELETE")
                    con.execute("PRAGMA synchronous = FULL")
                    con.execute("PRAGMA secure_delete = ON")
                if con.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise _damaged(path)
            except BaseException:
                con.close()
                raise
        return cls(path, con, file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._con.close()

    # ── writing ──────────────────────────────────────────────────────────────────────────────────

    def record(self, run: RecordedRun) -> RecordedRun | None:
        """Keeps a run; None where the very same is kept already. A run of a day that is there becomes its next
        revision; so does the very same where it tells more of a month before, which was recorded after it. What is
        returned is in the file for good. Nothing is added to what is not as it was recorded."""
        if wrong := self.verify():
            raise HistoryStop(
                *(f"{shown(self.path)}: {text}." for text in wrong),
                "Nothing was changed in it. Put a copy back in its place, or import one.",
            )
        with self._writing():
            last = self._con.execute(
                "SELECT run, revision, fingerprint FROM run WHERE unit = ? AND as_at = ?"
                " ORDER BY revision DESC LIMIT 1",
                (run.unit, run.as_at.isoformat()),
            ).fetchone()
            same = "SELECT 1 FROM run WHERE unit = ? AND as_at = ? AND fingerprint = ?"
            if self._con.execute(same, (run.unit, run.as_at.isoformat(), run.fingerprint)).fetchone():
                more = _with_more(self.run(last[0]), run) if last[2] == run.fingerprint else None
                if more is None:
                    return None
                run = more
            run = replace(
                run,
                run=secrets.token_hex(8),
                recorded=now(),
                revision=last[1] + 1 if last else 1,
                supersedes=last[0] if last else "",
            )
            nearest = "abs(julianday(as_at) - julianday(?)), revision DESC"
            near = self._con.execute(
                f"SELECT run FROM run WHERE unit = ? ORDER BY {nearest} LIMIT 1", (run.unit, run.as_at.isoformat())
            ).fetchone()
            if near and run.cases and self._strange(run, near[0]):
                raise HistoryStop(
                    f"{shown(self.path)}: has runs of “{run.unit}”, and the nearest in time has none of these cases.",
                    "If this is another unit, record it under a title of its own: --unit TITLE.",
                )
            self._insert(run)
            self._log("record", run.run, run.recorded)
        return run

    def _strange(self, run: RecordedRun, other: str) -> bool:
        """Has a run none of another's cases, as far as their pseudonyms can be compared?"""
        rows = self._con.execute(
            "SELECT a.token FROM audited a JOIN run r USING (run) WHERE run = ? AND key = ?", (other, run.key)
        )
        tokens = {token for (token,) in rows}
        return bool(tokens) and not tokens & run.cases.keys()

    def forget(self, practitioner: str) -> int:
        """Puts a word that means nothing in the place of a practitioner's code, in every run: how many there were.
        The unallocated, who have no code, are nobody to forget."""
        of_them = "level = 'practitioner' AND practitioner = ?"
        with self._writing():
            rows = self._con.execute(f"SELECT DISTINCT run FROM result WHERE {of_them} ORDER BY run", (practitioner,))
            runs = [run for (run,) in rows] if practitioner else []
            if not runs:
                return 0
            self._check(runs)
            word = f"forgotten-{secrets.token_hex(4)}"
            with self._permitted():
                self._con.execute(f"UPDATE result SET practitioner = ? WHERE {of_them}", (word, practitioner))
            for run in runs:
                self._log("forget", run, now())
        self._vacuum()
        return len(runs)

    def to_purge(self, whole: date, people: date) -> tuple[int, int]:
        """How many runs of before `whole`, and how many others of before `people` that still have practitioners
        and pseudonyms, a purge would concern."""
        return len(self._before(whole)), len(self._with_people(whole, people))

    def purge(self, whole: date, people: date) -> tuple[int, int]:
        """Takes away the runs of before `whole`, and of those of before `people` the practitioners and pseudonyms."""
        with self._writing():
            gone, thinned = self._before(whole), self._with_people(whole, people)
            if not gone and not thinned:
                return 0, 0
            self._check(thinned)
            with self._permitted():
                for run in reversed(gone):  # the corrected ones first: they refer to those that they supersede
                    for table in reversed(_KEPT):
                        self._con.execute(f"DELETE FROM {table} WHERE run = ?", (run,))
                    self._log("purge", run, now(), whole=True)
                for run in thinned:
                    self._con.execute("DELETE FROM result WHERE run = ? AND level = 'practitioner'", (run,))
                    self._con.execute("DELETE FROM open WHERE run = ?", (run,))
                    self._con.execute("DELETE FROM audited WHERE run = ?", (run,))
                    self._log("purge", run, now())
                self._con.execute("DELETE FROM checklist WHERE sha256 NOT IN (SELECT sha256 FROM asked)")
        self._vacuum()
        return len(gone), len(thinned)

    def _before(self, day: date) -> list[str]:
        rows = self._con.execute("SELECT run FROM run WHERE as_at < ? ORDER BY as_at, revision", (day.isoformat(),))
        return [run for (run,) in rows]

    def _with_people(self, whole: date, people: date) -> list[str]:
        rows = self._con.execute(
            "SELECT run FROM run r WHERE as_at >= ? AND as_at < ? AND ("
            "EXISTS (SELECT 1 FROM result x WHERE x.run = r.run AND level = 'practitioner')"
            " OR EXISTS (SELECT 1 FROM audited a WHERE a.run = r.run)) ORDER BY as_at, revision",
            (whole.isoformat(), people.isoformat()),
        )
        return [run for (run,) in rows]

    def _vacuum(self) -> None:
        with _told(self.path):
            self._con.execute("VACUUM")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it or nothing."""
        with _told(self.path):
            self._con.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._con.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._con.execute("ROLLBACK")
                raise
            if not (self.path.exists() and os.path.samestat(self.path.stat(), self._file)):
                raise _moved(self.path)  # what was written has gone with it

    @contextmanager
    def _permitted(self) -> Iterator[None]:
        """While it lasts, what was recorded may be changed: the triggers look for the row."""
        self._con.execute("INSERT INTO permit VALUES ('now')")
        yield
        self._con.execute("DELETE FROM permit")

    def _insert(self, run: RecordedRun) -> None:
        def put(table: str, rows: Iterable[Sequence[Any]]) -> None:
            rows = list(rows)
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self._con.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

        put("run", [_run_row(run)])
        for place, (name, version, body) in enumerate(run.checklists):
            digest = sha256(body.encode()).hexdigest()
            self._con.execute("INSERT OR IGNORE INTO checklist VALUES (?, ?, ?, ?)", (digest, name, version, body))
            self._con.execute("INSERT INTO asked VALUES (?, ?, ?)", (run.run, place, digest))
        put("setting", ((run.run, *setting) for setting in run.settings))
        put(
            "item",
            (
                (run.run, place, i.id, i.title, i.checklist, i.definition, int(i.judged), int(i.sample))
                for place, i in enumerate(run.items)
            ),
        )
        put("result", ((run.run, *_count_row(counts)) for counts in run.counts))
        put("audited", ((run.run, token, team) for token, team in run.cases.items()))
        put(
            "open",
            ((run.run, place, o.case, o.item, o.definition, o.state.value, o.gap) for place, o in enumerate(run.open)),
        )

    def _log(self, kind: str, run: str, at: str, *, whole: bool = False) -> None:
        """Adds to the log; the entry seals what is kept of the run now, and the entry before."""
        last = self._con.execute("SELECT seq, seal FROM event ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
        detail = "" if whole else self._content(run)
        row = (last[0] + 1, at, kind, run, detail, last[1])
        self._con.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, _seal(row)))

    def _content(self, run: str) -> str:
        """SHA-256 of everything kept of a run."""
        digest = sha256()
        for table in _KEPT:
            more = " LEFT JOIN (SELECT sha256, name, version FROM checklist) USING (sha256)" if table == "asked" else ""
            rows = self._con.execute(f"SELECT * FROM {table}{more} WHERE run = ?", (run,))
            for line in sorted(json.dumps([table, *row], ensure_ascii=True) for row in rows):
                digest.update(line.encode())
        return digest.hexdigest()

    def _sealed(self, run: str) -> str:
        row = self._con.execute("SELECT detail FROM event WHERE run = ? ORDER BY seq DESC LIMIT 1", (run,)).fetchone()
        return str(row[0]) if row else ""

    def _check(self, runs: Iterable[str]) -> None:
        """Raises HistoryStop where a run is not as it was recorded: nothing is told from it, nor is it sealed anew."""
        for run in runs:
            if self._sealed(run) != self._content(run):
                raise HistoryStop(
                    f"{shown(self.path)}: run {run[:8]} is not as it was recorded. Nothing was changed in it.",
                    "What else is wrong: auditcheck history verify. Put a copy back in its place, or import one.",
                )

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    def lines(self) -> list[RunLine]:
        """Every run, by unit and day."""
        with _told(self.path):
            rows = self._con.execute(
                "SELECT r.run, unit, as_at, revision, EXISTS (SELECT 1 FROM run s WHERE s.supersedes = r.run), "
                "recorded, extract, audited, (SELECT count(*) FROM item i WHERE i.run = r.run) FROM run r "
                "ORDER BY unit, as_at, revision"
            ).fetchall()
        try:
            return [
                RunLine(run, unit, date.fromisoformat(day), revision, bool(superseded), recorded, extract, cases, items)
                for run, unit, day, revision, superseded, recorded, extract, cases, items in rows
            ]
        except ValueError:
            raise _damaged(self.path) from None

    def same(self, run: RecordedRun) -> RunLine | None:
        """The run on the list that is the very same as one to be recorded."""
        with _told(self.path):
            kept = {
                name for (name,) in self._con.execute("SELECT run FROM run WHERE fingerprint = ?", (run.fingerprint,))
            }
        found = [line for line in self.lines() if line.run in kept and (line.unit, line.as_at) == (run.unit, run.as_at)]
        return found[0] if found else None

    def units(self) -> list[str]:
        return list(dict.fromkeys(line.unit for line in self.lines()))

    def runs(self, unit: str) -> list[RecordedRun]:
        """The runs of a unit that no other corrects, by day."""
        return [self.run(line.run) for line in self.lines() if line.unit == unit and not line.superseded]

    def before(self, unit: str, day: date) -> RecordedRun | None:
        """The last run of a unit of an earlier month: what a trend sets beside that of `day`."""
        first = day.replace(day=1)
        earlier = [line for line in self.lines() if line.unit == unit and line.as_at < first and not line.superseded]
        return self.run(earlier[-1].run) if earlier else None

    def after(self, unit: str, day: date) -> RecordedRun | None:
        """What a trend sets beside the run of `day` in the next month that is kept of a unit: its last run."""
        month = f"{day:%Y-%m}"
        later = [
            line for line in self.lines() if line.unit == unit and f"{line.as_at:%Y-%m}" > month and not line.superseded
        ]
        last = [line for line in later if f"{line.as_at:%Y-%m}" == f"{later[0].as_at:%Y-%m}"]
        return self.run(last[-1].run) if last else None

    def run(self, run: str) -> RecordedRun:
        """One run as it was recorded. Raises HistoryStop where it is that no more."""
        with _told(self.path):
            self._check([run])

            def rows(text: str) -> list[Any]:
                return self._con.execute(text, (run,)).fetchall()

            head = rows("SELECT * FROM run WHERE run = ?")[0]
            checklists = rows(
                "SELECT c.name, c.version, c.body FROM asked a JOIN checklist c ON c.sha256 = a.sha256"
                " WHERE run = ? ORDER BY place"
            )
            settings = rows("SELECT checklist, name, value, source FROM setting WHERE run = ? ORDER BY 1, 2")
            items = rows(
                "SELECT id, title, checklist, definition, judged, sample FROM item WHERE run = ? ORDER BY place"
            )
            counts = rows("SELECT * FROM result WHERE run = ? ORDER BY item, definition, level, team, practitioner")
            cases = rows("SELECT token, team FROM audited WHERE run = ? ORDER BY token")
            opened = rows("SELECT token, item, definition, state, gap FROM open WHERE run = ? ORDER BY place")
            columns = [column for _, column, *_ in self._con.execute("PRAGMA table_info(run)")]
        fields: dict[str, Any] = dict(zip(columns, head, strict=True))
        fields |= {"as_at": date.fromisoformat(fields["as_at"]), "supersedes": fields["supersedes"] or ""}
        n = len(IN_ORDER)
        return RecordedRun(
            **fields,
            checklists=tuple(checklists),
            settings=tuple(settings),
            items=tuple(
                RecordedItem(an_id, title, checklist, made, bool(judged), bool(sample))
                for an_id, title, checklist, made, judged, sample in items
            ),
            counts=tuple(
                RecordedCounts(
                    item,
                    definition,
                    Level(level),
                    team,
                    practitioner,
                    Counts(tuple(numbers[:n])),
                    Counts(tuple(numbers[n:])),
                )
                for _, item, definition, level, team, practitioner, _, *numbers in counts
            ),
            cases=dict(cases),
            open=tuple(Open(case, item, made, State(state), gap) for case, item, made, state, gap in opened),
        )

    def named(self, word: str) -> RecordedRun:
        """The run whose name begins so. Raises UsageStop when it is none, or not one alone."""
        found = [line.run for line in self.lines() if word and line.run.startswith(word.lower())]
        if len(found) != 1:
            what = "no run's name begins" if not found else f"the names of {len(found)} runs begin"
            raise UsageStop(f"{what} with {quote(word)}. See: auditcheck history list")
        return self.run(found[0])

    def verify(self) -> list[str]:
        """What is wrong with the history, in words; nothing where all is as it was recorded."""
        found: list[str] = []
        with _told(self.path):
            if self._con.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                found.append("the file is damaged: SQLite's own check fails")
            if self._con.execute("PRAGMA foreign_key_check").fetchall():
                found.append("rows refer to runs that are not there")
            before = ""
            log = self._con.execute("SELECT * FROM event ORDER BY seq").fetchall()
            for place, (*row, seal) in enumerate(log, start=1):
                if row[0] != place or row[5] != before or seal != _seal(row):
                    found.append(f"the log is broken at entry {place}")
                    break
                before = seal
            runs = [run for (run,) in self._con.execute("SELECT run FROM run ORDER BY recorded").fetchall()]
            found += [f"run {run} is not as it was recorded" for run in runs if self._sealed(run) != self._content(run)]
            logged = dict.fromkeys(row[3] for row in log)
            found += [f"run {run} is gone" for run in logged if run not in runs and self._sealed(run)]
            for digest, body in self._con.execute("SELECT sha256, body FROM checklist"):
                if sha256(body.encode()).hexdigest() != digest:
                    found.append(f"the text of checklist {digest[:8]} is not as it was recorded")
        return found

    # ── handing on ───────────────────────────────────────────────────────────────────────────────

    def exported(self) -> bytes:
        """The whole history as JSON, from which `imported` makes the same again."""
        with _told(self.path):
            tables = {
                table: {
                    "columns": [column[0] for column in cursor.description],
                    "rows": sorted(map(list, cursor), key=_in_order),
                }
                for table in ("checklist", *_KEPT, "event")
                for cursor in [self._con.execute(f"SELECT * FROM {table}")]
            }
        head = {"layout": "history", "layout_version": LAYOUT_VERSION}
        return (json.dumps({"auditcheck": head, "tables": tables}, ensure_ascii=True, indent=1) + "\n").encode()

    def of_practitioner(self, code: str) -> bytes | None:
        """Every count that is kept of one practitioner, as JSON: what they may ask to see; None where there is none."""
        with _told(self.path):
            cursor = self._con.execute(
                f"SELECT r.as_at, r.unit, x.item, x.definition, x.team, x.practitioner, x.cases, "
                f"{', '.join('x.' + name for name in _COUNTED)} FROM result x JOIN run r ON r.run = x.run "
                "WHERE x.level = 'practitioner' AND x.practitioner = ? ORDER BY r.as_at, r.revision, x.item",
                (code,),
            )
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor]
        if not rows:
            return None
        head = {"layout": "history of a practitioner", "layout_version": LAYOUT_VERSION}
        return (json.dumps({"auditcheck": head, "counts": rows}, ensure_ascii=True, indent=1) + "\n").encode()


def imported(content: bytes, source: str, path: Path) -> int:
    """Makes the history that was exported as `content` at `path`, where there is none yet: how many runs it has.
    `source` is what the file is called. Raises HistoryStop."""
    not_one = HistoryStop(f"{source}: is not a whole exported history. Export it again: auditcheck history export")
    try:
        raw = json.loads(content)
        head, tables = raw["auditcheck"], raw["tables"]
        if head["layout"] != "history":
            raise not_one
        if head["layout_version"] != LAYOUT_VERSION:
            raise HistoryStop(f"{source}: was exported by another version of auditcheck. Use that one.")
        rows = {table: tables[table]["rows"] for table in ("checklist", *_KEPT, "event")}
        if not all(isinstance(of_table, list) for of_table in rows.values()):
            raise not_one
    except (ValueError, KeyError, TypeError, RecursionError):
        raise not_one from None
    waiting = path.with_name(f".auditcheck-{secrets.token_hex(8)}.part")
    exists = HistoryStop(f"{shown(path)}: exists. A history is imported into a new file: give --history FILE.")
    if os.path.lexists(path):
        raise exists
    try:
        _make(waiting)
        with History.to_write(waiting) as made:
            with made._writing():
                made._con.execute("PRAGMA defer_foreign_keys = ON")
                for table, of_table in rows.items():
                    columns = [column for _, column, *_ in made._con.execute(f"PRAGMA table_info({table})")]
                    if tables[table]["columns"] != columns:
                        raise not_one
                    marks = ", ".join("?" * len(columns))
                    made._con.executemany(
                        f"INSERT INTO {table} VALUES ({marks})", (_whole(row, len(columns)) for row in of_table)
                    )
            wrong = made.verify()
            runs = len(made.lines())
        if wrong:
            raise HistoryStop(f"{source}: is not as it was exported: {wrong[0]}. Nothing was imported.")
        if not _placed(waiting, path):
            raise exists
    except sqlite3.IntegrityError:
        raise HistoryStop(
            f"{source}: is not as it was exported: its counts do not add up, or rows are missing. Nothing was imported."
        ) from None
    except (TypeError, ValueError, OverflowError):
        raise not_one from None
    except OSError:
        raise HistoryStop(f"{shown(path)}: could not be written. Check the folder, or give --history FILE.") from None
    finally:
        for left in (waiting, waiting.with_name(f"{waiting.name}-journal")):
            with suppress(OSError):
                left.unlink()
    return runs


def _with_more(kept: RecordedRun, run: RecordedRun) -> RecordedRun | None:
    """What is kept, with what the very same run says besides of the gaps and the items of a month before; None where
    that is nothing. What has been purged or forgotten since does not come back."""
    if not kept.cases or kept.key != run.key:
        return None
    was = {(one.item, one.definition, one.level, one.team) for one in kept.counts}
    known = set(kept.open)
    opened = [one for one in run.open if one not in known]
    counts = [
        one
        for one in run.counts
        if one.level is not Level.PRACTITIONER and (one.item, one.definition, one.level, one.team) not in was
    ]
    if not opened and not counts:
        return None
    return replace(kept, open=(*kept.open, *opened), counts=(*kept.counts, *counts))


def _whole(row: Any, cells: int) -> list[Any]:
    """A row of an exported history as it stands. Raises TypeError where it is none."""
    if not isinstance(row, list) or len(row) != cells:
        raise TypeError
    if not all(value is None or type(value) in (str, int) for value in row):
        raise TypeError
    return row


def _ours(path: Path) -> os.stat_result:
    """Which file it is. Raises HistoryStop where it is not a history that can be read here: its first bytes tell,
    so that nothing of another program's is ever opened as a database, which could change it."""
    with path.open("rb") as file:
        head, found = file.read(72), os.fstat(file.fileno())
    if head[:15] != b"SQLite format 3" or int.from_bytes(head[68:72]) != APPLICATION:
        raise HistoryStop(f"{shown(path)}: is not a history of auditcheck. Nothing was changed in it.")
    if int.from_bytes(head[60:64]) != VERSION:
        raise HistoryStop(f"{shown(path)}: was written by a newer auditcheck. Use that one; nothing was changed in it.")
    return found


def _make(path: Path) -> None:
    """A new history, whole or not at all, for this user alone."""
    waiting = path.with_name(f".auditcheck-{secrets.token_hex(8)}.part")
    with _told(path):
        try:
            private_folder(path.parent)
            os.close(os.open(waiting, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            con = sqlite3.connect(waiting, isolation_level=None)
            try:
                con.execute("PRAGMA journal_mode = DELETE")
                con.execute("PRAGMA synchronous = FULL")
                con.execute(f"PRAGMA application_id = {APPLICATION}")
                con.execute(f"PRAGMA user_version = {VERSION}")
                con.executescript(f"BEGIN;{_SCHEMA}{_GUARDS}COMMIT;")
            finally:
                con.close()
            if not _placed(waiting, path):
                return  # another began it at the same time
        finally:
            with suppress(OSError):
                waiting.unlink()


def _placed(waiting: Path, path: Path) -> bool:
    """Puts a file in its place unless there is one."""
    try:
        os.link(waiting, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if path.exists():
            return False
        waiting.replace(path)
    return True


def _run_row(run: RecordedRun) -> tuple[Any, ...]:
    fields = asdict(replace(run, checklists=(), settings=(), items=(), counts=(), cases={}, open=()))
    for name in ("checklists", "settings", "items", "counts", "cases", "open"):
        del fields[name]
    return tuple({**fields, "as_at": run.as_at.isoformat(), "supersedes": run.supersedes or None}.values())


def _count_row(row: RecordedCounts) -> tuple[Any, ...]:
    head = (row.item, row.definition, row.level.value, row.team, row.practitioner, row.counts.total)
    return (*head, *row.counts.numbers, *row.passed.numbers)


def _in_order(row: Sequence[Any]) -> tuple[int, str]:
    """Entries of the log by their number, and all else by what it says."""
    return (row[0] if isinstance(row[0], int) else 0), json.dumps(row, ensure_ascii=True)


def _seal(row: Sequence[Any]) -> str:
    return sha256(json.dumps(list(row), ensure_ascii=True).encode()).hexdigest()


def _damaged(path: Path) -> HistoryStop:
    return HistoryStop(
        f"{shown(path)}: the history is damaged. Nothing was changed in it; keep it, and put a copy back in its place,",
        "or an exported one: auditcheck history import FILE --history NEW.db",
    )


def _moved(path: Path) -> HistoryStop:
    return HistoryStop(
        f"{shown(path)}: was moved or taken away while it was being written. Put it back, and run again."
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What SQLite or the computer refuses, in our words."""
    try:
        yield
    except sqlite3.OperationalError as error:
        whole_code = getattr(error, "sqlite_errorcode", 0)
        code = whole_code & 0xFF
        words: dict[int, str] = {
            sqlite3.SQLITE_BUSY: f"another auditcheck was still writing in it after {WAIT} seconds. Run again.",
            sqlite3.SQLITE_FULL: "the disk is full. Free some space, and run again.",
            sqlite3.SQLITE_READONLY: "may not be written. Check the permissions, or give --history FILE.",
            sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check the folder and its permissions, or give --history FILE.",
            sqlite3.SQLITE_IOERR: "cannot be read or written: the disk is full or fails. Check it, and run again.",
        }
        if code == sqlite3.SQLITE_CORRUPT:
            raise _damaged(path) from None
        if whole_code == sqlite3.SQLITE_READONLY_DBMOVED:
            raise _moved(path) from None
        if whole_code == sqlite3.SQLITE_READONLY_ROLLBACK:
            raise HistoryStop(
                f"{shown(path)}: was left half written, and may not be put right here. Copy it, with the file"
                f" {shown(path)}-journal beside it, to where you may write."
            ) from None
        raise HistoryStop(
            f"{shown(path)}: {words.get(code, 'cannot be used. Check it: auditcheck history verify')}"
        ) from None
    except sqlite3.IntegrityError:
        raise  # rows that do not fit: no fault of the file's
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB:
            raise HistoryStop(f"{shown(path)}: is not a history of auditcheck. Nothing was changed in it.") from None
        raise _damaged(path) from None
    except OSError:
        raise HistoryStop(f"{shown(path)}: cannot be used. Check the folder and its permissions.") from None
