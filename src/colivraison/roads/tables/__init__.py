"""Small tables people write with a spreadsheet.

Its files are imported one by one: opening a built territory needs few of them.
"""

__all__: list[str] = []
