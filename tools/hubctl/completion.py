"""What a shell completes besides commands and options: the ids of connections and projects."""

from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

from cdphub.aws import AwsError
from cdphub.connections import list_projects
from cdphub.hub import Hub
from tools.hubctl.connect import list_connections
from tools.hubctl.errors import WrongInputError
from tools.hubctl.target import target_of


class _Id(click.ParamType[str]):
    """A text of which the stack knows the possible values."""

    name = "id"

    def __init__(self, ids: Callable[[Hub], list[str]]) -> None:
        self._ids = ids

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Those that begin so; none if the stack cannot be asked: whoever presses a key wants no error."""
        try:
            known = self._ids(target_of(**ctx.find_root().params).hub())
        except (WrongInputError, AwsError):
            return []
        return [CompletionItem(each) for each in known if each.startswith(incomplete)]


CONNECTION = _Id(lambda hub: [connection.id for connection in list_connections(hub)])
PROJECT = _Id(lambda hub: [project.id for project in list_projects(hub.store)])
