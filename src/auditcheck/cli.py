"""The command line. Only this module prints and exits; everything heavy is imported in the command
that needs it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand

from auditcheck import __version__

if TYPE_CHECKING:
    from auditcheck.audit import Audit, Selection
    from auditcheck.calendar import Period
    from auditcheck.compare import Comparison
    from auditcheck.draft import Draft
    from auditcheck.extract.sheets import Given
    from auditcheck.history import History
    from auditcheck.recorded import Trend
    from auditcheck.replies import Replies
    from auditcheck.reports.formats import Format
    from auditcheck.reports.terminal import Line, Screen
    from auditcheck.result import Finished, GapList, Inspection, Result

app = typer.Typer(
    name="auditcheck",
    help="Checks case records against checklists and lists what is missing, whose it is and what to do.",
    epilog="Exit codes: 0 done, 1 --fail-on reached or a test failed, 2 usage, 3 extract, 4 checklist, dictionary or "
    "adjustments, 5 output not written, 6 history, 70 a bug, 130 Ctrl-C. Nothing leaves this computer.",
    add_completion=False,
    subcommand_metavar="COMMAND ...",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class _Command(TyperCommand):
    """A command of which the help shows arguments by their names alone, without signs and types, and that takes no
    empty value: that of a variable which was never set would mean “all”, or “today”. What is too much is told in
    our words."""

    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        typed, *_ = self.make_parser(ctx).parse_args(args=list(args))
        for one in self.get_params(ctx):
            given = typed.get(one.name)
            if given == "" or (isinstance(given, list | tuple) and "" in given):
                from auditcheck.problems import UsageStop

                name = one.opts[0] if one.param_type_name == "option" else one.metavar
                raise UsageStop(f"{name} needs a value, and was given an empty one.")
        more = super().parse_args(ctx, args)
        if more:
            from auditcheck.problems import UsageStop

            raise UsageStop(self._too_many(ctx, more))
        return more

    def _too_many(self, ctx: Any, more: list[str]) -> str:
        """What is wrong where more was typed than the command takes: extracts, or the parts of a name."""
        arguments = self._arguments()
        takes = " and ".join(f"one {one.metavar}" for one in arguments) or "options only"
        said = f"{ctx.command_path} takes {takes}"
        words = [*(str(ctx.params[one.name]) for one in arguments), *more]
        in_parts = any(_is_there(" ".join(words[:many])) for many in range(2, len(words) + 1))
        if "extract" in ctx.params and not in_parts and all(map(_is_there, words[:2])):
            which = "the one that holds the case" if len(arguments) > 1 else "them one by one"
            return f"{said}: of several extracts, give {which}."
        return f"{said}. A name with a blank in it needs quotes."

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        named = (
            one.metavar if one.nargs == 1 else f"{one.metavar} ..." if one.required else f"[{one.metavar} ...]"
            for one in self._arguments()
        )
        return [*named, "[OPTIONS]"]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        records = (one.get_help_record(ctx) for one in self.get_params(ctx) if one.param_type_name == "option")
        arguments = [(one.metavar, one.help) for one in self._arguments()]
        for heading, rows in (("Arguments", arguments), ("Options", [record for record in records if record])):
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def _arguments(self) -> list[Any]:
        return [one for one in self.params if one.param_type_name == "argument"]


def _is_there(typed: str | Path) -> bool:
    """Is there a file or folder of that name?"""
    try:
        return Path(typed).exists()
    except OSError:  # a name that no file can have
        return False


#: What may be read without being asked twice: larger files and longer tables may be a mistake.
MOST_BYTES, MOST_ROWS = "500MB", "5,000,000"
LONGEST_LINE, LARGEST_RATIO = "2MB", "100"

DONE, FAILED_ON, USAGE, CHECKLIST, NOT_WRITTEN, BUG = 0, 1, 2, 4, 5, 70
INTERRUPTED, PIPE_CLOSED = 130, 141
SPLIT_BY = ("practitioner", "team")
FURTHEST_AHEAD = 250  # working days: about a year
BYTES_OF_A_FINDING = 2_000  # measured: 1,300 on a list, 1,800 as JSON

Extract = Annotated[
    Path,
    typer.Argument(
        metavar="EXTRACT",
        readable=False,  # whether it may be read is for its reader to say, in our words
        help="A folder of CSV or Parquet files, one such file, a workbook (.xlsx), - (CSV from a pipe), or an address.",
    ),
]
Extracts = Annotated[
    list[Path],
    typer.Argument(
        metavar="EXTRACT",
        readable=False,
        help="A folder of CSV or Parquet files, one such file, a workbook (.xlsx), - (CSV from a pipe), or an address; "
        "several files are counted together.",
    ),
]
AsAt = Annotated[str, typer.Option("--as-at", metavar="DATE", help="The date to look from.")]
_CHECKLISTS = "A shipped checklist or a file; may repeat. Without it:"
ChecklistNames = Annotated[
    list[str] | None,
    typer.Option("--checklist", metavar="NAME", help=f"{_CHECKLISTS} all that ship."),
]
DictionaryFile = Annotated[
    Path | None,
    typer.Option("--dictionary", metavar="FILE", readable=False, help="What the extract's columns hold."),
]
AdjustmentsFile = Annotated[
    Path | None,
    typer.Option("--adjustments", metavar="FILE", readable=False, help="A region's changes to the checklists."),
]
Teams = Annotated[list[str] | None, typer.Option("--team", metavar="CODE", help="Only this team; may repeat.")]
Practitioners = Annotated[
    list[str] | None,
    typer.Option("--practitioner", metavar="CODE", help="Only this practitioner, or “unallocated”; may repeat."),
]
Items = Annotated[list[str] | None, typer.Option("--item", metavar="ID", help="Only this item; may repeat.")]
Severities = Annotated[
    list[str] | None, typer.Option("--severity", metavar="LEVEL", help="Only high, medium or low; may repeat.")
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Count by a grouping or a fact, such as pdu or rosh.")]
DueWithin = Annotated[
    str, typer.Option("--due-within", metavar="DAYS", help="Working days ahead for what is coming up, 0 to 250.")
]
Plain = Annotated[
    bool, typer.Option("--plain", help="For a log: one whole line for each item, group and gap, in words.")
]
NoColour = Annotated[bool, typer.Option("--no-color", "--no-colour", help="No colour, as with NO_COLOR set.")]
FailOn = Annotated[
    list[str] | None,
    typer.Option("--fail-on", metavar="WHAT", help="Exit 1 when there is a gap, late or fault; may repeat."),
]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        readable=False,
        help="Also write FILE (.json, .csv, .txt; run, compare, trend: .html; run: .md, .xlsx); may repeat.",
    ),
]
FormatName = Annotated[
    str,
    typer.Option(
        "--format", metavar="NAME", help="Standard output in another format, such as json or csv, not the screen."
    ),
]
SplitBy = Annotated[
    str, typer.Option("--split-by", metavar="WHO", help="Beside -o FILE.xlsx, one for each practitioner or team.")
]
RepliesIn = Annotated[
    list[Path] | None,
    typer.Option("--replies", metavar="FILE", help="A workbook that came back, or a folder of them; may repeat."),
]
Rated = Annotated[
    list[str] | None,
    typer.Option("--rated", metavar="STANDARD=RATING", help="A rating that no case decides, as 1.1=good; may repeat."),
]
Force = Annotated[bool, typer.Option("--force", help="Let -o overwrite a file.")]
Board = Annotated[bool, typer.Option("--board", help="Leave out practitioners and everything of a single case.")]
Encoding = Annotated[
    str, typer.Option("--encoding", metavar="NAME", help="Of CSV files that are not UTF-8, such as cp1252 (Windows).")
]
SheetName = Annotated[
    str, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook that holds the cases.")
]
MostBytes = Annotated[
    str, typer.Option("--max-size", metavar="SIZE", help="The largest file that is read, such as 2GB.")
]
MostRows = Annotated[str, typer.Option("--max-rows", metavar="ROWS", help="The longest table that is read.")]
LongestLine = Annotated[str, typer.Option("--max-line", metavar="SIZE", help="The longest line of CSV, such as 10MB.")]
LargestRatio = Annotated[
    str, typer.Option("--max-ratio", metavar="TIMES", help="How many times its size a packed file may unpack to.")
]
HistoryFile = Annotated[
    Path | None,
    typer.Option(
        "--history", metavar="FILE", readable=False, help="The history's file, instead of your own usual one."
    ),
]
Memory = Annotated[str, typer.Option("--memory-limit", metavar="SIZE", help="Most memory to take, such as 2GB.")]


@app.callback(invoke_without_command=True)
def begin(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Checks case records against checklists and lists what is missing, whose it is and what to do."""
    if version:
        typer.echo(f"auditcheck {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from auditcheck.reports.first_steps import EXAMPLES, first_steps

        screen = _screen(False)
        _show(screen, first_steps(screen, [example for example in EXAMPLES if Path(example).exists()]))


@app.command(cls=_Command)
def run(
    context: typer.Context,
    extracts: Extracts,
    as_at: AsAt = "",
    checklist: ChecklistNames = None,
    dictionary: DictionaryFile = None,
    adjustments: AdjustmentsFile = None,
    team: Teams = None,
    practitioner: Practitioners = None,
    item: Items = None,
    severity: Severities = None,
    by: By = "",
    due_within: DueWithin = "10",
    due_in: Annotated[
        str, typer.Option("--due-in", metavar="MONTH", help="Count only what was due in that month, YYYY-MM.")
    ] = "",
    rated: Rated = None,
    board: Board = False,
    fail_on: FailOn = None,
    output: Files = None,
    format_name: FormatName = "",
    split_by: SplitBy = "",
    replies: RepliesIn = None,
    force: Force = False,
    encoding: Encoding = "",
    sheet: SheetName = "",
    max_size: MostBytes = MOST_BYTES,
    max_rows: MostRows = MOST_ROWS,
    max_line: LongestLine = LONGEST_LINE,
    max_ratio: LargestRatio = LARGEST_RATIO,
    memory_limit: Memory = "2GB",
    record: Annotated[bool, typer.Option("--record", help="Keep its counts in the history, for trend.")] = False,
    unit: Annotated[
        str, typer.Option("--unit", metavar="TITLE", help="Whose months they are, where the dictionary has no title.")
    ] = "",
    history_file: HistoryFile = None,
    plain: Plain = False,
    no_colour: NoColour = False,
) -> None:
    """The audit: a summary by item, team and practitioner."""
    watched = _watched(fail_on)
    if board:
        _check_board(practitioner, by)
    _check_record(record, unit, history_file, team, practitioner, item, severity, due_in)
    _check_extracts("run", extracts, record=record)
    if record:
        _check_files(extracts[0])
    given = _given(encoding, sheet, max_size, max_rows, max_line, max_ratio)
    read = [dictionary, adjustments, *(checklist or ()), *(replies or ())]
    wanted = _wanted("run", output, format_name, force, extracts, read, split_by=split_by, plain=plain)
    answered = _replies(replies)
    period = _period(due_in, "--due-in") if due_in else None

    def audited(extract: Path, again: str) -> AbstractContextManager[Audit]:
        return _audited(
            extract,
            as_at,
            checklist,
            dictionary,
            adjustments,
            team,
            practitioner,
            item,
            severity,
            by,
            due_within,
            memory_limit,
            given,
            again,
            passed=record or wanted.whole,
            rated=rated,
            due_in=period,
            one_of_several=len(extracts) > 1,
        )

    def give(result: Result, listed: GapList | None, keeping: AbstractContextManager[None]) -> bool:
        """Gives a result to its readers, with the replies beside the gaps. Is --fail-on reached?"""
        if answered and listed:
            from auditcheck.replies import answered as with_replies
            from auditcheck.replies import beside

            listed, without = beside(listed, answered)
            first = with_replies(result.first, answered)
            result = replace(result, first=first, listed=listed if wanted.whole else None)
            _tell_replies(answered, without, listed)
        with keeping:
            _give(result.without_people() if board else result, wanted, no_colour, _again(context))
        counts = result.overall.total
        faults = sum(result.about.faults.values())
        return _reached(watched, {"gap": counts.of(_state("gap")), "late": counts.of(_state("late")), "fault": faults})

    if len(extracts) > 1:
        result = _run_together(
            context,
            extracts,
            audited,
            whole=wanted.whole or bool(answered),
            for_all=bool(dictionary or adjustments or checklist),
        )
        listed = result.listed
        if not wanted.whole:
            result = replace(result, listed=None)
        if give(result, listed, nullcontext()):
            raise typer.Exit(FAILED_ON)
        return
    with audited(extracts[0], _again(context)) as finished:
        if record and not (unit.strip() or finished.names.title):
            from auditcheck.problems import UsageStop

            raise UsageStop(
                "--record needs to know whose months these are: add --unit TITLE, or a title to the dictionary."
            )
        result = finished.result(whole=wanted.whole)
        listed = (result.listed or finished.gap_list()) if answered else None
        keeping = _recorded(finished, unit.strip(), history_file, dictionary, memory_limit, given)
        reached = give(result, listed, keeping if record else nullcontext())
    if reached:
        raise typer.Exit(FAILED_ON)


def _run_together(
    context: typer.Context,
    extracts: Sequence[Path],
    audited: Callable[[Path, str], AbstractContextManager[Audit]],
    *,
    whole: bool,
    for_all: bool,
) -> Result:
    """One result of several extracts. They are read one after the other: no two take memory at once."""
    from auditcheck.ratings import ratings
    from auditcheck.together import part, results_together

    parts = []
    for extract, name in zip(extracts, _names(extracts), strict=True):
        again = _again(context, extract)
        with _one_of_several(name, len(extracts), for_all), audited(extract, again) as finished:
            parts.append(part(finished, finished.result(whole=whole), name, again))
    result = results_together(parts)
    return replace(result, ratings=ratings(result, finished.checklists, finished.rated))


def _names(extracts: Sequence[Path]) -> list[str]:
    """What tells each of several extracts from the others; one needs nothing."""
    if len(extracts) == 1:
        return [""]
    from auditcheck.together import names_apart

    return names_apart(extracts)


@contextmanager
def _one_of_several(name: str, many: int, for_all: bool) -> Iterator[None]:
    """Says of which extract it is what stops the run: a file in a folder may be called like one in another. Where
    a checklist, a dictionary or adjustments were given for all, a mistake may be in those."""
    from auditcheck.problems import ChecklistStop, ExtractStop

    try:
        yield
    except (ChecklistStop, ExtractStop) as stop:
        told = stop.lines[0].startswith(tuple(f"{name}{sign}" for sign in " :,"))
        if many > 1 and not told and not (for_all and isinstance(stop, ChecklistStop)):
            stop.lines += (f"That was in {name}, one of {many} extracts.",)
        raise


@app.command(cls=_Command)
def gaps(
    context: typer.Context,
    extracts: Extracts,
    as_at: AsAt = "",
    checklist: ChecklistNames = None,
    dictionary: DictionaryFile = None,
    adjustments: AdjustmentsFile = None,
    team: Teams = None,
    practitioner: Practitioners = None,
    item: Items = None,
    severity: Severities = None,
    due_within: DueWithin = "10",
    fail_on: FailOn = None,
    output: Files = None,
    format_name: FormatName = "",
    replies: RepliesIn = None,
    force: Force = False,
    encoding: Encoding = "",
    sheet: SheetName = "",
    max_size: MostBytes = MOST_BYTES,
    max_rows: MostRows = MOST_ROWS,
    max_line: LongestLine = LONGEST_LINE,
    max_ratio: LargestRatio = LARGEST_RATIO,
    memory_limit: Memory = "2GB",
    plain: Plain = False,
    no_colour: NoColour = False,
) -> None:
    """What to do, case by case, and what is coming up."""
    watched = _watched(fail_on)
    _check_extracts("gaps", extracts)
    read = [dictionary, adjustments, *(checklist or ()), *(replies or ())]
    wanted = _wanted("gaps", output, format_name, force, extracts, read, plain=plain)
    answered = _replies(replies)
    parts, late = [], 0
    several = len(extracts) > 1
    for extract, name in zip(extracts, _names(extracts), strict=True):
        again = _again(context, extract)
        with (
            _one_of_several(name, len(extracts), bool(dictionary or adjustments or checklist)),
            _audited(
                extract,
                as_at,
                checklist,
                dictionary,
                adjustments,
                team,
                practitioner,
                item,
                severity,
                "",
                due_within,
                memory_limit,
                _given(encoding, sheet, max_size, max_rows, max_line, max_ratio),
                again,
                one_of_several=several,
            ) as finished,
        ):
            listed = finished.gap_list()
            late += sum(state is _state("late") for _, _, state, _ in finished.states()) if "late" in watched else 0
            if several:
                from auditcheck.together import part

                parts.append(part(finished, listed, name, again))
    if parts:
        from auditcheck.together import lists_together

        listed = lists_together(parts)
    if answered:
        from auditcheck.replies import beside

        listed, without = beside(listed, answered)
        _tell_replies(answered, without, listed)
    _give(listed, wanted, no_colour, _again(context))
    faults = sum(listed.about.faults.values())
    if _reached(watched, {"gap": len(listed.gaps) + len(listed.ended), "late": late, "fault": faults}):
        raise typer.Exit(FAILED_ON)


@app.command(cls=_Command)
def compare(
    context: typer.Context,
    extracts: Annotated[
        list[Path],
        typer.Argument(
            metavar="EXTRACT",
            readable=False,
            help="One or more extracts, or results of auditcheck run --board -o FILE.json.",
        ),
    ],
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="NAME",
            help="What is compared: team, another grouping, or a fact such as rosh; practitioner: counts only.",
        ),
    ] = "",
    only: Annotated[
        str, typer.Option("--only", metavar="FACT=VALUE", help="Only cases of one kind, such as rosh=high.")
    ] = "",
    as_at: AsAt = "",
    checklist: ChecklistNames = None,
    dictionary: DictionaryFile = None,
    adjustments: AdjustmentsFile = None,
    team: Teams = None,
    item: Items = None,
    severity: Severities = None,
    output: Files = None,
    format_name: FormatName = "",
    force: Force = False,
    encoding: Encoding = "",
    sheet: SheetName = "",
    max_size: MostBytes = MOST_BYTES,
    max_rows: MostRows = MOST_ROWS,
    max_line: LongestLine = LONGEST_LINE,
    max_ratio: LargestRatio = LARGEST_RATIO,
    memory_limit: Memory = "2GB",
    no_colour: NoColour = False,
) -> None:
    """Which differences are more than chance."""
    from auditcheck.audit import closed_facts
    from auditcheck.compare import compare as compared
    from auditcheck.compare import takes
    from auditcheck.problems import UsageStop

    wanted = _wanted("compare", output, format_name, force, extracts, [dictionary, adjustments, *(checklist or ())])
    files = [path for path in extracts if path.suffix.lower() == ".json"]
    _check_each_once("compare", extracts)
    if files:
        _check_of_files(by, only, as_at, team)
    fact, _, value = only.partition("=")
    if only and not (fact and value):
        raise UsageStop("--only takes a fact and its value, such as --only rosh=high.")
    again = _again(context)
    results = []
    for path in extracts:
        if path in files:
            from auditcheck.result_file import read_result

            results.append(read_result(path))
            continue
        with _audited(
            path,
            as_at,
            checklist,
            dictionary,
            adjustments,
            team,
            None,
            [] if files else item,
            severity,
            "" if by == "team" else by,
            "10",
            memory_limit,
            _given(encoding, sheet, max_size, max_rows, max_line, max_ratio),
            _again(context, path),
            only=(fact, value),
            passed=True,
        ) as finished:
            if by:
                takes(by, finished.names.groups, closed_facts(finished.names))
            results.append(finished.result())
    _give(compared(results, by, item or ()), wanted, no_colour, again)


