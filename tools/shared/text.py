# SPDX-License-Identifier: GPL-2.0-or-later
"""Text from outside, made fit to be shown."""


def printable(text):
    """The text on one line: names and filters may hold line ends, escape codes and bytes that are no UTF-8."""
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode()
                   for character in valid_unicode(text))


def valid_unicode(text):
    """The text with \\xff for each byte of a file name that is no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def counted(count, noun):
    return f"{count} {noun}{'' if count == 1 else 's'}"
