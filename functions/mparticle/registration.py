"""What mParticle is told of this integration, whoever asks: what it may send, and what its users must enter.

Shape: https://github.com/mParticle/mparticle-firehose-java-sdk, ModuleRegistrationResponse_schema.json.
"""

from typing import Any

from cdphub import VERSION
from mparticle.identities import IDENTITIES

_ACCOUNT_SETTINGS = [
    {
        "type": "text",
        "id": setting,
        "name": name,
        "description": description,
        "visible": True,
        "required": True,
        "confidential": confidential,
    }
    for setting, name, description, confidential in (
        ("applicationId", "Application ID", "Application ID of the hub's integration key", False),
        ("secretKey", "Secret Key", "Secret key of the hub's integration key", True),
    )
]

_EVENT_TYPES = [
    "custom_event",
    "screen_view",
    "product_action",
    "promotion_action",
    "impression",
    "user_attribute_change",
    "user_identity_change",
]
_RUNTIMES = ["unknown", "android", "ios", "tvos", "mobileweb", "roku", "xbox", "firetv", "alexa", "smarttv"]


def _firehose_name(identity: str) -> str:
    return "customer" if identity == "customer_id" else identity.replace("_id_", "")


REGISTRATION: dict[str, Any] = {
    "name": "Voucherify CDP Hub",
    "version": VERSION,
    "description": "Brings mParticle's users, custom events and audiences to Voucherify: customers with metadata, "
    "events that campaigns react to, and audiences as a list in each customer's metadata.",
    "permissions": {
        "user_identities": [
            {"type": _firehose_name(identity), "encoding": "raw", "required": False}
            for identity in IDENTITIES
            if identity != "mpid"
        ],
        "device_identities": [],
        "partner_identities": [],
        "allow_user_attributes": True,
        "allow_audience_user_attributes": True,
        "allow_access_mpid": True,
        "allow_eventless_batches": True,
        # Names the feed that a batch came from.
        "allow_platform_fields": True,
        "allow_consent_state": False,
        "allow_device_info": False,
        "allow_access_ip_address": False,
        "allow_access_location": False,
    },
    "event_processing_registration": {
        "account_settings": _ACCOUNT_SETTINGS,
        "event_connection_settings": [],
        "supported_event_types": _EVENT_TYPES,
        "supported_runtime_environments": _RUNTIMES,
        # Voucherify dates an event on its arrival.
        "max_data_age_hours": 24,
    },
    "audience_processing_registration": {
        "account_settings": _ACCOUNT_SETTINGS,
        "audience_subscription_settings": [],
        # Many profiles in a message become few calls of Voucherify's API.
        "bulk_configuration": {"bulk_forward_wait_for_messages": 1_000, "bulk_forward_wait_in_minutes": 5},
    },
    "dsr_processing_registration": {"account_settings": _ACCOUNT_SETTINGS, "supported_dsr_types": ["erasure"]},
}
