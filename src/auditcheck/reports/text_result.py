"""Results as the screen shows them: the lines of every command's screen, and the same as a text file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from auditcheck.reports.terminal import Line, Screen
from auditcheck.result import Explained, Finished, GapList, Inspection, Result

if TYPE_CHECKING:
    from auditcheck.compare import Comparison
    from auditcheck.recorded import Trend


def screen_lines(finished: Finished | Trend | Comparison, screen: Screen, again: str = "") -> list[Line]:
    """The screen of what a command found. `again` is what to type after a command to look at the
    same extract again."""
    # Only the screen that is asked for is imported.
    match finished:
        case Result():
            from auditcheck.reports.summary import summary

            return summary(finished, screen, again)
        case GapList():
            from auditcheck.reports.gap_list import gap_list

            return gap_list(finished, screen, again)
        case Explained():
            from auditcheck.reports.explanation import explanations, in_full

            if finished.in_full:
                return in_full(finished.explanations, screen, finished.about.adjustments)
            return explanations(finished.explanations, screen, again, finished.about.adjustments)
        case Inspection():
            from auditcheck.reports.inspection import inspection

            return inspection(finished, screen, again)
        case _:
            from auditcheck.compare import Comparison

            if isinstance(finished, Comparison):
                from auditcheck.reports.compare_result import comparison

                return comparison(finished, screen, again)
            from auditcheck.reports.trend_screen import trend_screen

            return trend_screen(finished, screen, again)


def as_text(finished: Finished | Trend | Comparison, again: str = "") -> bytes:
    """What the screen shows, without colour, as it would come out of a pipe."""
    stream = io.TextIOWrapper(out := io.BytesIO(), encoding="utf-8", errors="backslashreplace", newline="\n")
    screen = Screen(stream=stream, colour=False)
    screen.show(screen_lines(finished, screen, again))
    stream.flush()
    return out.getvalue()