def _check_of_files(by: str, only: str, as_at: str, team: list[str] | None) -> None:
    """Raises UsageStop where files of results are asked for what is not in them."""
    from auditcheck.problems import UsageStop

    for option, given in (("--only", only), ("--as-at", as_at), ("--team", team)):
        if given:
            raise UsageStop(f"{option} is for extracts; a file of results has been counted already.")
    if by not in ("", "team"):
        raise UsageStop("--by takes team only where a file of results is compared: it holds no other counts.")


@app.command(cls=_Command)
def explain(
    context: typer.Context,
    extract: Extract,
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case's reference, as the lists show it.")],
    as_at: AsAt = "",
    checklist: ChecklistNames = None,
    dictionary: DictionaryFile = None,
    adjustments: AdjustmentsFile = None,
    item: Items = None,
    severity: Severities = None,
    output: Files = None,
    format_name: FormatName = "",
    force: Force = False,
    encoding: Encoding = "",
    sheet: SheetName = "",
    max_size: MostBytes = MOST_BYTES,
    max_rows: MostRows = MOST_ROWS,
    max_line: LongestLine = LONGEST_LINE,
    max_ratio: LargestRatio = LARGEST_RATIO,
    memory_limit: Memory = "2GB",
    no_colour: NoColour = False,
) -> None:
    """Why one case has its states."""
    wanted = _wanted("explain", output, format_name, force, [extract], [dictionary, adjustments, *(checklist or ())])
    with _audited(
        extract,
        as_at,
        checklist,
        dictionary,
        adjustments,
        None,
        None,
        item,
        severity,
        "",
        "10",
        memory_limit,
        _given(encoding, sheet, max_size, max_rows, max_line, max_ratio),
        _again(context),
    ) as finished:
        from auditcheck.result import Explained

        found = finished.explain(case)
        why = Explained(finished.about(), tuple(found), in_full=len(found) == 1 or bool(item))
        _give(why, wanted, no_colour, _again(context))


