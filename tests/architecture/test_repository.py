"""What the repository as a whole keeps to."""

import re
import tomllib

import pytest

from tests.architecture import tree

LOCKS = ["runtime", "test", "bench"]
# Spelled in parts, so that this file does not find itself.
REGISTRY = re.compile(
    "|".join(
        [
            r"\bpypi\.(?:org|io)",
            r"python" r"hosted\.org",
            r"registry\.(?:npm" r"js|yarn" r"pkg)",
            r"npm" r"js\.(?:org|com)",
            r"deb\.deb" r"ian\.org",
            r"--(?:extra-)?ind" r"ex-url|--find" r"-links\s",
        ]
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:wo" r"rk|ro" r"ot|op" r"t|ho" r"me)/\w")


def pins(name: str) -> dict[str, str]:
    """Return package -> version of a lock."""
    text = (tree.ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([\w.\-]+)(?:\[[^\]]*\])?==(\S+)", text, re.M))


def test_no_registry_host_stands_in_the_tree():
    files = [path for path in tree.tracked() if tree.name_of(path) != "tools/lock.sh"]
    assert tree.hits(files, REGISTRY) == []


def test_no_path_of_one_machine_stands_in_the_tree():
    assert tree.hits(tree.ours(*{path.suffix for path in tree.tracked()}), MACHINE_PATH) == []


@pytest.mark.control(25)
@pytest.mark.asvs("15.2.1")
@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_a_hash_for_every_version(name):
    text = (tree.ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"^(?=[a-z])", re.sub(r"^#.*\n", "", text, flags=re.M), flags=re.M)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_address(name):
    assert "://" not in (tree.ROOT / "requirements" / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", ["test", "bench"])
def test_lock_holds_the_versions_of_the_runtime_lock(name):
    other = pins(name)
    differing = {key: v for key, v in pins("runtime").items() if other.get(key) != v}
    assert differing == {}


def test_every_dependency_is_in_the_runtime_lock():
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]
    named = {re.match(r"[\w.\-]+", text).group().lower() for text in project["dependencies"]}
    assert named <= set(pins("runtime"))
