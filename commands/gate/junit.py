# SPDX-License-Identifier: GPL-2.0-or-later
"""The verdicts as JUnit XML: a suite a capture, in it a case for the findings and one for each expectation."""

import xml.etree.ElementTree as ElementTree

from shared.text import printable

from .report import grave_lines, placed


def junit_xml(verdicts, named):
    """The document as bytes; named is what of Wireshark's settings the captures were judged with."""
    root = ElementTree.Element("testsuites", name="sipresp-gate")
    for verdict in verdicts:
        root.append(_suite(verdict, named))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key)) for suite in root)))
    root.set("time", f"{sum(verdict.seconds for verdict in verdicts):.3f}")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _suite(verdict, named):
    name = printable(verdict.capture)
    used = ", ".join(map(printable, filter(None, [verdict.settings.config, *named])))
    suite = ElementTree.Element("testsuite", name=name)
    title = f"findings, judged with {used}" if used else "findings"
    if verdict.is_capture:
        suite.append(_case(name, title, verdict.seconds, *_result_of_findings(verdict)))
    for expectation in verdict.expectations:
        suite.append(_case(name, printable(expectation.title), 0, *_result_of_expectation(expectation, verdict)))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    suite.set("time", f"{verdict.seconds:.3f}")
    return suite


def _case(class_name, name, seconds, kind="", reason="", lines=()):
    case = ElementTree.Element("testcase", classname=class_name, name=name, time=f"{seconds:.3f}")
    if kind:
        # "error" is what a build system shows as: the test itself could not be carried out.
        result = ElementTree.SubElement(case, "failure" if kind == "findings" else "error",
                                        type=kind, message=reason)
        result.text = "\n".join(lines)
    return case


def _result_of_findings(verdict):
    lines = [": ".join(line) for line in grave_lines(verdict)]
    if verdict.problem or verdict.incomplete:
        return "not-judged", printable(verdict.problem or verdict.incomplete), lines
    if verdict.grave:
        return "findings", lines[0], lines
    return ("nothing-to-judge", verdict.empty, ()) if verdict.silent else ()


def _result_of_expectation(expectation, verdict):
    lines = [f"{placed(printable(verdict.capture), frame)}: {text}" for frame, text in expectation.lines()]
    if lines:
        return "findings", lines[0], lines
    if expectation.lacking and not verdict.problem:
        return ("nothing-to-judge", expectation.lacking, ()) if verdict.empty else ()
    return ("not-judged", printable(verdict.problem), ()) if expectation.met is None else ()
