"""The nine states a case can have for an item, and how several become one.

Every case x item has exactly one state; every number auditcheck prints is a count of states.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    MET = "met"
    LATE = "late"
    GAP = "gap"
    NOT_YET_DUE = "not yet due"
    EXCUSED = "excused"
    CANNOT_TELL = "cannot tell"
    TO_JUDGE = "to judge"
    LEFT_OUT = "left out"
    NOT_RELEVANT = "not relevant"


#: The order in which states are shown, everywhere.
IN_ORDER = tuple(State)

#: Met over these is the rate.
IN_THE_RATE = (State.MET, State.LATE, State.GAP)

#: All of several: the first of these that any of them has is the state of the whole.
ALL_OF = (State.GAP, State.LATE, State.CANNOT_TELL, State.TO_JUDGE, State.NOT_YET_DUE, State.MET)

#: Any of several: the same, read from the other end.
ANY_OF = tuple(reversed(ALL_OF))

#: What is left when no part has a state that counts.
NOTHING_LEFT = (State.EXCUSED, State.LEFT_OUT)


def roll_up(states: Iterable[State], order: tuple[State, ...] = ALL_OF) -> State:
    """One state from several: the first in `order` that occurs.

    Excused, left out and not relevant parts drop out. When no other part remains the whole is
    excused if any part was, else left out if any was, else not relevant.
    """
    present = set(states)
    for state in (*order, *NOTHING_LEFT):
        if state in present:
            return state
    return State.NOT_RELEVANT
