"""What several commands print in the same words."""

import click

from cdphub.credentials import Pair
from cdphub.profile import Profile
from tools.hubctl.trial import Given, Trial, outcome, untried


def show_key(key: Pair, *, taken: bool = False) -> None:
    """An integration key; its secret, unless it was taken over, is seen here and never again."""
    click.echo(f"  Application ID  {key.application_id}")
    click.echo("  Secret key      as it was" if taken else f"  Secret key      {key.secret}  (never shown again)")


def trial(no_check: bool) -> Trial:
    """Tries a CDP's credentials and prints what that has shown, unless the operator wants none of it."""
    return untried if no_check else _tried


def _tried(profile: Profile, settings: Given, secrets: Given) -> None:
    if shown := outcome(profile, settings, secrets):
        click.echo(shown)
