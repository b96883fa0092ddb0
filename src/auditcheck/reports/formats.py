"""Which formats results can be written in. A new one is a file here and a line below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from auditcheck.problems import UsageStop, did_you_mean, one_of, quote
from auditcheck.reports.compare_result import comparison_csv, comparison_json, comparison_page
from auditcheck.reports.csv_result import as_csv
from auditcheck.reports.html_result import as_html
from auditcheck.reports.json_result import as_json
from auditcheck.reports.markdown_result import as_note
from auditcheck.reports.text_result import as_text
from auditcheck.reports.trend_result import trend_csv, trend_json, trend_page
from auditcheck.reports.workbook_result import as_workbook, parts
from auditcheck.result import Result


@dataclass(frozen=True)
class Format:
    """`name` is that of --format, and as a rule the suffix of a file. `written` takes what one of `commands`
    found, and what to type after a command to look at the same extract again. `whole`: of a run it also
    tells the gap list and the faults. `parts` gives, for every team or practitioner, what writes theirs alone."""

    name: str
    commands: tuple[str, ...]
    written: Callable[..., bytes]
    whole: bool = False
    parts: Callable[[Result, str], dict[str, Callable[[], bytes]]] | None = None
    short: str = ""  # the suffix of a file, where it is not the name

    @property
    def suffix(self) -> str:
        return f".{self.short or self.name}"


FORMATS = (
    Format("json", ("run", "gaps", "explain", "inspect"), as_json, whole=True),
    Format("csv", ("run", "gaps", "inspect"), as_csv),
    Format("txt", ("run", "gaps", "explain", "inspect", "trend", "compare"), as_text),
    Format("html", ("run",), as_html, whole=True),
    Format("markdown", ("run",), as_note, short="md"),
    Format("xlsx", ("run",), as_workbook, whole=True, parts=parts),
    Format("json", ("trend",), trend_json),
    Format("csv", ("trend",), trend_csv),
    Format("html", ("trend",), trend_page),
    Format("json", ("compare",), comparison_json),
    Format("csv", ("compare",), comparison_csv),
    Format("html", ("compare",), comparison_page),
)


def format_named(name: str, command: str) -> Format:
    """The format that --format names. Raises UsageStop."""
    known = _of(command)
    if name not in known:
        raise UsageStop(
            f"{command} --format takes {one_of(list(known))}, not {quote(name)}.{did_you_mean(name, known)}"
        )
    return known[name]


def format_of(path: Path, command: str) -> Format:
    """The format that a file's suffix asks for. Raises UsageStop."""
    known = {form.suffix: form for form in _of(command).values()}
    suffix = path.suffix.lower()
    if suffix not in known:
        what = f"ends in {quote(suffix)}" if suffix else "has no suffix"
        raise UsageStop(f"-o {quote(path.name)} {what}: {command} writes {one_of(list(known))}.")
    return known[suffix]


def _of(command: str) -> dict[str, Format]:
    return {form.name: form for form in FORMATS if command in form.commands}
