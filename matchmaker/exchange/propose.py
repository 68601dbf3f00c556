"""The file job: two CSV files in, one CSV file and a report out; no server, no database."""

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from matchmaker.exchange.problems import BadFiles, Problem, is_hidden, visible
from matchmaker.exchange.proposals import Names, proposals_csv
from matchmaker.exchange.records import Input, read_files
from matchmaker.exchange.report import report_html
from matchmaker.exchange.told import clash_lines, summary_lines
from matchmaker.exchange.wanted import wanted_csv
from matchmaker.exchange.writing import Paths, check_outputs, write_files
from matchmaker.matching import canonical
from matchmaker.matching.clashes import InfeasibleRound, told
from matchmaker.matching.engine.infeasible import SECONDS_FOR_RELAXATIONS, TimeUp
from matchmaker.matching.large.cut import TooManyPairs
from matchmaker.matching.pipeline import match, prepare
from matchmaker.matching.result import Result
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.wanted import offers_wanted
from matchmaker.vocabulary import N_

DONE, UNEXPECTED, BAD_INPUT, INFEASIBLE = 0, 1, 2, 3
"""Exit codes."""
Say = Callable[[str], None]
Progress = Callable[[str, int, int], None]
NOT_WANTED = (
    "The offers wanted are not worked out, because the round is very large; "
    "%(file)s is not written."
)
_LARGEST_SNAPSHOT = 256 * 1024 * 1024


def propose(
    needs_path: Path | str | None,
    offers_path: Path | str | None,
    out_path: Path | str,
    settings_path: Path | str | None = None,
    report_path: Path | str | None = None,
    snapshot_path: Path | str | None = None,
    save_path: Path | str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
    say: Say | None = None,
    wanted_path: Path | str | None = None,
) -> int:
    """Read, match, write; return an exit code and say on the way what is wrong.

    Nothing is written unless all of it can be. With `snapshot_path` a stored round is run again;
    `settings_path` then goes before the settings stored with it. `save_path` stores this run.
    `wanted_path` asks which kinds of offers would help most, which takes some time of its own.
    """
    write = say or (lambda text: print(text, file=sys.stderr))

    def tell(text: str) -> None:
        write(visible(text))

    inputs: Paths = {
        "--needs": needs_path,
        "--offers": offers_path,
        "--settings": settings_path,
        "--snapshot": snapshot_path,
    }
    outputs: Paths = {
        "--out": out_path,
        "--report": report_path,
        "--wanted": wanted_path,
        "--save-snapshot": save_path,
    }
    try:
        check_outputs(outputs, inputs)
        given, stored = _read(needs_path, offers_path, snapshot_path, today, progress)
        settings = _with_plain_names(_settings(settings_path) or stored or Settings())
        _tell_all(given.notes, tell)
        names = Names(given.snapshot.sorted(), given.names)
        result = match(given.snapshot, settings, progress)
        texts: dict[Path | str | None, str | None] = {
            out_path: proposals_csv(result, names),
            report_path: report_html(result, names) if report_path else None,
            wanted_path: _wanted(given, settings, result, progress) if wanted_path else None,
            save_path: stored_text(given, settings, result) if save_path else None,
        }
        write_files({Path(path): text for path, text in texts.items() if path and text})
    except BadFiles as error:
        for problem in error.problems:
            tell(problem.sentence())
        tell(f"{len(error.problems)} problem(s) found; nothing was written.")
        return BAD_INPUT
    except ValueError as error:
        _tell_all((str(error), "Nothing was written."), tell)
        return BAD_INPUT
    except InfeasibleRound as error:
        _tell_all(_clash(error, names, progress), tell)
        tell("Nothing was written.")
        return INFEASIBLE
    except TimeUp:
        tell("The time limit passed before a result was found; nothing was written.")
        return UNEXPECTED
    _tell_all(summary_lines(result, names), tell)
    if wanted_path and texts[wanted_path] is None:
        tell(NOT_WANTED % {"file": Path(wanted_path).name})
    return DONE


