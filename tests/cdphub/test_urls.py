"""Base URLs that settings may name."""

import pytest

from cdphub.urls import check_base_url, is_link


@pytest.mark.parametrize(
    ("url", "checked"),
    [
        ("https://api.segment.io", "https://api.segment.io"),
        ("https://proxy.example.com:8443/segment/", "https://proxy.example.com:8443/segment"),
        ("https://93.184.216.34", "https://93.184.216.34"),
        ("https://[2606:2800:220:1:248:1893:25c8:1946]", "https://[2606:2800:220:1:248:1893:25c8:1946]"),
    ],
)
def test_public_https_urls_will_do(url: str, checked: str) -> None:
    assert check_base_url(url) == checked


LOCAL = [
    "https://localhost",
    "https://hub.localhost",
    "https://localhost.",
    "https://127.0.0.1",
    "https://10.0.0.1",
    "https://172.16.0.1",
    "https://192.168.1.1",
    "https://169.254.169.254",
    "https://0.0.0.0",
    "https://224.0.0.1",
    "https://[::1]",
    "https://[fe80::1]",
    "https://[fd00::1]",
    "https://[::ffff:127.0.0.1]",
]


@pytest.mark.parametrize("url", ["http://api.segment.io", *LOCAL])
def test_what_is_not_public_or_not_https_is_refused_unless_local_urls_are_allowed(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="must"):
        check_base_url(url)
    monkeypatch.setenv("ALLOW_LOCAL_URLS", "true")
    assert check_base_url(url)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "%6cocalhost"])
def test_an_address_may_not_hide(host: str) -> None:
    with pytest.raises(ValueError, match="must not name"):
        check_base_url(f"https://{host}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.segment.io",
        "https://",
        "https://user@api.segment.io",
        "https://user:pass@api.segment.io",
        "https://api.segment.io?x=1",
        "https://api.segment.io#x",
        "ftp://api.segment.io",
        "https://[api.segment.io",
        "https://api.segment.io:port",
    ],
)
def test_what_is_no_base_url_is_always_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_LOCAL_URLS", "true")
    with pytest.raises(ValueError, match=r"."):
        check_base_url(url)


@pytest.mark.parametrize(
    ("url", "base", "is_one"),
    [
        ("https://download.voucherify.io/r.csv?signature=abc", "https://api.voucherify.io", True),
        ("https://us1.download.voucherify.io/r.csv", "https://us1.api.voucherify.io", True),
        ("https://api.dedicated.example/r.csv", "https://api.dedicated.example", True),
        ("https://download.dedicated.example/r.csv", "https://api.dedicated.example", False),
        ("https://voucherify.io.example/r.csv", "https://api.voucherify.io", False),
        ("https://notvoucherify.io/r.csv", "https://api.voucherify.io", False),
        ("http://download.voucherify.io/r.csv", "https://api.voucherify.io", False),
        ("https://user:word@download.voucherify.io/r.csv", "https://api.voucherify.io", False),
        ("https://169.254.169.254/latest", "https://169.254.169.254", False),
        ("report.csv", "https://api.voucherify.io", False),
    ],
)
def test_a_link_in_an_answer_is_followed_only_to_its_vendor(url: str, base: str, is_one: bool) -> None:
    assert is_link(url, base, "voucherify.io") is is_one
