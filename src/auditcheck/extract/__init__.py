"""Reads an extract: files in, typed tables and faults out. See `loading` for what happens in which
order, `formats` for the kinds of file."""

from auditcheck.extract.loading import (
    BELOW,
    BETWEEN,
    NEARLY_OURS,
    STANDARD_INPUT,
    SUBTOTAL,
    TOTAL,
    WITHOUT_REFERENCE,
    Extract,
    draft_beside,
    find_adjustments,
    find_dictionary,
    in_use,
    keep_standard_input,
    read_extract,
)

__all__ = [
    "BELOW",
    "BETWEEN",
    "NEARLY_OURS",
    "STANDARD_INPUT",
    "SUBTOTAL",
    "TOTAL",
    "WITHOUT_REFERENCE",
    "Extract",
    "draft_beside",
    "find_adjustments",
    "find_dictionary",
    "in_use",
    "keep_standard_input",
    "read_extract",
]
