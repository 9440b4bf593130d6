"""The integration key as mParticle's users enter it: settings of the account, which come in the message."""

from collections.abc import Mapping
from typing import Any

from cdphub.credentials import Pair
from mparticle.values import as_object, filled_text, plain


def in_account(account: Mapping[str, Any]) -> Pair | None:
    """The key in the account's settings, whatever the case and punctuation of their names; None if it is not whole."""
    given = {plain(name): filled_text(value) for name, value in as_object(account.get("account_settings")).items()}
    application_id, secret = given.get("applicationid"), given.get("secretkey")
    return Pair(application_id.strip(), secret.strip()) if application_id and secret else None
