"""What several commands print in the same words."""

import click

from cdphub.credentials import Pair


def show_key(key: Pair, *, taken: bool = False) -> None:
    """An integration key; its secret, unless it was taken over, is seen here and never again."""
    click.echo(f"  Application ID  {key.application_id}")
    click.echo("  Secret key      as it was" if taken else f"  Secret key      {key.secret}  (never shown again)")
