"""The table `accepted`: gaps that somebody answerable has accepted, with a reason, until a day.

As at is Saturday 20 May 2023 unless a table says otherwise. The reply is due on Wednesday 19 April, ten
working days after Monday 3 April; a request of 3 April is due on the 12th, of 17 April on the 24th.
A cell of `accepted` begins with its `until`; item Q1, a reason and who accepts it are given unless it says otherwise.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from auditcheck.audit import Selection, audit
from auditcheck.problems import ChecklistStop, ExtractStop
from auditcheck.reports.gap_list import gap_list
from auditcheck.reports.summary import summary
from auditcheck.result import GapList, Result, Standing
from auditcheck.states import State
from tests.extract_files import DICTIONARY, message, names
from tests.screen_examples import screen, text
from tests.small_extracts import small
from tests.tables import states

REPLY = "met_if: {some: reply, by: 10 working days after start_date}"
EACH = "met_if: {each: sent, followed_by: reply, within: 5 working days}"
NEVER = "met_if: {case: {end_date: {recorded: yes}}}"  # a gap for every case
AS_AT = "2023-05-20"

TEAM = Path(__file__).parents[1] / "examples" / "team-workbook"


def test_it_excuses_a_gap_until_its_last_day() -> None:
    states(f"{{{REPLY}}}", as_at=AS_AT, table="""
        reply | accepted               | state   | due        | reason
              |                        | gap     | 2023-04-19 |
              | 2023-05-20             | excused |            | Accepted   # until as at
              | 2023-05-19             | gap     | 2023-04-19 |            # the day before: expired
              | 2030-01-01             | excused |            | Accepted   # not cut by as at
              | 2023-05-19, 2023-05-20 | excused |            | Accepted   # two rows: one is in force
              | 2023-12-31, 2023-12-31 | excused |            | Accepted
              | 2023-12-31 item=q1     | excused |            | Accepted
              | 2023-12-31 item=Q9     | gap     | 2023-04-19 |            # another item
        """)  # fmt: skip


def test_it_changes_nothing_but_a_gap() -> None:
    states(f"{{{REPLY}}}", """
        as at      | reply      | accepted   | state       | due        | reason
        2023-05-20 | 2023-04-19 | 2023-12-31 | met         |            |
        2023-05-20 | 2023-04-20 | 2023-12-31 | late        | 2023-04-19 |
        2023-05-20 | ?          | 2023-12-31 | cannot tell |            |
        2023-04-19 |            | 2023-12-31 | not yet due | 2023-04-19 |
        2023-04-20 |            | 2023-12-31 | excused     |            | Accepted
        """)  # fmt: skip
    states("met_if: {judged: Is it?}", as_at=AS_AT, table="""
        judgements                  | accepted   | state        | reason
                                    | 2023-12-31 | to judge     |
        yes                         | 2023-12-31 | met          |
        no                          | 2023-12-31 | excused      | Accepted
        not_applicable              | 2023-12-31 | not relevant |
        """)  # fmt: skip


def test_the_items_own_reasons_come_first() -> None:
    own = (
        "relevant_if: {consent: yes}, left_out_if: [{reason: Out, when: {tier: low}}],"
        " excused_if: [{reason: Own, when: {risk: yes}}]"
    )
    states(f"{{{NEVER}, {own}}}", as_at=AS_AT, table="""
        consent | tier | risk | accepted   | state        | reason
        yes     | high | no   |            | gap          |
        yes     | high | no   | 2023-12-31 | excused      | Accepted
        yes     | high | yes  |            | excused      | Own
        yes     | high | yes  | 2023-12-31 | excused      | Own
        yes     | high | ?    | 2023-12-31 | cannot tell  |            # perhaps its own
        yes     | low  | no   | 2023-12-31 | left out     | Out
        yes     | ?    | no   | 2023-12-31 | cannot tell  |
        no      | high | no   | 2023-12-31 | not relevant |
        ?       | high | no   | 2023-12-31 | cannot tell  |
        """)  # fmt: skip


def test_a_row_that_is_not_complete_never_excuses() -> None:
    states(f"{{{NEVER}}}", as_at=AS_AT, table="""
        accepted                          | state
        2023-12-31                        | excused
        2023-12-31 reason=blank           | gap
        2023-12-31 accepted_by=blank      | gap
        2023-12-31 item=blank             | gap
        blank                             | gap      # until when?
        ?                                 | gap
        2023-12-31 reason=?               | gap
        2023-12-31 accepted_by=?          | gap
        2023-12-31 occurrence_date=?      | gap      # perhaps it is for one occurrence only
        2023-12-31 occurrence_date=blank  | excused
        """)  # fmt: skip


def test_what_was_not_supplied_accepts_nothing() -> None:
    table = "accepted | state\n 2023-12-31 | gap"
    for missing in ("accepted", "accepted.occurrence_date", "accepted.reason", "accepted.until"):
        states(f"{{{NEVER}}}", as_at=AS_AT, table=table, missing=[missing])


def test_it_is_of_one_case_of_the_person() -> None:
    states(f"{{{NEVER}}}", as_at=AS_AT, table="""
        crn | event_number | accepted   | state
        A   | 1            | 2023-12-31 | excused
        A   | 2            |            | gap
        B   | 1            |            | gap
        """)  # fmt: skip


def test_a_dated_row_excuses_the_occurrences_of_that_day() -> None:
    states(f"{{{EACH}}}", as_at=AS_AT, table="""
        sent                   | reply      | accepted                              | state       | due        | of     | reason
        2023-04-03, 2023-04-17 |            |                                       | gap         | 2023-04-12 | 0 of 2 |
        2023-04-03, 2023-04-17 |            | 2023-12-31 occurrence_date=2023-04-03 | gap         | 2023-04-24 | 0 of 1 |
        2023-04-03, 2023-04-17 |            | 2023-12-31 occurrence_date=2023-04-17 | gap         | 2023-04-12 | 0 of 1 |
        2023-04-03, 2023-04-17 |            | 2023-12-31 occurrence_date=2023-04-03, 2023-12-31 occurrence_date=2023-04-17 | excused | | | Accepted
        2023-04-03, 2023-04-17 |            | 2023-12-31                            | excused     |            | 0 of 2 | Accepted   # the whole
        2023-04-03, 2023-04-03 |            | 2023-12-31 occurrence_date=2023-04-03 | excused     |            |        | Accepted   # both of that day
        2023-04-03             |            | 2023-12-31 occurrence_date=2023-04-04 | gap         | 2023-04-12 | 0 of 1 |            # no such occurrence
        2023-04-03             |            | 2023-12-31 occurrence_date=2023-04-12 | gap         | 2023-04-12 | 0 of 1 |            # its deadline is not its day
        2023-04-03             |            | 2023-05-19 occurrence_date=2023-04-03 | gap         | 2023-04-12 | 0 of 1 |            # expired
        2023-04-03             |            | 2023-05-20 occurrence_date=2023-04-03 | excused     |            |        | Accepted
        2023-04-03, 2023-04-17 | 2023-04-18 | 2023-12-31 occurrence_date=2023-04-03 | late        | 2023-04-12 | 1 of 2 |            # late stays late
        2023-04-03, 2023-04-17 | 2023-04-13 | 2023-12-31 occurrence_date=2023-04-17 | late        | 2023-04-12 | 0 of 1 |
        2023-04-03, 2023-04-17 | 2023-04-13 | 2023-12-31                            | excused     |            | 0 of 2 | Accepted
        2023-04-03, 2023-04-17 | 2023-04-12 | 2023-12-31 occurrence_date=2023-04-17 | met         |            | 1 of 1 |            # what is left is met
        2023-05-15             |            | 2023-12-31 occurrence_date=2023-05-15 | not yet due | 2023-05-22 | 0 of 1 |
        ?                      |            | 2023-12-31 occurrence_date=2023-04-03 | cannot tell |            | 0 of 1 |
        2023-04-03, ?          |            | 2023-12-31 occurrence_date=2023-04-03 | cannot tell |            | 0 of 1 |            # only what is certain
        """)  # fmt: skip


def test_the_items_own_excuse_of_an_occurrence_comes_first() -> None:
    item = f"{{{EACH}, excused_if: [{{reason: Own, when: {{has: chased}}}}]}}"
    states(item, as_at=AS_AT, table="""
        reply | sent                   | chased     | accepted                              | state       | due        | reason
              | 2023-04-03             | 2023-04-20 | 2023-12-31 occurrence_date=2023-04-03 | excused     |            | Own
              | 2023-04-03, 2023-04-17 | 2023-04-10 | 2023-12-31 occurrence_date=2023-04-17 | excused     |            | Own   # named: the one that comes first
              | 2023-04-03, 2023-04-17 | 2023-04-10 | 2023-12-31 occurrence_date=2023-04-03 | gap         | 2023-04-24 |
              | 2023-04-03             | ?          | 2023-12-31 occurrence_date=2023-04-03 | cannot tell |            |
        """)  # fmt: skip


def test_occurrences_of_other_kinds() -> None:
    run = "met_if: {each: {run_of: missed, reaching: 2}, followed_by: action, within: 2 weeks}"
    states(f"{{{run}}}", as_at=AS_AT, table="""
        action | missed                 | accepted                              | state
               | 2023-04-03, 2023-04-10 | 2023-12-31 occurrence_date=2023-04-10 | excused   # the day the second is reached
               | 2023-04-03, 2023-04-10 | 2023-12-31 occurrence_date=2023-04-03 | gap
               | 2023-04-03, 2023-04-10 | 2023-12-31                            | excused
        """)  # fmt: skip
    states(f"{{{EACH[:-1]}, one_to_one: yes}}}}", as_at=AS_AT, table="""
        sent                   | reply      | accepted                              | state   | due        | of
        2023-04-03, 2023-04-04 | 2023-04-05 |                                       | gap     | 2023-04-13 | 1 of 2
        2023-04-03, 2023-04-04 | 2023-04-05 | 2023-12-31 occurrence_date=2023-04-04 | met     |            | 1 of 1
        2023-04-03, 2023-04-04 | 2023-04-05 | 2023-12-31 occurrence_date=2023-04-03 | gap     | 2023-04-13 | 1 of 2
        """)  # fmt: skip


@pytest.mark.parametrize(
    "pattern",
    [
        "{some: reply, by: 10 working days after start_date}",
        "{none: sent}",
        "{gaps_between: reply, at_most: 4 weeks}",
        "{case: {risk: yes}}",
    ],
)
def test_without_occurrences_only_a_blank_date_fits(pattern: str) -> None:
    states(f"met_if: {pattern}", as_at=AS_AT, table="""
        reply | risk | sent       | accepted                              | state
              | no   | 2023-04-03 |                                       | gap
              | no   | 2023-04-03 | 2023-12-31                            | excused
              | no   | 2023-04-03 | 2023-12-31 occurrence_date=2023-04-03 | gap
              | no   | 2023-04-03 | 2023-12-31 occurrence_date=2023-05-01 | gap       # nor the day an open gap was due
        """)  # fmt: skip


def test_patterns_together() -> None:
    both = "met_if: {%s: [{each: sent, followed_by: reply, within: 5 working days}, {some: visit, by: 2023-04-20}]}"
    states(both % "all_of", as_at=AS_AT, table="""
        reply | sent       | visit      | accepted                              | state   | reason
              | 2023-04-03 |            | 2023-12-31                            | excused | Accepted   # the whole, whatever part it rests on
              | 2023-04-03 | 2023-04-21 | 2023-12-31                            | excused | Accepted
              | 2023-04-03 |            | 2023-12-31 occurrence_date=2023-04-03 | gap     |            # the visit is left
              | 2023-04-03 | 2023-04-21 | 2023-12-31 occurrence_date=2023-04-03 | late    |
              | 2023-04-03 | 2023-04-20 | 2023-12-31 occurrence_date=2023-04-03 | met     |
        """)  # fmt: skip
    states(both % "any_of", as_at=AS_AT, table="""
        reply | sent       | visit      | accepted                              | state   | reason
              | 2023-04-03 |            | 2023-12-31                            | excused | Accepted
              | 2023-04-03 | 2023-04-20 | 2023-12-31                            | met     |
              | 2023-04-03 | 2023-04-21 | 2023-12-31                            | late    |
              | 2023-04-03 |            | 2023-12-31 occurrence_date=2023-04-03 | gap     |            # no visit
        """)  # fmt: skip


def test_two_items_alike_are_accepted_apart() -> None:
    other = f"items: [{{id: Q2, title: T, severity: high, source: none, to_fix: Mend it., {EACH}}}]"
    states(f"{{{EACH}}}", as_at=AS_AT, checklist=other, table="""
        reply | sent       | accepted                                      | state
              | 2023-04-03 | 2023-12-31 occurrence_date=2023-04-03 item=Q2 | gap
              | 2023-04-03 | 2023-12-31 occurrence_date=2023-04-03 item=Q1 | excused
        """)  # fmt: skip


# ── what is listed ───────────────────────────────────────────────────────────────────────────────

# X1 sent an enquiry on 12 April (due back on Friday 12 May) and has no answer; X2 sent none.
TABLES = {
    "cases": """
        X1,1,2023-04-03,,N1,TA,CO
        X2,1,2023-04-03,,N1,TA,CO
        X2,2,2023-04-03,,N2,TB,CO
        X3,1,2023-07-03,,N2,TB,CO
        X4,1,2023-04-03,2023-06-01,N2,TB,CO
    """,
    "contacts": "X1,1,2023-04-12,C369",
}

# case, item, occurrence, reason, accepted by, until (as at is Friday 30 June 2023), and what must be said of it.
LISTED = """
    X1,1 | T1 | 2023-04-12 | seen | head | 2023-06-30 |
    X1,1 | t1 | 2023-04-12 | seen | head | 2023-06-29 | expired on Thu 29 June
    X1,1 | T1 | 2023-04-13 | seen | head | 2023-12-31 | no occurrence on Thu 13 April
    X1,1 | T1 |            | seen | head | 2023-12-31 | nothing to excuse: already excused
    X1,1 | T2 |            | seen | head | 2023-12-31 | nothing to excuse: met
    X2,1 | T2 |            | seen | head | 2023-12-31 |
    X2,1 | T2 |            |      | head | 2023-12-31 | not counted: “Reason” is blank
    X2,1 | T2 |            | seen |      | 2023-12-31 | not counted: “Accepted by” is blank
    X2,1 | T2 |            | seen | head |            | not counted: “Until” is blank
    X2,1 |    |            | seen | head | 2023-12-31 | not counted: “Item” is blank
    X2,1 | T2 |            |      |      | soon       | not counted: “Reason” is blank, “Accepted by” is blank, “Until” is unreadable or not supplied
    X2,1 | T2 | soon       | seen | head | 2023-12-31 | not counted: “Occurrence date” is unreadable or not supplied
    X2,1 | T2 | 2023-04-03 | seen | head | 2023-12-31 | the item has no occurrences: leave the occurrence date blank
    X2,1 | T1 |            | seen | head | 2023-12-31 | nothing to excuse: not relevant
    X2,1 | T9 |            | seen | head | 2023-12-31 | no item of these checklists is called so
    X3,1 | T2 |            | seen | head | 2023-12-31 | the case starts after Fri 30 June 2023: not audited
    X9,1 | T2 |            | seen | head | 2023-12-31 | no such case in this extract
    X1,2 | T2 |            | seen | head | 2023-12-31 | no such case in this extract
