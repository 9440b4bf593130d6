"""Customers, one by one (https://docs.voucherify.io/api-reference/customers/customer-object)."""

from tools.local.sandbox.core import Handler, Reply, Request
from tools.local.sandbox.voucherify.bodies import CustomerBody, CustomerFields, json_of, parse, whole_number
from tools.local.sandbox.voucherify.history import Effect
from tools.local.sandbox.voucherify.profiles import Customer
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.values import iso_time


class Customers:
    """The calls below /v1/customers, but for those in bulk."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> dict[str, Handler]:
        return {
            "POST /v1/customers": self._upsert,
            "GET /v1/customers": self._list,
            "GET /v1/customers/<customer>": self._get,
            "PUT /v1/customers/<customer>": self._update,
            "DELETE /v1/customers/<customer>": self._delete,
            "POST /v1/customers/<customer>/permanent-deletion": self._erase,
        }

    def _upsert(self, request: Request) -> Reply:
        body = parse(CustomerBody, json_of(request))
        customer = self._project.profiles.upsert(body, self._project.now_ms())
        return self._written(request, customer, body)

    def _update(self, request: Request, customer: str) -> Reply:
        body = parse(CustomerFields, json_of(request))
        profiles = self._project.profiles
        return self._written(request, profiles.update(profiles.find(customer), body, self._project.now_ms()), body)

    def _written(self, request: Request, customer: Customer, body: CustomerFields) -> Reply:
        at = self._project.now_ms()
        self._project.history.add(Effect(at, "customer", customer.source_id, request.index, body.sent()))
        return Reply.of(200, customer.shown())

    def _get(self, request: Request, customer: str) -> Reply:
        return Reply.of(200, self._project.profiles.find(customer).shown())

    def _list(self, request: Request) -> Reply:
        limit = whole_number(request, "limit", default=10, highest=100)
        page = whole_number(request, "page", default=1, highest=99)
        newest_first = self._project.profiles.all()[::-1]
        shown = [customer.shown() for customer in newest_first[(page - 1) * limit : page * limit]]
        listed = {"object": "list", "data_ref": "customers", "customers": shown, "total": len(newest_first)}
        return Reply.of(200, {**listed, "has_more": page * limit < len(newest_first)})

    def _delete(self, request: Request, customer: str) -> Reply:
        self._remove(request, customer)
        return Reply(204)

    def _erase(self, request: Request, customer: str) -> Reply:
        removed = self._remove(request, customer)
        deleted = ("events", "customer_events", "daily_events", "segments", "orders", "order_events")
        return Reply.of(
            200,
            {
                "id": self._project.ids("del_"),
                "created_at": iso_time(self._project.now_ms()),
                "related_object_id": removed.id,
                "related_object": "customer",
                "status": "DONE",
                "data_json": {**dict.fromkeys(deleted, 0), "customer": 1},
                "object": "pernament_deletion",  # spelled so by Voucherify
            },
        )

    def _remove(self, request: Request, key: str) -> Customer:
        customer = self._project.profiles.find(key)
        self._project.profiles.remove(customer)
        at = self._project.now_ms()
        self._project.history.add(Effect(at, "delete", customer.source_id, request.index, {}))
        return customer
