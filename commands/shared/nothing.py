# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a capture has nothing of what was looked for."""

import tempfile

NOT_DECRYPTED = "tls.app_data && !sip"


def first_line(tshark, file, arguments):
    with tempfile.TemporaryFile() as errors:
        with tshark.reading(arguments, file, errors) as process:
            line = process.stdout.readline()
            tshark.kill(process)
    return line


def why_nothing(tshark, file, what):
    """What the capture does not have; file is None where it cannot be looked at again."""
    if file and first_line(tshark, file, ["-Y", NOT_DECRYPTED, "-T", "fields", "-e", "frame.number"]):
        return ("the capture holds TLS that was not decrypted, and there may be SIP in it; give the file of its keys: "
                "--keylog FILE")
    return f"the capture holds {what}, or none that passes the filter"
