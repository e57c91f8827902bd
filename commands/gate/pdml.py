# SPDX-License-Identifier: GPL-2.0-or-later
"""Findings out of tshark's PDML, the one form of output that keeps several responses of a frame apart."""

import re
from collections import Counter
from xml.parsers import expat

from .findings import Finding

END = b"</pdml>"
SEVERITY_NAMES = {"2097152": "chat", "4194304": "note", "6291456": "warning", "8388608": "error"}
# What plugin/draw/findings.c writes: 401 to REGISTER lacks WWW-Authenticate. What follows. The rule [RFC 3261 section 22.2]
# Findings do not repeat what a stranger made up, so the method is taken from the field of its own.
UNREGISTERED = "an unregistered method"
MESSAGE = re.compile(rf"(?P<code>[^ ]*?)(?: to (?P<method>{UNREGISTERED}|[^ ]+?))?(?P<fault> .*?)?"
                     r"\. (?P<explanation>.*) \[(?P<reference>.*)\]", re.S)


# A sender may put characters into a message that no XML may hold, and tshark writes them as they are (XML 1.0, 2.2).
REPLACEMENT = "\ufffd"
NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
NO_ASCII_XML = re.compile(rb"[^\t\n\r\x20-\x7f]")


class FindingReader:
    """Takes PDML line by line, so that no capture is ever held in memory as a whole."""

    def __init__(self):
        self.findings = []
        # Reason -> responses that were not judged.
        self.not_judged = Counter()
        # Frames with characters that are not shown as they are.
        self.replaced_in = set()
        self._frame = 0
        self._phrase = self._method = ""
        self._finding = {}
        # Of the response that is read: phrase and method may stand behind what is found of it.
        self._found = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, lines):
        """Reads to the end of the PDML; what tshark prints after it stays in lines."""
        for line in lines:
            self._parser.Parse(self._as_xml(line))
            if line.startswith(END):
                return True
        return False

    def _as_xml(self, line):
        """The line as text that XML may hold; most lines are so from the start."""
        if not NO_ASCII_XML.search(line):
            return line.decode("ascii")
        text = line.decode("utf-8", "surrogateescape")
        fit = NO_XML.sub(REPLACEMENT, text)
        if fit != text:
            self.replaced_in.add(self._frame)
        return fit

    def _start(self, element, attributes):
        name = attributes.get("name")
        if element == "proto" and name == "sipresp":
            self._phrase = self._method = ""
        elif name == "num":
            self._frame = int(attributes["show"])
        elif name == "sipresp.phrase":
            self._phrase = attributes["show"]
        elif name == "sipresp.method":
            self._method = attributes["show"]
        elif name == "sipresp.not_judged":
            self.not_judged[attributes["show"]] += 1
        elif name == "sipresp.check":
            self._finding = {"rule": attributes["show"]}
        elif self._finding and name == "_ws.expert.message":
            self._finding["message"] = attributes["show"]
        elif self._finding and name == "_ws.expert.severity":
            self._found.append((SEVERITY_NAMES[attributes["show"]], self._finding))
            self._finding = {}

    def _end(self, element):
        if element == "proto":
            self.findings += [self._made(severity, **finding) for severity, finding in self._found]
            self._found = []

    def _made(self, severity, rule, message):
        parts = MESSAGE.fullmatch(message)
        if parts is None:
            # Wireshark ends a message after 240 characters, which the build allows none of ours.
            return Finding(self._frame, severity, rule, message, "", "", "", "")
        code, method, fault = (parts[key] or "" for key in ("code", "method", "fault"))
        method = self._method if method == UNREGISTERED else method
        subject = " ".join(filter(None, [code, self._phrase, f"to {method}" if method else ""]))
        # A rule that the code itself breaks has no other words for that than its own.
        text = subject + fault if fault else f"{subject}: {parts['explanation']}"
        return Finding(self._frame, severity, rule, text, parts["explanation"],
                       parts["reference"].replace(" section ", " "), code, method)
