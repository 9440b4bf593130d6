"""Audiences end right, whatever fails on the way and however often it is tried again (G1, G2)."""

import pytest

from tests.e2e.faults import A_THIRD
from tests.e2e.hub import Hub
from tests.e2e.project import Project
from tests.e2e.senders.mparticle import audience

LISTS = {"mparticle": "mparticleAudiences", "braze": "brazeAudiences"}


@pytest.fixture(scope="module")
def project(hub: Hub) -> Project:
    return hub.new_project("audiences")


def change(project: Project, cdp: str, customer: str, action: str, audience_id: int, name: str) -> None:
    """One customer joins (`add`) or leaves (`delete`) an audience; Braze knows audiences by their ids alone."""
    if cdp == "braze":
        reply = project.braze.audience(action, customer, name)
    else:
        reply = project.mparticle.audiences({customer: [audience(audience_id, name, action)]})
    assert reply.status in (200, 202)


@pytest.mark.parametrize("cdp", LISTS)
def test_g2_add_delete_add_under_retries_ends_joined(hub: Hub, project: Project, cdp: str) -> None:
    customers = [f"{cdp}-again-{number}" for number in range(10)]
    with hub.voucherify.failing(*A_THIRD):
        for action in ("add", "delete", "add"):
            for customer in customers:
                change(project, cdp, customer, action, 7, "VIP")
        hub.wait_until_quiet()
    assert [project.metadata(customer) for customer in customers] == [{LISTS[cdp]: ["VIP"]}] * len(customers)


@pytest.mark.parametrize("cdp", LISTS)
def test_g2_leaving_the_last_audience_leaves_an_empty_list(hub: Hub, project: Project, cdp: str) -> None:
    customer = f"{cdp}-leaves"
    for action in ("add", "delete"):
        change(project, cdp, customer, action, 7, "VIP")
        hub.wait_until_quiet()
    assert project.metadata(customer) == {LISTS[cdp]: []}


def test_g2_a_renamed_audience_replaces_its_name(hub: Hub, project: Project) -> None:
    for audience_id, name in ((7, "VIP"), (8, "Newsletter"), (7, "Very important")):
        change(project, "mparticle", "renamed", "add", audience_id, name)
        hub.wait_until_quiet()
    assert sorted(project.metadata("renamed")["mparticleAudiences"]) == ["Newsletter", "Very important"]


def test_audiences_that_others_have_set_stay(hub: Hub, project: Project) -> None:
    project.write_at_voucherify({"source_id": "made-elsewhere", "metadata": {"mparticleAudiences": ["by hand"]}})
    change(project, "mparticle", "made-elsewhere", "add", 7, "VIP")
    hub.wait_until_quiet()
    assert sorted(project.metadata("made-elsewhere")["mparticleAudiences"]) == ["VIP", "by hand"]


def test_each_cdp_has_a_list_of_its_own(hub: Hub, project: Project) -> None:
    for cdp in LISTS:
        change(project, cdp, "both", "add", 7, f"of {cdp}")
    hub.wait_until_quiet()
    assert project.metadata("both") == {"mparticleAudiences": ["of mparticle"], "brazeAudiences": ["of braze"]}
