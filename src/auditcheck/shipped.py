"""Finds the checklists and the dictionary that ship with auditcheck, installed or in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped_folder() -> Path:
    """`auditcheck/checklists` in an installed wheel, `checklists/` at the top of a checkout."""
    inside = Path(str(files("auditcheck"))) / "checklists"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "checklists"


def shipped(name: str) -> Path:
    return shipped_folder() / name


#: The shipped checklists, in the order in which they are shown.
CHECKLISTS = (
    "domestic-abuse",
    "safeguarding",
    "assessment",
    "planning",
    "rar",
    "enforcement",
    "oversight",
    "sentence-plan",
    "prompt-start",
    "continuity",
    "accredited-programmes",
    "commissioned-services",
    "multi-agency",
    "home-visits",
    "reviewing",
    "appointments",
    "outcomes",
    "diversity",
    "key-questions",
)


def shipped_checklists() -> dict[str, Path]:
    """The shipped checklists by name."""
    return {name: shipped(f"{name}.yaml") for name in CHECKLISTS}
