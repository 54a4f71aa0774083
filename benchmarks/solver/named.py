"""The instances set beside the peers, and those that are solved several times.

Chosen once, by name alone, before any of them was run: every size and every type of both sets
(clustered, random, mixed; short and long horizon; four cities), odd and even numbers.
"""

from __future__ import annotations

__all__ = ["FORTY", "SEVERAL_SEEDS_200", "SIZE_1000", "TEN"]

FORTY = (
    "lc101", "lc203", "lr109", "lr201", "lrc103", "lrc207",
    "bar-n100-1", "ber-n100-2", "nyc-n100-3", "poa-n100-2",
    "lc1_2_9", "lc2_2_3", "lr1_2_1", "lr2_2_7", "lrc1_2_5", "lrc2_2_5",
    "bar-n200-3", "ber-n200-1", "nyc-n200-2", "poa-n200-2",
    "lc1_4_3", "lc2_4_9", "lr1_4_5", "lr2_4_1", "lrc1_4_7", "lrc2_4_3",
    "bar-n400-1", "ber-n400-2", "nyc-n400-3", "poa-n400-2",
    "lr1_6_3", "lrc2_6_1",
    "lc1_8_3", "lr2_8_1",
    "lc2_10_1", "lr1_10_3", "lr2_10_1", "lrc1_10_1",
    "bar-n1000-1", "nyc-n1000-1",
)  # fmt: skip

TEN = (
    "lr201", "nyc-n100-3", "lrc2_2_5", "ber-n200-1", "lr1_4_5",
    "poa-n400-2", "lrc2_6_1", "lc1_8_3", "lr1_10_3", "bar-n1000-1",
)  # fmt: skip
"""Those of ``FORTY`` that also get a minute."""

SEVERAL_SEEDS_200 = (
    "lc1_2_3", "lc1_2_9", "lc2_2_3", "lc2_2_5", "lr1_2_3",
    "lr1_2_7", "lr2_2_5", "lr2_2_7", "lrc1_2_7", "lrc2_2_5",
)  # fmt: skip

SIZE_1000 = (
    "lc1_10_1", "lc2_10_1", "lr1_10_3", "lr2_10_1", "lrc1_10_1", "lrc2_10_3",
    "bar-n1000-1", "nyc-n1000-1",
)  # fmt: skip
