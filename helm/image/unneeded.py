"""Print the installed packages that Pakt does not run with: all that is not reached from it, pip aside."""  # noqa: INP001 - a program, not a package

from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("reports", "dumps", "audit")


def needed(name: str, extras: tuple[str, ...]) -> set[str]:
    """Names of the packages that this one needs with these extras, itself among them."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    waiting = [(canonicalize_name(name), extras)]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        for text in metadata.requires(one[0]) or ():
            wanted = Requirement(text)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *one[1])):
                waiting.append((canonicalize_name(wanted.name), tuple(sorted(wanted.extras))))
    return {package for package, _ in found}


if __name__ == "__main__":
    installed = {canonicalize_name(one.metadata["Name"]) for one in metadata.distributions()}
    print("\n".join(sorted(installed - needed("pakt", EXTRAS) - {"pip"})))  # noqa: T201
