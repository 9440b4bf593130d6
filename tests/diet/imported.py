"""What importing a module brings in, in a process that has nothing else in it, as Lambda's has.

Usage: imported.py FOLDERS MODULE. The folders, joined by colons, are those of the hub's own code. Prints JSON: the
number of own modules, and the packages from elsewhere but the standard library's.
"""

import importlib
import json
import sys


def main(folders: str, module: str) -> None:
    """Imports it and tells what there is now that was not there before."""
    sys.path[:0] = folders.split(":")
    before = set(sys.modules)
    importlib.import_module(module)
    new = {name: getattr(sys.modules[name], "__file__", None) or "" for name in set(sys.modules) - before}
    own = {name for name, file in new.items() if file.startswith(tuple(f"{folder}/" for folder in folders.split(":")))}
    elsewhere = {name for name, file in new.items() if "/site-packages/" in file}
    packages = sorted({name.partition(".")[0] for name in elsewhere})
    sys.stdout.write(json.dumps({"own": len(own), "packages": packages}))


if __name__ == "__main__":
    main(*sys.argv[1:])
