"""`python -m bot` and the command `signoff`."""

import gc
import sys

# Looking through half-loaded modules for garbage finds none and takes a fifth of the start.
gc.disable()

from bot.cli.main import main  # noqa: E402
from bot.garbage import GARBAGE_THRESHOLD  # noqa: E402

gc.freeze()
gc.enable()
gc.set_threshold(GARBAGE_THRESHOLD)

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
