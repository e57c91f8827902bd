# SPDX-License-Identifier: GPL-2.0-or-later
"""What --help prints."""

USAGE = """\
Usage: sipresp-calls CAPTURE... [OPTION...]

Lists the SIP calls of captures, one a line: who called whom, what came of it, how
long it took, who hung up, and why. A call is one Call-ID with an INVITE that begins
a dialog, on all its hops; its other side at a back-to-back user agent is a leg of it.
CAPTURE is a file, or "-" for what comes on standard input.

  --failed           only calls that failed
  --outcome NAME     only calls with this outcome (open, answered, not taken, failed,
                     unknown) or result (busy, declined, ...; see sipresp-outcomes(7))
  --from TEXT        only calls whose caller's number or name holds this
  --to TEXT          the same of the callee
  --number N         only the call with this number, and its legs
  --format FORM      text (the default), json or csv
  --ladder N         draw call N and its legs: a column a host, an arrow a message;
                     one that was sent again says how often ("x 6")
  --save N FILE      write the packets of call N and its legs to FILE
  --profile NAME     use a configuration profile of Wireshark; without this tshark
                     knows none of its user's settings
  --set NAME:VALUE   set a preference of Wireshark, such as sipresp.join_guess:FALSE;
                     can be given several times
  --keylog FILE      decrypt TLS with the keys of this file
  -h, --help         print this
  --version          print the version

On a terminal the list fits its width and what came of a call has a colour; NO_COLOR
turns colours off. In a pipe nothing is cut.

Exit status: 0 done, 2 for a wrong option or where a capture could not be read, or
not to its end. What could be read is listed all the same.

Which calls failed, and why:

  sipresp-calls my.pcap --failed

One call as a ladder, and in a capture of its own:

  sipresp-calls my.pcap --ladder 7
  sipresp-calls my.pcap --save 7 seven.pcapng
"""
