"""Where the bundled program starts. It answers to ``-m MODULE`` as Python does.

*Why*: NestDesk starts its engine, its readers of documents and pip as ``sys.executable -m ...``, and in a bundle
sys.executable is the program itself. So nothing in NestDesk has to know whether it is bundled.
"""

from __future__ import annotations

import runpy
import sys
from itertools import dropwhile

FLAGS = ("-P", "-B")  # of Python; a bundle holds to both by itself: its modules come from it alone, compiled before


def main() -> None:
    """Run the module that was asked for, or else the program."""
    arguments = list(dropwhile(FLAGS.__contains__, sys.argv[1:]))
    if len(arguments) > 1 and arguments[0] == "-m":
        sys.argv = arguments[1:]  # run_module puts the module's file in the first place, as Python does
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        from nestdesk.__main__ import main as run

        run()


if __name__ == "__main__":
    main()
