"""The table of readers' answers: what its columns must be, whatever dictionary defines it."""

from __future__ import annotations

from collections.abc import Mapping

from auditcheck.names import Type

TABLE = "judgements"

#: The columns that must be there, and the types that they and others may have.
NEEDED = ("item", "answer")
COLUMNS: Mapping[str, tuple[Type, ...]] = {
    "item": (Type.CODE, Type.TEXT),
    "answer": (Type.CODE, Type.TEXT),
    "auditor": (Type.TEXT, Type.CODE),
    "audit": (Type.TEXT, Type.CODE),
}
