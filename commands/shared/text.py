# SPDX-License-Identifier: GPL-2.0-or-later
"""Text from outside, made fit to be shown."""


def printable(text, kept=""):
    """The text on one line, and nothing that acts on a terminal: names, filters and phrases may hold line ends, escape
    codes, marks that turn the direction of writing, and bytes that are no UTF-8. Kept are these characters alone."""
    return "".join(character if character.isprintable() or character in kept else
                   character.encode("unicode_escape").decode() for character in valid_unicode(text))


def valid_unicode(text):
    """The text with \\xff for each byte of a file name that is no UTF-8, \\ud800 for another half of a character."""
    if text.isascii():
        return text
    return "".join(_spelled_out(character) if "\ud800" <= character <= "\udfff" else character for character in text)


def _spelled_out(half):
    # Python has a byte that is no UTF-8 as one of these halves.
    return f"\\x{ord(half) - 0xdc00:02x}" if "\udc80" <= half <= "\udcff" else f"\\u{ord(half):04x}"


def lines_of(text):
    """The lines that end in \\n. str.splitlines() also ends one at characters that a sender may put into a phrase, and
    what stands behind them would begin a line of the sender's own."""
    return text.removesuffix("\n").split("\n") if text else []


def counted(count, noun):
    return f"{count} {noun}{'' if count == 1 else 's'}"
