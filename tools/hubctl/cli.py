"""The command line as a whole: what all commands share, and which there are."""

from typing import Any

import click

from cdphub.aws import AwsError
from cdphub.secrets import SecretError
from tools.hubctl.commands.backfill import backfill
from tools.hubctl.commands.connect import connect
from tools.hubctl.commands.connections import connections
from tools.hubctl.commands.dead_letters import dead_letters
from tools.hubctl.commands.doctor import doctor
from tools.hubctl.commands.forget import forget
from tools.hubctl.commands.handout import handout
from tools.hubctl.commands.keys import keys
from tools.hubctl.commands.omitted import omitted
from tools.hubctl.commands.project import project
from tools.hubctl.commands.send import send
from tools.hubctl.commands.stats import stats
from tools.hubctl.commands.tail import tail
from tools.hubctl.commands.trace import trace
from tools.hubctl.commands.try_file import try_file
from tools.hubctl.errors import WrongInputError, advice
from tools.hubctl.target import target_of
from tools.hubctl.visible import visible


class Commands(click.Group):
    """Commands whose expected errors are one line."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except AwsError as error:
            raise click.ClickException(visible(advice(error))) from error
        except (WrongInputError, SecretError) as error:
            raise click.ClickException(visible(str(error))) from error
        except OSError as error:
            if not error.filename:
                raise  # such as a pipe that nobody reads, which click sees to
            raise click.ClickException(visible(f"{error.filename}: {error.strerror}")) from error


@click.group(cls=Commands)
@click.option("--local", is_flag=True, help="The local cloud; that is meant anyway unless --stack is given.")
@click.option("--stack", metavar="NAME", help="A deployed stack.")
@click.option("--region", help="The stack's AWS region, unless environment or profile say so.")
@click.option("--profile", help="The AWS profile whose credentials to use.")
@click.option("--hub-url", metavar="URL", help="Where the hub is found, if not where the stack's outputs say.")
@click.pass_context
def cli(context: click.Context, /, **target: Any) -> None:
    """Set up the Voucherify CDP Hub.

    Secrets never stand on the command line: they come from the environment variables that each command names, else
    from the terminal without echo, else line by line from standard input.
    """
    context.obj = target_of(**target)


COMMANDS = (
    project,
    connect,
    handout,
    connections,
    keys,
    dead_letters,
    omitted,
    try_file,
    send,
    doctor,
    forget,
    tail,
    trace,
    stats,
    backfill,
)

for command in COMMANDS:
    cli.add_command(command)
