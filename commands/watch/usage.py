# SPDX-License-Identifier: GPL-2.0-or-later
"""What --help prints."""

USAGE = """\
Usage: sipresp-watch (--listen ADDRESS:PORT | --textfile FILE) [OPTION...] FOLDER

Counts SIP calls for Prometheus: of the captures that dumpcap -b or tcpdump -G
rotates into a folder, each is read once, when it is finished. With --interface it
captures itself.

  --listen ADDRESS:PORT
                     serve the metrics, at http://ADDRESS:PORT/metrics
  --textfile FILE    write them there after each capture, for the textfile collector
                     of node_exporter
  --interface NAME   let dumpcap capture there and rotate into the folder; what was
                     read is removed
  --capture-filter FILTER
                     what dumpcap is to capture, as in: 'port 5060'
  --seconds N        how long dumpcap writes into one file (default: 60)
  --keep-files       keep what was captured by --interface and read
  --peers FILE       lines of an address and a name: calls are told by these; those
                     without a name by address, 200 of them, and the rest as "other"
  --state FILE       keep there what was read and counted (without it: in the folder
                     STATE_DIRECTORY that systemd names, or in FOLDER)
  --idle SECONDS     a file of another user or host counts as finished when a newer
                     one is there, or when it has not changed for this time (default:
                     300); of all other files the kernel says whether it is
  --poll SECONDS     the time between two looks at the folder (default: 5)
  --once             read what is finished, and end
  --profile NAME     use a configuration profile of Wireshark; without this tshark
                     knows none of its user's settings
  --set NAME:VALUE   set a preference of Wireshark; can be given several times
  --keylog FILE      decrypt TLS with the keys of this file
  -h, --help         print this
  --version          print the version

A call counts when it is over, wherever the files were cut, and no number goes back
when the watch is killed and starts again. A file that is still being written is left
alone, a broken one is named on standard error and in sipresp_watch_files_total, and
not read again.

Exit status: 0 ended by a signal, or after --once; 2 for what cannot be done.

Watch what tcpdump rotates every minute, and serve it:

  tcpdump -i eth0 -G 60 -w '/var/spool/sip/%s.pcap' port 5060 &
  sipresp-watch --listen 127.0.0.1:9797 /var/spool/sip

Capture and count in one, for node_exporter:

  sipresp-watch --interface eth0 --capture-filter 'port 5060' \\
      --textfile /var/lib/prometheus/node-exporter/sip.prom /var/spool/sip
"""
