"""The result of a bulk job: who failed, as far as it can be told (G1)."""

from typing import Any

import pytest

from voucherify.report import failed_customers

URL = "https://download.voucherify.io/report.csv"


def action(failed: Any, *reports: str, **more: Any) -> dict[str, Any]:
    return {"result": {"done_count": 5, "failed_count": failed, "reports": list(reports)}, **more}


def failed(action: Any, *reports: bytes | None) -> set[str] | None:
    waiting = list(reports)
    return failed_customers(action, lambda url: waiting.pop(0))


def test_when_nobody_failed_no_report_is_read() -> None:
    assert failed(action(0, URL)) == set()


@pytest.mark.parametrize(
    "report",
    [
        b"source_id,found,updated\nana,true,true\nbob,false,false\n",
        b"\xef\xbb\xbfSource_id,Updated,Reason\r\nbob,FALSE,no\r\nana,TRUE,\r\n",
        b'updated,Source ID\nfalse,bob\ntrue,"ana, eve"\n',
    ],
    ids=["plain", "with a mark, in capitals, in lines of Windows", "in another order"],
)
def test_the_report_tells_who_failed(report: bytes) -> None:
    assert failed(action(1, URL), report) == {"bob"}


def test_there_may_be_several_reports() -> None:
    assert failed(action(2, URL, URL), b"source_id,updated\na,false", b"source_id,updated\nb,false") == {"a", "b"}


@pytest.mark.parametrize(
    ("told", "report"),
    [
        (action(1, URL), None),
        (action(1, URL), b""),
        (action(1, URL), b"source_id,found\nbob,false"),
        (action(1, URL), b"id,updated\nbob,false"),
        (action(2, URL), b"source_id,updated\nbob,false"),
        (action(1, URL), b"source_id,updated,row\nbob,false," + b"x" * 200_000),
        (action(1), b""),
        (action("1", URL), b"source_id,updated\nbob,false"),
        (action(0, operation_status="FAILED"), None),
        ({"result": None}, None),
        ("DONE", None),
    ],
)
def test_what_cannot_be_told_is_not_guessed(told: Any, report: bytes | None) -> None:
    assert failed(told, report) is None
