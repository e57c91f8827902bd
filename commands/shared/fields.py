# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields of messages out of tshark -T fields, also where a frame has several messages."""

# Values of one field, and fields. No text of a sender's holds them but a phrase, a header and the like, which are asked
# for last, so that they can break no other field.
BETWEEN_VALUES, BETWEEN_FIELDS = "\x1e", "\x1f"
# This statistic always prints, and so tells that tshark came to its end.
MARKER = "io,stat,0"
MARKER_EDGE = "="


def arguments_of(names):
    return ["-T", "fields", "-E", f"separator={BETWEEN_FIELDS}", "-E", f"aggregator={BETWEEN_VALUES}", "-E",
            "occurrence=a", "-z", MARKER, *(word for name in names for word in ("-e", name))]


class rows_of:
    """A list of values for each field, row by row; complete once tshark has printed all that it was asked for."""

    def __init__(self, lines, names):
        self._lines = lines
        self._last = len(names) - 1
        self.complete = False

    def __iter__(self):
        for line in self._lines:
            text = line.decode("utf-8", "replace").removesuffix("\n")
            self.complete = self.complete or text.startswith(MARKER_EDGE)
            if BETWEEN_FIELDS in text and not self.complete:
                yield [field.split(BETWEEN_VALUES) if field else [] for field in text.split(BETWEEN_FIELDS, self._last)]
