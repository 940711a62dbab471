"""What a migration may do while processes of the release before it run: it adds, and waits for nothing long.

What takes something away, or holds a lock for as long as a table is big, is the contract step of a change. It says so, and from
which release on nothing uses what it takes: `-- contract: unused since 2026.12.0`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import msgspec

from infra.database.migrate import Migration

_CONTRACT = re.compile(r"^-- contract: unused since (\S+)$", re.MULTILINE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_BODY = re.compile(r"(\$\w*\$).*?\1|'(?:[^']|'')*'", re.DOTALL)
_NAME = r'(?:IF (?:NOT )?EXISTS )?(?:ONLY )?([\w."]+)'
_CREATES = re.compile(rf"^CREATE (?:UNLOGGED )?TABLE {_NAME}", re.IGNORECASE)
_ALTERS = re.compile(rf"^ALTER TABLE {_NAME} (.*)$", re.IGNORECASE)
_INDEXES = re.compile(rf"^CREATE (?:UNIQUE )?INDEX\b(?! CONCURRENTLY).*? ON {_NAME}", re.IGNORECASE)
_ROWS = re.compile(rf"^(?:UPDATE|DELETE FROM) {_NAME}", re.IGNORECASE)
_DROPS = re.compile(r"^DROP (?!INDEX CONCURRENTLY)(\w+)", re.IGNORECASE)
_LOCKS = re.compile(r"^(?:LOCK|CLUSTER|REINDEX (?!.*CONCURRENTLY)|TRUNCATE|VACUUM FULL)\b", re.IGNORECASE)
_CALM_ROLES = re.compile(r"^REVOKE\b", re.IGNORECASE)
_REWRITES = re.compile(r"\b(gen_random_uuid|clock_timestamp|random|nextval|uuidv7) ?\(", re.IGNORECASE)


class Breach(msgspec.Struct, frozen=True, order=True):
    """What breaks a running process of an older release, and the statement's beginning."""

    what: str
    statement: str


def contract_of(migration: Migration) -> str | None:
    """The release from which on nothing uses what the file takes away."""
    found = _CONTRACT.search(migration.sql)
    return found[1] if found else None


def breaches(migration: Migration, older: Sequence[Migration] = ()) -> list[Breach]:
    """What the file does to tables of `older` files that an older release would feel."""
    there = {name for one in older for name in _tables(one)}
    own = set(_tables(migration)) - there
    found = {Breach(what, one[:70]) for one in statements(migration.sql) for what in _felt(one, own)}
    if migration.outside:
        found |= set(_left_half(migration))
    elif "concurrently" in migration.sql.lower():
        found.add(Breach("CONCURRENTLY stands in a file `-- outside a transaction`", ""))
    return sorted(found)


def _left_half(migration: Migration) -> Iterator[Breach]:
    dropped: set[str] = set()
    for one in statements(migration.sql):
        if found := re.match(r"^DROP INDEX CONCURRENTLY IF EXISTS (?:\w+\.)?(\w+)$", one, re.IGNORECASE):
            dropped.add(found[1])
        found = re.match(r"^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)", one, re.IGNORECASE)
        if found and found[1] not in dropped:
            yield Breach("an index made concurrently is dropped first, if a killed migrator left it", one[:70])


def statements(sql: str) -> Iterator[str]:
    """The statements without comments, on one line each, what is quoted left out. Those that a body makes are among them."""
    kept: dict[str, str] = {}
    numbers = count()

    def put_away(match: re.Match[str]) -> str:
        name = f"'{next(numbers)}'"
        kept[name] = match[0]
        return name

    plain = _BODY.sub(put_away, _COMMENT.sub(" ", sql))
    for one in plain.split(";"):
        if words := " ".join(one.split()):
            yield words
            yield from _made_in(words, kept)


def _made_in(statement: str, kept: Mapping[str, str]) -> Iterator[str]:
    """What a DO block runs: by itself, or as the text of an EXECUTE."""
    if not statement.upper().startswith("DO "):
        return
    for name in re.findall(r"'\d+'", statement):
        body = kept[name].strip("$'")
        for text in re.findall(r"'((?:[^']|'')*)'", body):
            yield from statements(text.replace("''", "'"))
        for line in re.split(r";|\bBEGIN\b|\bLOOP\b|\bTHEN\b", _BODY.sub("''", body)):
            if words := " ".join(line.split()):
                yield words


def _tables(migration: Migration) -> Iterator[str]:
    for one in statements(migration.sql):
        if found := _CREATES.match(one):
            yield found[1]


def _felt(statement: str, own: set[str]) -> Iterator[str]:
    if found := _DROPS.match(statement):
        yield f"drops a {found[1].lower()}"
    if re.match(r"^ALTER \w+ .*\bRENAME\b", statement, re.IGNORECASE):
        yield "renames"
    if _LOCKS.match(statement):
        yield "locks or empties a whole table"
    if _CALM_ROLES.match(statement) and "FROM PUBLIC" not in statement.upper():
        yield "takes a right away"
    for pattern, what in (
        (_INDEXES, "makes an index while nobody may write: CREATE INDEX CONCURRENTLY"),
        (_ROWS, "changes rows of a whole table in one transaction"),
    ):
        if (found := pattern.match(statement)) and found[1] not in own:
            yield what
    if (found := _ALTERS.match(statement)) and found[1] not in own:
        for action in re.split(r",(?![^(]*\))", found[2]):
            yield from _altered(action.strip())


def _altered(action: str) -> Iterator[str]:
    words = action.upper()
    if words.startswith("DROP ") and not words.startswith("DROP CONSTRAINT"):
        yield "drops a column"
    if words.startswith("ALTER ") and re.search(r"\b(SET DATA )?TYPE\b", words):
        yield "changes a type"
    if words.startswith("ALTER ") and "SET NOT NULL" in words:
        yield "asks for values that an older release does not write"
    if not words.startswith("ADD "):
        return
    if re.match(r"ADD (CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b", words):
        if "NOT VALID" not in words and "USING INDEX" not in words:
            yield "checks every row while nobody may write: NOT VALID, then VALIDATE CONSTRAINT"
    elif re.search(r"\bNOT NULL\b", words) and "DEFAULT" not in words and "GENERATED" not in words:
        yield "adds a column that an older release does not write, without a default"
    elif _REWRITES.search(action) or re.search(r"\b(SERIAL|BIGSERIAL|STORED)\b", words):
        yield "writes every row anew"
