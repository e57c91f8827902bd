# SPDX-License-Identifier: GPL-2.0-or-later
"""What --help prints."""

USAGE = """\
Usage: sipresp-report CAPTURE... [OPTION...]

Counts the SIP responses of captures: by class, code, phrase and method, calls by
outcome, and the figures of RFC 6076. Several captures make one report: counts
add up, percentiles are taken from all values, and pieces of one capture (tcpdump
-G, dumpcap -b, editcap), in any order, make the report over the whole. CAPTURE is a
file, or "-" for what comes on standard input.

  --format FORM      text (the default), json, csv, or html: one page with charts and,
                     but for --merge, --records and --parallel, the calls
  -o, --output FILE  write the report there instead of on standard output
  --filter FILTER    count only frames that match this display filter; take one
                     that keeps both directions, such as ip.addr == 192.0.2.1
  --by WHAT          a table of the calls by peer, hour, day, capture, caller-prefix
                     or cause; several with commas between them
  --peers FILE       names for --by peer: lines of an address and a name
  --require-complete a response that could not be judged, since its headers are
                     not all in the capture, makes the exit status 2
  --profile NAME     use a configuration profile of Wireshark; without this tshark
                     knows none of its user's settings
  --set NAME:VALUE   set a preference of Wireshark; can be given several times
  --keylog FILE      decrypt TLS with the keys of this file, which other hosts have
                     at the same path
  -j, --jobs N       captures to read at once; without it one a processor
  --parallel         start a process for each capture with GNU parallel
  --sshlogin LOGINS  the same on other hosts: 8/host1,user@host2, as parallel takes
                     it, where this tool is at the same path; can be given
                     several times. : is this machine
  --transfer         copy each capture to its host first; without it the hosts
                     have the captures at the same paths
  --retries N        try a job that fails N times, each time on another host
  --resume FOLDER    keep there what jobs came to, and go on from there
  --shard N/M        the Nth of M parts of the captures, in the order of their names
  --merge            the files are reports of --format json; the result is the
                     same as one run over all their captures
  --records          the files are what tshark -q -z sipresp,records printed
  --chart-js FILE    the Chart.js to put into the page; without it that of
                     Debian's package libjs-chart.js
  -h, --help         print this
  --version          print the version

Exit status: 0 done, 2 for a wrong option or where a capture could not be read,
or not to its end. The others are reported all the same, and both the report
and standard error name it.

A page of what happened:

  sipresp-report captures/*.pcapng --format html --output report.html

A thousand captures on ten hosts that see them at the same place:

  sipresp-report /nfs/*.pcap --sshlogin host0,host1,host2,host3,host4,host5,host6,host7,host8,host9

A month by trunk and by day, from pieces of an hour:

  sipresp-report sip-*.pcap --by peer,day --peers trunks.txt

Monday to Wednesday, each reported in its night, in one table:

  sipresp-report --merge monday.json tuesday.json wednesday.json --format csv
"""
