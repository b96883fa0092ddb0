"""What a column of an extract may be, where the dictionary does not know its heading.

A suggestion is a question for the user and nothing else: no audit rests on one. Headings and names are
compared by their words, whatever their order, with words that mean the same in probation taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from auditcheck.names import Names, PickDate, Type
from auditcheck.personal import words_of
from auditcheck.result import Holds

#: How alike the words must be, from 0 to 1 (Dice's coefficient: twice what is shared, by what there is).
ALIKE = 0.6
THE_SAME = 2.0  # the dictionary's own words, in whatever order: before all that only means the same
NEARLY_THE_SAME = 0.85
MOST = 3  # suggestions for one column

#: Words that teams use for one thing, by the word that stands for them here.
_ONE_WORD = {
    "da": "domestic abuse dv violence police callout flint viper va",
    "sg": "safeguarding cs csc cp social children childrens child",
    "enquiry": "enquiries enq check checks chk query info information",
    "sent": "requested request req made asked submitted",
    "returned": "back received recd rec rtn ret reply replied response resp",
    "practitioner": "om com pom pp officer manager probation keyworker worker holder",
    "indicated": "flag flagged concern concerns known perp perpetrator",
    "allocated": "allocation assigned held",
    "reference": "ref refs",
    "number": "no num",
    "rosh": "risk serious harm level",
    "recall": "recalled recalls",
    "suspended": "suspension reset impact paused",
    "start": "started starts commenced commencement began begun release released rel sentenced",
    "end": "ended ends closed closure terminated termination term finished expired until",
    "expiry": "expires expire expiration sed led",
    "first": "1st initial",
    "appointment": "appt appts appointments session sessions",
    "delivered": "attended done held",
    "absence": "absences missed dna fta ua absent",
    "oversight": "mo spo",
    "visit": "visits hv",
    "plan": "plans isp sp",
    "review": "reviewed reviews",
    "order": "sentence sentencing disposal",
    "team": "teams",
    "answer": "answers outcome result",
    "item": "question",
    "requirement": "rqmt rqmts reqs",
    "registration": "registered",
    "deregistration": "deregistered",
    "expected": "exp",
}
_MEANS = {word: one for one, words in _ONE_WORD.items() for word in words.split()}
_SAYS_NOTHING = frozenset({
    "date", "day", "of", "on", "the", "for", "a", "an", "to", "in", "by", "from", "and", "or", "at", "is", "was", "if",
    "y", "n", "yes", "last", "latest", "dt", "log", "list", "active",
})  # fmt: skip

_OPPOSITES = (
    ("sent", "returned"),
    ("start", "end"),
    ("ordered", "delivered"),
    *((other, "rosh") for other in ("mappa", "ogrs", "rsr", "osp", "sara", "reoffending", "reconviction")),
)

#: Words that many things share: alone they say that two are alike only where neither has another.
_SHARED = frozenset({"number", "code", "start", "end", "contact", "appointment", "delivered", "completed"})

#: The start or the end of something is not the thing.
_AN_EDGE = frozenset({"start", "end", "expiry"})

#: A date that is headed so is not every day on which an event happened: it is the last one, or has yet to come.
_NOT_EACH = frozenset(
    {"last", "latest", "recent", "previous", "next", "due", "overdue", "target", "planned", "deadline"}
)

#: The day of one of several that is headed so, by which of them it is.
_ONE_OF_MANY = {
    **dict.fromkeys(("first", "1st", "initial"), "first"),
    **dict.fromkeys(("last", "latest", "recent", "previous"), "last"),
}
#: Of a case's start, what a heading says that it is the day of; and what is to be, or is an end, is none.
_STARTS = {
    **dict.fromkeys(("release", "released", "rel", "licence"), "release"),
    **dict.fromkeys(("sentence", "sentenced", "sentencing", "order", "disposal"), "sentence"),
}
_NO_START = frozenset({"due", "next", "planned", "target", "expected", "end", "expiry", "recall"})

#: What spreadsheets call facts and events that are called otherwise here.
_OFTEN_CALLED: Mapping[str, tuple[str, ...]] = {
    "crn": (
        "case reference",
        "case number",
        "CRN",
        "offender number",
        "offender reference",
        "offender id",
        "client number",
        "client reference",
        "client id",
    ),
    "start_date": (
        "date of order",
        "date of release",
        "order start",
        "release date",
        "case start",
        "licence start",
        "supervision start",
    ),
    "end_date": ("case closed", "order ended", "licence ended", "supervision ended"),
    "expected_end_date": ("expiry", "order expiry", "licence expiry"),
    "order_type": ("type", "sentence type", "order or licence"),
    "contact_suspended_from": ("reset from", "suspended from", "reset started", "contact suspended start"),
    "rar_delivered": ("first RAR", "RAR started", "RAR appointment"),
    "rar_ordered": ("RAR", "RAR ordered", "RAR requirement"),
    "police_liaison": ("DA chased", "police chased", "DA check chased"),
    "police_enquiry_sent": ("DA check", "DA sent"),
    "police_enquiry_returned": ("DA back", "DA returned"),
    "safeguarding_enquiry_sent": ("SG check", "SG sent"),
    "safeguarding_enquiry_returned": ("SG back", "SG returned"),
    "management_oversight": ("oversight", "SPO oversight"),
    "practitioner_allocated": ("allocated",),
    "sentence_plan": ("ISP completed", "plan done"),
    "home_visit": ("HV", "home visit done"),
    "failure_to_comply": ("unacceptable absence",),
    "allocations": ("OM history", "allocation history", "officer history"),
    "assessments": ("OASys",),
    "cases": ("caseload", "active events", "orders"),
    "breach_requested": ("breach", "breach started"),
    "assessment_completed": ("OASys completed", "OASys done", "initial OASys"),
    "staff_code": ("practitioner code",),
    "recalled_on": ("recall", "recall to custody", "return to custody", "recall to prison"),
}

_FITS: Mapping[Holds, tuple[Type, ...]] = {
    Holds.DATES: (Type.DATE,),
    Holds.YES_NO: (Type.YES_NO, Type.CODE),
    Holds.NUMBERS: (Type.NUMBER, Type.CODE, Type.TEXT),
    Holds.CODES: (Type.CODE, Type.TEXT, Type.YES_NO),
    Holds.TEXT: (Type.TEXT, Type.CODE),
    Holds.FREE_TEXT: (),
    Holds.NOTHING: tuple(Type),
}


def suggestions(
    names: Names, table: str, columns: Iterable[tuple[str, Holds]], taken: Iterable[str], sheet: str, *, flat: bool
) -> list[tuple[str, ...]]:
    """For every column (heading, what it holds), what it may be: the names of columns of `table` that are
    not `taken` and, in a `flat` extract of one row per case, of facts and events; best first, none twice
    as the best. `sheet` is what the file or sheet is called: a column “Date” of “Oversight” is one of oversight."""
    columns, taken = list(columns), set(taken)
    of_table = names.tables[table].columns if table in names.tables else {}
    own = {name: column.headings for name, column in of_table.items()}
    known = [
        (name, column.type, (name, *column.headings, *_OFTEN_CALLED.get(name, ())))
        for name, column in of_table.items()
        if name not in taken and column.look_up is None
    ]
    if flat and table in ("", "cases"):
        known += [(name, Type.DATE, (name, *_OFTEN_CALLED.get(name, ()))) for name in names.events if name not in taken]
    if flat and table == "cases":
        known += [
            (name, fact.type, (name, *_OFTEN_CALLED.get(name, ())))
            for name, fact in names.facts.items()
            if fact.definition is not None
            and name not in taken
            # the latest or earliest of other days is worked out, never written down
            and not isinstance(fact.definition, PickDate)
        ]
    scored = []
    for at, (heading, holds) in enumerate(columns):
        for order, (name, kind, called) in enumerate(known):
            if kind in _FITS[holds] and not (name in names.events and _NOT_EACH & set(words_of(heading))):
                alike = max(_alike(heading, words) for words in called)
                if _said(heading) in map(_said, (name, *own.get(name, ()))):
                    alike = THE_SAME
                if not table:
                    alike = max(alike, *(_alike(f"{sheet} {heading}", words) for words in called))
                # a number that is counted from rows is seldom what a column of numbers holds
                if alike >= (NEARLY_THE_SAME if kind is Type.NUMBER and name in names.facts else ALIKE):
                    scored.append((-alike, at, order, name))
    scored += _only_date(names, table, columns, taken, {at for _, at, _, _ in scored})
    best: dict[int, list[str]] = {}
    used: set[str] = set()
    for _, at, _, name in sorted(scored):
        if at in best or name in used:
            continue
        best[at] = [name]
        used.add(name)
    for _, at, _, name in sorted(scored):
        if at in best and name not in used and len(best[at]) < MOST:
            best[at].append(name)
    return [tuple(best.get(at, ())) for at in range(len(columns))]


def fits(kind: Type, holds: Holds) -> bool:
    """Can a column that holds such cells be one of that type?"""
    return kind in _FITS[holds]


def one_of_many(heading: str) -> str:
    """Which of several days a column headed so holds: "first", "last", or "" where it does not say."""
    return next((_ONE_OF_MANY[word] for word in words_of(heading) if word in _ONE_OF_MANY), "")


def starts(heading: str) -> set[str]:
    """The days of a case's start that a heading speaks of: "release", "sentence", both or neither."""
    said = words_of(heading)
    none = _NO_START & ({*said} | _words(heading))
    return set() if none else {_STARTS[word] for word in said if word in _STARTS}


