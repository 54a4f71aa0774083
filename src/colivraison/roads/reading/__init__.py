"""Files in: extracts, graphs of osmnx and built territories, as flat arrays.

Its files are imported one by one: opening a built territory needs few of them.
"""

__all__: list[str] = []
