"""Which quota a stack meets first, and at what size: `python -m tools.scale`, docs/scale.md.

Work is what `tools.cost` counts and assumes; quotas are in `docs/quotas.json`. Everything else is in `demand`.
"""
