"""The page at `/docs`: every operation to read and to try, in one file that loads nothing from anywhere."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from typing import Any, Final

import orjson

from api.http.routes.operation import Operation

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h1{margin-bottom:0}h2{margin-top:2rem}summary{cursor:pointer;padding:.3rem 0}
code,textarea,pre{font:14px/1.4 ui-monospace,monospace}
.method{display:inline-block;width:4.5rem;font-weight:600}textarea{width:100%;min-height:9rem;box-sizing:border-box}
pre{background:#f4f4f4;padding:.7rem;overflow:auto;max-height:24rem}label{display:block;margin:.5rem 0 .2rem}
input{width:100%;padding:.35rem;box-sizing:border-box}button{margin:.5rem 0;padding:.4rem 1rem}
"""

_SCRIPT: Final = """
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target, out = form.querySelector('output'), method = form.dataset.method;
  const headers = {'Accept-Language': navigator.language};
  const key = document.getElementById('key').value;
  if (key) headers['Authorization'] = 'Bearer ' + key;
  if (form.elements.match) headers['If-Match'] = form.elements.match.value;
  const options = {method, headers};
  if (form.elements.body) { options.body = form.elements.body.value; headers['Content-Type'] = 'application/json'; }
  const file = form.elements.file && form.elements.file.files[0];
  if (file) { options.body = file; headers['Content-Type'] = file.type || 'application/octet-stream'; }
  const shown = document.createElement('pre');
  try {
    const answer = await fetch(form.elements.path.value, options);
    const type = answer.headers.get('Content-Type') || '', words_ = /json|text|xml/.test(type);
    const text = words_ ? await answer.text() : type + ', ' + (await answer.blob()).size + ' bytes';
    let words = text;
    try { words = JSON.stringify(JSON.parse(text), null, 2); } catch (_) { /* not JSON: as it is */ }
    const etag = answer.headers.get('ETag');
    shown.textContent = answer.status + (etag ? '  ETag: ' + etag : '') + '\\n' + words;
  } catch (failure) { shown.textContent = String(failure); }
  out.replaceChildren(shown);
});
"""


def policy() -> bytes:
    """Give the Content-Security-Policy under which the page works: its own style and script, this server alone."""
    style, script = (base64.b64encode(sha256(text.encode()).digest()).decode() for text in (_STYLE, _SCRIPT))
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ).encode()


def page(operations: Sequence[Operation]) -> bytes:
    """Give the page."""
    tags = dict.fromkeys(operation.tag for operation in operations)
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Sceau</title>",
        "<meta name='viewport' content='width=device-width'>",
        f"<style>{_STYLE}</style></head><body><h1>Sceau</h1>",
        "<p>Every operation; the machine's version is <a href='/openapi.json'>/openapi.json</a>. What you try is done."
        "</p><label for='key'>API key</label><input id='key' type='password' autocomplete='off' placeholder='sk_...'>",
    ]
    for tag in tags:
        parts.append(f"<h2 id='{tag}'>{escape(tag.replace('_', ' '))}</h2>")
        parts += [_operation(each) for each in operations if each.tag == tag]
    parts.append(f"<script>{_SCRIPT}</script></body></html>")
    return "".join(parts).encode()


def _operation(operation: Operation) -> str:
    path = operation.template.format(**{"ledger": "atelier", **operation.path_example})
    roles = "" if operation.roles is None else ", ".join(sorted(operation.roles)) or "the provisioning key"
    fields = [_field("path", "Address", path)]
    if any(each.name == "If-Match" for each in operation.parameters):
        fields.append(_field("match", "If-Match", "*"))
    if operation.body is not None and operation.body_example is None:
        fields.append("<label>File<input name='file' type='file'></label>")
    elif operation.body is not None:
        example = orjson.dumps(_plain(operation.body_example), option=orjson.OPT_INDENT_2).decode()
        name = escape(operation.name)
        fields.append(f"<label for='{name}'>Body</label><textarea id='{name}' name='body'>{escape(example)}</textarea>")
    return (
        f"<details><summary><span class='method'>{operation.method}</span><code>{escape(operation.template)}</code> "
        f"{escape(operation.words.partition(chr(10))[0])}</summary>"
        + (f"<p>For: {escape(roles)}.</p>" if roles else "")
        + f"<form data-method='{operation.method}'>{''.join(fields)}<button>Send</button><output></output></form>"
        "</details>"
    )


def _field(name: str, words: str, value: str) -> str:
    return f"<label>{words}<input name='{name}' value='{escape(value, quote=True)}'></label>"


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "items") else value