@app.command(cls=_Command)
def inspect(
    context: typer.Context,
    extract: Extract,
    as_at: AsAt = "",
    dictionary: DictionaryFile = None,
    write_dictionary: Annotated[
        Path | None,
        typer.Option(
            "--write-dictionary", metavar="FILE", help="Write a draft of a dictionary, its questions marked ?."
        ),
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask these questions here, one by one.")] = False,
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="WHAT", help="Exit 1 when there is a fault: --fail-on fault."),
    ] = None,
    output: Files = None,
    format_name: FormatName = "",
    force: Force = False,
    encoding: Encoding = "",
    sheet: SheetName = "",
    max_size: MostBytes = MOST_BYTES,
    max_rows: MostRows = MOST_ROWS,
    max_line: LongestLine = LONGEST_LINE,
    max_ratio: LargestRatio = LARGEST_RATIO,
    memory_limit: Memory = "2GB",
    no_colour: NoColour = False,
) -> None:
    """What is in an extract, and what is wrong with it."""
    _check_local(extract)
    watched = _watched(fail_on, ("fault",))
    wanted = _wanted("inspect", output, format_name, force, [extract], [dictionary])
    target = _draft_target(extract, dictionary, write_dictionary, ask, force)
    from auditcheck.extract import draft_beside
    from auditcheck.inspecting import inspect as inspect_extract
    from auditcheck.problems import ExtractStop
    from auditcheck.reports.words import quoted

    with _progress() as tell:
        found = inspect_extract(
            extract,
            as_at=_date(as_at),
            dictionary=dictionary,
            progress=tell,
            memory_limit=_memory(memory_limit),
            given=_given(encoding, sheet, max_size, max_rows, max_line, max_ratio),
        )
    place = draft_beside(extract)
    # what is there already is the dictionary in use, which no draft is written over
    found = found._replace(draft="" if target or place.exists() else quoted(str(place)))
    _give(found, wanted, no_colour, "" if target else _again(context))  # what is next follows the draft
    if target:
        _write_draft(found, dictionary, extract, target, ask, force, _again(context))
    elif found.stopped:
        raise ExtractStop(*found.stopped)
    if _reached(watched, {"fault": len(found.faults)}):
        raise typer.Exit(FAILED_ON)


def _draft_target(extract: Path, dictionary: Path | None, wanted: Path | None, ask: bool, force: bool) -> Path | None:
    """Where a draft of a dictionary goes; None where none is wanted. What can be refused is refused here."""
    if wanted is None and not ask:
        return None
    from auditcheck.extract import draft_beside, find_dictionary
    from auditcheck.extract.formats import is_of_extract
    from auditcheck.inspecting import settled_dictionary
    from auditcheck.output import check
    from auditcheck.problems import UsageStop, shown

    if ask and not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise UsageStop("--ask asks in a terminal. Without one, --write-dictionary leaves the questions in its file.")
    target = wanted or draft_beside(extract)
    beside = find_dictionary(extract) if dictionary else settled_dictionary(extract)[0]
    used = [path for path in (dictionary, beside) if path and path.exists()]
    if target.exists() and any(target.samefile(other) for other in used):
        raise UsageStop(
            f"--write-dictionary: {shown(target)} is the dictionary in use. Give another name, or move it away."
        )
    if target.suffix.lower() not in (".yaml", ".yml"):
        raise UsageStop("--write-dictionary takes the name of a file that ends in .yaml.")
    check(target, force=force, reserved=lambda path: is_of_extract(path, extract))
    if used and not used[0].parent.samefile(target.parent):
        raise UsageStop(f"--write-dictionary: {shown(target)} must stand beside {shown(used[0])}, which it extends.")
    return target


def _write_draft(
    found: Inspection, dictionary: Path | None, extract: Path, target: Path, ask: bool, force: bool, again: str
) -> None:
    """Writes the draft of a dictionary, after its questions have been asked where that is wanted. `again` is what to
    type after a command to look at the same extract."""
    from auditcheck.calendar import today
    from auditcheck.dictionary import SHIPPED, load_dictionary
    from auditcheck.draft import draft
    from auditcheck.extract import draft_beside
    from auditcheck.inspecting import settled_dictionary
    from auditcheck.output import write
    from auditcheck.problems import ChecklistStop, command_for, shown
    from auditcheck.reports.words import counted, quoted

    base = dictionary or settled_dictionary(extract)[0]
    drafted = draft(found, load_dictionary(base), extract.stem, base.name if base else SHIPPED, today())

    def wrong(plan: Draft) -> tuple[str, ...]:
        """Why no audit could use it, with what is likely for the questions that are open."""
        try:
            load_dictionary(target, plan.likely().text().encode())
        except ChecklistStop as stop:
            return stop.lines
        return ()

    if ask:
        _ask(drafted, wrong)
    if why := wrong(drafted):
        what = (line.partition(": ")[2] or line for line in why)  # of a file that is not there no line can be looked at
        raise ChecklistStop("Not written, since no audit could use it:", *what)
    write(target, drafted.text().encode(), force=force)
    left = len(drafted.questions())
    run = command_for("run", again, "dictionary")
    if target.resolve() != draft_beside(extract).resolve():
        run += f" --dictionary {quoted(str(target))}"
    if left:
        asks = f"with {counted(left, 'question')} in it, marked “?”. Answer {'it' if left == 1 else 'them'} there, then"
        _say([f"Written: {shown(target)}, {asks}: {run}"])
        return
    _say([f"Written: {shown(target)}. Next: {run}"])


