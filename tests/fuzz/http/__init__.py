"""Requests that schemathesis makes of docs/openapi.yaml, over HTTP, to a running hub."""
