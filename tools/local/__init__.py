"""One machine's stand-in for AWS and the vendors, driven by template.yaml itself.

The code that Lambda finds on its path is found here too.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

for folder in ("functions", "layers/common"):
    if str(ROOT / folder) not in sys.path:
        sys.path.insert(0, str(ROOT / folder))
