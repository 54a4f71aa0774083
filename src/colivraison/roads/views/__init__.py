"""Networks, lines and areas as others draw and explore them.

Its files are imported one by one: opening a built territory needs few of them.
"""

__all__: list[str] = []
