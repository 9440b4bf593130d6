"""A key changes while its CDP calls all the time: no caller with a valid key is ever refused."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from cdphub.connections import list_connections, list_keys
from tests.e2e.exchange import wait_until
from tests.e2e.hub import Hub
from tests.e2e.senders.segment import Segment
from tools.hubctl import keys
from tools.hubctl.target import local_hub

CALLERS = 3
CALLS = 20
"""So many each caller makes, at least, between one step and the next."""


class Traffic:
    """Callers that ask one after the other; `sender` is whose key they present from the next call on."""

    def __init__(self, sender: Segment, executor: ThreadPoolExecutor) -> None:
        self.sender = sender
        self.statuses: list[int] = []
        self._over = False
        self._callers = [executor.submit(self._call, caller) for caller in range(CALLERS)]

    def _call(self, caller: int) -> None:
        for number in count():
            if self._over:
                return
            customer = {"source_id": f"rotation-{caller}", "name": f"Name {number}"}
            self.statuses.append(self.sender.action("customer", customer).status)

    def go_on(self) -> None:
        """Waits for some more calls."""
        enough = len(self.statuses) + CALLERS * CALLS
        wait_until(lambda: len(self.statuses) >= enough)

    def end(self) -> None:
        self._over = True
        for caller in self._callers:
            caller.result()


def test_a_key_changes_under_traffic_without_one_401(hub: Hub) -> None:
    stored, old = local_hub(hub.aws.url), hub.new_project("rotation").segment
    (connection,) = (one for one in list_connections(stored.store, "rotation") if one.cdp == "segment")
    with ThreadPoolExecutor(CALLERS) as executor:
        traffic = Traffic(old, executor)
        try:
            traffic.go_on()
            pair = keys.add(stored, connection)
            new = Segment(hub.url, {"application_id": pair.application_id, "secret_key": pair.secret})
            traffic.sender = new
            traffic.go_on()
            keys.revoke(stored, connection, old.keys["application_id"])
            wait_until(lambda: old.test_authentication().status == 401)
            traffic.go_on()
        finally:
            traffic.end()
    assert set(traffic.statuses) == {200}
    assert [key.application_id for key in list_keys(stored.store, connection)] == [pair.application_id]
