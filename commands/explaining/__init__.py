# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-explain: captures -> causes with their counts -> text or JSON."""
