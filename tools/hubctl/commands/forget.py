"""`hubctl forget`: a customer's erasure, asked for by the operator."""

import click

from cdphub import clock, commands, order
from cdphub.schema import Customer, EraseCustomer
from tools.hubctl.completion import PROJECT
from tools.hubctl.dead_letters import OPERATOR
from tools.hubctl.errors import naming_fields
from tools.hubctl.projects import find_project
from tools.hubctl.target import Target


@click.command()
@click.argument("project_id", metavar="PROJECT", type=PROJECT)
@click.option("--hub-only", is_flag=True, help="Leave the customer at Voucherify; the hub forgets what it keeps.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(target: Target, project_id: str, hub_only: bool, yes: bool) -> None:
    """Erase a customer for good: at Voucherify, and in everything that the hub keeps.

    Asks for the customer's source_id, which the command line and so the shell's history are not to hold; in scripts it
    is the first line of standard input, and --yes is needed. Nothing that was accepted earlier comes back; what is sent
    later makes the customer anew. CDPs are told nothing: erase there as well.

    Example: hubctl forget shop
    """
    hub = target.hub()
    project = find_project(hub, project_id)
    with naming_fields():
        customer = Customer(source_id=click.prompt("source_id").strip())
    where = "what the hub keeps of the customer" if hub_only else "the customer, at Voucherify as well"
    if not yes:
        click.confirm(f"Erase {where}?", abort=True)
    trace_id = clock.new_id()
    place = order.place(clock.now_ms(), trace_id, 0)
    erase = EraseCustomer(connection=OPERATOR, order=place, customer=customer, already_deleted=hub_only)
    commands.send(hub.queues, project.id, [erase])
    click.echo(f"The erasure is on its way, with trace id {trace_id}.")
