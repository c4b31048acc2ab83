"""The states of the United States, its district, territories and forces abroad, as data: the codes of ANSI INCITS 38 and USPS
(https://www.census.gov/library/reference/code-lists/ansi.html; https://about.usps.com/who/profile/history/state-abbreviations.htm).
"""

from __future__ import annotations

from typing import Final

_NAMES_AND_CODES: Final = """
alabama al alaska ak arizona az arkansas ar california ca colorado co connecticut ct delaware de districtofcolumbia dc
washingtondc dc florida fl georgia ga hawaii hi idaho id illinois il indiana in iowa ia kansas ks kentucky ky louisiana la
maine me maryland md massachusetts ma michigan mi minnesota mn mississippi ms missouri mo montana mt nebraska ne nevada nv
newhampshire nh newjersey nj newmexico nm newyork ny northcarolina nc northdakota nd ohio oh oklahoma ok oregon or
pennsylvania pa rhodeisland ri southcarolina sc southdakota sd tennessee tn texas tx utah ut vermont vt virginia va
washington wa westvirginia wv wisconsin wi wyoming wy americansamoa as guam gu northernmarianaislands mp puertorico pr
usvirginislands vi virginislands vi armedforcesamericas aa armedforceseurope ae armedforcespacific ap
"""

_WORDS: Final = _NAMES_AND_CODES.split()
CODE_OF: Final = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
CODES: Final = frozenset(CODE_OF.values())
