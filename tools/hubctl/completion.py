"""What a shell completes besides commands and options: the ids of connections and projects."""

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

    def ids(self, hub: Hub) -> list[str]:
        raise NotImplementedError

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Those that begin so; none if the stack cannot be asked: whoever presses a key wants no error."""
        try:
            known = self.ids(target_of(**ctx.find_root().params).hub())
        except (WrongInputError, AwsError):
            return []
        return [CompletionItem(each) for each in known if each.startswith(incomplete)]


class _ConnectionId(_Id):
    def ids(self, hub: Hub) -> list[str]:
        return [connection.id for connection in list_connections(hub)]


class _ProjectId(_Id):
    def ids(self, hub: Hub) -> list[str]:
        return [project.id for project in list_projects(hub.store)]


CONNECTION = _ConnectionId()
PROJECT = _ProjectId()
