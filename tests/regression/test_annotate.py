# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-annotate: what it shows of captures that are whole, cut, encrypted, private or none."""

import os
import re
import subprocess

import pytest
from gate import AS_ROOT
from packets import request, response, tcp, udp, write_capture
from test_own_settings import take_keys
from wireshark import REPOSITORY

PROGRAM = REPOSITORY / "commands" / "sipresp-annotate"
# The same, which builds the plugin first.
BUILDS_FIRST = REPOSITORY / "tools" / "annotate"
CAPTURES = REPOSITORY / "captures"


# In place of tshark, what the real one says of its plugins.
LISTS_PLUGINS = f'case $2 in plugins) PATH={os.environ["PATH"]} exec tshark "$@";; esac\n'


class Annotate:
    """The tool in a folder that only its owner may enter."""

    def __init__(self, folder, wireshark):
        self.folder = folder
        self.folder.chmod(0o700)
        self.environment = wireshark.of_commands(folder)

    def start(self, *arguments, program=PROGRAM, stdin=subprocess.DEVNULL, **changes):
        """(exit status, standard output, the sentences on standard error without that for root, or that another test
        builds)."""
        result = subprocess.run([program, *arguments], cwd=self.folder, stdin=stdin, capture_output=True,
                                text=True, check=False, env={**self.environment, **changes})
        said = [line.removeprefix("sipresp-annotate: ") for line in result.stderr.splitlines()
                if "running tshark as" not in line and "another tool builds" not in line]
        return result.returncode, result.stdout, said


@pytest.fixture
def annotate(tmp_path, wireshark):
    """The fixture wireshark opens the folders above to the user that tshark runs as."""
    return Annotate(tmp_path, wireshark)


def codes(text):
    return re.findall(r"^SIP Response: (\d+)", text, re.M)


def test_every_response_and_nothing_else(annotate):
    """And by the tool that builds the plugin first."""
    status, shown, said = annotate.start(CAPTURES / "busy.pcapng", program=BUILDS_FIRST, **os.environ)
    assert (status, said, codes(shown)) == (0, [], ["180", "486", "486"])
    assert {line.split()[0] for line in shown.splitlines() if re.match(" *[0-9]+ ", line)} == {"2", "4", "6"}
    assert "Session Initiation Protocol" not in shown


def test_another_form_is_left_as_it_is(annotate):
    assert annotate.start(CAPTURES / "busy.pcapng", "-T", "fields", "-e", "sipresp.code") == (
        0, "180\n486\n486\n", [])


BRIEF = re.compile(r" *(?P<frame>\d+) +\d+\.\d{6}  (?P<ends>\S+ -> \S+)  (?P<code>\d+) (?P<rest>.*)")


def test_briefly_a_line_a_response(annotate):
    status, shown, said = annotate.start("--brief", CAPTURES / "busy.pcapng")
    rows = [BRIEF.fullmatch(line).groupdict() for line in shown.splitlines()]
    assert (status, said) == (0, [])
    assert [(row["frame"], row["ends"], row["code"]) for row in rows] == [
        ("2", "127.0.0.3:5060 -> 127.0.0.1:5060", "180"), ("4", "127.0.0.3:5060 -> 127.0.0.5:5060", "486"),
        ("6", "127.0.0.3:5060 -> 127.0.0.1:5060", "486")]
    assert rows[0]["rest"] == "Ringing" and rows[1]["rest"].startswith("Max Calls  The callee is busy")


def test_briefly_several_responses_of_a_frame(annotate):
    """Guards against an explanation beside a response that it is not about."""
    write_capture(annotate.folder / "two.pcap", [tcp(response("SIP/2.0 180 Ringing") + response("SIP/2.0 404 "))])
    _, shown, _ = annotate.start("two.pcap", "--brief")
    ringing, refused = (BRIEF.fullmatch(line).groupdict() for line in shown.splitlines())
    assert (ringing["code"], ringing["rest"], refused["code"]) == ("180", "Ringing", "404")
    assert "know" in refused["rest"], refused


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
def test_standard_input(annotate, pipe):
    with open(CAPTURES / "busy.pcapng", "rb") as file:
        cat = subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE) if pipe else None
        status, shown, said = annotate.start("-", stdin=cat.stdout if cat else file)
    assert (status, said, codes(shown)) == (0, [], ["180", "486", "486"])


