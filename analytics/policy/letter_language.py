"""Find in which of the pages' languages a letter is written, so that the facts filled into it are said in that one.

A school writes its templates in English or Welsh, and nothing else says which: whoever fills one in may read their
pages in the other. Small words tell, as every sentence has some, and these stand in one of the two languages alone.
"""

import re
from collections.abc import Mapping

SMALL_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset(["and", "are", "have", "how", "if", "is", "of", "the", "there", "this", "to", "we", "with", "you"]),
    "cy": frozenset(
        ["ac", "ar", "chi", "ein", "eich", "gyda", "mae", "neu", "os", "wedi", "yn", "yr", "ydych", "ydym"]
    ),
}
"""By a language, as the launch calls it."""
FIELD = re.compile(r"\{\w+\}")


def find_letter_language(text: str) -> str:
    """Return "cy" for a text with more of the small words of Welsh than of English, else "en"; also for none."""
    words = re.findall(r"\w+", FIELD.sub(" ", text).lower())
    counts = {language: sum(word in small for word in words) for language, small in SMALL_WORDS.items()}
    return max(counts, key=lambda language: counts[language])
