"""Files of others that ship with Pakt: named, versioned and hashed in `static/vendor/manifest.json`.

`python -m services.gateway.vendor check` compares the files with the manifest; `... take FOLDER` copies them anew out
of an unpacked `swagger-ui-dist` package (`npm pack swagger-ui-dist@5.35.0`) and writes the manifest.
"""

import hashlib
import json
import sys
from pathlib import Path

VENDOR = Path(__file__).with_name("static") / "vendor"
MANIFEST = VENDOR / "manifest.json"
_TAKEN = {
    "swagger-ui": ("swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css", "LICENSE", "NOTICE")
}


def differences() -> list[str]:
    """Files that are missing, not named by the manifest, or of another hash than its; empty when all fit."""
    manifest = json.loads(MANIFEST.read_text())
    named = {
        f"{folder}/{file}": digest for folder, entry in manifest.items() for file, digest in entry["sha256"].items()
    }
    found = {str(p.relative_to(VENDOR)): _sha256(p) for p in VENDOR.rglob("*") if p.is_file() and p.parent != VENDOR}
    return sorted(name for name in named.keys() | found.keys() if named.get(name) != found.get(name))


def take(package: Path) -> None:
    """Copy the files Pakt serves out of the unpacked npm package and write the manifest."""
    described = json.loads((package / "package.json").read_text())
    files = _TAKEN["swagger-ui"]
    folder = VENDOR / "swagger-ui"
    folder.mkdir(parents=True, exist_ok=True)
    for name in files:
        (folder / name).write_bytes((package / name).read_bytes())
    entry = {
        "name": described["name"],
        "version": described["version"],
        "licence": described["license"],
        "sha256": {name: _sha256(folder / name) for name in sorted(files)},
    }
    MANIFEST.write_text(json.dumps({"swagger-ui": entry}, indent=2) + "\n")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str]) -> int:
    """0 when all fits; 1 with the names of files that do not."""
    match arguments:
        case ["take", folder]:
            take(Path(folder))
            return 0
        case ["check"]:
            wrong = differences()
            sys.stdout.writelines(f"{name}\n" for name in wrong)
            return 1 if wrong else 0
        case _:
            sys.stderr.write(__doc__ or "")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
