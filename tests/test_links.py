"""Links between pages lead somewhere: to a file that is there and a heading that it has."""

import re
from functools import cache
from pathlib import Path

import pytest

from tools.local import ROOT

PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("functions/*/README.md")})
_CODE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)|^\[[^\]]+\]: (?!\w+:)([^#\s]*)(?:#(\S+))?$", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def links(page: Path) -> set[tuple[str, str]]:
    """Files, as the page names them (empty: the page itself), and anchors, if there is one."""
    found = _LINK.findall(_CODE.sub("", page.read_text()))
    return {(file or listed_file, anchor or listed_anchor) for file, anchor, listed_file, listed_anchor in found}


@cache
def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings: https://docs.github.com/get-started/writing-on-github."""
    headings = _HEADING.findall(_CODE.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for file, anchor in links(page):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), file
        assert not anchor or anchor in anchors(target), f"{file}#{anchor}"
