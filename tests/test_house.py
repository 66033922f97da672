"""The house's own rules: who may import whom, one door for each library, small files, words on everything public."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from answer_coach import errors

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "answer_coach"
# The reading order is the import order: a module imports only what stands above it.
ORDER = (
    *("errors", "cleaning", "folding", "sentences", "answer", "rubric", "request", "modes", "feedback"),
    *("calibration", "gate", "barred.disguise", "barred.signs", "barred.spoken_to", "barred.asked_for"),
    *("barred.appeals", "barred.telling", "barred.hollow", "barred.unsaid", "barred.tongues", "barred.echo"),
    *("barred.demands", "barred.injected", "barred.dialogue", "barred.barring", "prompt", "extract", "parse"),
    *("verify", "scoring", "coverage", "guards", "advice", "shape", "stories.cues", "stories.star"),
    *("stories.starnotes", "assemble", "remaking", "redaction.amounts", "redaction.ordinary", "redaction.spotting"),
    *("redaction.redacting", "steps", "passes", "remarks", "rewriting", "noise", "retelling", "comparing"),
    *("resources", "library.marked", "library.building", "library.schema", "library.shelf", "engines.interface"),
    *("engines.providers", "engines.prices", "engines.memory", "engines.noisebook", "engines.replies"),
    *("engines.pacing", "engines.patterns", "engines.speech", "engines.rules", "engines.hand", "engines.faults"),
    *("engines.retrying", "engines.requests", "engines.completions", "engines.traffic", "engines.probing"),
    *("engines.outbox", "engines.client", "engines.compatible", "engines.service", "intake", "wordlist", "labels"),
    *("agreement", "lint", "authoring", "chain", "judging", "choosing", "repeating", "coach", "editing", "fitting"),
    *("matching", "calibrating", "batch.entry", "batch.aside", "batch.scratch", "batch.ledger", "batch.run"),
    *("batch.survey", "batch.posted", "batch.mailing", "batch.rounds", "batch.graded", "batch.alike"),
    *("batch.since", "batch.teach", "batch.digest", "batch.cells", "batch.review", "drafts.records"),
    *("drafts.worddiff", "drafts.store", "drafts.facts", "drafts.asking", "drafts.live", "drafts.pressing"),
    *("drafts.disputing", "drafts.keeping", "drafts.sources", "drafts.progress", "drafts.tallies"),
    *("drafts.planning", "laws.perturb", "laws.laws", "laws.material", "laws.check", "checking", "batch.lines"),
    *("batch.naming", "batch.columns", "batch.tables", "batch.sections", "batch.sheets", "batch.reading"),
    *("reports.layout", "reports.text", "reports.markdown", "reports.json", "reports.questions", "reports.rubrics"),
    *("reports.model", "reports.rewrite", "reports.star", "reports.calibration", "reports.plot", "reports.laws"),
    *("reports.batch", "reports.html", "reports.highlight", "reports.views", "reports.page", "reports.sending"),
    *("reports.writing", "reports.drafts", "reports.export", "reports.facts", "reports.disputes", "reports.live"),
    *("reports.fit", "reports.progress", "reports.course", "reports.chart", "homes", "wiring", "cli.door"),
    *("cli.consent", "cli.hand", "cli.laws", "cli.calibrate", "cli.questions", "cli.rubrics", "cli.prompts"),
    *("cli.model", "cli.progress", "cli.sitting", "cli.adding", "cli.weighing", "cli.forgetting", "cli.answering"),
    *("cli.disputing", "cli.pressing", "cli.showing", "cli.watching", "cli.grade", "cli.drafts_fit", "cli.drafts"),
    *("cli.growing", "cli.plan", "cli.service", "cli.later", "cli.kept", "cli.batch", "cli.app"),
)
PACKAGES = ("", "barred", "redaction", "stories", "library", "engines", "batch", "drafts", "laws", "reports", "cli")
# Each third-party library and the modules through which it comes in; the ones that are not here are pydantic's.
DOORS = {
    "openai": ("engines.client", "engines.compatible"),
    "langchain_core": ("engines.compatible", "chain"),
    "langsmith": ("chain",),
    "tenacity": ("engines.retrying",),
    "yaml": ("library.marked",),
    "jinja2": ("reports.html",),
    "typer": ("cli.",),
    "rich": ("cli.",),
    "prompt_toolkit": ("intake",),
    "platformdirs": ("homes",),
    "watchfiles": ("cli.watching",),
    "filelock": ("batch.ledger",),
    "aiolimiter": ("engines.pacing",),
    "numpy": ("agreement",),
    "scipy": ("agreement",),
    "sklearn": ("agreement",),
    "matplotlib": ("reports.plot", "reports.chart"),
    "openpyxl": ("batch.sheets",),
    "docx": ("batch.sheets",),
}
ANYWHERE = {"pydantic", "answer_coach", *sys.stdlib_module_names}
LINES, FUNCTION_LINES = 300, 60


def name_of(path: Path) -> str:
    """A module's name inside the package; "" for the package itself."""
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix("__init__").removesuffix(".")


