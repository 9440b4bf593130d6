"""What a month of the hub costs at AWS, from counted work and listed prices: `python -m tools.cost`, docs/cost.md.

`counted.json` is what tests/cost counts, `docs/prices.json` is what AWS lists. Everything else is in `formula`.
"""
