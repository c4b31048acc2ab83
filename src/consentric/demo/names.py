"""Word lists for invented people: names, streets and towns by country. Words only, no logic.

Common names, so that a combination is nobody in particular. Letters that break naive code are well represented.
"""

from __future__ import annotations

from typing import Final

# fmt: off
FIRST: Final[dict[str, tuple[str, ...]]] = {
    "DK": (
        "Anne", "Mette", "Kirsten", "Hanne", "Anna", "Karen", "Susanne", "Lene", "Marianne", "Camilla", "Søren",
        "Jørgen",
        "Åse", "Bjørn", "Kåre", "Ærlend", "Peter", "Lars", "Michael", "Jens", "Thomas", "Henrik", "Martin",
        "Christian",
        "Freja", "Ida", "Emma", "Sofie", "Clara", "Laura", "William", "Noah", "Oscar", "Malthe", "Emil", "Alfred",
        "Liam",
        "Anne-Marie", "Hans-Henrik", "Karen-Margrethe", "André", "Renée", "Chloé", "Birgitte", "Ulla", "Gitte",
        "Dorthe",
        "Rasmus", "Mikkel", "Jakob", "Frederik", "Mathilde", "Caroline", "Josefine", "Signe", "Maja", "Nanna",
        "Bo", "Ib",
    ),
    "SE": ("Åsa", "Björn", "Karin", "Göran", "Elin", "Jörgen", "Märta", "Lennart", "Linnéa", "Sven", "Malin", "Håkan"),
    "NO": ("Øystein", "Kari", "Åshild", "Ola", "Ingrid", "Sigrid", "Håvard", "Torbjørn", "Solveig", "Nils", "Marit"),
    "DE": ("Jürgen", "Sabine", "Björn", "Käthe", "Günther", "Petra", "Klaus-Dieter", "Anja", "Jörg", "Heike", "Uwe"),
}

LAST: Final[dict[str, tuple[str, ...]]] = {
    "DK": (
        "Nielsen", "Jensen", "Hansen", "Pedersen", "Andersen", "Christensen", "Larsen", "Sørensen", "Rasmussen",
        "Jørgensen",
        "Petersen", "Madsen", "Kristensen", "Olsen", "Thomsen", "Christiansen", "Poulsen", "Johansen", "Møller",
        "Mortensen",
        "Knudsen", "Østergaard", "Ågaard", "Kjær", "Lund", "Bæk", "Nørgaard", "Dahl-Jensen", "Holm Nielsen", "Schøn",
        "O'Connor", "D'Angelo", "Krogh-Møller", "Lindé", "af Rosenborg", "von Bülow", "Skov", "Bak", "Friis", "Toft",
    ),
    "SE": ("Andersson", "Johansson", "Öberg", "Åkesson", "Lindström", "Sjögren", "Nyström", "Håkansson", "Bergqvist"),
    "NO": ("Hansen", "Øverland", "Bakken", "Ødegård", "Solberg", "Hauge", "Myhre", "Sæther", "Åsen", "Strøm"),
    "DE": ("Müller", "Schröder", "Groß", "Krämer", "Weiß", "Schäfer", "Petersen", "Jäger", "Köhler", "Hansen"),
}

STREETS: Final[dict[str, tuple[str, ...]]] = {
    "DK": (
        "Vestergade", "Østergade", "Nørregade", "Søndergade", "Algade", "Jernbanegade", "Skolevej", "Kirkevej",
        "Åboulevarden",
        "Møllevænget", "Birkevej", "Lærkevej", "Strandvejen", "H.C. Andersens Vej", "Rosenvænget", "Havnegade",
        "Engvej",
    ),
    "SE": ("Storgatan", "Drottninggatan", "Kungsgatan", "Björkvägen", "Skolgatan", "Ängsvägen"),
    "NO": ("Storgata", "Kirkeveien", "Bjørkeveien", "Skolegata", "Øvre Torggate", "Sjøgata"),
    "DE": ("Hauptstraße", "Schulstraße", "Bahnhofstraße", "Große Straße", "Mühlenweg", "Am Nordertor"),
}

TOWNS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "DK": (
        ("0800", "Høje Taastrup"), ("1050", "København K"), ("1620", "København V"), ("2100", "København Ø"),
        ("2200", "København N"),
        ("2300", "København S"), ("2800", "Kongens Lyngby"), ("3000", "Helsingør"), ("3400", "Hillerød"),
        ("3700", "Rønne"),
        ("4000", "Roskilde"), ("4600", "Køge"), ("4700", "Næstved"), ("5000", "Odense C"), ("5700", "Svendborg"),
        ("6000", "Kolding"),
        ("6400", "Sønderborg"), ("6700", "Esbjerg"), ("7100", "Vejle"), ("7400", "Herning"), ("8000", "Aarhus C"),
        ("8200", "Aarhus N"),
        ("8600", "Silkeborg"), ("8700", "Horsens"), ("8800", "Viborg"), ("8900", "Randers C"),
        ("9000", "Aalborg"), ("9800", "Hjørring"),
    ),
    "SE": (("211 20", "Malmö"), ("222 22", "Lund"), ("252 20", "Helsingborg"), ("411 05", "Göteborg")),
    "NO": (("0150", "Oslo"), ("0350", "Oslo"), ("5003", "Bergen"), ("4006", "Stavanger")),
    "DE": (("24937", "Flensburg"), ("24103", "Kiel"), ("20095", "Hamburg")),
}
# fmt: on

TITLES: Final = ("Mrs.", "Mr.", "Fru", "Hr.", "Dr.")
# Reserved for documentation (RFC 2606): mail to them reaches nobody.
MAIL_DOMAINS: Final = ("post.example", "mail.example", "postkasse.example", "hjemme.example", "familie.example")
STAFF_DOMAIN: Final = "hyggeshop.example"
# The shop's own contact in audiences.yaml, which plans and reports print: no customer may carry this name.
RESERVED_NAMES: Final = frozenset({("Maria", "Holm")})