def _ask(drafted: Draft, wrong: Callable[[Draft], Sequence[str]]) -> None:
    """Asks the questions of a draft one by one, on the terminal. No answer is taken that leaves it `wrong`."""
    from copy import deepcopy

    from auditcheck.conditions import plain
    from auditcheck.problems import did_you_mean, one_of
    from auditcheck.reports.words import counted

    every = drafted.questions()
    _say(
        [
            "",
            f"{counted(len(every), 'question')}. y yes, n no, a name instead; Enter leaves it open, q leaves the rest.",
        ]
    )
    for number, node in enumerate(every, start=1):
        question = node.question
        if question is None or not any(node is one for one in drafted.questions()):
            continue  # it went with the answer to another
        perhaps = f", or perhaps {one_of(question.others)}" if question.others else ""
        words = {plain(name).casefold(): name for name in question.allowed} if node.codes else {}
        asked = f"Is it {question.name}{perhaps}?" if question.name else f"Is it {one_of(question.allowed)}?"
        if words:
            asked = f"Is it {plain(question.name) if question.name else one_of(list(words))}?"
        asked = question.asks or ("" if question.must else asked)
        if question.headings:
            named = one_of([f"“{heading}”" for heading in question.headings])
            asked += f" Or does a column have it: {named}?" if asked else f"One of {named}: type the heading."
        told = [f"   {line}" for line in (asked, question.means, question.if_not) if line]
        _say(["", f"{number} of {len(every)}  {question.about}", *told])
        while True:
            sys.stderr.write("   > ")
            sys.stderr.flush()
            line = sys.stdin.readline()
            answer = line.strip()
            if not line or answer.casefold() == "q":
                return
            if not answer:
                break
            answer = words.get(answer.casefold(), answer)
            name = question.name if answer.casefold() in ("y", "yes") else answer
            if drafted.taken(node, name):
                _say([f"   Another line is {name} already. Another name, n, or Enter."])
                continue
            heading = next((one for one in question.headings if one.casefold() == answer.casefold()), "")
            if heading:
                meant = heading
            elif question.name and not question.must and answer.casefold() in ("y", "yes", question.name):
                meant = node.key if node.codes or not question.allowed else question.name
            elif answer.casefold() in ("n", "no"):
                meant = ""
            elif answer in question.allowed:
                meant = answer
            else:
                hint = did_you_mean(answer, question.allowed)
                wanted = "y, n, or the name of what it is" if question.name else "One of these names, or n"
                _say([f"   {'The heading of a column that is there' if question.must else wanted}.{hint}"])
                continue
            tried = deepcopy(drafted)
            tried.answer(tried.questions()[[one is node for one in drafted.questions()].index(True)], meant)
            if why := wrong(tried):
                _say([f"   With that no audit could use it: {why[0].partition(': ')[2]} Another answer, or Enter."])
                continue
            drafted.answer(node, meant)
            break


@app.command(cls=_Command)
def template(
    checklist: ChecklistNames = None,
    item: Items = None,
    dictionary: DictionaryFile = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The workbook to write (.xlsx).")
    ] = Path("auditcheck-template.xlsx"),
    force: Force = False,
    no_colour: NoColour = False,
) -> None:
    """A workbook to fill in by hand, for a team that has no export."""
    from auditcheck.output import check, write
    from auditcheck.problems import UsageStop, shown
    from auditcheck.reports.template_workbook import template_screen, template_workbook
    from auditcheck.reports.words import quoted
    from auditcheck.template import template as to_fill_in

    if output.suffix.lower() != ".xlsx":
        raise UsageStop(f"-o “{shown(output)}”: template writes .xlsx.")
    read = [Path(name) for name in (*(checklist or ()), *([dictionary] if dictionary else ()))]

    def reserved(path: Path) -> bool:
        return path.exists() and any(other.exists() and path.samefile(other) for other in read)

    check(output, force=force, reserved=reserved)
    found = to_fill_in(checklist or (), item or (), dictionary)
    again = [("--checklist", name) for name in checklist or ()] + [("--item", an_id) for an_id in item or ()]
    again += [("--dictionary", str(dictionary))] if dictionary else []

    def typed(called: Callable[[str], str]) -> str:
        words = (word for option, name in again for word in (option, quoted(called(name))))
        return " ".join(("auditcheck run", quoted(called(str(output))), *words))

    write(output, template_workbook(found, typed(shown)), force=force)  # in the file no folder of this computer
    screen = _screen(no_colour)
    _show(screen, template_screen(found, shown(output), typed(str), screen))


Checklists = Annotated[
    list[str] | None,
    typer.Argument(metavar="CHECKLIST", help=f"{_CHECKLISTS} all that ship."),
]


@app.command(cls=_Command)
def test(
    checklist: Checklists = None,
    boundaries: Annotated[
        bool,
        typer.Option(
            "--boundaries", help="Also which states, clauses and last days have a test; exit 1 if any has none."
        ),
    ] = False,
    dictionary: DictionaryFile = None,
    no_colour: NoColour = False,
) -> None:
    """Runs a checklist's own tests: NAME.tests.yaml."""
    from auditcheck.checklist_tests import run_tests
    from auditcheck.reports.checklist_tests import boundaries_screen, outcomes

    with _progress() as tell:
        tested = run_tests(checklist or (), dictionary, tell)
    screen = _screen(no_colour)
    lines = outcomes(tested.tried, tested.without, screen)
    points = tested.points() if boundaries else []
    if boundaries:
        lines = [*boundaries_screen(points, screen), *lines]
    _show(screen, lines)
    if not all(one.as_expected for one in tested.tried) or not all(point.tests for point in points):
        raise typer.Exit(FAILED_ON)


