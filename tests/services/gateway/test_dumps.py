"""Dumps over HTTP: the catalogue by the shapes of DCAT-AP, files whole and in parts, and what is gone."""

import base64
import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from msgspec.structs import replace

from services.bootstrap import System
from services.dumps import building
from services.dumps.building import Builder
from services.dumps.catalogue import DATASETS, dataset_of
from services.dumps.dump import EXPIRED, Dump
from tests.services.dumps.lived import lived, today
from tests.services.gateway.client import PROBLEM, Caller

SHAPES = Path(__file__).parents[1] / "open_data" / "schemas" / "dcat_ap"
SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
CATALOGUE, DUMPS = "/v1/public/catalog", "/v1/public/dumps"
NAME = "consultations"

pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning:rdflib")  # its JSON-LD reader's own


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SEALED_WITHIN", 0.0)


async def dumped(system: System, *names: str) -> list[Dump]:
    await lived(system)
    builder = Builder(system)
    return [await builder.build(dataset_of(name), today(system)) for name in names]


def shapes(*names: str) -> rdflib.Graph:
    """Those of the files, without references to shapes that the release itself has lost."""
    graph = rdflib.Graph()
    for name in names:
        graph.parse(SHAPES / f"{name}.ttl")
    for lost in {one for one in graph.objects(None, SHACL.property) if (one, SHACL.path, None) not in graph}:
        graph.remove((None, SHACL.property, lost))
    return graph


def judged(document: Any, *names: str) -> tuple[bool, str]:
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    conforms, _, said = pyshacl.validate(graph, shacl_graph=shapes(*names), inference="none")
    return conforms, said


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the catalogue is read without a network")

    monkeypatch.setattr("urllib.request.OpenerDirector.open", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)


async def test_the_catalogue_is_what_dcat_ap_asks_for(system: System, caller: Caller, offline: None) -> None:
    dumps = await dumped(system, NAME, "contributions", "grants-360giving", "activities-iati")
    answer = await caller.get(CATALOGUE)
    document = answer.json()
    graph = rdflib.Graph().parse(data=answer.text, format="json-ld")

    assert answer.headers["content-type"] == "application/ld+json"
    for names in (("shapes", "range"), ("dcat-ap-SHACL", "ranges")):
        conforms, said = judged(document, *names)
        assert conforms, said
    datasets = set(graph.subjects(rdflib.RDF.type, DCAT.Dataset)) - set(
        graph.subjects(rdflib.RDF.type, DCAT.DatasetSeries)
    )
    assert len(datasets) == len(DATASETS)
    assert all((one, DCAT.inSeries, None) in graph for one in datasets)
    stored = {file.sha256: file.size for dump in dumps for file in dump.files}
    checksums = {
        str(graph.value(one, SPDX.checksumValue).n3()).split('"')[1] for one in graph.objects(None, SPDX.checksum)
    }
    assert checksums == set(stored)
    assert sorted(int(one) for one in graph.objects(None, DCAT.byteSize)) == sorted(stored.values())
    titles = {one.language for one in graph.objects(next(iter(datasets)), rdflib.DCTERMS.title)}
    assert titles == {"sq", "sr", "en"}
    assert (await caller.get(CATALOGUE, **{"if-none-match": answer.headers["etag"]})).status_code == 304


async def test_the_shapes_find_what_is_missing(system: System, caller: Caller, offline: None) -> None:
    document = (await caller.get(CATALOGUE)).json()
    untitled = document | {"dataset": [{k: v for k, v in one.items() if k != "title"} for one in document["dataset"]]}

    assert judged(document, "shapes", "range")[0]
    for names in (("shapes", "range"), ("dcat-ap-SHACL", "ranges")):
        assert not judged(untitled, *names)[0]


async def test_a_file_comes_whole_with_its_digest(system: System, caller: Caller) -> None:
    [dump] = await dumped(system, NAME)
    for file in dump.files:
        answer = await caller.get(f"{DUMPS}/{NAME}/{dump.day}.{file.form}")
        newest = await caller.get(f"{DUMPS}/{NAME}/newest.{file.form}")

        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == file.sha256
        assert answer.headers["etag"] == f'"{file.sha256}"'
        digest = f"sha-256=:{base64.b64encode(bytes.fromhex(file.sha256)).decode()}:"
        assert answer.headers["repr-digest"] == answer.headers["content-digest"] == digest
        assert int(answer.headers["content-length"]) == file.size
        assert answer.headers["accept-ranges"] == "bytes"
        assert newest.content == answer.content
        assert newest.headers["content-location"] == f"{DUMPS}/{NAME}/{dump.day}.{file.form}"


