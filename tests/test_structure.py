"""The shape of the code: imports point one way, and what stands in a folder stands in its table."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from auditcheck.engines import ENGINES
from auditcheck.extract.formats import READERS
from auditcheck.patterns import PATTERNS
from auditcheck.reports.formats import FORMATS
from auditcheck.shipped import CHECKLISTS, shipped_folder

SOURCE = Path(__file__).parents[1] / "src" / "auditcheck"

#: From top to bottom: a module imports only what stands further down (or beside it, in a package).
#: What only type checkers import does not count.
LAYERS = [
    ["__main__"],
    ["cli"],
    ["reports"],
    ["compare", "output", "result_file", "together", "trend"],
    ["chance"],
    ["boundaries", "history", "schema"],
    ["checklist_tests", "draft", "inspecting", "lint", "recording", "replies", "template"],
    ["audit"],
    ["definition"],
    ["describe"],
    ["explain"],
    ["nearly"],
    ["whose"],
    ["engines"],
    ["evaluate", "records", "extract"],
    ["engine"],
    ["suggest"],
    ["ratings"],
    ["adjustments"],
    ["recorded"],
    ["result"],
    ["plan"],
    ["checklist"],
    ["scale"],
    ["patterns"],
    ["dictionary"],
    ["accepted", "answers"],
    ["reading", "written"],
    ["sql"],
    ["conditions"],
    ["personal"],
    ["names"],
    ["pseudonyms", "shipped", "yamlfile"],
    ["calendar", "states", "statistics"],
    ["problems"],
    ["__init__"],
]
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}


def imports(file: Path) -> set[str]:
    """The modules of the package that a file imports at the top, not counting `if TYPE_CHECKING`."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("auditcheck"):
            parts = (node.module or "").split(".")
            names = [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
            found.update(name for name in names if name in RANK)
        elif isinstance(node, ast.Import):
            found.update(a.name.split(".")[1] for a in node.names if a.name.startswith("auditcheck."))
    return found


def module_of(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_every_module_has_its_layer() -> None:
    assert {module_of(file) for file in SOURCE.rglob("*.py")} == set(RANK)


@pytest.mark.parametrize("file", sorted(SOURCE.rglob("*.py")), ids=lambda file: str(file.relative_to(SOURCE)))
def test_imports_point_down(file: Path) -> None:
    mine = module_of(file)
    for other in imports(file) - {mine}:
        assert RANK[other] > RANK[mine], f"{mine} imports {other}"


def test_reports_know_only_the_result() -> None:
    for file in (SOURCE / "reports").glob("*.py"):
        # what is more than chance is worked out without anything but results
        pure = {"chance", "compare", "recorded", "result", "statistics"}
        # and which checklists ship is a list of names
        assert imports(file) <= {"reports", *pure, "states", "calendar", "problems", "shipped"}, file.name


def test_every_pattern_is_in_the_table() -> None:
    shared = {"__init__", "keys", "words"}
    files = {file.stem for file in (SOURCE / "patterns").glob("*.py")} - shared
    assert files == {pattern.__module__.rsplit(".", 1)[1] for pattern in PATTERNS.values()}


def test_every_shipped_checklist_is_in_the_table() -> None:
    files = {file.stem for file in shipped_folder().glob("*.yaml") if ".tests" not in file.name} - {"dictionary"}
    assert files == set(CHECKLISTS)


def test_every_reader_is_in_the_table() -> None:
    assert set(READERS) == {".csv", ".parquet", ".xlsx"}


def test_every_engine_is_in_the_table() -> None:
    shared = {"__init__", "reading", "spelling"}
    files = {file.stem for file in (SOURCE / "engines").glob("*.py")} - shared
    assert files == {kind.module for kind in ENGINES.values()}


def test_every_format_is_in_the_table_and_in_the_help() -> None:
    files = {file.stem for file in (SOURCE / "reports").glob("*_result.py")}
    assert files == {form.written.__module__.rsplit(".", 1)[1] for form in FORMATS}
    assert all(form.suffix in (SOURCE / "cli.py").read_text(encoding="utf-8") for form in FORMATS)