"""


def rows_of(table: str) -> list[tuple[str, str]]:
    """Each row of the table as a line of accepted.csv, and what must be said of it."""
    cells = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [(",".join(row[:-1]), row[-1]) for row in cells]


def standing_of(said: str) -> Standing:
    for beginning, standing in (("expired", Standing.EXPIRED), ("not counted:", Standing.NOT_COUNTED)):
        if said.startswith(beginning):
            return standing
    return Standing.NOTHING if said else Standing.IN_FORCE


@pytest.mark.parametrize(("line", "said"), rows_of(LISTED), ids=[line for line, _ in rows_of(LISTED)])
def test_what_is_said_of_a_row(line: str, said: str, tmp_path: Path) -> None:
    # beside the row stands one that excuses T1 of X1, so that “already excused” has something to rest on
    beside = ["X1,1,T1,2023-04-12,seen,head,2023-12-31"] if "already" in said else []
    with small(tmp_path, **TABLES, accepted=[line, *beside]) as finished:
        listed = finished.gap_list().accepted
        counted = finished.result().accepted
    assert [row.why for row in listed if row.why] == ([said] if said else [])
    assert len(listed) == 1 + len(beside)
    assert counted[standing_of(said)] >= 1
    assert sum(counted.values()) == 1 + len(beside)


def result_and_gaps(folder: Path, accepted: list[str], **chosen: tuple[str, ...]) -> tuple[Result, GapList]:
    with small(folder, **TABLES, accepted=accepted, selection=Selection(**chosen)) as finished:  # type: ignore[arg-type]
        return finished.result(), finished.gap_list()


EVERY = [line for line, _ in rows_of(LISTED)]


def test_counts_of_states_and_of_rows(tmp_path: Path) -> None:
    result, gaps = result_and_gaps(tmp_path, EVERY)
    assert result.overall.counts["T2"].of(State.EXCUSED) == 1
    assert result.reasons["T2"] == {"excused: Accepted": 1}
    assert result.reasons["T1"] == {"excused: Accepted": 1}
    assert result.accepted == {
        Standing.IN_FORCE: 2, Standing.EXPIRED: 1, Standing.NOT_COUNTED: 6, Standing.NOTHING: 9,
    }  # fmt: skip
    assert Counter(row.standing for row in gaps.accepted) == result.accepted
    assert sum(bool(row.why) for row in gaps.accepted) == 16
    # the gaps of X2/2 and of X4, which has ended, are still there
    assert [(f.case.ref, f.item.id) for f in gaps.gaps] == [("X2/2", "T2")]
    assert [(f.case.ref, f.item.id) for f in gaps.ended] == [("X4", "T2")]
    shown = text(summary(result, screen(120), "folder"))
    words = "Accepted gaps: 2 in force, 1 expired, 6 not counted, 9 match nothing (see: auditcheck gaps folder)"
    assert words in shown


def test_counted_apart_from_the_items_own_reasons(tmp_path: Path) -> None:
    contacts = "X4,1,2023-04-20,C204 X1,1,2023-04-12,C369"
    accepted = [f"{case},T2,,seen,head,2023-12-31" for case in ("X4,1", "X2,2")]
    with small(tmp_path, cases=TABLES["cases"], contacts=contacts, accepted=accepted) as finished:
        assert finished.result().reasons["T2"] == {"excused: Accepted": 1, "excused: Not needed": 1}


def test_one_line_when_every_row_counts(tmp_path: Path) -> None:
    result, gaps = result_and_gaps(tmp_path, ["X2,1,T2,,seen,head,2023-12-31"])
    assert " Accepted gaps: 1 in force\n" in text(summary(result, screen(80), "folder"))
    assert "excuses nothing" not in text(gap_list(gaps, screen(80), "folder"))


def test_no_table_no_word(tmp_path: Path) -> None:
    with small(tmp_path, **TABLES) as finished:
        result, gaps = finished.result(), finished.gap_list()
    assert "ccepted" not in text(summary(result, screen(80), "x")) + text(gap_list(gaps, screen(80), "x"))
    assert "accepted" not in result.about.not_supplied
    result, _ = result_and_gaps(tmp_path / "empty", [])
    assert not result.accepted
    assert not result.about.warnings


def test_a_narrowed_run_lists_what_concerns_it(tmp_path: Path) -> None:
    for chosen, listed in (
        ({"items": ("T1",)}, {"T1", "T9", ""}),  # T2 is outside the run, T9 is nowhere
        ({"teams": ("TB",)}, {"T2"}),  # X3 alone; whose X9 would be nobody knows
        ({"practitioners": ("N1",)}, {"T1", "T2", "T9", ""}),
    ):
        _, gaps = result_and_gaps(tmp_path, EVERY, **chosen)
        assert {row.item for row in gaps.accepted} == listed, chosen
        assert ("X9/1" in {row.case for row in gaps.accepted}) is False, chosen


def test_those_about_to_expire_are_coming_up(tmp_path: Path) -> None:
    # ten working days after Friday 30 June 2023 is Friday 14 July
    for untils, listed in (
        (["2023-06-30"], ["2023-06-30"]),
        (["2023-07-14"], ["2023-07-14"]),
        (["2023-07-15"], []),
        (["2023-07-03", "2023-12-31"], []),  # another row holds for longer
        (["2023-07-03", "2023-07-05"], ["2023-07-05"]),
        (["2023-06-29"], []),  # expired: the gap is back
    ):
        accepted = [f"X2,1,T2,,seen on paper.,the head,{until}" for until in untils]
        _, gaps = result_and_gaps(tmp_path, accepted)
        coming = [f for f in gaps.coming_up if f.state is State.EXCUSED]
        assert [str(f.due) for f in coming] == listed, untils
    _, gaps = result_and_gaps(tmp_path, ["X2,1,T2,,seen on paper.,the head,2023-07-03"])
    assert [f.found for f in gaps.coming_up] == ["Accepted until Mon 3 July, by the head: seen on paper."]
    assert "X2/1   T2 Enquiry sent (accepted until then)" in text(gap_list(gaps, screen(80), "x"))
    assert "Accepted until Mon 3 July, by the head: seen on" in text(gap_list(gaps, screen(120), "x"))


def test_an_ended_case_does_not_come_up(tmp_path: Path) -> None:
    result, gaps = result_and_gaps(tmp_path, ["X4,1,T2,,seen,head,2023-07-03"])
    assert result.accepted == {Standing.IN_FORCE: 1}
    assert gaps.coming_up == ()


def test_explain_names_who_accepts_why_and_until_when(tmp_path: Path) -> None:
    accepted = ["X2,1,T2,,seen \u202e on paper,head,2023-07-03", "X2,1,T2,,,head,2023-12-31"]
    with small(tmp_path, **TABLES, accepted=accepted) as finished:
        one = next(why for why in finished.explain("X2/1") if why.item.id == "T2")
        other = next(why for why in finished.explain("X2/2") if why.item.id == "T2")
    assert (one.state, one.headline, one.short) == (
        State.EXCUSED, "Accepted", "Not recorded: police enquiry sent. Accepted.",
    )  # fmt: skip
    lines = next(step.lines for step in one.steps if step.label == "Accepted")
    assert lines[0].startswith("yes: by head until Mon 3 July: seen ")
    assert lines[1] == "not counted: “Reason” is blank"
    assert "To fix" not in {step.label for step in one.steps}
    assert "Accepted" not in {step.label for step in other.steps}
    from auditcheck.reports.explanation import explanation

    assert "\u202e" not in text(explanation(one, screen(80)))


def test_a_table_without_a_column_it_needs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "accepted.csv").write_text("CRN,Event number,Item,Reason,Accepted by,Until\n", encoding="utf-8")
    with pytest.raises(ExtractStop) as stop:
        small(tmp_path, **TABLES)
    assert "no column for occurrence_date (headed “Occurrence date” or “occurrence_date”)" in " ".join(stop.value.lines)


ACCEPTED = """
  accepted:
    link: [crn]
    columns: {crn: {type: text}, item: {type: code}, reason: {type: text}, accepted_by: {type: text}, until: {type: date}}