@app.command(cls=_Command)
def lint(
    checklist: Checklists = None,
    dictionary: DictionaryFile = None,
    extract: Annotated[
        Path | None,
        typer.Option("--extract", metavar="EXTRACT", readable=False, help="Also try the checklists on this extract."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 4 also when there is only a doubt.")] = False,
    no_colour: NoColour = False,
) -> None:
    """Every mistake and doubt in checklists, with file, line and item."""
    from auditcheck.lint import lint as lint_checklists
    from auditcheck.reports.doubts import doubts_screen

    with _progress() as tell:
        linted = lint_checklists(checklist or (), dictionary, extract, tell)
    screen = _screen(no_colour)
    _show(screen, doubts_screen(linted, screen))
    if strict and linted.doubts:
        raise typer.Exit(CHECKLIST)


@app.command(cls=_Command)
def show(
    checklist: Annotated[
        list[str] | None,
        typer.Argument(metavar="CHECKLIST", help=f"{_CHECKLISTS} a list of all that ship."),
    ] = None,
    dictionary: DictionaryFile = None,
    output: Annotated[
        list[Path] | None,
        typer.Option("-o", "--output", metavar="FILE", readable=False, help="Also write FILE.md, a page to print."),
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", metavar="NAME", help="Standard output as markdown, not the screen.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Let -o overwrite a file.")] = False,
    no_colour: NoColour = False,
) -> None:
    """A checklist in English: who, what counts, by when, what excuses."""
    from auditcheck.checklist import lacks, load_chosen
    from auditcheck.dictionary import load_dictionary
    from auditcheck.problems import UsageStop, did_you_mean, shown
    from auditcheck.reports.checklist_sheet import sheets_screen, shipped_screen
    from auditcheck.shipped import shipped_checklists

    if format_name not in ("", "markdown"):
        raise UsageStop(f"show --format takes markdown.{did_you_mean(format_name, ['markdown'])}")
    if not checklist and (output or format_name):
        raise UsageStop("show needs the checklists to write, such as: auditcheck show rar -o rar.md")
    names = load_dictionary(dictionary)
    loaded = load_chosen(checklist or (), names)
    screen = _screen(no_colour)
    if not checklist:
        shipped = [(found.name, found.title, len(found.items) + len(found.not_asked)) for found in loaded]
        _show(screen, shipped_screen(shipped, screen))
        return
    from auditcheck.describe import describe
    from auditcheck.output import check, write
    from auditcheck.reports.markdown import as_markdown

    sheets = describe(loaded, names)
    inputs = [Path(name) for name in checklist if name not in shipped_checklists()] + (
        [dictionary] if dictionary else []
    )

    def reserved(path: Path) -> bool:
        return path.exists() and any(path.samefile(read) for read in inputs)

    for path in output or ():
        if path.suffix.lower() != ".md":
            raise UsageStop(f"-o “{shown(path)}”: show writes .md.")
        check(path, force=force, reserved=reserved)
    for path in output or ():
        write(path, as_markdown(sheets), force=force)
    if format_name:
        _put(as_markdown(sheets))
    else:
        _show(screen, sheets_screen(sheets, screen))
    for found in loaded:
        _say([f"{an_id} is left out: {lacks(names, lacking)}" for an_id, lacking in found.not_asked])
    if output:
        _say([f"Written: {', '.join(shown(path) for path in output)}"])


@app.command(cls=_Command)
def schema(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="One of checklist, dictionary, tests, adjustments or result."),
    ],
) -> None:
    """The JSON Schema of a file: what may stand in it.

    With it an editor completes what is typed, and explains it.
    """
    from auditcheck.schema import schema_text

    _put(schema_text(name).encode())


@app.command(cls=_Command)
def trend(
    context: typer.Context,
    team: Annotated[str, typer.Option("--team", metavar="CODE", help="Only this team.")] = "",
    item: Items = None,
    unit: Annotated[str, typer.Option("--unit", metavar="TITLE", help="Whose, where several are kept.")] = "",
    history_file: HistoryFile = None,
    output: Files = None,
    format_name: FormatName = "",
    force: Force = False,
    no_colour: NoColour = False,
) -> None:
    """Month by month: rates, and what became of the gaps."""
    from auditcheck.history import History, usual_place
    from auditcheck.problems import HistoryStop, UsageStop, offered
    from auditcheck.trend import trend as months_of

    path = history_file or usual_place()
    wanted = _wanted("trend", output, format_name, force, [path])
    with History.to_read(path) as history:
        units = history.units()
        if not units:
            raise HistoryStop("Nothing has been recorded yet. Begin with: auditcheck run EXTRACT --record")
        if unit not in units:
            if unit:
                raise UsageStop(f"nothing is kept of “{unit}”.{offered(unit, units, 'See: auditcheck history list')}")
            if len(units) > 1:
                raise UsageStop(f"the history has {len(units)} units: add --unit TITLE.{offered('', units, '')}")
            unit = units[0]
        runs = history.runs(unit)
    ids = {one.id.upper(): one.id for run in runs for one in run.items}
    if unknown := [one for one in item or () if one.upper() not in ids]:
        raise UsageStop(f"no item kept is called “{unknown[0]}”.{offered(unknown[0], list(ids.values()), '')}")
    teams = sorted({row.team for run in runs for row in run.counts if row.team})
    if team and team not in teams:
        raise UsageStop(f"no team kept is called “{team}”.{offered(team, teams, '')}")
    found = months_of(unit, runs, team, [ids[one.upper()] for one in item or ()])
    _give(found, wanted, no_colour, _again(context, options=("unit", "item", "history_file")))


history = typer.Typer(
    help="What is kept of audits: counts and pseudonyms, no case.",
    no_args_is_help=True,
    rich_markup_mode=None,
    subcommand_metavar="COMMAND ...",
)
app.add_typer(history, name="history")


@history.command("list", cls=_Command)
def history_list(history_file: HistoryFile = None, no_colour: NoColour = False) -> None:
    """Every run that is kept."""
    from auditcheck.history import History, usual_place
    from auditcheck.problems import shown
    from auditcheck.reports.history_screen import runs_screen

    path = history_file or usual_place()
    with History.to_read(path) as kept:
        lines = kept.lines()
    screen = _screen(no_colour)
    _show(screen, runs_screen(lines, shown(path), screen))


@history.command("show", cls=_Command)
def history_show(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's name, or how it begins.")],
    history_file: HistoryFile = None,
    no_colour: NoColour = False,
) -> None:
    """What is kept of one run."""
    from auditcheck.history import History, usual_place
    from auditcheck.reports.history_screen import run_screen

    with History.to_read(history_file or usual_place()) as kept:
        found = kept.named(run)
    screen = _screen(no_colour)
    _show(screen, run_screen(found, screen))


@history.command("export", cls=_Command)
def history_export(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write (.json).")],
    practitioner: Annotated[
        str, typer.Option("--practitioner", metavar="CODE", help="Only what is kept of this one.")
    ] = "",
    history_file: HistoryFile = None,
    force: Force = False,
) -> None:
    """The whole as JSON; or a practitioner's own counts."""
    from auditcheck.history import History, usual_place
    from auditcheck.output import check, write
    from auditcheck.problems import UsageStop, shown

    _check_text("--practitioner", practitioner)
    path = history_file or usual_place()
    check(output, force=force, reserved=lambda other: other.exists() and path.exists() and other.samefile(path))
    with History.to_read(path) as kept:
        _check_kept(kept)  # what is wrong could not be imported again
        content = kept.of_practitioner(practitioner) if practitioner else kept.exported()
    if content is None:
        raise UsageStop("no run has a practitioner of that code. Codes are compared exactly.")
    write(output, content, force=force)
    _say([f"Written: {shown(output)}"])


@history.command("import", cls=_Command)
def history_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="What was exported.")],
    history_file: HistoryFile = None,
) -> None:
    """Makes a history from what was exported, where there is none yet."""
    from auditcheck.history import imported, usual_place
    from auditcheck.problems import HistoryStop, shown
    from auditcheck.reports.words import counted

    path = history_file or usual_place()
    try:
        content = file.read_bytes()
    except OSError:
        raise HistoryStop(f"{shown(file)}: cannot be read. Check the path.") from None
    runs = imported(content, shown(file), path)
    _say([f"Imported {counted(runs, 'run')} into {shown(path)}"])


@history.command("verify", cls=_Command)
def history_verify(history_file: HistoryFile = None) -> None:
    """Is everything kept as it was recorded?"""
    from auditcheck.history import History, usual_place
    from auditcheck.problems import shown
    from auditcheck.reports.words import counted

    path = history_file or usual_place()
    with History.to_read(path) as kept:
        _check_kept(kept)
        runs = len(kept.lines())
    _say([f"{shown(path)}: {counted(runs, 'run')}, all as recorded."])


def _check_kept(kept: History) -> None:
    """Raises HistoryStop where something is not as it was recorded."""
    from auditcheck.problems import HistoryStop, shown

    if wrong := kept.verify():
        lines = (f"{shown(kept.path)}: {text}." for text in wrong)
        raise HistoryStop(*lines, "Put a copy back in its place, or import one.")


@history.command("purge", cls=_Command)
def history_purge(
    before: Annotated[str, typer.Option("--before", metavar="MONTH", help="Whole runs of before it, YYYY-MM.")] = "",
    people_before: Annotated[
        str, typer.Option("--people-before", metavar="MONTH", help="Practitioners and pseudonyms of before it.")
    ] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without, it is only said what would go.")] = False,
    history_file: HistoryFile = None,
) -> None:
    """Takes away what is old, on --apply."""
    from auditcheck.history import History, usual_place
    from auditcheck.reports.words import counted

    whole, people = _month(before, "--before", 60), _month(people_before, "--people-before", 24)
    with (History.to_write if apply else History.to_read)(history_file or usual_place()) as kept:
        gone, thinned = kept.purge(whole, people) if apply else kept.to_purge(whole, people)
    did = ("Taken away", "Taken out") if apply else ("Would go", "Would be taken out")
    _say(
        [
            f"{did[0]}: {counted(gone, 'run')} of before {whole:%B} {whole.year}.",
            f"{did[1]}: practitioners and pseudonyms of {counted(thinned, 'run')} of before {people:%B} {people.year}.",
            *([] if apply else ["To do it: --apply. It cannot be undone."]),
        ]
    )


@history.command("forget", cls=_Command)
def history_forget(
    practitioner: Annotated[str, typer.Option("--practitioner", metavar="CODE", help="Whose code goes.")],
    history_file: HistoryFile = None,
) -> None:
    """Takes a practitioner's code away; counts stay."""
    from auditcheck.history import History, usual_place
    from auditcheck.problems import UsageStop
    from auditcheck.reports.words import counted

    _check_text("--practitioner", practitioner)
    with History.to_write(history_file or usual_place()) as kept:
        runs = kept.forget(practitioner)
    if not runs:
        raise UsageStop("no run has a practitioner of that code. Codes are compared exactly.")
    _say(
        [
            f"Forgotten in {counted(runs, 'run')}.",
            "What was exported before still has it, and a run recorded later has it again while the extract does.",
        ]
    )


def _month(text: str, option: str, back: int) -> date:
    """The first day of a month that was typed, or of the month so many months ago."""
    if text:
        return _period(text, option).first
    from auditcheck.calendar import today

    now = today()
    months = now.year * 12 + now.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


# ── what the commands share ──────────────────────────────────────────────────────────────────────


