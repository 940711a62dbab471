"""The code on a receipt: read back however it was written down, and neither guessed nor derived."""

from hypothesis import given as with_examples
from hypothesis import strategies as st

from domain.kernel.context import SECRET_BYTES
from domain.kernel.ids import derived_id
from domain.kernel.receipt import CODE, read_code, receipt_code, receipt_tag
from tests.domain.consultations.test_submission import SUBMIT, nothing

secrets = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)


@with_examples(
    secrets, st.sampled_from((str, str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")))
)
def test_a_code_is_read_back_however_it_was_written(secret, write):
    code = receipt_code(secret)

    assert CODE.fullmatch(code)
    assert read_code(write(code)) == code
    assert read_code(code.replace("O", "0").replace("I", "1").replace("B", "8")) == code


@with_examples(secrets, secrets)
def test_every_bit_of_the_secret_is_in_the_code(one, other):
    assert (receipt_code(one) == receipt_code(other)) == (one == other)


@with_examples(secrets, st.integers(0, 33), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_slip_of_the_pen_is_nearly_always_seen(secret, at, letter):
    code = receipt_code(secret)
    slipped = code[:at] + letter + code[at + 1 :]

    assert read_code(slipped) in {None, slipped, code}


def test_one_wrong_letter_of_a_thousand_passes_at_most():
    code = receipt_code(bytes(range(16)))
    wrong = [
        code[:at] + letter + code[at + 1 :]
        for at, right in enumerate(code)
        if right != "-"
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        if letter != right
    ]

    assert sum(read_code(one) is not None for one in wrong) <= len(wrong) / 250


@with_examples(st.text(max_size=60))
def test_anything_else_is_no_code(written):
    assert read_code(written) in {None, written}


def test_codes_of_earlier_releases_open_nothing():
    assert read_code("ABCD-EFGH-IJKL-MNOP") is None


def test_the_tag_does_not_hold_the_code():
    code = receipt_code(bytes(SECRET_BYTES))

    assert code not in receipt_tag(code)
    assert receipt_tag(code) != receipt_tag(receipt_code(b"\1" * SECRET_BYTES))


def test_the_code_follows_from_the_secret_and_from_nothing_else():
    asked = []

    def secret():
        asked.append(SECRET_BYTES)
        return b"\7" * SECRET_BYTES

    first = nothing(SUBMIT, new_secret=secret).events[1].receipt
    again = nothing(SUBMIT, new_secret=secret, new_id=lambda: derived_id("other")).events[1].receipt

    assert first == again == receipt_code(b"\7" * SECRET_BYTES)
    assert len(asked) == 2
