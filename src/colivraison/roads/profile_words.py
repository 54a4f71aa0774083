"""What people call the vehicles of the profiles, in cases and in files of closures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["PROFILE_WORDS"]

PROFILE_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "van": ("fourgon", "van", "camionnette", "utilitaire"),
        "van-refrigerated": (
            *("fourgon frigorifique", "van-refrigerated", "frigorifique", "frigo"),
            *("camionnette frigorifique", "refrigerated van"),
        ),
        "car": ("voiture", "car", "auto"),
        "truck": ("camion", "truck", "poids lourd", "pl"),
        "cargo-bike": ("vélo cargo", "cargo-bike", "vélo", "vélo cargo électrique", "bike"),
    }
)
"""Words by profile; the first is the one we write. ``osrm-car`` is no vehicle but a comparison."""
