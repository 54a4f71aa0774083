"""The edge-based graph of a territory, its order, and what a vehicle makes of it on a day.

Its files are imported one by one: opening a built territory needs few of them.
"""

__all__: list[str] = []
