"""A profile fitted to rounds that were driven or declared.

Its files are imported one by one: opening a built territory needs few of them.
"""

__all__: list[str] = []
