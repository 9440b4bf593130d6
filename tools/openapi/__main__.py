"""`python -m tools.openapi`: writes docs/openapi.yaml anew."""

from tools.openapi.document import FILE, written

FILE.write_text(written())
