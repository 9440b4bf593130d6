"""What others have written, for an operator's terminal: it shows control characters and obeys none."""

from rich.markup import escape


def visible(text: str) -> str:
    """The text with its lines, and with all else that is no printable character as `\\x1b` and the like."""
    return "".join(each if each.isprintable() or each == "\n" else _escaped(each) for each in text)


def cell(value: object) -> str:
    """What rich shows as it stands, on one line."""
    return escape(visible(str(value)).replace("\n", r"\n"))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