@contextmanager
def _audited(
    extract: Path,
    as_at: str,
    checklists: list[str] | None,
    dictionary: Path | None,
    adjustments: Path | None,
    teams: list[str] | None,
    practitioners: list[str] | None,
    items: list[str] | None,
    severities: list[str] | None,
    by: str,
    due_within: str,
    memory_limit: str,
    given: Given,
    again: str,
    only: tuple[str, str] = ("", ""),
    passed: bool = False,
    rated: list[str] | None = None,
    due_in: Period | None = None,
    one_of_several: bool = False,
) -> Iterator[Audit]:
    from auditcheck.audit import Selection, audit
    from auditcheck.engines import address_of
    from auditcheck.problems import ExtractStop, HeadingsStop, Stop, UsageStop, command_for

    if address_of(extract) and memory_limit != "2GB":
        raise UsageStop("--memory-limit is for files: with an address the server does the work.")
    selection: Selection = Selection(
        teams=tuple(teams or ()),
        practitioners=tuple(practitioners or ()),
        items=tuple(items or ()),
        severities=tuple(severities or ()),
        by=by,
        due_within=_working_days(due_within),
        only=only,
        rated=tuple(rated or ()),
        due_in=due_in,
    )
    with _progress() as tell:
        try:
            finished = audit(
                extract,
                as_at=_date(as_at),
                dictionary=dictionary,
                adjustments=adjustments,
                checklists=checklists or (),
                selection=selection,
                progress=tell,
                memory_limit=_memory(memory_limit),
                given=given,
                passed=passed,
                one_of_several=one_of_several,
                most_listed=_bytes("--memory-limit", memory_limit) // BYTES_OF_A_FINDING,
            )
        except HeadingsStop as stop:
            inspecting = command_for("inspect", again)
            raise ExtractStop(*stop.lines, f"What fits, and how to say the rest: {inspecting}") from None
        except Stop as stop:
            stop.lines = _as_typed(stop.lines, again)
            raise
        with finished:
            yield finished


def _as_typed(lines: Sequence[str], again: str) -> tuple[str, ...]:
    """Messages whose commands name the extract as it was typed: an audit knows it as a file alone."""
    import re

    from auditcheck.problems import command_for

    def typed(found: re.Match[str]) -> str:
        # who is nowhere is not asked for again
        return command_for(found[1], again, "team practitioner")

    return tuple(re.sub(r"auditcheck (run|inspect) EXTRACT\b", typed, line) for line in lines)


