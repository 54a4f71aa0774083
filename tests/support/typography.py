"""How French sentences are set: the rules of the Imprimerie nationale, as what breaks them."""

from __future__ import annotations

import re

RULES = {
    "an apostrophe is not typographic": re.compile(r"(?<=[^\W\d_])'"),
    "no wide no-break space before a colon": re.compile(r"(?<!\u00a0):(?=\s|$)|[ \u202f]:"),
    "no narrow no-break space before ; ! ?": re.compile(r"(?<!\u202f)[;!?]"),
    "no wide no-break space inside « »": re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"),
    "a unit may part from its number": re.compile(
        r"(?<=[\d}]) (?=(?:%|kg|km|Mo|°C|min|m|g|s)\b|%)"
    ),
}
