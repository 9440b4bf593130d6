"""What no CDP sends, as JSON tokens and as whole bodies."""

import gzip
import zlib
from collections.abc import Sequence

VALUES: Sequence[bytes] = (
    *(b"null", b"true", b"-0", b"[]", b"{}", b'""', b'" "', b'"None"', b'"."', b'".."', b'"../../v1/vouchers"'),
    *(b"1e999", b"-1e999", b"1e-999", b"0.1e1", b"9" * 400, b"253402300800000"),
    *(b'"\\u0000"', b'"\\uffff"', b'"\xef\xbf\xbe"', '"İıſﬁ\u202e"'.encode(), b'"\\ud83d"', b'"\\ude00\\ud83d"'),
    *(b'"x\\r\\nSet-Cookie: a=b\\r\\n\\r\\n<html>"', b'"\\u001b[2J\\u009b31m"', b'"=HYPERLINK(1)"'),
    *(b'{"a":1,"a":2}', b'{"":{"":""}}', b'{"__proto__":{"a":1}}', b'{"\\u0000":1}', b'{"a.b":{"c.d":1}}'),
    *(b"[" * depth + b"]" * depth for depth in (31, 150)),
    *(b'{"a":' * depth + b"1" + b"}" * depth for depth in (31, 33, 150)),
    *(b'"9999-99-99T99:99:99Z"', b'"0000-00-00"', b'"2026-02-30"', b'"2026-01-01T00:00:00+99:99"'),
    *(b'"' + b"x" * size + b'"' for size in (600, 70_000, 300_000)),
    b'"' + "\U0001f97e".encode() * 25_000 + b'"',
    b"[" + b"{}," * 3_000 + b"{}]",
    b"{" + b",".join(b'"%d":0' % number for number in range(3_000)) + b"}",
)
"""Values that JSON's grammar has, half characters among them."""

NO_JSON: Sequence[bytes] = (
    *(b"NaN", b"Infinity", b"-Infinity", b"9" * 5_000, b"01", b"+1", b"undefined", b"None", b"'a'", b"{{name}}"),
    *(b'"\xed\xa0\x80"', b'"\xff\xfe"', b'"\x00"', b'"\r\n"', b'{"\\ud83d":1}', b'"\\x"', b'"\\u00"'),
    *(b"[" * depth + b"]" * depth for depth in (400, 5_000)),
)
"""What templates and other languages make of values, and what some readers of JSON choke on."""

LARGE = 6 * 1024 * 1024
"""What Lambda takes of a request, in bytes."""

BODIES: Sequence[bytes] = (
    *(b"", b" ", b"\x00", b"{", b"}", b'"', b"nul", b"0x1", b"[1,]", b"{'a':1}", b"<xml/>"),
    *(b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"null", b"[]", b"{}", b"0", b'""', b"[[]]", b"[null]"),
    *(opening * 100_000 for opening in (b"[", b'{"a":', b"[{", b'"\\')),
    *(b"customer[source_id]=" * 50, b"a[" * 2_000, b"[]" * 2_000, b"a[b][c][d][e][f]=1", b"&" * 5_000, b"%" * 1_000),
    b"customer=x&customer[source_id]=y",
    b"customer[source_id]=%00%ff%ed%a0%80&campaign[name]=%0d%0aX:%20y",
    gzip.compress(b" " * LARGE),
    zlib.compress(b'{"a":' * 1_000_000),
)
"""Whole bodies, among them what unpacks to much more."""

TEXTS: Sequence[str] = (
    *("", " ", "\x00", "\r\nset-cookie: a=b", "é", "€", "\ud83d", "\ufffe", "=cmd|'/c'!A1", "x" * 10_000, "../" * 100),
    *("%2e%2e%2f", ".", "..", "Basic", "Basic ====", "Bearer x"),
    *("gzip", "br, deflate", "chunked", "application/x-www-form-urlencoded"),
)
"""Values of headers, and parts of paths."""
