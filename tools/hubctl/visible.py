"""What others have written, for an operator's terminal: it shows control characters and obeys none."""

from rich.text import Text


def visible(text: str) -> str:
    """The text with its lines, and with all else that is no printable character as `\\x1b` and the like."""
    return "".join(each if each.isprintable() or each == "\n" else _escaped(each) for each in text)


def one_line(text: str) -> str:
    """The same, with its lines as one."""
    return visible(text).replace("\n", r"\n")


def cell(value: object) -> Text:
    """What rich shows as it stands, on one line: of a plain text it would make `shop:id:eu` a picture."""
    return Text(one_line(str(value)))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
