# SPDX-License-Identifier: GPL-2.0-or-later
"""Spreads captures over processes and hosts with GNU parallel: each makes a partial report, merged here."""

import os
import subprocess
import tempfile
from contextlib import nullcontext
from pathlib import Path

from shared.interruption import temporary_folder
from shared.problem import Problem
from shared.text import lines_of, valid_unicode

from .partial import read_partial

POLL_SECONDS = 0.5
# A signal and the ms until the next: a job has to tidy up after itself.
ENDING_OF_JOBS = "TERM,1000,KILL,25"


def spread_captures(program, command, total, progress, take):
    """Total, with the parts of all captures; program is what each host starts, at the same path as here."""
    _require_parallel()
    with _results(command.resume) as results:
        complaint = _run(_arguments(program, command, results), results, progress)
        return _collect(command.files, results, total, complaint, take)


def _results(folder):
    """A folder for what jobs come to, which stays where one is named."""
    if not folder:
        return temporary_folder("sipresp-report-")
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise Problem(f"--resume {folder} cannot be written: {error.strerror}; name a folder that you may write to") from None
    return nullcontext(Path(folder))


def _require_parallel():
    """Debian has another program of that name in moreutils."""
    try:
        said = subprocess.run(["parallel", "--version"], stdin=subprocess.DEVNULL, capture_output=True,
                              check=False).stdout
    except OSError:
        said = b""
    if not said.startswith(b"GNU parallel"):
        raise Problem("there is no GNU parallel in PATH; install it, on Debian: apt-get install parallel")


def _arguments(program, command, results):
    # parallel would read {1} in a filter as a place for an argument, so everything that the user names comes as an
    # argument; these it quotes for the shells on the way, unless one is the command itself. Hence nice, which changes
    # nothing, and takes no path for a variable as env does one with "=" in it.
    options = [("--filter", command.filter)] if command.filter else []
    options += [("--by", ",".join(command.by))] if command.by else []
    options += [("--peers", os.path.abspath(command.peers))] if command.peers else []
    options += [("--profile", command.wireshark.profile)] if command.wireshark.profile else []
    options += [("--set", text) for text in command.wireshark.preferences]
    options += [("--keylog", os.path.abspath(command.wireshark.keylog))] if command.wireshark.keylog else []
    last = len(options) + 2
    template = ["nice", "-n", "0", "{1}", "--format", "json", "--jobs", "1"]
    for place, (name, _) in enumerate(options, 2):
        template += [name, f"{{{place}}}"]
    template += ["--", f"{{{last}/}}" if command.transfer else f"{{{last}}}"]
    rows = [(str(program), *(value for _, value in options), _on_host(name, command)) for name in command.files]
    _write_arguments(results / "arguments", b"".join(os.fsencode(field) + b"\0" for row in rows for field in row),
                     command.resume)
    return ["parallel", *_parallel_options(command, results, last), *template]


def _write_arguments(path, content, resumed):
    """Jobs are known by their numbers, so that what is resumed has to be the same as before."""
    if resumed and path.exists() and path.read_bytes() != content:
        raise Problem(f"--resume {resumed} is of a run over other captures or with other options; "
                      "name the same ones in the same order, or another folder")
    path.write_bytes(content)


def _parallel_options(command, results, last):
    options = ["--plain", "--null", "--max-replace-args", str(last), "--arg-file", str(results / "arguments"),
               "--results", f"{results}/{{#}}.out", "--joblog", str(results / "log"), "--termseq", ENDING_OF_JOBS,
               "--jobs", str(command.jobs) if command.jobs else "100%"]
    options += ["--retries", str(command.retries)] if command.retries else []
    options += ["--resume-failed"] if command.resume else []
    for login in command.sshlogin:
        options += ["--sshlogin", login]
    if command.sshlogin and "WIRESHARK_PLUGIN_DIR" in os.environ:
        options += ["--env", "WIRESHARK_PLUGIN_DIR"]
    if command.transfer:
        # Into a folder of its own on the host, which goes when the job ends.
        options += ["--workdir", "...", "--transferfile", f"{{{last}}}", "--cleanup"]
    return options


def _on_host(capture, command):
    if not command.sshlogin:
        return capture
    path = Path(os.path.abspath(capture))
    # What stands behind the single point is the path on the other host.
    return f"{path.parent}/./{path.name}" if command.transfer else str(path)


def _run(arguments, results, progress):
    """What parallel itself complains of."""
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors) as process:
            try:
                while _still_runs(process):
                    progress.show(_finished(results))
            except BaseException:
                # At the first one it waits for its jobs, at the second it ends them.
                process.terminate()
                _still_runs(process)
                process.terminate()
                raise
        errors.seek(0)
        return _last_line(errors.read())


def _still_runs(process):
    try:
        process.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _finished(results):
    """The log of jobs has a heading and a line for each that ended."""
    try:
        return max((results / "log").read_bytes().count(b"\n") - 1, 0)
    except OSError:
        return 0


def _last_line(said):
    lines = [line for line in lines_of(said.decode("utf-8", "replace")) if line.strip()]
    return lines[-1].removeprefix("sipresp-report: ").strip() if lines else ""


def _collect(captures, results, total, complaint, take):
    reasons = []
    for number, capture in enumerate(captures, 1):
        part, reason = _result(results / f"{number}.out", total)
        if reason is None:
            # It is known by the name that it has here.
            part.rename(valid_unicode(capture))
        else:
            reasons.append(reason or complaint or "it says nothing")
            part.captures = [(valid_unicode(capture), f"no report of it came back: {reasons[-1]}")]
        take(total, part)
    # Not a fault of one capture or host, then.
    if len(reasons) == len(captures) and len(set(reasons)) == 1:
        raise Problem(f"no capture could be read: {reasons[0]}")
    return total


def _result(path, total):
    """(part, None) of what one job wrote, or an empty part and what the job says of it."""
    try:
        text = path.read_text(encoding="utf-8")
        if text:
            return read_partial(text, total.tables)[0], None
        said = Path(f"{path}.err").read_bytes()
    except (OSError, UnicodeDecodeError):
        return total.another(), ""
    except Problem as problem:
        return total.another(), str(problem)
    return total.another(), _last_line(said)
