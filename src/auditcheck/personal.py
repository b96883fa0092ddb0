"""Which columns look as if they held who a person is, or free text about them.

Only what is needed is read. The words are those that the Information Commissioner's rule of data
minimisation (UK GDPR, article 5(1)(c)) would have left out of an audit of practice: names, birth dates,
ways to reach somebody, other services' numbers, special categories of data (article 9), and notes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from auditcheck.names import Type

#: What a column holds, and the words by which its heading is known. Several words must stand one after another.
_PERSONAL: dict[str, tuple[str, ...]] = {
    "a name": ("name", "names", "forename", "forenames", "surname", "firstname", "lastname", "fullname", "alias",
               "aliases", "initials", "nickname"),
    "a birth date": ("dob", "birth", "birthdate", "birthday", "born"),
    "an address": ("address", "addresses", "postcode", "postcodes", "post code", "street"),
    "a way to reach somebody": ("phone", "telephone", "mobile", "tel", "email", "emails", "e mail"),
    "another service's number": ("ni number", "ni no", "nino", "national insurance", "pnc", "cro", "noms",
                                 "prison number", "prison no", "nhs"),
    "a special category of data": ("ethnicity", "ethnic", "religion", "sexuality", "sexual orientation",
                                   "disability", "disabilities", "disabled"),
    "data about a victim": ("victim", "victims"),
}  # fmt: skip

#: Headings that say no more than whose the row is: a name stands there, unless something else is said with it
#: (“Client ID”, “Offender manager”).
_A_PERSON = frozenset({
    "service user", "service users", "service user s", "su", "client", "clients", "pop", "pops",
    "person on probation", "people on probation", "offender", "offenders", "supervisee", "defendant",
})  # fmt: skip

#: The same for columns of text alone: a date or a yes about a note is no note.
_FREE_TEXT = (
    "note", "notes", "comment", "comments", "narrative", "remarks", "free text", "freetext", "contact text", "details",
)  # fmt: skip

#: Whose name it may be: staff's and organisations' are in every extract, and say nothing of anybody's life.
_STAFF = frozenset({
    "practitioner", "officer", "manager", "om", "com", "pom", "staff", "auditor", "assessor", "supervisor", "spo", "po",
    "pso", "pp", "worker", "keyworker", "allocated", "reader", "team", "pdu", "ldu", "region", "unit", "office",
    "court", "prison", "provider", "programme", "course", "file", "sheet", "table", "item", "event", "code",
})  # fmt: skip


def why_personal(called: Iterable[str], kind: Type | None = None) -> str:
    """What a column looks like that is called so: "a name", "free text"; "" where nothing speaks against it.

    `kind` is its type, where that is known.
    """
    for text in called:
        words = words_of(text)
        line = f" {' '.join(words)} "
        for what, signs in _PERSONAL.items():
            if any(f" {sign} " in line for sign in signs) and not (what == "a name" and _STAFF & set(words)):
                return what
        if kind in (None, Type.TEXT, Type.CODE) and " ".join(words) in _A_PERSON:
            return "a name"
        if kind in (None, Type.TEXT) and any(f" {sign} " in line for sign in _FREE_TEXT):
            return "free text"
    return ""


def words_of(text: str) -> list[str]:
    """The words of a heading or a name, in small letters: 'Date of Birth', 'dateOfBirth', 'date_of_birth'."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", text)
    return re.findall(r"[^\W_]+", text.casefold())
