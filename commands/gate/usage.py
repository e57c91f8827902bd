# SPDX-License-Identifier: GPL-2.0-or-later
"""What --help prints; docs/man/sipresp-gate.1 says the same at length."""

USAGE = """\
Usage: sipresp-gate [OPTION...] CAPTURE...
       sipresp-gate [OPTION...] --interface NAME --run -- COMMAND...

Judges the SIP responses of captures, or of those that it makes while a command
runs, and fails a build for what it finds. CAPTURE is a file, or "-" for what comes on
standard input.

  --fail-if FILTER   a frame that matches this display filter is a fault
  --require FILTER   a capture without a frame that matches is a fault
                     (both can be given several times)
  --max FILTER LIMIT the most frames of a capture that may match this display
                     filter: 3, or 1% of the frames with responses
  --min FILTER LIMIT the fewest that have to match
  --max FIGURE LIMIT the highest value that a figure of RFC 6076 may have: PDD.p95 2s
  --min FIGURE LIMIT the lowest one: SEER 95. Ratios are SER, SEER, ISA, SCR, ASR and
                     IRA, with challenged requests merged (SEER.every without);
                     times are RRD, SRD_SUCCESSFUL, SRD_FAILED, SDD, SDT and PDD,
                     each with .min, .mean, .p95 and .max
  --compare FILE     a figure of all captures that is worse than in this report of
                     sipresp-report --format json is a fault
  --tolerance LIMIT  how much worse is no fault. 5% (the default): a ratio may be
                     5 percentage points worse, a time 5% longer. 10ms (the default):
                     a time may always be 10 ms longer. Can be given for both
  --fail-on LEVEL    findings that count: note, warning (the default), error
  --allow RULE-ID    a rule that may be broken; can be given several times
  --allow-empty      a capture without a SIP response is clean
  --require-complete a response that could not be judged, since its headers are
                     not all in the capture, is as bad as a capture that is not
  --interface NAME   let dumpcap capture there while the command runs
  --run              run the command that stands behind -- after all options; it is
                     a fault where it does not end with status 0
  --settle SECONDS   the longest wait, when the command has ended, for requests
                     without a final response and sessions without BYE (default: 5)
  --keep FILE        keep the capture of the run
  --config FILE      the same keys as TOML; without this option those of
                     sipresp-gate.toml beside the capture, if it is there
  --no-config        read no configuration file
  --profile NAME     use a configuration profile of Wireshark; without this tshark
                     knows none of its user's settings
  --set NAME:VALUE   set a preference of Wireshark; can be given several times
  --keylog FILE      decrypt TLS with the keys of this file
  --timeout SECONDS  end a tshark that takes longer for a capture (default: 1800)
  --junit FILE       write the verdicts as JUnit XML
  --json FILE        write the findings as JSON Lines
  --rules            print the rules: id, severity, what follows, what the RFC says
  -h, --help         print this
  --version          print the version

Exit status: 0 clean, 1 findings, 2 could not judge, 3 nothing to judge. Of
several captures the worst counts: 2 above 1 above 3. The last line names every
configuration file, profile, preference and key file that was used.

Examples:

  Does any response break a rule of the RFCs?
    sipresp-gate call.pcapng

  Was the call answered, and did no server fail?
    sipresp-gate --require 'sip.class == 2 && sipresp.method == "INVITE"' \\
        --fail-if 'sip.class >= 5' call.pcapng

  Do the figures hold?
    sipresp-gate --min SEER 60 --max PDD.p95 2s --max 'sip.class == 5' 1% call.pcapng

  Does the test pass, and is what it sends as it should be?
    sipresp-gate --interface lo --keep run.pcapng --run -- sipp -sf call.xml 127.0.0.1

  A report for the build system, one rule left out, over all captures:
    sipresp-gate --junit sip.xml --allow 408-non-invite captures/*.pcapng
"""