def _date(text: str) -> date | None:
    import re
    from calendar import month_name

    from auditcheck.calendar import FIRST_YEAR, LAST_YEAR, read_date
    from auditcheck.problems import UsageStop

    if not text:
        return None
    parts = text.split("/")
    written = "-".join(reversed(parts)) if len(parts) == 3 else text
    day = read_date(written)
    if day is None and (numbers := re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", written)):
        year, month, of_month = map(int, numbers.groups())
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
            raise UsageStop(f"--as-at: there is no {of_month} {month_name[month]} {year}.")
    if day is None:
        raise UsageStop(f"--as-at takes a date, YYYY-MM-DD or DD/MM/YYYY, from {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def _period(text: str, option: str) -> Period:
    from auditcheck.calendar import Period
    from auditcheck.problems import UsageStop

    if (found := Period.month(text)) is None:
        raise UsageStop(f"{option} takes a month, YYYY-MM.")
    return found


def _working_days(text: str) -> int:
    from auditcheck.problems import UsageStop

    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= FURTHEST_AHEAD):
        raise UsageStop(f"--due-within takes a number of working days from 0 to {FURTHEST_AHEAD}.")
    return int(text)


def _given(encoding: str, sheet: str, max_size: str, max_rows: str, max_line: str, max_ratio: str) -> Given:
    """What the command line says of the extract's files."""
    import re

    from auditcheck.extract.sheets import Given
    from auditcheck.extract.text_file import known_encoding
    from auditcheck.problems import UsageStop

    def whole(option: str, text: str, such_as: str) -> int:
        if not re.fullmatch("[1-9][0-9]{0,11}", text.replace(",", "")):
            raise UsageStop(f"{option} takes a whole number, such as {such_as}.")
        return int(text.replace(",", ""))

    return Given(
        known_encoding(encoding) if encoding else "",
        sheet,
        _bytes("--max-size", max_size),
        whole("--max-rows", max_rows, "20,000,000"),
        _bytes("--max-line", max_line),
        whole("--max-ratio", max_ratio, "500"),
    )


def _bytes(option: str, text: str) -> int:
    """A size that was typed, in bytes: 500MB, 2 gb, 1.5G (of thousands), 2GiB (of 1,024)."""
    import re
    from decimal import Decimal

    from auditcheck.problems import UsageStop

    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([KMGT])(i?)B?", text.strip(), re.IGNORECASE | re.ASCII)
    size = Decimal(found[1]) * (1024 if found[3] else 1000) ** ("KMGT".index(found[2].upper()) + 1) if found else 0
    if size < 1:
        raise UsageStop(
            f"{option} takes a number of KB, MB, GB or TB, or of KiB, MiB, GiB or TiB, such as 500MB or 1.5GB."
        )
    return int(size)


def _memory(text: str) -> str:
    """The database's share of what the process may take."""
    whole = _bytes("--memory-limit", text)
    # Python and the checks of values need less than a gigabyte of a whole country, and less of less
    return f"{max(whole // 2, whole - 1_000_000_000)}B"


def _state(word: str) -> Any:
    from auditcheck.states import State

    return State(word)


def _check_extracts(command: str, extracts: Sequence[Path], *, record: bool = False) -> None:
    """Raises UsageStop where several extracts cannot be read together, and ExtractStop where one is not there."""
    if len(extracts) == 1:
        return
    from auditcheck.engines import address_of
    from auditcheck.extract import STANDARD_INPUT
    from auditcheck.problems import ExtractStop, UsageStop, shown

    if any(address_of(path) for path in extracts):
        raise UsageStop("an address is audited by itself: only files are counted together.")
    _check_each_once(command, extracts)
    if STANDARD_INPUT in extracts:
        raise UsageStop("- is CSV from a pipe, and an extract by itself: save it in a file to count it with others.")
    if record:
        raise UsageStop("--record keeps the months of one extract: record each by itself, under a --unit of its own.")
    if missing := [path for path in extracts if not _is_there(path)]:
        raise ExtractStop(f"{shown(missing[0])}: not found. Check the path; a name with a blank in it needs quotes.")


def _check_each_once(command: str, extracts: Sequence[Path]) -> None:
    """Raises UsageStop where an extract is named twice."""
    from auditcheck.extract import STANDARD_INPUT
    from auditcheck.problems import UsageStop

    if extracts.count(STANDARD_INPUT) > 1:
        raise UsageStop("- is standard input, which can be read once only: name it once.")
    if len({path.resolve() for path in extracts}) < len(extracts):
        raise UsageStop(f"{command} names the same extract twice.")


def _watched(fail_on: list[str] | None, allowed: Sequence[str] = ("gap", "late", "fault")) -> tuple[str, ...]:
    from auditcheck.problems import UsageStop, did_you_mean, one_of

    for word in fail_on or ():
        if word not in allowed:
            raise UsageStop(f"--fail-on takes {one_of(allowed)}.{did_you_mean(word, allowed)}")
    return tuple(fail_on or ())


def _check_board(practitioners: Sequence[str] | None, by: str) -> None:
    """Raises UsageStop where a run without people is narrowed to one, or counted by what may be one."""
    from auditcheck.problems import UsageStop

    if practitioners:
        raise UsageStop("--board leaves out practitioners: it does not go with --practitioner.")
    if by not in ("", "team"):
        raise UsageStop("--board takes --by team only: any other grouping may be by person.")


def _replies(files: list[Path] | None) -> Replies | None:
    """The replies that came back in workbooks; None where none were given."""
    if not files:
        return None
    from auditcheck.replies import read_replies

    return read_replies(files)


def _tell_replies(answered: Replies, without: int, gaps: GapList) -> None:
    """On standard error: how many replies there were, and how many have no gap any more."""
    from auditcheck.reports.words import counted, number

    of = f"in {counted(answered.files, 'workbook')}"
    there = len(answered.of) - without
    beside = f"{number(there)} beside {'its gap' if there == 1 else 'their gaps'}"
    has = "has" if without == 1 else "have"
    none = (
        f", {number(without)} {has} no gap {'among these' if gaps.about.selection else 'any more'}" if without else ""
    )
    _say([f"{counted(len(answered.of), 'reply')} {of}: {beside}{none}", *(f" ! {text}" for text in answered.beware)])


def _check_text(option: str, text: str) -> None:
    """Raises UsageStop for what is no name of anybody: it would be kept."""
    from auditcheck.problems import UsageStop

    if not text.isprintable() or len(text) > 100:
        raise UsageStop(f"{option} takes a name of at most 100 characters, without line breaks and the like.")


def _check_record(
    record: bool,
    unit: str,
    history_file: Path | None,
    team: Sequence[str] | None,
    *narrowed: Sequence[str] | None,
) -> None:
    """Raises UsageStop where a part of an extract would be kept: months of different parts cannot be compared."""
    from auditcheck.problems import UsageStop
    from auditcheck.reports.words import quoted

    _check_text("--unit", unit)
    for option, given in (("--history", history_file), ("--unit", unit)):
        if given and not record:
            raise UsageStop(f"{option} says where a run is kept: it goes with --record.")
    if record and any((team, *narrowed)):
        raise UsageStop(
            "--record keeps whole audits: leave out --team, --practitioner, --item, --severity and --due-in.",
            *(
                f"What {one} did month by month is in: auditcheck trend --team {quoted(one)}"
                + _where_kept(history_file, unit)
                for one in team or ()
            ),
        )


def _where_kept(history_file: Path | None, unit: str) -> str:
    """What says to `trend` which history and which unit a run is kept in."""
    from auditcheck.reports.words import quoted

    where = f" --history {quoted(str(history_file))}" if history_file else ""
    return where + (f" --unit {quoted(unit)}" if unit else "")


def _check_files(extract: Path) -> None:
    """Raises UsageStop where the history would be of an address: what stands for the rows is made of files alone."""
    from auditcheck.engines import address_of
    from auditcheck.problems import UsageStop

    if address_of(extract):
        raise UsageStop("--record is for files: what stands for an extract in the history is made of its rows.")


def _check_local(extract: Path) -> None:
    """Raises UsageStop where an address was given to inspect."""
    from auditcheck.engines import scheme_of
    from auditcheck.problems import UsageStop

    if scheme_of(extract):
        raise UsageStop(
            "inspect looks at files on this computer: an address is for run, gaps, explain, compare and lint --extract."
        )


@contextmanager
def _recorded(
    finished: Audit, unit: str, history_file: Path | None, dictionary: Path | None, memory_limit: str, given: Given
) -> Iterator[None]:
    """Keeps a run once it has been given to its readers; also where a file could not be written or a screen was
    closed, for the audit is none the worse."""
    from auditcheck.problems import HistoryStop, OutputStop

    try:
        yield
    except (OutputStop, _PipeClosed):
        try:
            _record(finished, unit, history_file, dictionary, memory_limit, given)
        except HistoryStop as stop:
            _say(stop.lines)
        raise
    _record(finished, unit, history_file, dictionary, memory_limit, given)


def _record(
    finished: Audit, unit: str, history_file: Path | None, dictionary: Path | None, memory_limit: str, given: Given
) -> None:
    """Keeps a run. What was found has been given by now: that it is not kept makes it no less right."""
    from auditcheck.audit import audit
    from auditcheck.calendar import weekday_date
    from auditcheck.extract import STANDARD_INPUT
    from auditcheck.history import History, usual_place
    from auditcheck.problems import HistoryStop, Stop, listed, shown
    from auditcheck.pseudonyms import the_key
    from auditcheck.recording import recorded, with_former
    from auditcheck.trend import untold

    path = history_file or usual_place()
    source = finished.extract.path
    try:
        key = the_key()
        run = recorded(finished, key, unit)
        new = not path.exists()
        with History.to_write(path, make=True) as history:

            def again(checklists: Sequence[Path]) -> Audit:
                return audit(
                    source,
                    as_at=finished.as_at,
                    dictionary=dictionary,
                    checklists=[str(one) for one in checklists],
                    memory_limit=_memory(memory_limit),
                    given=given,
                    passed=True,
                    as_written=True,
                )

            once_more = None if source == STANDARD_INPUT else again  # a pipe can be read once only
            run = with_former(run, history.before(run.unit, run.as_at), finished, once_more, key)
            kept = history.record(run)
            same = None if kept else history.same(run)
            former = history.run(kept.supersedes) if kept and kept.supersedes else None
            later = history.after(kept.unit, kept.as_at) if kept else None
    except Stop as stop:
        raise HistoryStop(*stop.lines, "The audit itself is whole; it was not recorded.") from None
    except OSError:
        raise HistoryStop(
            "The history needs some space for temporary files, and there is none.",
            "The audit itself is whole; it was not recorded.",
        ) from None
    if kept is None:
        late = " It has been superseded since, and the later one counts." if same and same.superseded else ""
        _say([f"Already recorded in {shown(path)}: the same extract, day and checklists. Nothing was added.{late}"])
    else:
        where = _where_kept(history_file, unit)
        again_words = f", revision {kept.revision}: it supersedes the one before" if kept.supersedes else ""
        if former and former.fingerprint == kept.fingerprint:
            again_words = f", revision {kept.revision}: the same, and what became of the gaps of the month before it"
        begun = ", a new history," if new else ""
        _say([f"Recorded in {shown(path)}{begun} as {kept.run[:8]}{again_words}. Next: auditcheck trend{where}"])
        asked = {item.id for item in kept.items}
        if former and (lost := [item.id for item in former.items if item.id not in asked]):
            _say([f" ! Not asked any more that day: {listed(lost)}. Trend has no figures for that month there now."])
        if later and untold(kept, later):
            when = f"{weekday_date(later.as_at)}"
            _say(
                [
                    f" ! {when} was recorded without this: record its extract again, so that trend knows what became"
                    " of these gaps."
                ]
            )
    if str(path.absolute()).startswith("\\\\") or "OneDrive" in path.absolute().parts:
        _say([" ! The history lies in a shared or synchronised folder: two who write at once may damage it."])


def _reached(watched: Sequence[str], counts: dict[str, int]) -> bool:
    return any(counts.get(word, 0) for word in watched)


#: What says which audit it is, and which part of it, and so is typed again to look at the same.
_SAME_AUDIT = (
    "as_at",
    "checklist",
    "dictionary",
    "adjustments",
    "team",
    "practitioner",
    "item",
    "severity",
    "only",
    "due_within",
    "replies",
    "encoding",
    "sheet",
    "max_size",
    "max_rows",
    "max_line",
    "max_ratio",
)


def _again(context: typer.Context, extract: Path | None = None, options: Sequence[str] = _SAME_AUDIT) -> str:
    """What to type after a command to look at the same audit again, or at one extract of several."""
    from auditcheck.reports.words import quoted

    given = [context.params["extract"]] if "extract" in context.params else context.params.get("extracts", ())
    words = [quoted(_typed(path)) for path in ([extract] if extract else given)]
    for option in context.command.params:
        given = context.params.get(option.name or "")
        if option.name in options and given and given != option.default:
            for value in given if isinstance(given, list | tuple) else [given]:
                words += [option.opts[0], quoted(str(value))]
    return " ".join(words)


def _typed(extract: Path) -> str:
    """An extract as it is typed; an address without the user in it, and no name that looks like an option."""
    from auditcheck.engines import address_of
    from auditcheck.extract import STANDARD_INPUT

    address = address_of(extract)
    if address:
        return address.again
    return f"./{extract}" if str(extract).startswith("-") and extract != STANDARD_INPUT else str(extract)


@dataclass(frozen=True)
class _Wanted:
    """Where what a command finds goes: files, and a format on standard output instead of the screen."""

    files: tuple[tuple[Path, Format], ...]
    standard: Format | None
    force: bool
    split_by: str = ""
    plain: bool = False  # lines for a log instead of the screen
    reserved: Callable[[Path], bool] = lambda _: False

    @property
    def whole(self) -> bool:
        """Is something handed on, that tells the gap list and the faults too?"""
        return any(form.whole for form in (*(form for _, form in self.files), self.standard) if form)


def _wanted(
    command: str,
    files: list[Path] | None,
    standard: str,
    force: bool,
    extracts: Sequence[Path],
    read: Sequence[Path | str | None] = (),
    *,
    split_by: str = "",
    plain: bool = False,
) -> _Wanted:
    """Whatever can be refused is refused here, before any work is done. Nothing that is read is ever written over:
    neither an extract nor what else is `read`."""
    if not files and not standard and not split_by:
        return _Wanted((), None, force, plain=plain)
    from auditcheck.problems import UsageStop, did_you_mean
    from auditcheck.reports.formats import format_named, format_of

    if split_by and split_by not in SPLIT_BY:
        raise UsageStop(f"--split-by takes {' or '.join(SPLIT_BY)}.{did_you_mean(split_by, SPLIT_BY)}")

    if plain and standard:
        raise UsageStop("--plain is instead of the screen: it does not go with --format.")
    form = format_named(standard, command) if standard else None
    if form and form.parts and sys.stdout.isatty():
        raise UsageStop(f"--format {standard} is no text for a screen: add -o FILE.{standard} instead.")
    chosen = [(path, format_of(path, command)) for path in files or ()]
    if len({path.resolve() for path, _ in chosen}) < len(chosen):
        raise UsageStop("-o names the same file twice.")
    if split_by and not any(form.parts for _, form in chosen):
        raise UsageStop("--split-by needs a workbook to split: add -o FILE.xlsx.")
    if not chosen:
        return _Wanted((), form, force, plain=plain)
    from auditcheck.extract.formats import is_of_extract
    from auditcheck.output import check

    others = [Path(name) for name in read if name]

    def reserved(path: Path) -> bool:
        is_read = path.exists() and any(
            other.exists() and (path.samefile(other) or (other.is_dir() and path.parent.samefile(other)))
            for other in others
        )
        return is_read or any(is_of_extract(path, extract) for extract in extracts)

    for path, _ in chosen:
        check(path, force=force, reserved=reserved)
        _check_no_replies(path)
    return _Wanted(tuple(chosen), form, force, split_by, plain, reserved)


def _give(found: Finished | Trend | Comparison, wanted: _Wanted, no_colour: bool, again: str) -> None:
    """What a command found, to wherever it is wanted. Files come first: a screen may be closed."""
    from auditcheck.problems import OutputStop, shown

    written: list[str] = []
    failed: list[str] = []
    if wanted.files:
        from auditcheck.output import write

        split = _split(found, wanted)
        for path, form in wanted.files:
            try:
                write(path, form.written(found, again), force=wanted.force)
                written.append(shown(path))
            except OutputStop as stop:
                failed.extend(stop.lines)
        if split:
            done = 0
            try:
                for path, content in split:
                    write(path, content(), force=wanted.force)
                    done += 1
            except OutputStop as stop:
                failed.extend((*stop.lines, f"{done} of {len(split)} files for each {wanted.split_by} were written."))
            else:
                files = "1 file" if done == 1 else f"{done} files"
                written.append(f"and {files}, one for each {wanted.split_by}: {shown(split[0][0])} …")
    if wanted.standard:
        _put(wanted.standard.written(found, again))
        _beware(found, again)
    elif wanted.plain:
        from auditcheck.reports.log import log_lines
        from auditcheck.reports.terminal import Screen
        from auditcheck.result import GapList, Result

        assert isinstance(found, Result | GapList)  # of no other command it is an option
        screen = Screen(colour=False, plain=True)
        _show(screen, log_lines(found, screen))
    else:
        from auditcheck.reports.text_result import screen_lines

        screen = _screen(no_colour)
        _show(screen, screen_lines(found, screen, again))
    if written:
        _say([f"Written: {', '.join(written)}"])
    if failed:
        raise OutputStop(*failed)


def _split(found: Finished | Trend | Comparison, wanted: _Wanted) -> list[tuple[Path, Callable[[], bytes]]]:
    """The files for each practitioner or team, and what writes them. What can be refused is refused before
    any is written."""
    from auditcheck.output import beside, check
    from auditcheck.problems import UsageStop
    from auditcheck.result import Result

    split: list[tuple[Path, Callable[[], bytes]]] = []
    for path, form in wanted.files:
        if wanted.split_by and form.parts and isinstance(found, Result):
            parts = form.parts(found, wanted.split_by)
            split += zip(beside(path, list(parts)), parts.values(), strict=True)
    if {path.resolve() for path, _ in split} & {path.resolve() for path, _ in wanted.files}:
        raise UsageStop("-o names a file that --split-by writes too.")
    for path, _ in split:
        check(path, force=wanted.force, reserved=wanted.reserved)
        _check_no_replies(path)
    return split


def _check_no_replies(path: Path) -> None:
    """Raises OutputStop where a workbook stands that somebody has replied in, whatever else may be overwritten."""
    if path.suffix.lower() != ".xlsx" or not path.exists():
        return
    from auditcheck.problems import OutputStop, shown
    from auditcheck.replies import hold_replies

    if hold_replies(path):
        raise OutputStop(
            f"{shown(path)}: has replies in it, which would be lost. Give another name, or move it away;"
            " --replies reads them."
        )


def _put(content: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise _PipeClosed from None


def _beware(found: Finished | Trend | Comparison, again: str) -> None:
    """On standard error, what the screen would have warned of."""
    from auditcheck.recorded import Trend
    from auditcheck.reports.frame import beware, not_supplied
    from auditcheck.reports.terminal import Screen

    if sys.stderr is None or isinstance(found, Trend):
        return
    screen = Screen(stream=sys.stderr, colour=False)
    _say([line.text for line in (*not_supplied(found.about, screen), *beware(found.about, screen, again))])


def _screen(no_colour: bool) -> Screen:
    from auditcheck.reports.terminal import Screen

    return Screen(colour=False) if no_colour else Screen()


def _show(screen: Screen, lines: list[Line]) -> None:
    _erase()
    try:
        screen.show(lines)
        sys.stdout.flush()
    except BrokenPipeError:
        raise _PipeClosed from None


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Says what is being done, on a terminal only, on one line that is gone afterwards."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    import time

    from auditcheck.reports.terminal import safe_text

    started = time.monotonic()

    def tell(text: str) -> None:
        global _being_shown
        if time.monotonic() - started < 0.5:
            return  # nothing flickers past on a quick run
        line = f" {safe_text(text)} …"[:79]
        encoding = sys.stderr.encoding or "ascii"
        sys.stderr.write("\r" + line.ljust(_being_shown).encode(encoding, "replace").decode(encoding))
        sys.stderr.flush()
        _being_shown = len(line)

    try:
        yield tell
    finally:
        _erase()


#: How long the line is that says what is being done, while it stands on the screen.
_being_shown = 0


def _erase() -> None:
    """Takes that line away: before anything else is shown, and at the end."""
    global _being_shown
    if _being_shown:
        sys.stderr.write("\r" + " " * _being_shown + "\r")
        sys.stderr.flush()
        _being_shown = 0


def _say(lines: Sequence[str]) -> None:
    """A message on standard error, safe for any terminal; folded on one, and whole in a file or a pipe."""
    from auditcheck.reports.terminal import Screen, cells, fold

    if sys.stderr is None:
        return
    screen = Screen(stream=sys.stderr, colour=False)
    with suppress(OSError, ValueError):  # nobody can be told, but the exit code still says it
        terminal = sys.stderr.isatty()
        for line in map(screen.say, lines):
            for part in fold(line, screen.width) if terminal and cells(line) > screen.width else [line]:
                sys.stderr.write(f"{part}\n")
        sys.stderr.flush()


def _leave(code: int) -> NoReturn:
    """Ends the process without what could still go wrong while Python tidies up."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # AttributeError: closed before we began
            stream.flush()
    os._exit(code)


def build_only(word: str) -> None:
    """Of all the commands, builds the one of that name, if there is one: building takes longer than many a run."""
    asked = [command for command in app.registered_commands if command.callback and command.callback.__name__ == word]
    if asked:
        app.registered_commands, app.registered_groups = asked, []


def main() -> NoReturn:
    """Runs the command line and ends the process with the documented exit code."""
    from auditcheck.problems import Stop

    gc.set_threshold(100_000)  # one short run makes little garbage, and looking for it takes time
    os.umask(0o077)  # whatever is written is for this user alone
    signal.signal(signal.SIGINT, _stopped)
    signal.signal(signal.SIGTERM, _stopped)
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # the terminal was closed
        signal.signal(signal.SIGHUP, _stopped)
    if sys.stdout is None or sys.stdout.closed:
        _leave(NOT_WRITTEN)
    try:
        code = app(prog_name="auditcheck", standalone_mode=False)
    except Stop as stop:
        _say(stop.lines)
        code = stop.exit_code
    except typer.Exit as end:
        code = end.exit_code
    except (typer.Abort, KeyboardInterrupt, _Ended):
        code = _asked_to_stop or INTERRUPTED
    except (_PipeClosed, BrokenPipeError):
        code = PIPE_CLOSED
    except Exception as error:
        # a database or an import that is interrupted can fail in ways of its own
        code = _asked_to_stop or _other(error)
    _leave(code if isinstance(code, int) else DONE)


class _PipeClosed(BaseException):
    """Whoever was reading our output has stopped."""


class _Ended(BaseException):
    """The process was asked to end."""


#: The exit code, once a signal has asked the process to stop.
_asked_to_stop = 0


def _stopped(number: int, _: object) -> None:
    global _asked_to_stop
    _asked_to_stop = 128 + number  # as a shell has it
    raise _Ended


def _mistyped(error: Any) -> str:
    """What is wrong with the command line, in our words: Typer's own are a programmer's."""
    from auditcheck.problems import nearest, one_of, shortened, unknown

    context: Any = getattr(error, "ctx", None)
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if option and context is None:
        return f"{option} {'takes no value' if 'not take' in error.message else 'needs a value after it'}."
    command = context.command_path if context else "auditcheck"
    if option:
        known = (name[2:] for one in context.command.params for name in one.opts if name.startswith("--"))
        near = nearest(option.lstrip("-"), known)
        return f"{command} has no option {shortened(option)}. " + (
            f"Did you mean --{near}?" if near else f"See: {command} --help"
        )
    if parameter is not None and parameter.help:
        return f"{command} needs {parameter.metavar}: {parameter.help[:1].lower()}{parameter.help[1:]}"
    commands = getattr(context and context.command, "commands", None)
    if commands:
        groups = context.command_path.split()[1:]
        words = [word for word in sys.argv[1:] if not word.startswith("-")][len(groups) :]
        if not words:
            return f"{command} needs a command after it: {one_of(commands)}"
        return unknown(" ".join((*groups, "command")), words[0], commands)
    return str(error.format_message())


def _other(error: Exception) -> int:
    """A mistake in the command line, an output that cannot be written, or a bug: never a traceback,
    because its lines could hold case data."""
    if hasattr(error, "format_message"):
        _say([_mistyped(error)])
        return USAGE
    if isinstance(error, OSError) and error.errno in (28, 5, 9, 122):
        _say(["The output could not be written: the disk is full or the output is closed."])
        return NOT_WRITTEN
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "auditcheck" in file.parts:
            place = f"{file.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    _say(
        [
            f"Internal error ({type(error).__name__} at {place}). This is a bug in auditcheck, not in your data.",
            "Nothing was changed. Please report the line above; it holds no case data.",
        ]
    )
    return BUG
