"""As much of an S3 server as objects need, on a port of this machine."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class _Bucket(BaseHTTPRequestHandler):
    objects: dict[str, bytes]
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("If-None-Match") == "*" and self.path in self.objects:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        self.objects[self.path] = data
        self._answer(200, b"", data)

    def do_GET(self) -> None:
        if "list-type=2" in self.path:
            self._list()
            return
        data = self.objects.get(self.path)
        if data is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        elif asked := re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", "")):
            begin, last = int(asked[1]), int(asked[2])
            self._answer(206, data[begin : last + 1], data, f"bytes {begin}-{last}/{len(data)}")
        else:
            self._answer(200, data, data)

    do_HEAD = do_GET  # noqa: N815 - the name the library looks for

    def do_POST(self) -> None:
        """DeleteObjects: the keys named in the body."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        bucket = urlsplit(self.path).path.strip("/")
        keys = re.findall("<Key>(.*?)</Key>", body)
        for key in keys:
            self.objects.pop(f"/{bucket}/{key}", None)
        gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def _list(self) -> None:
        """Everything below a prefix, on one page; with a delimiter, its folders as such."""
        address = urlsplit(self.path)
        asked = parse_qs(address.query)
        bucket = f"/{address.path.strip('/')}/"
        prefix = bucket + asked.get("prefix", [""])[0]
        end = asked.get("delimiter", ["\n"])[0]
        below = {path: path.removeprefix(prefix).partition(end) for path in self.objects if path.startswith(prefix)}
        folders = sorted({prefix.removeprefix(bucket) + first + end for first, found, _ in below.values() if found})
        rows = "".join(
            f"<Contents><Key>{path.removeprefix(bucket)}</Key><LastModified>2026-11-23T09:00:00Z</LastModified>"
            f"<ETag>x</ETag><Size>{len(data)}</Size></Contents>"
            for path, data in sorted(self.objects.items())
            if path in below and not below[path][1]
        )
        rows += "".join(f"<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>" for folder in folders)
        self._answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode())

    def _answer(self, status: int, body: bytes, data: bytes = b"", part: str = "") -> None:
        self.send_response(status)
        if part:
            self.send_header("Content-Range", part)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.md5(data).hexdigest()}"')
        self.send_header("Last-Modified", "Mon, 23 Nov 2026 09:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        pass


@contextmanager
def s3_server() -> Iterator[str]:
    """Its address, while it runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bucket", (_Bucket,), {"objects": {}}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
