"""Reads an extract: files in, typed tables and faults out. See `loading` for what happens in which
order, `formats` for the kinds of file."""

from auditcheck.extract.loading import (
    NEARLY_OURS,
    STANDARD_INPUT,
    Extract,
    find_adjustments,
    find_dictionary,
    in_use,
    read_extract,
)

__all__ = ["NEARLY_OURS", "STANDARD_INPUT", "Extract", "find_adjustments", "find_dictionary", "in_use", "read_extract"]
