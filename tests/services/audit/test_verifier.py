"""The verifier of a kit: right kits pass, wrong ones do not and the place is named, no check of it could be left out."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services.audit.kits import LOG, VERIFIER, WITNESS, Answer, Kit, run_apart, signer, verifier, verify
from tests.services.audit.wrong_kits import CASES, ENTRIES, HEADS, Case, kit, other_epoch, restarted, sealed, without

PINNED = ("--vkey", signer(f"{LOG}/1").verifier, "--witness", WITNESS.verifier)


def packed(case: Case, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = case.wrong().pack(folder, **case.header)
    case.after(path)
    return path


def found(case: Case, answer: Answer) -> bool:
    code, said = answer
    place = (said.get("file", ""), said.get("position", 0), said.get("field", ""))
    wanted = ("" if case.position else case.file, case.position, case.field)
    return code == case.code and place[1:] == wanted[1:] and (case.position > 0 or place[0] == wanted[0])


def test_a_right_kit_is_verified_and_says_what_was_looked_at(tmp_path: Path) -> None:
    code, said = run_apart(kit().pack(tmp_path), *PINNED)

    assert code == 0
    assert said["verified"] is True and said["believed"] is False
    assert (said["from"], said["to"], said["checkpoints"]) == (1, 336, len(HEADS) + 2)
    assert (said["deadlines"], said["reports"]) == (28, 14)
    assert said["cosigned"] == ["witness.example"]


def test_without_a_pinned_key_it_says_that_it_believes_the_kit(tmp_path: Path) -> None:
    assert verify(kit().pack(tmp_path))[1]["believed"] is True


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257])
def test_logs_of_every_shape_are_verified(tmp_path: Path, size: int) -> None:
    assert verify(Kit(ENTRIES[:size], heads=range(1, size)).pack(tmp_path), "--hash-only")[0] == 0
    assert verify(Kit(ENTRIES[:size], heads=range(1, size)).pack(tmp_path))[0] == 0


@pytest.mark.parametrize(("first", "last"), [(1, 100), (2, 2), (257, 300), (100, 336), (336, 336)])
def test_a_part_of_a_log_is_verified_against_the_whole_tree(tmp_path: Path, first: int, last: int) -> None:
    code, said = verify(Kit(ENTRIES, first=first, last=last).pack(tmp_path), *PINNED)

    assert code == 0, said
    assert (said["from"], said["to"], said["size"]) == (first, last, 336)


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_found_and_the_place_named(tmp_path: Path, name: str) -> None:
    answer = verify(packed(CASES[name], tmp_path), *CASES[name].options)

    assert found(CASES[name], answer), answer


def test_a_key_may_be_given_as_the_receipts_verifier_takes_it(tmp_path: Path) -> None:
    code, said = verify(kit().pack(tmp_path), "--vkey", f"{LOG}/1+{signer(f'{LOG}/1').verifier.public.hex()}")

    assert (code, said["believed"]) == (0, False), said


def test_a_log_that_was_restored_is_verified_in_its_new_epoch(tmp_path: Path) -> None:
    code, said = verify(other_epoch().pack(tmp_path), "--vkey", signer(f"{LOG}/1").verifier)

    assert code == 0, said
    assert (said["checkpoints"], said["superseded"]) == (5, 1)


def test_a_restore_is_verified_by_what_was_shown_before_it(tmp_path: Path) -> None:
    code, said = verify(restarted(330).pack(tmp_path), "--vkey", signer(f"{LOG}/1").verifier)

    assert code == 0, said
    assert (said["checkpoints"], said["superseded"]) == (5, 1)


def test_a_restore_that_lost_nothing_and_one_that_lost_more_than_the_kit_shows_are_verified(tmp_path: Path) -> None:
    first = Kit(ENTRIES)
    for old_size, sizes in ((200, (100, 200, 256)), (336, (100, 330)), (336, (100, 336))):
        code, said = verify(restarted(old_size, None, *(first.head_line(size) for size in sizes)).pack(tmp_path))

        assert code == 0, said


def test_a_checkpoint_kept_from_before_a_restore_is_beyond_what_it_tells(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.write_text(str(kit().checkpoint(336)), "utf-8")

    code, said = verify(restarted(330).pack(tmp_path), "--previous", before)

    assert (code, said["file"]) == (1, str(before))


@pytest.mark.parametrize(
    ("index", "heads"), [(0, 1), (0, 2), (1, 2), (2, 3), (4, 5), (4, 7), (6, 7), (8, 9), (255, 257)]
)
def test_the_newest_checkpoint_is_found_in_a_national_log_of_any_shape(tmp_path: Path, index: int, heads: int) -> None:
    made = kit().change("national.proof", lambda _: str(kit().national(index=index, heads=heads)).encode())

    code, said = verify(made.pack(tmp_path))

    assert (code, said["national"]) == (0, heads), said


def test_a_kit_without_a_proof_of_the_national_log_says_nothing_of_it(tmp_path: Path) -> None:
    code, said = verify(without("national.proof").pack(tmp_path))

    assert code == 0 and "national" not in said


class TestAgainstACheckpointFromBefore:
    def test_a_log_that_only_grew_passes(self, tmp_path: Path) -> None:
        before = tmp_path / "before"
        before.write_text(str(kit().checkpoint(200)), "utf-8")

        code, said = verify(kit().pack(tmp_path), "--previous", before)

        assert (code, said["checkpoints"]) == (0, len(HEADS) + 3)

    def test_a_rewritten_log_does_not(self, tmp_path: Path) -> None:
        before = tmp_path / "before"
        before.write_text(str(kit().checkpoint(200)), "utf-8")

        code, said = verify(sealed(50, data=b'{"body":"other"}').pack(tmp_path), "--previous", before)

        assert (code, said["file"]) == (1, str(before))

    def test_an_old_state_does_not(self, tmp_path: Path) -> None:
        before = tmp_path / "before"
        before.write_text(str(kit().checkpoint(336)), "utf-8")

        code, said = verify(Kit(ENTRIES[:300]).pack(tmp_path), "--previous", before)

        assert (code, said["file"]) == (1, str(before))

    def test_its_signature_is_looked_at(self, tmp_path: Path) -> None:
        before = tmp_path / "before"
        before.write_text(str(kit().checkpoint(200, of="thief")), "utf-8")

        assert verify(kit().pack(tmp_path), "--previous", before)[0] == 1


class TestInSegments:
    """With files of 256 events in place of 65,536."""

    @pytest.fixture
    def program(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
        monkeypatch.setattr("services.audit.kit.SEGMENT", 256)
        monkeypatch.setattr("tests.services.audit.kits.SEGMENT", 256)
        return verifier(
            VERIFIER.read_text("utf-8")
            .replace("1 << 16  # events", "1 << 8  # events")
            .replace("segment * 256", "segment")
        )

    @pytest.mark.parametrize(("first", "last"), [(1, 336), (1, 256), (257, 336), (256, 257), (1, 10), (300, 300)])
    def test_a_kit_of_several_files_is_verified(
        self, tmp_path: Path, program: Callable[..., Answer], first: int, last: int
    ) -> None:
        code, said = program(
            Kit(ENTRIES, first=first, last=last, heads=[size for size in HEADS if first <= size <= last]).pack(tmp_path)
        )

        assert code == 0, said

    def test_an_event_of_the_next_file_does_not_pass_in_this_one(
        self, tmp_path: Path, program: Callable[..., Answer]
    ) -> None:
        made = Kit(ENTRIES)
        made.files["events/000000.ndjson"] += made.files["events/000001.ndjson"].splitlines(keepends=True)[0]

        code, said = program(made.pack(tmp_path))

        assert (code, said["position"]) == (1, 257)

    def test_a_part_that_cannot_show_an_earlier_checkpoint_says_so(
        self, tmp_path: Path, program: Callable[..., Answer]
    ) -> None:
        before = tmp_path / "before"
        before.write_text(str(kit().checkpoint(200)), "utf-8")

        code, said = program(Kit(ENTRIES, first=257).pack(tmp_path), "--previous", before)

        assert code == 1
        assert "does not have what shows the tree of 200 leaves" in said["wrong"]


SHOWN_ABOVE = ("the kit does not have what shows the tree",)
"""Complaints that only `TestInSegments` can bring about."""


def mutants() -> Iterator[tuple[str, str]]:
    """The verifier with one of its complaints left out, one after the other."""
    source = VERIFIER.read_text("utf-8")
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        complains = isinstance(node, ast.Raise) or (
            isinstance(node, ast.Return) and isinstance(node.value, ast.JoinedStr | ast.IfExp)
        )
        if complains:
            changed = ast.parse(source)
            victim = list(ast.walk(changed))[number]
            bodies = (one.body for one in ast.walk(changed) if isinstance(getattr(one, "body", None), list))
            body = next(one for one in bodies if victim in one)
            body[body.index(victim)] = ast.copy_location(ast.Pass(), victim)
            yield ast.unparse(node), ast.unparse(changed)


def test_no_check_could_be_left_out(tmp_path: Path) -> None:
    """Each complaint is taken out of the program in turn: some case must then come out otherwise."""
    kits = {name: packed(case, tmp_path / str(number)) for number, (name, case) in enumerate(CASES.items())}
    unnoticed = [
        complaint
        for complaint, source in mutants()
        if not any(one in complaint for one in SHOWN_ABOVE)
        and all(found(CASES[name], verifier(source)(path, *CASES[name].options)) for name, path in kits.items())
    ]

    assert unnoticed == []
