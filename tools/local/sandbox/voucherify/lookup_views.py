"""What lookups find, to be set below `/_sandbox`."""

from collections.abc import Mapping

from pydantic import NonNegativeInt, TypeAdapter

from tools.local.sandbox.core import Handler
from tools.local.sandbox.voucherify.bodies import CustomerBody
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.qualifications import Qualifications
from tools.local.sandbox.voucherify.views import set_by

_points = TypeAdapter(dict[str, dict[str, NonNegativeInt]])
_promotions = TypeAdapter(dict[str, float])


class LookupViews:
    """`PUT` replaces all promotions (name: percent off), or the points of the customers named (campaign: points)."""

    def __init__(self, project: Project, qualifications: Qualifications) -> None:
        self._project = project
        self._qualifications = qualifications

    def routes(self) -> Mapping[str, Handler]:
        return {
            "PUT /_sandbox/promotions": lambda request: set_by(request, self._set_promotions),
            "PUT /_sandbox/loyalty": lambda request: set_by(request, self._set_points),
        }

    def _set_promotions(self, body: bytes) -> None:
        self._qualifications.promotions = _promotions.validate_json(body)

    def _set_points(self, body: bytes) -> None:
        for source_id, points in _points.validate_json(body).items():
            customer = self._project.profiles.upsert(CustomerBody(source_id=source_id), self._project.now_ms())
            customer.points = points
