"""A query of the library: SQL over named read models, and the hash by which a stored value says what made it."""

from hashlib import sha256
from typing import Any

import msgspec

from domain.action_measures.computed import COMPUTED, ComputedQuery
from domain.action_measures.indicator_vocabulary import QueryName
from domain.kernel.canonical import canonical
from projections.read_model import ReadModel
from projections.reading import IN_SCOPE

PERIOD = """WITH period AS (SELECT $1::timestamptz AS begins, $2::timestamptz AS ends,
    $3::date AS first_day, $4::date AS last_day)
"""
"""What every query may ask of its period: instants with an exclusive end, and days in Kosovo, both included."""


class Query(msgspec.Struct, frozen=True):
    """`sql` selects (tenant_id, numerator, denominator), a row per institution about which there is anything.

    It sees the read models `of` and no other, and no clock: today is `period.ends`.
    """

    name: QueryName
    of: tuple[ReadModel[Any], ...]
    sql: str

    @property
    def described(self) -> ComputedQuery:
        """What the rules know of it."""
        return COMPUTED[self.name]

    @property
    def text(self) -> str:
        """What the database is asked."""
        return PERIOD + self.sql

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the canonical name, version, SQL, and the versions of the read models."""
        models = {model.name: model.version for model in self.of}
        said = {"name": self.name.name, "version": self.name.version, "sql": self.text, "models": models}
        return sha256(canonical(said)).hexdigest()


def query(name: str, of: tuple[ReadModel[Any], ...], sql: str, *, version: int = 1) -> Query:
    """A query; `$scope` in the SQL stands for the institutions in question."""
    return Query(QueryName(name=name, version=version), of, sql.replace("$scope", IN_SCOPE))


_COUNTED = """SELECT tenant_id, $what::bigint AS numerator, NULL::bigint AS denominator
FROM $source, period WHERE $scope AND $where GROUP BY tenant_id"""
_SHARE = """SELECT tenant_id, count(*) FILTER (WHERE $true)::bigint AS numerator, count(*)::bigint AS denominator
FROM $source, period WHERE $scope AND $where GROUP BY tenant_id"""


def counting(name: str, of: ReadModel[Any], what: str, where: str, *, source: str = "") -> Query:
    """A query that counts, or adds up `what`, the rows of one read model; `source` where a row holds several cases."""
    sql = _COUNTED.replace("$what", what).replace("$where", where)
    return query(name, (of,), sql.replace("$source", source or of.table))


def share(name: str, of: ReadModel[Any], true: str, where: str, *, source: str = "") -> Query:
    """A query for the share of rows of which something is `true`; `source` as for `counting`."""
    sql = _SHARE.replace("$true", true).replace("$where", where)
    return query(name, (of,), sql.replace("$source", source or of.table))
