"""Who works at an occasion, and what has become of it: its record in the table `state` (G4)."""

from dataclasses import dataclass

from cdphub import clock
from cdphub.store.state import Record, State
from publications.occasion import Occasion, at_edge


@dataclass(frozen=True)
class Claim:
    """An occasion as found: settled, `mine` to work at, or somebody else's.

    `before` is its record before it became mine, None for a new one.
    """

    key: str
    occasion: Occasion
    version: int
    mine: bool = False
    before: Occasion | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether an earlier attempt may have published."""
        return self.before is not None and self.before.calls > 0


class Occasions:
    """All writes are conditional: an occasion has one holder at a time, and one reply."""

    def __init__(self, state: State) -> None:
        self._state = state

    def claim(self, key: str, new: Occasion | None, lease_until: int) -> Claim | None:
        """The occasion, which is mine until `lease_until` unless it is settled or somebody's.

        None if there is none and `new` does not begin one, or somebody was quicker.
        """
        now = clock.now_ms()
        record = self._state.read(_name(key), now)
        found = Occasion.model_validate_json(record.text) if record else None
        if record is None or found is None:
            return self._begin(key, new, lease_until, now) if new else None
        if found.reply is not None:
            self._keep_open(key, found, record, now)
            return Claim(key, found, record.version)
        if found.lease_until > now:
            return Claim(key, found, record.version)
        taken = found.model_copy(update={"lease_until": lease_until, "calls": found.calls + 1})
        if not self._write(key, taken, record.version):
            return None
        return Claim(key, taken, record.version + 1, mine=True, before=found)

    def done(self, claim: Claim, settled: Occasion) -> Occasion:
        """Stores the reply; gives what is stored, which may be the reply that another was given."""
        if self._write(claim.key, settled, claim.version):
            return settled
        record = self._state.read(_name(claim.key), clock.now_ms())
        stored = Occasion.model_validate_json(record.text) if record else settled
        return stored if stored.reply is not None else settled

    def release(self, claim: Claim) -> None:
        """Nothing was published by me: it is as it was before."""
        if claim.before is None:
            self._state.delete(_name(claim.key), claim.version)
        else:
            self._write(claim.key, claim.before, claim.version)

    def doubt(self, claim: Claim, until: int) -> None:
        """I may have published: nobody works at it until then."""
        self._write(claim.key, claim.occasion.model_copy(update={"lease_until": until}), claim.version)

    def _begin(self, key: str, new: Occasion, lease_until: int, now: int) -> Claim | None:
        begun = new.model_copy(update={"lease_until": lease_until, "calls": 1})
        if not self._state.create(_name(key), begun.model_dump_json(), begun.expires, now):
            return None
        return Claim(key, begun, 1, mine=True)

    def _keep_open(self, key: str, found: Occasion, record: Record, now: int) -> None:
        if longer := at_edge(found, now):
            self._write(key, longer, record.version)

    def _write(self, key: str, occasion: Occasion, version: int) -> bool:
        text = occasion.model_dump_json()
        return self._state.replace(_name(key), text, occasion.expires, version, occasion.customer)


def _name(key: str) -> str:
    return f"publication#{key}"
