"""Roads closed or slowed for a while, for some vehicles.

Its files are imported one by one: opening a built territory needs few of them.
"""

__all__: list[str] = []
