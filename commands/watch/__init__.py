# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-watch: folder -> reading -> counters -> exporter; state keeps all of it over a restart."""
