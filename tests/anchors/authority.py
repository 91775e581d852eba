"""A real time stamp authority: `openssl ts -reply` behind a small HTTP server, with a root of its own."""

from __future__ import annotations

import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from types import TracebackType
from typing import Any

_CONFIG = """\
[tsa]
default_tsa = tsa1
[tsa1]
dir = {folder}
serial = $dir/serial
signer_cert = $dir/tsa.pem
certs = $dir/ca.pem
signer_key = $dir/tsa.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamp]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = {usage}
{points}
[authority]
database = {folder}/index.txt
default_md = sha256
default_crl_days = 30
crlnumber = {folder}/crlnumber
"""


class Authority:
    """A time stamp authority that answers until `close`; `fault` makes it answer badly."""

    def __init__(
        self,
        folder: Path,
        key_type: str = "P-256",
        digest: str = "sha256",
        usage: str = "critical, timeStamping",
        *,
        crl: bool = False,
    ) -> None:
        self.folder = folder
        self.fault: str | None = None
        self.list_fault: str | None = None
        self.asked = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.lists = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        points = f"crlDistributionPoints = URI:http://127.0.0.1:{self._server.server_port}/ca.crl" if crl else ""
        text = _CONFIG.format(folder=folder, digest=digest, usage=usage, points=points)
        (folder / "tsa.cnf").write_text(text)
        (folder / "index.txt").write_text("")
        (folder / "crlnumber").write_text("01\n")
        (folder / "serial").write_text("01\n")
        made = (key_type,) if ":" in key_type else ("ec", "-pkeyopt", f"ec_paramgen_curve:{key_type}")
        key = ("-newkey", *made, "-nodes", "-config", "tsa.cnf")
        self._run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Root",
                  "-extensions", "ca")  # fmt: skip
        self._run("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test time stamps")
        self._run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                  "-days", "999", "-out", "tsa.pem", "-extfile", "tsa.cnf", "-extensions", "stamp")  # fmt: skip
        self._lock = Lock()
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/tsa"

    @property
    def root(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()

    def __enter__(self) -> Authority:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def revoke(self, reason: str | None = None) -> None:
        """Revoke the authority's certificate now."""
        because = ("-crl_reason", reason) if reason else ()
        self._run("ca", "-config", "tsa.cnf", "-name", "authority", "-keyfile", "ca.key", "-cert", "ca.pem",
                  "-revoke", "tsa.pem", *because)  # fmt: skip

    def crl(self) -> bytes:
        """Give the list of what was revoked, in DER, as of now."""
        with self._lock:
            self._run("ca", "-config", "tsa.cnf", "-name", "authority", "-keyfile", "ca.key", "-cert", "ca.pem",
                      "-gencrl", "-out", "ca.crl.pem")  # fmt: skip
            self._run("crl", "-in", "ca.crl.pem", "-outform", "DER", "-out", "ca.crl")
            return (self.folder / "ca.crl").read_bytes()

    def reply(self, query: bytes) -> bytes:
        self.asked += 1
        with self._lock, TemporaryDirectory(dir=self.folder) as folder:
            (Path(folder) / "query").write_bytes(query)
            self._run("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa1", "-queryfile", f"{folder}/query",
                      "-out", f"{folder}/reply")  # fmt: skip
            return (Path(folder) / "reply").read_bytes()

    def query(self, data: bytes, *more: str) -> bytes:
        """A request made by openssl, over `data`."""
        with TemporaryDirectory(dir=self.folder) as folder:
            (Path(folder) / "data").write_bytes(data)
            self._run(
                "ts", "-query", "-data", f"{folder}/data", *(more or ("-sha256",)), "-cert", "-out", f"{folder}/query"
            )
            return (Path(folder) / "query").read_bytes()

    def _run(self, *words: str) -> None:
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, timeout=30)
        assert done.returncode == 0, done.stderr.decode()


def verified_by_openssl(data: Path, proof: Path, root: Path) -> bool:
    """What an inspector would run."""
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", str(data), "-in", str(proof), "-CAfile", str(root)],
        capture_output=True,
        timeout=30,
    )
    return done.returncode == 0 and b"Verification: OK" in done.stdout + done.stderr


def _handler(authority: Authority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            authority.lists += 1
            status, body = 200, b""
            match authority.list_fault:
                case None:
                    body = authority.crl()
                case "garbage":
                    body = b"\x30\x80nonsense"
                case "long":
                    body = bytes(1 << 20)
                case "500":
                    status = 500
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = 200, b""
            match authority.fault:
                case None:
                    body = authority.reply(query)
                case "refused":
                    body = authority.reply(authority.query(b"x", "-sha1"))  # a digest that it does not take
                case "other data":
                    body = authority.reply(authority.query(b"something else"))
                case "replayed":
                    body = authority.reply(authority.query(b"replayed"))
                case "garbage":
                    body = b"\x30\x80nonsense"
                case "empty":
                    body = b""
                case "500":
                    status = 500
                case "long":
                    body = bytes(2 << 20)
                case "redirect":
                    status = 302
                case "cut":
                    body = authority.reply(query)[:-20]
                case "flipped":
                    whole = bytearray(authority.reply(query))
                    whole[-8] ^= 1
                    body = bytes(whole)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", authority.url)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
