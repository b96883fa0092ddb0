"""What screens have round them: the title with its date, what to beware of, and what to type next."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import timedelta

from auditcheck.calendar import long_date
from auditcheck.problems import command_for, in_words
from auditcheck.reports.terminal import BLANK, HEADING, PIPED_WIDTH, WARNING, Cell, Line, Screen, cells, flow, row
from auditcheck.reports.words import counted, long_day
from auditcheck.result import SETTING, SEVERITY, SWITCHED_OFF, About, Adjustment, Adjustments, without

#: How much older than as at the newest entry may be before work is likely to be unseen.
STALE = timedelta(days=7)


def right_edge(screen: Screen, needed: int = 0) -> int:
    """The column before which everything ends: one free at the right, as at the left."""
    return min(screen.width, max(PIPED_WIDTH, needed + 1)) - 1


def title(text: str, about: About, screen: Screen, edge: int = 0) -> list[Line]:
    """A title, with as at on the right; below it where both do not fit."""
    edge = edge or right_edge(screen)
    left, right = screen.say(text), f"as at {long_date(about.as_at)}"
    if 1 + cells(left) + 2 + cells(right) <= edge:
        return row(Cell(1, left, HEADING), Cell(edge, right, right=True))
    return [*row(Cell(1, left, HEADING, screen.width - 1)), *row(Cell(1, right))]


def newest_entry(about: About) -> str:
    """'newest entry Monday 29 June'; "" when the extract has no dates to tell it by."""
    return f"newest entry {long_day(about.newest_entry, about.as_at)}" if about.newest_entry else ""


def selection(about: About, screen: Screen) -> list[Line]:
    """What the run was narrowed to."""
    return screen.paragraph(selection_words(about)) if about.selection else []


def selection_words(about: About) -> str:
    """'Only team HARB01'; "" where the run was not narrowed."""
    return f"Only {', '.join(about.selection)}" if about.selection else ""


def beware(about: About, screen: Screen, command: str = "") -> list[Line]:
    """Faults, an extract gone stale, and warnings, each marked. `command` is what follows `auditcheck run`: with it
    the line on faults says what shows them, which elsewhere stands among the commands at the end."""
    see = "; ".join(typed for typed, _ in fault_commands(about, command)) if command else ""
    return _marked(warnings(about, see), screen)


def warnings(about: About, see: str = "") -> list[str]:
    texts = []
    if any(about.faults.values()):
        kinds = ", ".join(counted(count, kind) for kind, count in about.faults.items() if count)
        seen = f" (see: {see})" if see else ""
        texts.append(f"{counted(sum(about.faults.values()), 'fault')} in the columns in use: {kinds}{seen}")
    for read in about.parts or (about,):
        if read.newest_entry and read.as_at - read.newest_entry > STALE:
            age = counted((read.as_at - read.newest_entry).days, "day")
            newest, as_at = read.newest_entry, read.as_at
            texts.append(
                f"{f'{read.extract}: ' if about.parts else ''}the newest entry in the columns in use is of "
                f"{long_date(newest)}, {age} before {as_at.day} {as_at:%B} {as_at.year}: is the extract whole?"
            )
    return [*texts, *about.warnings]


def again_for(about: About, extract: str, command: str) -> str:
    """What to type after a command to look at the extract that holds a case; `command` where there is one only."""
    return next((part.again for part in about.parts if part.extract == extract), command)


def inspect_command(about: About, command: str) -> str:
    """One of several extracts says itself what to type for it; `command` is for one alone."""
    return command_for("inspect", about.again or command)


def fault_commands(about: About, command: str) -> list[tuple[str, str]]:
    """What shows the faults, for every extract that has any, and what it gives."""
    faulty = [of for of in about.parts or (about,) if any(of.faults.values())]
    entries = [(inspect_command(of, command), "faults, row by row") for of in faulty if of.of_files]
    if any(not of.of_files for of in faulty):
        entries.append((f"{command_for('run', command)} -o FILE.json", "among all else, its faults"))
    return entries


def _marked(texts: Sequence[str], screen: Screen) -> list[Line]:
    wide = right_edge(screen) - 3
    return [line for text in texts for line in row(Cell(1, "!", WARNING), Cell(3, screen.say(text), WARNING, wide))]


def adjusted(region: Adjustments | None, screen: Screen) -> list[Line]:
    """Whose adjustments the checklists were taken with, and how many are in force."""
    return screen.paragraph(adjusted_words(region)) if region else []


def adjusted_words(region: Adjustments) -> str:
    called = f"{region.name} {region.version}"
    kinds = [change.kind for change in region.changes if change.in_force]
    nouns = {SETTING: "setting", SEVERITY: "severity", SWITCHED_OFF: "item"}
    parts = [counted(kinds.count(kind), noun) for kind, noun in nouns.items() if kind in kinds]
    if not parts:
        why = "none for these items is in force" if region.changes else "none concerns these items"
        return f"adjustments {called}: {why}"
    off = " switched off" if SWITCHED_OFF in kinds else ""
    return f"adjusted by {called}: {', '.join(parts)}{off}"


def adjustments(region: Adjustments | None, screen: Screen, edge: int = 0, *, only_off: bool = False) -> list[Line]:
    """Every change and its reason; with `only_off` the items switched off alone."""
    changes = [] if region is None else [c for c in region.changes if not only_off or _off(c)]
    if region is None or not changes:
        return []
    edge = edge or right_edge(screen)
    heading = f"{'Switched off by' if only_off else 'Adjustments:'} {region.name} {region.version}"
    lines = [BLANK, *row(Cell(1, screen.say(heading), HEADING, edge - 1))]
    names = [screen.say(changed(change)) for change in changes]
    wide = min(max(map(cells, names)), (edge - 3) // 2)
    for change, name in zip(changes, names, strict=True):
        says = screen.say(change_words(change, only_off=only_off))
        lines += row(Cell(3, name, width=wide), Cell(3 + wide + 2, says, width=edge - 5 - wide))
    return lines


def _off(change: Adjustment) -> bool:
    return change.kind == SWITCHED_OFF and change.in_force


def changed(change: Adjustment) -> str:
    """'domestic-abuse.return_within', 'DA1 Enquiry sent to the police'."""
    return " ".join(part for part in (change.target, change.title) if part)


def change_words(change: Adjustment, *, only_off: bool = False) -> str:
    """'15 working days instead of 20 working days, until 31 December 2026: Agreed with the police unit'."""
    what = "switched off" if change.kind == SWITCHED_OFF else f"{change.value} instead of {change.instead_of}"
    what = f"severity {what}" if change.kind == SEVERITY else what
    if not change.in_force:
        return f"not in force: {what}, {change.period}"
    said = ", ".join(part for part in ("" if only_off else what, change.period) if part)
    return ": ".join(part for part in (said, change.reason) if part)


def beware_of_reviews(region: Adjustments | None, screen: Screen) -> list[Line]:
    """The reviews of adjustments that were due, each marked."""
    return _marked(region.overdue if region else (), screen)


def not_supplied(about: About, screen: Screen) -> list[Line]:
    """Tables that the dictionary knows and the extract lacks."""
    return screen.paragraph(not_supplied_words(about)) if about.not_supplied else []


def not_supplied_words(about: About) -> str:
    return f"Not supplied: {without(about.not_supplied)}." if about.not_supplied else ""


def not_asked(about: About, screen: Screen, command: str) -> list[Line]:
    """What of the shipped checklists the dictionary does not allow to be asked."""
    see = f" (see: {inspect_command(about, command)})" if about.of_files and not about.parts else ""
    return screen.paragraph(f"{not_asked_words(about)}{see}") if about.not_asked else []


def not_asked_words(about: About) -> str:
    if not about.not_asked:
        return ""
    whole = [one for one in about.not_asked if len(one.items) == one.of]
    parts = [
        f"{in_words([item for item, _ in one.items])} of {one.title}" for one in about.not_asked if one not in whole
    ]
    parts += [counted(len(whole), "checklist")] if whole else []
    if len(about.not_asked) == 1:  # of more it would be a page, which inspect has
        words = dict.fromkeys(word.rstrip(".") for _, why in about.not_asked[0].items for word in why)
        parts[0] += f" ({', '.join(words)})"
    return f"Not asked, because the dictionary does not define what they rest on: {'; '.join(parts)}"


def commands(screen: Screen, entries: Sequence[tuple[str, str]], heading: str = "Next") -> list[Line]:
    """Commands to type, each with what it gives."""
    if not entries:
        return []
    said = [(screen.say(command), screen.say(gives)) for command, gives in entries]
    edge = right_edge(screen)
    start = 3 + max(cells(command) for command, _ in said) + 3
    lines = [BLANK, *row(Cell(1, screen.say(heading), HEADING))]
    for command, gives in said:
        if start + max(cells(words) for _, words in said) <= edge:
            lines += row(Cell(3, command), Cell(start, gives))
        else:
            lines += [*_to_be_typed(command, edge), *row(Cell(5, gives, width=edge - 5))]
    return lines


#: An option with its value, or an argument; blanks within quotes belong to it.
_ARGUMENT = re.compile(r"""(?:--\S+ )?(?:'[^']*'|"[^"]*"|[^\s'"])+""")


