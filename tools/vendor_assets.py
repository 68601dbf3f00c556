"""Build the third-party styles and scripts with npm and copy them into static/vendor/.

Run by hand when a version changes (`python tools/vendor_assets.py`); the result is committed, so
that neither installing nor running the product needs node. `--check` compares the committed files
with their manifest and builds nothing.
"""

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM = ROOT / "tools" / "npm"
VENDOR = ROOT / "static" / "vendor"
FOLDER = VENDOR / "govuk-frontend"
SOURCES = NPM / "src"
STYLE, RTL_STYLE, SCRIPT = "tandem-govuk.css", "tandem-govuk.rtl.css", "tandem-govuk.js"
LIMITS_GZ = {STYLE: 14 * 1024, RTL_STYLE: 14 * 1024, SCRIPT: 10 * 1024}
FORBIDDEN = ("GDS Transport", "crest", "crown", "@font-face", "url(")


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


def describe(name):
    """Return what the manifest says of one vendored file."""
    data = (FOLDER / name).read_bytes()
    package = json.loads((NPM / "node_modules/govuk-frontend/package.json").read_text())
    return {
        "path": f"govuk-frontend/{name}",
        "package": "govuk-frontend",
        "version": package["version"],
        "license": package["license"],
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "bytes_gz": len(gzip.compress(data, 9, mtime=0)),
    }


def write_manifest():
    """Write MANIFEST.json: every vendored file with version, licence and digest."""
    entries = [describe(name) for name in (STYLE, RTL_STYLE, SCRIPT)]
    (VENDOR / "MANIFEST.json").write_text(json.dumps({"files": entries}, indent=2) + "\n")


def faults():
    """Return what is wrong with the committed files, as sentences; empty when all is well."""
    found = []
    for entry in json.loads((VENDOR / "MANIFEST.json").read_text())["files"]:
        path = VENDOR / entry["path"]
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            found.append(f"{entry['path']} differs from its manifest")
        if entry["bytes_gz"] > LIMITS_GZ[path.name]:
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
        write_manifest()
    found = faults()
    print("\n".join(found) or "static/vendor agrees with its manifest")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
