"""Work for the child process that takes no time, or as much as a test wants."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from colivraison.errors import Fault, InputError, Where
from colivraison.planning.progress import OnStage, Stage, StageProgress

if TYPE_CHECKING:
    from colivraison.api.work_order import WorkOrder


def quick(order: WorkOrder, on_stage: OnStage) -> tuple[str, ...]:
    # A library that prints must not be taken for our messages.
    print("{not a message}", flush=True)  # noqa: T201 - that is the point
    os.write(1, b"nor this\n")
    on_stage(StageProgress(stage=Stage.ROUNDS, share=0.5, best_cents=1234))
    for language in ("fr", "en"):
        (order.folder / language).mkdir()
        (order.folder / language / "plan.json").write_text(f'{{"seed": {order.seed}}}')
        (order.folder / language / "map.html").write_text(f"<p>{language}</p>")
        (order.folder / language / "rounds.csv").write_text(order.input_name)
    return ("plan.json", "map.html", "rounds.csv")


def whole(order: WorkOrder, on_stage: OnStage) -> tuple[str, ...]:
    from colivraison.api.work import plan_into

    return plan_into(order, on_stage)


def endless(order: WorkOrder, on_stage: OnStage) -> tuple[str, ...]:
    (order.folder / "pid").write_text(str(os.getpid()))
    on_stage(StageProgress(stage=Stage.ROUNDS, share=0.25, best_cents=4200))
    while True:
        time.sleep(1)


def crash(order: WorkOrder, on_stage: OnStage) -> tuple[str, ...]:
    os.abort()


def bug(order: WorkOrder, on_stage: OnStage) -> tuple[str, ...]:
    raise RuntimeError("secret-of-the-house")


def refuse(order: WorkOrder, on_stage: OnStage) -> tuple[str, ...]:
    raise InputError([Fault(code="unknown_site", where=Where(row=3), value="là-bas")])


def exits(order: WorkOrder, on_stage: OnStage) -> tuple[str, ...]:
    sys.exit(0)