def _wanted(
    given: Input, settings: Settings, result: Result, progress: Progress | None
) -> str | None:
    """Return the call for offers of a round; None where the round is too large for one."""
    if result.cut is not None and result.cut.left_out:
        return None
    tell = None if progress is None else (lambda done, most: progress("wanted", done, most))
    try:
        return wanted_csv(offers_wanted(prepare(given.snapshot, settings), progress=tell))
    except TooManyPairs:
        return None


def stored_text(given: Input, settings: Settings, result: Result) -> str:
    """Return what a stored round holds: snapshot, settings, names and the digest of the result."""
    return canonical.dumps(
        {
            "snapshot": given.snapshot.sorted(),
            "settings": settings,
            "names": given.names,
            "version": result.version,
            "result_digest": result.digest,
        }
    )


def _read(
    needs_path: Path | str | None,
    offers_path: Path | str | None,
    snapshot_path: Path | str | None,
    today: date | None,
    progress: Progress | None,
) -> tuple[Input, Settings | None]:
    if snapshot_path is not None:
        if needs_path is not None or offers_path is not None:
            raise ValueError("--snapshot stands instead of --needs and --offers, not beside them.")
        return _stored(Path(snapshot_path))
    if needs_path is None or offers_path is None:
        raise ValueError("--needs and --offers are both expected, or --snapshot alone.")
    paths = Path(needs_path), Path(offers_path)
    return read_files(*paths, today or date.today(), progress), None


def _stored(path: Path) -> tuple[Input, Settings | None]:
    """Read a stored round: an object with snapshot and settings, or a bare snapshot."""
    data = canonical.parse(_text_of(path, _LARGEST_SNAPSHOT), path.name)
    if not isinstance(data, dict):
        raise ValueError(f"{path.name}: a stored round is expected")
    whole = data if "snapshot" in data else {"snapshot": data}
    inner = whole["snapshot"]
    if isinstance(inner, str):
        inner = canonical.parse(inner, "snapshot")
    snapshot: Snapshot = canonical.load(Snapshot, inner, "snapshot").validate()
    chosen = whole.get("settings")
    if isinstance(chosen, str):
        chosen = canonical.parse(chosen, "settings")
    if isinstance(chosen, dict) and "matching" in chosen:
        # as the platform keeps them: beside what concerns signatures only
        chosen = chosen["matching"]
    settings = None if chosen is None else Settings.from_data(chosen)
    names = whole.get("names") or {}
    if not isinstance(names, dict):
        raise ValueError(f"{path.name}.names: a table of key and name is expected")
    return Input(snapshot, {str(k): str(v) for k, v in names.items()}, ()), settings


def _settings(path: Path | str | None) -> Settings | None:
    if path is None:
        return None
    name = Path(path).name
    text = _text_of(Path(path), 1024 * 1024)
    try:
        return Settings.from_json(text) if name.endswith(".json") else Settings.from_toml(text)
    except ValueError as error:
        raise BadFiles([Problem(name, 0, "", "", "%(what)s", (("what", str(error)),))]) from None


def _with_plain_names(settings: Settings) -> Settings:
    """Refuse names of rules that could make what is told read otherwise than it is."""
    for kind in ("rules", "balances"):
        for position, rule in enumerate(getattr(settings, kind)):
            if any(map(is_hidden, rule.name)):
                where = f"settings {kind}[{position}].name"
                raise ValueError(f"{where}: text without hidden control characters is expected")
    return settings


def _text_of(path: Path, most: int) -> str:
    try:
        if path.stat().st_size > most:
            raise BadFiles([Problem(path.name, 0, "", "", N_("The file is too large."))])
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = N_("The file cannot be read: %(reason)s.")
        values = (("reason", str(error.strerror)),)
        raise BadFiles([Problem(path.name, 0, "", "", message, values)]) from None
    except UnicodeDecodeError:
        raise BadFiles([Problem(path.name, 0, "", "", N_("The file is not UTF-8."))]) from None


def _clash(error: InfeasibleRound, names: Names, progress: Progress | None) -> list[str]:
    """Say what clashes, and work out what would help."""
    if progress is not None:
        progress("relax", 0, 1)
    return clash_lines(told(error, SECONDS_FOR_RELAXATIONS), names)


def _tell_all(lines: Iterable[str], tell: Say) -> None:
    for line in lines:
        tell(line)
