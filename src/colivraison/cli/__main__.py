"""``python -m colivraison.cli`` is the same as ``colivraison``."""

import sys

from colivraison.cli import main

if __name__ == "__main__":
    sys.exit(main())
