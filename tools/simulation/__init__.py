"""The simulation: the production code of the workers over in-memory queues and tables, with a virtual clock.

One seed decides everything that can differ from run to run: whose turn it is, how long a call takes, what fails, what
comes twice, and who is killed. So hours pass in seconds, and a failure is replayed by its seed.
"""

# Makes the code that Lambda imports importable here.
from tools.local import ROOT

__all__ = ["ROOT"]