async def test_a_file_comes_in_parts_that_make_it_whole(
    system: System, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    [dump] = await dumped(system, NAME)
    file, address = dump.files[0], f"{DUMPS}/{NAME}/{dump.day}.{dump.files[0].form}"
    whole = (await caller.get(address)).content
    middle = file.size // 2
    for chunk in (1 << 20, 7):
        monkeypatch.setattr("services.dumps.shelf.CHUNK", chunk)
        monkeypatch.setattr("services.gateway.routes.dumps.CHUNK", chunk)
        first = await caller.get(address, range=f"bytes=0-{middle - 1}")
        rest = await caller.get(address, range=f"bytes={middle}-", **{"if-range": first.headers["etag"]})

        assert (first.status_code, rest.status_code) == (206, 206)
        assert first.content + rest.content == whole
        assert first.headers["content-range"] == f"bytes 0-{middle - 1}/{file.size}"
        assert rest.headers["content-range"] == f"bytes {middle}-{file.size - 1}/{file.size}"
        assert first.headers["repr-digest"] == rest.headers["repr-digest"]
        told = f"sha-256=:{base64.b64encode(hashlib.sha256(first.content).digest()).decode()}:"
        assert first.headers.get("content-digest") == (told if chunk > middle else None)
    changed = await caller.get(address, range="bytes=0-1", **{"if-range": '"other"'})
    beyond = await caller.get(address, range=f"bytes={file.size}-")

    assert (changed.status_code, changed.content) == (200, whole)
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{file.size}"
    assert beyond.headers["content-type"] == PROBLEM


async def test_who_has_a_file_is_not_sent_it(system: System, caller: Caller) -> None:
    [dump] = await dumped(system, NAME)
    address = f"{DUMPS}/{NAME}/{dump.day}.csv"
    answer = await caller.get(address)
    for sent in ({"if-none-match": answer.headers["etag"]}, {"if-modified-since": answer.headers["last-modified"]}):
        again = await caller.get(address, **sent)

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]


async def test_a_day_says_where_the_logs_were_cut_and_the_list_which_days_there_are(
    system: System, caller: Caller
) -> None:
    [dump] = await dumped(system, NAME)
    record = (await caller.get(f"{DUMPS}/{NAME}/{dump.day}")).json()
    listed = (await caller.get(f"{DUMPS}/{NAME}", **{"accept-language": "sq"})).json()
    datasets = (await caller.get(f"{DUMPS}?limit=100")).json()["items"]

    assert record["logs"]["mj"]["position"] == dump.logs["mj"].position
    assert [one["day"] for one in listed["days"]] == [dump.day.isoformat()]
    assert listed["licence"] == system.settings.open_data_licence
    assert [one["name"] for one in datasets] == sorted(one.name for one in DATASETS)
    assert [one["name"] for one in datasets if one["newest"]] == [NAME]


async def test_what_is_gone_says_so_and_what_never_was_is_not_found(system: System, caller: Caller) -> None:
    [dump] = await dumped(system, NAME)
    shelf = Builder(system).shelf
    old = dump.day - timedelta(days=40)
    await shelf.put(replace(dump, day=old, files=(), gone=EXPIRED))
    await shelf.put(
        replace(dump, day=dump.day - timedelta(days=1), files=dump.files[:1], not_offered={"parquet": "no"})
    )
    gone = await caller.get(f"{DUMPS}/{NAME}/{old}.csv")
    lacking = await caller.get(f"{DUMPS}/{NAME}/{dump.day - timedelta(days=1)}.parquet")

    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/dump-gone")
    assert (lacking.status_code, lacking.json()["type"]) == (501, "/problems/form-not-offered")
    for path in ("nothing", f"nothing/{dump.day}.csv", f"{NAME}/2020-01-01.csv", f"{NAME}/2020-13-01.csv"):
        assert (await caller.get(f"{DUMPS}/{path}")).status_code == 404, path
    for path in (f"{NAME}/{dump.day}.xml", f"{NAME}/{dump.day}.", f"{NAME}/{dump.day}/csv", f"{NAME}/..csv"):
        assert (await caller.get(f"{DUMPS}/{path}")).status_code == 404, path


async def test_a_file_that_was_cut_where_it_is_stored_is_not_given(system: System, caller: Caller) -> None:
    [dump] = await dumped(system, NAME)
    [stored] = list((system.settings.data / "objects").rglob(dump.files[0].sha256))
    stored.write_bytes(stored.read_bytes()[:-1])
    answer = await caller.get(f"{DUMPS}/{NAME}/{dump.day}.{dump.files[0].form}")

    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
