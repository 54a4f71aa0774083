"""One file per territory, and where built ones are kept.

Its files are imported one by one: opening a built territory needs few of them.
"""

__all__: list[str] = []
