"""Whether a project's metadata schema has the lists that a connection keeps customers' audiences in."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cdphub.connections import Project, ProjectSecrets
from cdphub.metadata import conform
from cdphub.transport import Urllib3Transport
from cdphub.voucherify.client import Voucherify
from cdphub.voucherify.lists import read_all

DEFINITION = {"type": "string", "array": True, "optional": True}
"""As Voucherify's API has it: https://docs.voucherify.io/api-reference/metadata-schemas."""


def advice(project: Project, secrets: ProjectSecrets, lists: Sequence[str]) -> Iterator[str]:
    """What to define in Voucherify, line by line; nothing if all is there."""
    if not lists:
        return
    answer = read_all(Voucherify(project, secrets, Urllib3Transport()).read_metadata_schemas)
    if not answer.yes and answer.status != 404:
        yield f"Whether the project defines {' and '.join(lists)} could not be seen: {answer.reason}"
        return
    schemas = _schemas(answer.body) if answer.yes else {}
    _, omitted = conform({name: ["an audience"] for name in lists}, schemas)
    for one in omitted:
        yield f"Audiences are left out: the project's metadata {one.key} is not fit for them ({one.reason}). Define it,"
        yield "in Voucherify's Project Settings > Metadata Schema > Customer, as an array of strings:"
        yield f"  {json.dumps({one.key: DEFINITION})}"


def _schemas(listed: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(schema.get("related_object")): schema.get("properties") or {} for schema in listed}