def _to_be_typed(command: str, edge: int) -> list[Line]:
    """A command in lines that can be copied as they stand: it goes on where a line ends with a
    backslash, and no argument is ever broken."""
    if 3 + cells(command) <= edge or os.name == "nt":  # no two shells of Windows go on in the same way
        return row(Cell(3, command))
    typed: list[str] = []
    for argument in _ARGUMENT.findall(command):
        longer = f"{typed[-1]} {argument}" if typed else argument
        at = 3 if len(typed) < 2 else 7
        if not typed or at + cells(longer) + len(" \\") <= edge:
            typed[-1:] = [longer]
        else:
            typed.append(argument)
    lines = [*(f"{line} \\" for line in typed[:-1]), typed[-1]]
    return [line for place, words in enumerate(lines) for line in row(Cell(7 if place else 3, words))]


def can_be_typed(code: str, screen: Screen) -> bool:
    """Does the screen show the code as it is, and would a command line take it for no option?"""
    return bool(code) and not code.startswith("-") and screen.say(code) == code


def joined(screen: Screen, parts: Sequence[str]) -> list[Line]:
    """Short facts in one line, a dot between; a new line where one does not fit."""
    said = [[(screen.say(part), "")] for part in parts if part]
    return flow(said, screen.say(" · "), right_edge(screen)) if said else []