events:
  seen: {from: contacts"""
WRONG = [
    ("", "", ""),  # the occurrence date alone may be lacking
    (", until: {type: date}", "", "needs the columns item, reason, accepted_by and until. There is no “until”."),
    ("until: {type: date}", "until: {type: text}", "“until” of accepted gaps takes type date."),
    ("item: {type: code}", "item: {type: code, values: [Q1]}", "“item” of accepted gaps takes type"),
    ("    link: [crn]\n", "", "the table “accepted” has no “link” that says whose rows they are."),
]


@pytest.mark.parametrize(("there", "instead", "said"), WRONG, ids=[said[-30:] for *_, said in WRONG])
def test_what_a_dictionary_says_of_the_table(there: str, instead: str, said: str) -> None:
    whole = DICTIONARY.replace("\nevents:\n  seen: {from: contacts", ACCEPTED.replace(there, instead, 1), 1)
    assert "accepted" in whole
    if not said:
        assert "accepted" in names(whole).tables
        return
    with pytest.raises(ChecklistStop) as stop:
        names(whole)
    assert said in message(stop.value)


def test_an_extract_may_hold_them_whatever_its_dictionary_defines(tmp_path: Path) -> None:
    """The table is auditcheck's own: the cases' key, headed as in the cases, says whose gap it is."""
    shutil.copy(TEAM / "team-june.dictionary.yaml", tmp_path)
    book = openpyxl.load_workbook(TEAM / "team-june.xlsx")
    assert "accepted" not in (TEAM / "team-june.dictionary.yaml").read_text(encoding="utf-8")
    sheet = book.create_sheet("Accepted")
    sheet.append(["Case ref", "Item", "Occurrence date", "Reason", "Accepted by", "Until"])
    sheet.append(["X100421", "DA2", None, "On paper", "N54S001", "2026-09-30"])
    book.save(tmp_path / "team-june.xlsx")
    with audit(tmp_path / "team-june.xlsx", checklists=["domestic-abuse"]) as finished:
        assert finished.result().reasons["DA2"]["excused: Accepted"] == 1