def is_start(heading: str) -> bool:
    """Does a heading say that something began, and not what?"""
    return _words(heading) == {"start"}


def like_a_table(names: Names, sheet: str) -> str:
    """The table that a sheet may be by its name: “Contact List”, “OM history”; "" for none."""
    scores = [
        (_alike(sheet, word), table.name)
        for table in names.tables.values()
        for word in (table.name, *table.headings, *_OFTEN_CALLED.get(table.name, ()))
    ]
    best = max(scores, key=lambda score: score[0])
    return best[1] if best[0] >= ALIKE else ""


def _only_date(
    names: Names, table: str, columns: Sequence[tuple[str, Holds]], taken: set[str], settled: set[int]
) -> list[tuple[float, int, int, str]]:
    """The one column of dates of a table of which the dictionary knows one that is not taken."""
    here = [at for at, (_, holds) in enumerate(columns) if holds is Holds.DATES and at not in settled]
    of = names.tables[table].columns.values() if table in names.tables and table != "cases" else ()
    there = [column.name for column in of if column.type is Type.DATE and column.name not in taken]
    return [(-ALIKE, here[0], 0, there[0])] if len(here) == len(there) == 1 else []


def _alike(one: str, other: str) -> float:
    a, b = _words(one), _words(other)
    if any((x in a and y in b) or (y in a and x in b) for x, y in _OPPOSITES):
        return 0.0
    if a != b and (a & b <= _SHARED or a & _AN_EDGE != b & _AN_EDGE):
        return 0.0
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


@lru_cache(maxsize=4096)
def _said(text: str) -> frozenset[str]:
    """The words as they stand there, but for those that say nothing; all of them where there is no other."""
    said = frozenset(words_of(text))
    return said - _SAYS_NOTHING or said


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    said = words_of(text)
    if "manager" in said:  # an offender manager is a practitioner; an offender alone is none
        said = [word for word in said if word != "offender"]
    words = (word if len(word) < 5 else word.removesuffix("s") for word in said if word not in _SAYS_NOTHING)
    return frozenset(_MEANS.get(word, _MEANS.get(f"{word}s", word)) for word in words)
