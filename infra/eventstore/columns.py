"""Appends turned into the arrays that es.append and es.append_one take. One pass, no copies of payloads."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Self

import msgspec

from infra.eventstore.interface import Append, NewEvent

APPEND = (
    "SELECT * FROM es.append($1::int,$2::bool,$3::bool,$4::bool,$5::int[],$6::int[],$7::int[],$8::int[],"
    "$9::int[],$10::uuid[],$11::int,$12::int[],$13::int[],$14::int[],$15::bigint[],$16::bytea[],"
    "$17::int[],$18::uuid[],$19::int[],"
    "$20::int[],$21::int[],$22::int[],$23::int[],$24::int[],$25::uuid[],$26::bytea[],$27::bytea[],"
    "$28::int[],$29::text[],$30::bigint[],$31::int[],$32::int[],$33::int[],$34::int[],$35::int[],"
    "$36::int[],$37::text[])"
)
APPEND_ONE = (
    "SELECT * FROM es.append_one($1::int,$2::uuid,$3::uuid,$4::int,$5::bigint,$6::bytea,"
    "$7::int[],$8::uuid[],$9::bytea[],$10::bytea[],$11::text[],$12::bigint[],$13::int[],$14::text[])"
)
EACH_UP_TO = 2  # tenants in a flush up to which looking at one after the other is quicker

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING: tuple[object, ...] = ()


def microseconds(at: datetime) -> int:
    """Microseconds since 1970; exact, where a float would not be."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def one_arguments(append: Append, types: Mapping[str, int]) -> tuple[object, ...] | None:
    """Arguments of es.append_one, or None when the command is not of that shape (events of one stream, in order)."""
    events = append.events
    first = events[0]
    for n, event in enumerate(events):
        if event.version != first.version + n or event.stream_id != first.stream_id:
            return None
    return (
        append.tenant_id,
        append.command_id,
        first.stream_id,
        first.version - 1,
        microseconds(append.occurred_at),
        append.metadata,
        [types[e.type_name] for e in events],
        [e.subject_id for e in events],
        [e.data for e in events],
        [e.pii for e in events],
        [c.tag for c in append.conditions],
        [c.after for c in append.conditions],
        [n for n, e in enumerate(events, 1) for _ in e.tags],
        [tag for e in events for tag in e.tags],
    )


