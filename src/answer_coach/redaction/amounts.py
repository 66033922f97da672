"""What patterns alone tell: amounts of money, e-mail addresses, telephone numbers, links.

Percentages, durations and counts are no amounts: they stay, since they name nobody and a judge needs them.  So do vague
ones ("a few million euros").
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["company", "person", "product", "name", "money", "e-mail", "phone", "link"]
LIFELESS = frozenset(("money", "e-mail", "phone", "link"))

_NUMBER = r"(?<![\w.,])(?:\d{1,3}(?:[.,'\u2019 ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_TIMES = (
    r"(?:[ -]?(?:k|m|mn|mm|mio\.?|mrd\.?|tsd\.?|bn|b|tn|hundred|thousand|million|billion|trillion|lakhs?|crores?)"
    r"(?!\w))"
)
_SMALL = (
    r"(?:half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|quarter)"
)
_COUNT = rf"(?:{_SMALL}|hundred|thousand|million|billion|dozen)"
_SPELLED = rf"\b(?:{_SMALL}|an? {_COUNT})(?:[\s-]+(?:and[\s-]+)?(?:an?[\s-]+)?{_COUNT})*"
_AMOUNT = rf"(?:{_NUMBER}{_TIMES}*|{_SPELLED})"
_BEFORE = (
    r"(?:(?:us|a|c|nz|hk|s)?\$|[€£¥₹₩₽₺₪]|\b(?:eur|usd|gbp|chf|jpy|inr|sek|nok|dkk|pln|aud|cad|cny|rs\.?)(?=[ \d]))"
)
_BEHIND = (
    r"(?:[€$£¥₹₩₽₺₪]|(?:euros?|dollars?|pounds?(?: sterling)?|quid|bucks|grand|(?:swiss )?francs?|yen|yuan|renminbi"
    r"|rupees?|roubles?|rubles?|z[lł]ot(?:ys?|ych)|kronor|kroner|krona|krone|crowns?|pesos?|reais|rand|liras?|dirhams?"
    r"|riyals?|shekels?|baht|ringgit|pence|cents?|eur|usd|gbp|chf|jpy|inr|sek|nok|dkk|pln|brl|zar|aed|rmb|cny|k€|t€|m€"
    r"|[tkm]eur)(?!\w))"
)
MONEY = (
    rf"(?i:{_BEFORE}\s?{_NUMBER}{_TIMES}?(?:\s?(?:-|\u2013|to)\s?{_NUMBER}{_TIMES}?)?"
    rf"|(?<=between ){_AMOUNT} and {_AMOUNT}[\s-]?{_BEHIND}"
    rf"|{_AMOUNT}(?:\s?(?:-|\u2013|\bto\b|\bor\b)\s?{_AMOUNT})?[\s-]?{_BEHIND})"
)
MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
LINK = (
    r"(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]}']"
    r"|(?<![\w@.-])(?:[\w-]+\.)+(?:com|org|net|io|ai|de|ch|fr|uk|eu|nl|es|pl|app|info|biz)(?!\w)"
    r"(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'])?"
)
PHONE = (
    r"(?<![\w.,])(?:\+\d[\d ()/.-]{6,}\d|\(?\b0\d{1,4}\)?[ /-]\d[\d /-]{4,}\d"
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4})(?!\w)"
)
HANDLE = r"(?<![\w@])@[A-Za-z][\w.-]*\w|(?<![\w&])[A-Z] ?& ?[A-Z](?![\w&])"
SMALL_FIRM = r"(?<![\w'])[^\W\d_][\w&-]+ (?i:gmbh|ltd|inc|llc|plc|kgaa|sarl)(?!\w)"
PATTERNS: tuple[tuple[str, Kind], ...] = (
    (MAIL, "e-mail"),
    (LINK, "link"),
    (PHONE, "phone"),
    (MONEY, "money"),
    (HANDLE, "name"),
    (SMALL_FIRM, "company"),
)
"""Each pattern, compiled when it is first used, and what it finds."""
