# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs sipresp-report as a process, and makes files of records for it."""

import json
import subprocess
import sys

from wireshark import REPOSITORY, TIMEOUT_SECONDS

# Behind the folder of the tests, where gate is another module.
sys.path.append(str(REPOSITORY / "commands"))

PROGRAM = REPOSITORY / "commands" / "sipresp-report"
CAPTURES = REPOSITORY / "captures"
FORMS = ("text", "json", "csv", "html")
# In place of Chart.js, where it does not matter what the page draws.
NO_LIBRARY = "/*!\n * Chart.js v0\n */\n"


class ReportTool:
    """The tool in a folder that only its owner may enter."""

    def __init__(self, folder, wireshark):
        self.folder = folder
        self.folder.chmod(0o700)
        (folder / "chart.js").write_text(NO_LIBRARY)
        self.environment = wireshark.of_commands(folder)

    def start(self, *arguments, prefix=(), program=PROGRAM, **changes):
        environment = {**self.environment, **{key: str(value) for key, value in changes.items()}}
        result = subprocess.run([*prefix, program, *arguments], cwd=self.folder, env=environment,
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        assert b"Traceback" not in result.stderr, result.stderr.decode()
        return result

    def report(self, *arguments, **changes):
        """What the tool prints where everything could be read."""
        result = self.start(*arguments, **changes)
        assert result.returncode == 0, result.stderr.decode()
        return result.stdout

    def form(self, form, *arguments):
        """The report in one of its forms, the page without a real library."""
        return self.report("--format", form, *(["--chart-js", "chart.js"] if form == "html" else []), *arguments)

    def json(self, *arguments):
        return json.loads(self.report("--format", "json", *arguments))

    def said(self, result):
        """The sentences on standard error, without that for root."""
        lines = result.stderr.decode().splitlines()
        assert all(line.startswith("sipresp-report: ") for line in lines), lines
        return [line.removeprefix("sipresp-report: ") for line in lines if "running tshark as" not in line]

    def refusal(self, *arguments, **changes):
        """The sentence about what keeps every capture from being read."""
        result = self.start(*arguments, **changes)
        assert (result.returncode, result.stdout) == (2, b""), result
        sentence, = self.said(result)
        return sentence


def response_record(number, code=200, method="INVITE", phrase="OK", differs=False, seconds=None, delay="0.020000000"):
    """A line as docs/records.md has it; a tenth of a second behind the one before."""
    time = f"{1_700_000_000 + number // 10}.{number % 10}00000000" if seconds is None else f"{seconds}.000000000"
    return (f'{{"record":"response","frame":{number},"time":{time},"class":{code // 100},"code":{code},'
            f'"phrase":{json.dumps(phrase)},"phrase_differs":{json.dumps(differs)},"method":{json.dumps(method)},'
            f'"outcome":"answered","ends_call":true,"delay":{delay},"repetition":0,"call":{number},'
            f'"call_outcome":"answered","captured_before":null,"not_judged":null}}\n')


def step_record(kind, code="null", after="null", counted="true", delay="null", instead="null"):
    return (f'{{"record":"{kind}","frame":1,"time":1700000000.000000000,"code":{code},"after":{after},'
            f'"counted":{counted},"delay":{delay},"instead":{instead}}}\n')