class Columns(msgspec.Struct):
    """The arrays of one flush, named as es.append names them; `plain` and `sealed` as the last row left them."""

    types: Mapping[str, int]
    each: bool
    plain: bool = True
    sealed: bool = False
    c_ids: int = 0
    t_id: list[int] = msgspec.field(default_factory=list)
    t_c: list[int] = msgspec.field(default_factory=list)
    t_s: list[int] = msgspec.field(default_factory=list)
    t_p: list[int] = msgspec.field(default_factory=list)
    c_tn: list[int] = msgspec.field(default_factory=list)
    c_id: list[object] = msgspec.field(default_factory=list)
    c_twin: list[int] = msgspec.field(default_factory=list)
    c_ord: list[int] = msgspec.field(default_factory=list)
    c_n: list[int] = msgspec.field(default_factory=list)
    c_at: list[int] = msgspec.field(default_factory=list)
    c_meta: list[bytes] = msgspec.field(default_factory=list)
    s_tn: list[int] = msgspec.field(default_factory=list)
    s_id: list[object] = msgspec.field(default_factory=list)
    s_base: list[int] = msgspec.field(default_factory=list)
    s_cm: list[int] = msgspec.field(default_factory=list)
    s_last: list[int] = msgspec.field(default_factory=list)
    e_cm: list[int] = msgspec.field(default_factory=list)
    e_st: list[int] = msgspec.field(default_factory=list)
    e_ver: list[int] = msgspec.field(default_factory=list)
    e_ord: list[int] = msgspec.field(default_factory=list)
    e_type: list[int] = msgspec.field(default_factory=list)
    e_subject: list[object] = msgspec.field(default_factory=list)
    e_data: list[bytes] = msgspec.field(default_factory=list)
    e_pii: list[object] = msgspec.field(default_factory=list)
    p_tn: list[int] = msgspec.field(default_factory=list)
    p_tag: list[str] = msgspec.field(default_factory=list)
    p_after: list[int] = msgspec.field(default_factory=list)
    p_key: list[int] = msgspec.field(default_factory=list)
    q_cm: list[int] = msgspec.field(default_factory=list)
    q_pr: list[int] = msgspec.field(default_factory=list)
    w_ev: list[int] = msgspec.field(default_factory=list)
    w_key: list[int] = msgspec.field(default_factory=list)
    g_ev: list[int] = msgspec.field(default_factory=list)
    g_tag: list[str] = msgspec.field(default_factory=list)

    def arguments(self, *, hope: bool) -> tuple[object, ...]:
        """Arguments of es.append in its order. A column of nothing but NULL goes as an empty array."""
        return (
            self.t_id[0], hope, self.each or len(self.t_id) <= EACH_UP_TO, self.plain,
            self.t_id, self.t_c, self.t_s, self.t_p,
            self.c_tn, self.c_id if self.c_ids else _NOTHING, self.c_ids, self.c_twin, self.c_ord, self.c_n,
            self.c_at, self.c_meta,
            self.s_tn, self.s_id, self.s_base,
            self.e_cm, self.e_st, self.e_ver, self.e_ord, self.e_type,
            self.e_subject if self.sealed else _NOTHING, self.e_data, self.e_pii if self.sealed else _NOTHING,
            self.p_tn, self.p_tag, self.p_after, self.p_key, self.q_cm, self.q_pr, self.w_ev, self.w_key,
            self.g_ev, self.g_tag,
        )  # fmt: skip

    def fill(self, appends: Sequence[Append]) -> Self:
        """Take the appends in: in order of tenant, inside a tenant in order of arrival. Once only."""
        tenant: int | None = None
        streams: dict[int, int] = {}
        ids: dict[int, int] = {}
        probes: dict[tuple[str, int], int] = {}
        ordinal = 0
        for cm, append in enumerate(appends, 1):
            if append.tenant_id != tenant:
                tenant, ordinal = append.tenant_id, 0
                streams, ids, probes = {}, {}, {}
                self.t_id.append(tenant)
                self.t_c.append(0)
                self.t_s.append(0)
                self.t_p.append(0)
            self._add_command(append, cm, ordinal + 1, ids)
            for event in append.events:
                ordinal += 1
                self._add_event(event, cm, ordinal, streams)
            if append.conditions:
                self._add_conditions(append, cm, probes)
        if self.q_cm and self.g_ev:
            self._link_tags_to_conditions()
        return self

    def _add_command(self, append: Append, cm: int, ordinal: int, ids: dict[int, int]) -> None:
        command_id = append.command_id
        if command_id is None:
            self.c_twin.append(0)
        else:
            key = command_id.int
            twin = ids.get(key, 0)
            ids[key] = cm
            self.c_ids += 1
            self.c_twin.append(twin)
            if twin:
                self.plain = False
        self.t_c[-1] += 1
        self.c_tn.append(len(self.t_id))
        self.c_id.append(command_id)
        self.c_ord.append(ordinal)
        self.c_n.append(len(append.events))
        self.c_at.append(microseconds(append.occurred_at))
        self.c_meta.append(append.metadata)

    def _add_event(self, event: NewEvent, cm: int, ordinal: int, streams: dict[int, int]) -> None:
        key = event.stream_id.int
        version = event.version
        st = streams.get(key)
        if st is None:
            self.s_tn.append(len(self.t_id))
            self.s_id.append(event.stream_id)
            self.s_base.append(version - 1)
            self.s_cm.append(cm)
            self.s_last.append(version)
            self.t_s[-1] += 1
            streams[key] = st = len(self.s_id)
        else:
            if self.s_cm[st - 1] != cm or self.s_last[st - 1] + 1 != version:
                self.plain = False
            self.s_last[st - 1] = version
        self.e_cm.append(cm)
        self.e_st.append(st)
        self.e_ver.append(version)
        self.e_ord.append(ordinal)
        self.e_type.append(self.types[event.type_name])
        self.e_data.append(event.data)
        self.e_subject.append(event.subject_id)
        self.e_pii.append(event.pii)
        if event.pii is not None or event.subject_id is not None:
            self.sealed = True
        if event.tags:
            number = len(self.e_cm)
            for tag in event.tags:
                self.g_ev.append(number)
                self.g_tag.append(tag)

    def _add_conditions(self, append: Append, cm: int, probes: dict[tuple[str, int], int]) -> None:
        for condition in append.conditions:
            key = (condition.tag, condition.after)
            probe = probes.get(key)
            if probe is None:
                self.p_tn.append(len(self.t_id))
                self.p_tag.append(condition.tag)
                self.p_after.append(condition.after)
                self.p_key.append(0)
                self.t_p[-1] += 1
                probes[key] = probe = len(self.p_tag)
            self.q_cm.append(cm)
            self.q_pr.append(probe)

    def _link_tags_to_conditions(self) -> None:
        """Find the tags that one command of this flush writes and another one's condition is about."""
        askers: dict[tuple[int, str], set[int]] = {}
        for cm, probe in zip(self.q_cm, self.q_pr, strict=True):
            askers.setdefault((self.p_tn[probe - 1], self.p_tag[probe - 1]), set()).add(cm)
        keys: dict[tuple[int, str], int] = {}
        for number, tag in zip(self.g_ev, self.g_tag, strict=True):
            cm = self.e_cm[number - 1]
            name = (self.c_tn[cm - 1], tag)
            asking = askers.get(name)
            if asking is None or asking == {cm}:
                continue
            self.plain = False
            self.w_ev.append(number)
            self.w_key.append(keys.setdefault(name, len(keys) + 1))
        for index, tag in enumerate(self.p_tag):
            self.p_key[index] = keys.get((self.p_tn[index], tag), 0)
