"""Checks case records against checklists and shows what is missing."""

__version__ = "0.1.0"
