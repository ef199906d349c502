"""The detached supervisor: reads a plan from standard input, leaves its caller, and runs it."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from ivr.supervision.logs import LineFormatter, log_file_handler
from ivr.supervision.parts import Plan
from ivr.supervision.state import take_lock
from ivr.supervision.supervisor import Supervisor


def main() -> None:
    """Detach and supervise; a second supervisor of the same home leaves at once."""
    plan = Plan.model_validate_json(sys.stdin.read())
    if os.fork():
        os._exit(0)
    if take_lock(plan.home, patience=5.0) is None:
        sys.exit("another supervisor of this state directory runs; end it with: ivr down")
    handler = log_file_handler(plan.home, "supervisor")
    handler.setFormatter(LineFormatter("supervisor", plan.log_format, plan.secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.exit(0 if asyncio.run(Supervisor(plan).run()) else 1)


if __name__ == "__main__":
    main()
