"""The names of vehicles in tags that our profiles may have."""

from __future__ import annotations

__all__ = ["VEHICLES"]

VEHICLES = ("goods", "hgv", "motorcar", "motor_vehicle", "cargo_bike", "bicycle", "vehicle")
"""Every name of a vehicle that a profile uses (held by a test), most specific first."""