MODULES = {name_of(path): path for path in sorted(SOURCE.rglob("*.py"))}
CODE = [*MODULES.values(), *sorted((ROOT / "tests").rglob("*.py"))]


def tree_of(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def nodes_at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, but for those that only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from nodes_at_run_time(child)


def imported(path: Path) -> set[str]:
    """Every module that a file imports when it is run, wherever in the file the import stands."""
    found = set()
    for node in nodes_at_run_time(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in whole if name.removeprefix("answer_coach.") in (*ORDER, *PACKAGES)]
            found |= set(modules) if len(modules) == len(whole) else {*modules, str(node.module)}
    return found


def own(path: Path) -> set[str]:
    """The modules of the house that a file imports."""
    names = {name.removeprefix("answer_coach").removeprefix(".") for name in imported(path) if "answer_coach" in name}
    return names - set(PACKAGES)


def test_every_module_has_its_place_in_the_order() -> None:
    """A new module is given a place when it is made; a place without a module is an old one."""
    assert set(MODULES) - set(PACKAGES) == set(ORDER)
    assert len(ORDER) == len(set(ORDER))


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_what_stands_above_it(name: str) -> None:
    """No arrow points down: whoever reads the files in order never meets a name that comes later."""
    above = set(ORDER[: ORDER.index(name)])
    assert own(MODULES[name]) - above == set()


@pytest.mark.parametrize("name", [package for package in PACKAGES if package])
def test_packages_import_nothing(name: str) -> None:
    """An `__init__` that imported its modules would make everybody pay for everything."""
    assert imported(MODULES[name]) - {"__future__"} == set()


def test_each_library_has_its_door() -> None:
    """A third-party library is imported where DOORS says; one that is not listed, nowhere."""
    wrong = [
        f"{name} imports {library}"
        for name, path in MODULES.items()
        for library in {module.partition(".")[0] for module in imported(path)} - ANYWHERE
        if not name.startswith(DOORS.get(library, ()))
    ]
    assert wrong == []


def test_every_door_is_used() -> None:
    """No library stands in the list that nobody imports any more."""
    used = {module.partition(".")[0] for path in MODULES.values() for module in imported(path)}
    assert set(DOORS) - used == set()


@pytest.mark.parametrize("path", MODULES.values(), ids=MODULES)
def test_modules_and_public_functions_say_what_they_are_for(path: Path) -> None:
    """Every module, and every function that others may call, has a docstring."""
    tree = tree_of(path)
    public = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name[0] != "_"]
    assert [f"{node.name}:{node.lineno}" for node in public if not ast.get_docstring(node)] == []
    assert ast.get_docstring(tree)


def test_every_test_states_its_promise() -> None:
    """Each test function, here too, says in a docstring what it holds."""
    silent = [
        f"{path.name}:{node.lineno} {node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    """No file over 300 lines, no function over 60."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES
    functions = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [n.name for n in functions if (n.end_lineno or 0) - n.lineno >= FUNCTION_LINES] == []


def test_nothing_is_printed_but_at_the_door() -> None:
    """`print` and `input` have no place in a house whose stdout is the result."""
    found = [(name, node) for name, path in MODULES.items() for node in ast.walk(tree_of(path))]
    calls = [(name, ast.unparse(node.func)) for name, node in found if isinstance(node, ast.Call)]
    assert [name for name, called in calls if called in ("print", "input")] == []


def drawn_tree() -> dict[str, tuple[str | None, str]]:
    """Class to its parent and exit code (or ""), as errors.py draws it in its docstring."""
    found: dict[str, tuple[str | None, str]] = {}
    parents: dict[int, str] = {}
    drawing = str(errors.__doc__).split("\n\n")[1]
    for line in drawing.splitlines():
        branch, _, rest = line.partition("+-- ")
        depth = len(branch) // 4 if rest else 0
        name, *more = (rest or line).split()
        parents[depth] = name
        found[name] = (parents.get(depth - 1), more[0] if more and re.fullmatch(r"\d", more[0]) else "")
    return found


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    """The drawing in errors.py has every class below its parent, with the exit code of each family."""
    classes = {n: c for n, c in vars(errors).items() if inspect.isclass(c) and issubclass(c, errors.CoachError)}
    drawn = drawn_tree()
    parents = {name: None if name == "CoachError" else kind.__mro__[1].__name__ for name, kind in classes.items()}
    assert {name: parent for name, (parent, _) in drawn.items()} == parents
    assert {name: code for name, (_, code) in drawn.items() if code} == {
        name: str(kind.exit_code) for name, kind in classes.items() if parents[name] == "CoachError"
    }
    assert len({kind.code for kind in classes.values()}) == len(classes)
