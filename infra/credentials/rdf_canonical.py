"""RDF Dataset Canonicalization (RDFC-1.0, W3C Recommendation 2024), with a bound on the work that a dataset may cause.

A dataset made for it keeps an unbounded canonicaliser busy for years; here it is refused (section 7.1 of the text asks
for that). Section numbers in comments are those of the Recommendation.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations

import pyoxigraph as ox

MOST_STEPS = 10_000
"""Permutations of blank nodes that are looked at: the largest sample of the certification validator takes 2,896."""
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_LAST_CONTROL, _DELETE = 0x1F, 0x7F
_PLACES = (("s", "subject"), ("o", "object"), ("g", "graph_name"))


class TooEntangled(Exception):
    """The blank nodes of a dataset are so alike that ordering them would take too long."""


class _Issuer:
    """Identifiers in the order of asking (4.3)."""

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix, self.issued = prefix, dict(issued or {})

    def issue(self, node: str) -> str:
        return self.issued.setdefault(node, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> "_Issuer":
        return _Issuer(self.prefix, self.issued)


class _Canonical:
    """One run over one dataset (4.4)."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.quads = list(dict.fromkeys(quads))
        self.of: dict[str, list[ox.Quad]] = defaultdict(list)
        self.issuer, self.steps = _Issuer("c14n"), 0
        for quad in self.quads:
            for node in dict.fromkeys(node for _, node in _blank(quad)):
                self.of[node].append(quad)

    def lines(self) -> list[str]:
        alike: dict[str, list[str]] = defaultdict(list)
        self.first = {node: self._first_degree(node) for node in self.of}
        for node, told in self.first.items():
            alike[told].append(node)
        for told in sorted(alike):
            if len(alike[told]) == 1:
                self.issuer.issue(alike[told][0])
        for told in sorted(alike):
            if len(alike[told]) > 1:
                self._order(alike[told])
        return sorted(_line(quad, self.issuer.issued) for quad in self.quads)

    def _order(self, nodes: list[str]) -> None:
        """Canonical identifiers for nodes whose first degree is the same (step 5)."""
        found: list[tuple[str, _Issuer]] = []
        for node in nodes:
            if node not in self.issuer.issued:
                issuer = _Issuer("b")
                issuer.issue(node)
                found.append(self._n_degree(node, issuer))
        for _, issuer in sorted(found, key=lambda one: one[0]):
            for known in issuer.issued:
                self.issuer.issue(known)

    def _first_degree(self, node: str) -> str:
        """4.6: what is said of the node, others being nobody in particular."""
        told = (_line(quad, defaultdict(lambda: "z", {node: "a"})) for quad in self.of[node])
        return _hash("".join(sorted(told)))

    def _related(self, related: str, quad: ox.Quad, issuer: _Issuer, place: str) -> str:
        """4.7: how a quad relates another node to the one at hand."""
        known = self.issuer.issued.get(related) or issuer.issued.get(related)
        predicate = "" if place == "g" else f"<{quad.predicate.value}>"
        return _hash(f"{place}{predicate}{f'_:{known}' if known else self.first[related]}")

    def _n_degree(self, node: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """4.8: the node by its surroundings, the least of all ways to walk them."""
        by_hash: dict[str, list[str]] = defaultdict(list)
        for quad in self.of[node]:
            for place, related in _blank(quad):
                if related != node:
                    by_hash[self._related(related, quad, issuer, place)].append(related)
        told = ""
        for key in sorted(by_hash):
            path, issuer = self._least(by_hash[key], issuer)
            told += key + path
        return _hash(told), issuer

    def _least(self, nodes: list[str], issuer: _Issuer) -> tuple[str, _Issuer]:
        chosen: tuple[str, _Issuer] | None = None
        for order in permutations(nodes):
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise TooEntangled
            found = self._walk(order, issuer.copy(), "" if chosen is None else chosen[0])
            if found is not None and (chosen is None or found[0] < chosen[0]):
                chosen = found
        if chosen is None:
            raise TooEntangled  # a list of nodes has at least one order
        return chosen

    def _walk(self, order: tuple[str, ...], issuer: _Issuer, least: str) -> tuple[str, _Issuer] | None:
        """The path of one order; None as soon as it is longer and greater than the least so far."""
        path, deeper = "", []
        for node in order:
            if node in self.issuer.issued:
                path += f"_:{self.issuer.issued[node]}"
            else:
                if node not in issuer.issued:
                    deeper.append(node)
                path += f"_:{issuer.issue(node)}"
            if least and len(path) >= len(least) and path > least:
                return None
        for node in deeper:
            told, further = self._n_degree(node, issuer)
            path += f"_:{issuer.issue(node)}<{told}>"
            issuer = further
            if least and len(path) >= len(least) and path > least:
                return None
        return path, issuer


def canonical(quads: Iterable[ox.Quad]) -> bytes:
    """The canonical N-Quads of a dataset. Raises: TooEntangled."""
    return "".join(_Canonical(quads).lines()).encode()


def _blank(quad: ox.Quad) -> Iterator[tuple[str, str]]:
    for place, name in _PLACES:
        term = getattr(quad, name)
        if isinstance(term, ox.BlankNode):
            yield place, term.value


def _line(quad: ox.Quad, names: dict[str, str]) -> str:
    terms = [quad.subject, quad.predicate, quad.object]
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        terms.append(quad.graph_name)
    return " ".join(_term(term, names) for term in terms) + " .\n"


def _term(term: object, names: dict[str, str]) -> str:
    match term:
        case ox.BlankNode():
            return f"_:{names[term.value]}"
        case ox.NamedNode():
            return f"<{term.value}>"
        case ox.Literal():
            said = f'"{"".join(map(_escaped, term.value))}"'
            if term.language:
                return f"{said}@{term.language}"
            return said if term.datatype.value == _STRING else f"{said}^^<{term.datatype.value}>"
        case _:
            raise TooEntangled  # a triple as a term: RDFC-1.0 knows none


def _escaped(letter: str) -> str:
    if letter in _ESCAPED:
        return _ESCAPED[letter]
    code = ord(letter)
    return f"\\u{code:04X}" if code <= _LAST_CONTROL or code == _DELETE else letter


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
