"""Build the third-party styles and scripts with npm and copy them into static/vendor/.

Run by hand when a version changes (`python tools/vendor_assets.py`); the result is committed, so
that neither installing nor running the product needs node. `--check` compares the committed files
with their manifest and builds nothing.
"""

import argparse
import gzip
import hashlib
import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import land_outline

ROOT = Path(__file__).resolve().parent.parent
NPM = ROOT / "tools" / "npm"
VENDOR = ROOT / "static" / "vendor"
FOLDER = VENDOR / "govuk-frontend"
SOURCES = NPM / "src"
STYLE, RTL_STYLE, SCRIPT = "tandem-govuk.css", "tandem-govuk.rtl.css", "tandem-govuk.js"
LAND = "land-110m.svg"
PACKAGES = {STYLE: "govuk-frontend", RTL_STYLE: "govuk-frontend", SCRIPT: "govuk-frontend"}
PACKAGES[LAND] = "world-atlas"
"""Vendored file -> the package it is made from, which is its folder too."""
LIMITS_GZ = {STYLE: 14 * 1024, RTL_STYLE: 14 * 1024, SCRIPT: 10 * 1024, LAND: 12 * 1024}
FORBIDDEN = ("GDS Transport", "crest", "crown", "@font-face", "url(")
FONTS = {
    "@fontsource/noto-sans": ("latin", "latin-ext", "cyrillic"),
    "@fontsource/vazirmatn": ("arabic",),
}
"""Package -> subsets of it that papers (PDF) are set in; pages go on with system fonts."""
WEIGHTS = (400, 700)
LARGEST_FONTS = 260 * 1024
"""Bytes of all fonts together; they are compressed by themselves."""


def run(*command):
    """Run one tool of tools/npm and stop where it fails."""
    subprocess.run(command, cwd=NPM, check=True)


def build():
    """Write the style sheets and the script into static/vendor/govuk-frontend."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    tools = NPM / "node_modules" / ".bin"
    run(
        str(tools / "sass"),
        "--load-path=node_modules",
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        str(SOURCES / "tandem-govuk.scss"),
        str(FOLDER / STYLE),
    )
    run(str(tools / "rtlcss"), str(FOLDER / STYLE), str(FOLDER / RTL_STYLE))
    run(
        str(tools / "esbuild"),
        str(SOURCES / "tandem-govuk.mjs"),
        "--bundle",
        "--format=esm",
        "--minify",
        "--target=es2020",
        "--log-level=warning",
        f"--outfile={FOLDER / SCRIPT}",
    )
    run(
        str(tools / "esbuild"),
        str(FOLDER / RTL_STYLE),
        "--minify",
        "--log-level=warning",
        "--allow-overwrite",
        f"--outfile={FOLDER / RTL_STYLE}",
    )
    draw_land()


def draw_land():
    """Write the outline of the land (Natural Earth, public domain) with the package's licence."""
    source, target = NPM / "node_modules" / "world-atlas", VENDOR / "world-atlas"
    target.mkdir(parents=True, exist_ok=True)
    topology = json.loads((source / "land-110m.json").read_text())
    (target / LAND).write_text(land_outline.drawing(topology))
    shutil.copyfile(source / "LICENSE", target / "LICENSE.txt")


def copy_fonts():
    """Copy the fonts of papers with their licences; return (package, path below static/vendor)."""
    copied = []
    for package, subsets in FONTS.items():
        name = package.rpartition("/")[2]
        source, folder = NPM / "node_modules" / package, VENDOR / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / "LICENSE", folder / "LICENSE.txt")
        for subset, weight in itertools.product(subsets, WEIGHTS):
            file = f"{name}-{subset}-{weight}-normal.woff2"
            shutil.copyfile(source / "files" / file, folder / file)
            copied.append((package, f"{name}/{file}"))
    return copied


def describe(name, path):
    """Return what the manifest says of one vendored file of a package."""
    data = (VENDOR / path).read_bytes()
    package = json.loads((NPM / "node_modules" / name / "package.json").read_text())
    return {
        "path": path,
        "package": name,
        "version": package["version"],
        "license": package["license"],
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "bytes_gz": len(gzip.compress(data, 9, mtime=0)),
    }


def write_manifest(fonts):
    """Write MANIFEST.json: every vendored file with version, licence and digest."""
    built = [(folder, f"{folder}/{name}") for name, folder in PACKAGES.items()]
    entries = [describe(package, path) for package, path in (*built, *fonts)]
    (VENDOR / "MANIFEST.json").write_text(json.dumps({"files": entries}, indent=2) + "\n")


def faults():
    """Return what is wrong with the committed files, as sentences; empty when all is well."""
    found = []
    entries = json.loads((VENDOR / "MANIFEST.json").read_text())["files"]
    if sum(one["bytes"] for one in entries if one["path"].endswith(".woff2")) > LARGEST_FONTS:
        found.append(f"the fonts are over {LARGEST_FONTS} bytes together")
    for entry in entries:
        path = VENDOR / entry["path"]
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            found.append(f"{entry['path']} differs from its manifest")
        if entry["bytes_gz"] > LIMITS_GZ.get(path.name, LARGEST_FONTS):
            found.append(f"{entry['path']} is over {LIMITS_GZ[path.name]} bytes compressed")
        if path.suffix == ".css":
            text = data.decode()
            found += [f"{entry['path']} contains {word}" for word in FORBIDDEN if word in text]
    return found


def main():
    """Build and check, or only check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare with the manifest")
    if not parser.parse_args().check:
        build()
        write_manifest(copy_fonts())
    found = faults()
    print("\n".join(found) or "static/vendor agrees with its manifest")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