REFUSED = {
    (): "no capture is named; name one before the options of tshark, as in: sipresp-annotate call.pcapng, '-' for "
        "standard input, or an interface with -i",
    ("-Y", "sip"): "no capture is named; name one before the options of tshark, as in: sipresp-annotate call.pcapng, "
                   "'-' for standard input, or an interface with -i",
    ("-",): "standard input is no capture; let one come by a pipe, as in: ssh host tcpdump -U -w - | sipresp-annotate -",
    ("a.pcap", "--seconds", "5"): "--seconds is for recording; name an interface with -i, or leave it out",
    ("-i", "lo", "--seconds", "0"): "--seconds is '0'; it takes a number from 1 to 1000000",
    ("-i",): "-i has no value behind it; sipresp-annotate --help tells which it takes",
    ("a.pcap", "--keylog"): "--keylog has no value behind it; sipresp-annotate --help tells which it takes",
    ("gone.pcap",): "gone.pcap cannot be read: No such file or directory; correct its path",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_cannot_be_done_is_said_in_one_sentence(annotate, arguments):
    assert annotate.start(*arguments) == (2, "", [REFUSED[arguments]])


@pytest.mark.parametrize("options", [[], ["--brief"], ["-T", "text"]], ids=["full", "brief", "other-form"])
def test_a_tshark_that_says_nothing(annotate, options):
    """Guards against "nothing to show" of a tshark that was ended, or is another program."""
    folder = annotate.folder / "bin"
    folder.mkdir()
    (folder / "tshark").write_text("#!/bin/sh\n" + LISTS_PLUGINS)
    for path in (annotate.folder, folder, folder / "tshark"):
        path.chmod(0o755)
    status, shown, said = annotate.start(CAPTURES / "busy.pcapng", *options, PATH=f"{folder}:{os.environ['PATH']}")
    assert (status, shown) == (2, "")
    assert said == [f"{CAPTURES}/busy.pcapng: tshark says nothing of it, though it ended with status 0; see what tshark "
                    "-r says about it"]


def test_of_a_cut_capture_what_can_be_read(annotate):
    """Guards against a capture of which nothing is shown, and an error that names a file which is gone."""
    whole = (CAPTURES / "busy.pcapng").read_bytes()
    (annotate.folder / "my cut.pcapng").write_bytes(whole[:-9])
    status, shown, said = annotate.start("my cut.pcapng")
    assert (status, codes(shown)[:3]) == (2, ["180", "486", "486"])
    assert said == ["my cut.pcapng: it is cut short in the middle of a packet, and what came after could not be shown; "
                    "record it anew, or let the recorder end before the file is taken"]


NO_CAPTURES = {
    "empty": (b"", "empty cannot be read: it is empty; name the files themselves, each a pcap or pcapng"),
    "words": (b"not a capture\n" * 10, "words: it is no capture file that tshark knows; name a pcap or pcapng file"),
    # tshark takes it for a capture of one packet.
    "json": (b'{"a": 1}\n', "json: it is a text file, and no SIP response is in it; name a pcap or pcapng file"),
}


@pytest.mark.parametrize("name", NO_CAPTURES)
def test_no_capture_is_not_nothing_to_show(annotate, name):
    content, sentence = NO_CAPTURES[name]
    (annotate.folder / name).write_bytes(content)
    assert annotate.start(name) == (2, "", [sentence])


def test_nothing_to_show(annotate):
    write_capture(annotate.folder / "none.pcap", [udp(request("OPTIONS"))])
    nothing = (0, "", ["nothing to show: the capture holds no SIP response, or none that passes the filter"])
    assert annotate.start("none.pcap") == nothing
    assert annotate.start(CAPTURES / "busy.pcapng", "-Y", "sip.class == 6") == nothing


def test_tls_without_its_keys(annotate):
    """Guards against "nothing to show" for a capture that is full of SIP."""
    take_keys(CAPTURES / "tls.pcapng", annotate.folder / "tls.pcapng", annotate.folder / "keys")
    status, shown, said = annotate.start("tls.pcapng")
    assert (status, shown, said) == (0, "", ["nothing to show: the capture holds TLS that was not decrypted, and there "
                                             "may be SIP in it; give the file of its keys: --keylog FILE"])
    status, shown, said = annotate.start("tls.pcapng", "--keylog", "keys")
    assert (status, said) == (0, []) and codes(shown)


def test_options_that_tshark_does_not_take(annotate):
    status, shown, said = annotate.start(CAPTURES / "busy.pcapng", "-Y", "sip.klass")
    assert (status, shown, len(said)) == (2, "", 1) and "sip.klass" in said[0]


def test_nothing_that_acts_reaches_the_terminal(annotate):
    phrase = "a\x9b31mb\x7fc\x1b[31md\u202ee\u2028f"
    write_capture(annotate.folder / "acting.pcap", [udp(response(f"SIP/2.0 486 {phrase}"))])
    status, shown, said = annotate.start("acting.pcap")
    assert status == 0 and all(line.isprintable() for line in shown.split("\n")) and "486" in shown


@pytest.mark.parametrize("options", ["", "-V"], ids=["ours", "other-form"])
def test_nowhere_to_write(annotate, options):
    result = subprocess.run(["sh", "-c", f'"$@" {options} >/dev/full', "sh", PROGRAM, CAPTURES / "busy.pcapng"],
                            capture_output=True, text=True, check=False, env=annotate.environment)
    assert result.returncode == 2
    assert "sipresp-annotate: standard output cannot be written: No space left on device; " in result.stderr


@pytest.mark.skipif(not AS_ROOT, reason="only root hands captures to another user")
def test_a_private_capture_stays_private(annotate):
    """Guards against a copy for the user nobody that everybody can read while tshark runs."""
    folder = annotate.folder / "bin"
    folder.mkdir()
    (folder / "tshark").write_text('#!/bin/sh\n' + LISTS_PLUGINS + 'find "$TMPDIR" -type f -size +0 ! -name "*.so" 2>/dev/null\n'
                                   "wc -c </dev/stdin\n")
    for path in (annotate.folder, folder, folder / "tshark"):
        path.chmod(0o755)
    (annotate.folder / "tmp").mkdir(mode=0o755)
    private = annotate.folder / "private.pcapng"
    private.write_bytes((CAPTURES / "busy.pcapng").read_bytes())
    private.chmod(0o600)
    status, shown, said = annotate.start("private.pcapng", "-T", "text", PATH=f"{folder}:{os.environ['PATH']}",
                                      TMPDIR=str(annotate.folder / "tmp"))
    assert (status, shown.split(), said) == (0, [str(private.stat().st_size)], [])
    assert os.listdir(annotate.folder / "tmp") == []


# In place of cmake: fails beside another one, as the real one does where both write the same files.
ONE_AT_A_TIME = """#!/bin/sh
mkdir "$ALONE" || exit 1
sleep 1.5
rmdir "$ALONE"
"""


@pytest.fixture
def build(tmp_path):
    """Starts a build of the tree in a folder of the test's own, with that in place of cmake."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "cmake").write_text(ONE_AT_A_TIME)
    (tmp_path / "bin" / "cmake").chmod(0o755)

    def start(folder, **changes):
        environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
                       "ALONE": str(tmp_path / "alone"), **changes}
        if "SIPRESP_BUILD_DIR" not in changes:
            environment.pop("SIPRESP_BUILD_DIR", None)
        script = f'set -euo pipefail; source "{REPOSITORY}/tools/lib/common.sh"; {folder}; build_plugin'
        return subprocess.Popen(["bash", "-c", script], env=environment, stderr=subprocess.PIPE, text=True)
    return start


def test_two_builds_wait_for_each_other(build, tmp_path):
    """Guards against two tools in a fresh tree that break each other's build."""
    folder = tmp_path / "build"
    started = [build(f'BUILD_DIR="{folder}"') for _ in range(2)]
    said = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert sorted(said) == ["", f"sipresp: another tool builds in {folder}; waiting for it\n"]


def foreign_build(folder, source="/somewhere/else"):
    (folder / "CMakeFiles").mkdir(parents=True)
    (folder / "CMakeCache.txt").write_text(f"CMAKE_HOME_DIRECTORY:INTERNAL={source}\n"
                                           f"CMAKE_CACHEFILE_DIR:INTERNAL={source}/build\n")
    return folder


@pytest.mark.parametrize("source", ["/somewhere/else", str(REPOSITORY)], ids=["tree", "folder"])
def test_a_build_folder_of_another_tree_is_begun_anew(build, tmp_path, source):
    """Guards against a copied tree that does not build, for which the compiler is blamed."""
    folder = foreign_build(tmp_path / "build", source)
    process = build(f'BUILD_DIR="{folder}"')
    said = process.communicate()[1]
    assert (process.returncode, said) == (
        0, f"sipresp: the build folder {folder} was made for {source}; beginning it anew\n")
    assert os.listdir(folder) == ["lock"]


def test_a_named_build_folder_of_another_tree_is_left_alone(build, tmp_path):
    folder = foreign_build(tmp_path / "build")
    process = build(":", SIPRESP_BUILD_DIR=str(folder))
    said = process.communicate()[1]
    assert process.returncode == 2 and (folder / "CMakeCache.txt").exists()
    assert said == (f"sipresp: SIPRESP_BUILD_DIR={folder} is the build folder of /somewhere/else; "
                    "name another one, or remove it\n")


def test_a_build_folder_that_may_not_be_written(build, tmp_path):
    (tmp_path / "file").touch()
    process = build(f'BUILD_DIR="{tmp_path}/file/build"')
    said = process.communicate()[1]
    assert process.returncode == 2 and said.count("\n") == 1
    assert said.startswith(f"sipresp: the build folder {tmp_path}/file/build cannot be written by ")
