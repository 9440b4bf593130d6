"""The operator's command line: sets up projects and connections of a deployed stack or of the local cloud.

The local cloud's package comes first, since it lets Python find the code that runs in Lambda.
"""

from tools.local import ROOT

FUNCTIONS = ROOT / "functions"
