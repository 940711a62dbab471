"""What a log and a witness send each other, with the specification's own example."""

import pytest

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import NoteRefused, signature_lines
from infra.tlog.witnessing import AddCheckpoint, origin_hash

REQUEST = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""
ANSWER = """\u2014 witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
\u2014 witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==
"""


def test_the_example_of_the_specification() -> None:
    read = AddCheckpoint.parse(REQUEST.encode())

    assert str(read) == REQUEST
    assert (read.old, len(read.proof), len(read.note.signatures)) == (20_852_014, 4, 2)
    assert Checkpoint.parse(read.note.text).size == 20_852_163
    assert "".join(map(str, signature_lines(ANSWER))) == ANSWER


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        REQUEST.encode()[1:],
        REQUEST.encode().replace(b"old ", b"old  "),
        REQUEST.partition("\n\n")[0].encode(),
    ],
)
def test_what_is_no_request(body: bytes) -> None:
    with pytest.raises(NoteRefused):
        AddCheckpoint.parse(body)


def test_the_name_of_a_log_at_a_witness() -> None:
    assert (
        origin_hash("example.com/behind-the-sofa") == "5fd2dc0beb4ce54da5050cf6d5c75248b023abad441c3cecde3976fbe9da4fe4"
    )
