"""Where the process begins, by `auditcheck` or `python -m auditcheck`."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Starts the command line. Until it is loaded there is nothing to tidy up: a signal just ends it."""
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        signal.signal(number, lambda *_, code=code: os._exit(code))
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored: started by nohup
        signal.signal(signal.SIGHUP, lambda *_: os._exit(129))
    from auditcheck import cli

    cli.build_only("".join(sys.argv[1:2]))
    cli.main()


if __name__ == "__main__":
    main()
