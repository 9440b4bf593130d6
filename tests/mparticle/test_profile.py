"""mParticle's profile, and whether its README keeps up with it."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cdphub.api import Request
from cdphub.profile import load_profiles
from front.default import route
from mparticle.models import SubjectRequest
from mparticle.privacy import notice
from mparticle.profile import PROFILE, Settings

FUNCTIONS = Path(__file__).parents[2] / "functions"
README = (FUNCTIONS / "mparticle" / "README.md").read_text()


@pytest.mark.parametrize("host", ["mparticle.example.com", "eu1.mparticle.example.com"])
def test_a_host_of_its_own_needs_no_path(host: str) -> None:
    assert route(Request("POST", "/", host=host), load_profiles(FUNCTIONS)) == (PROFILE, "/mparticle")


def test_the_readme_says_what_is_kept_and_how_long() -> None:
    for kept in notice(SubjectRequest(subject_request_type="access"))["kept"]:
        assert f"| {kept['what']} | {kept['how_long']} |" in README


def test_identities_have_either_name() -> None:
    given: Any = ["customer", "customerId", "other2", "other_id_10", "MPID"]
    assert Settings(identity_priority=given).identity_priority == (
        "customer_id",
        "customer_id",
        "other_id_2",
        "other_id_10",
        "mpid",
    )


@pytest.mark.parametrize("priority", [[], ["facebook"], ["other11"], [1], [None], "email"])
def test_other_identities_are_refused(priority: Any) -> None:
    with pytest.raises(ValidationError):
        Settings(identity_priority=priority)
