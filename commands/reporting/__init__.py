# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-report: captures -> records and messages -> parts -> tally -> figures -> forms.

runs and spread read captures, with tshark here or with GNU parallel anywhere; records reads what tshark says of one
into a part; groups tells what of it is over, and is counted in a tally, from what may have another half elsewhere, by
the times that coverage has, and is kept as messages; joining puts together what several parts kept; partial keeps a
part as JSON; breakdown has a tally for each row of a table; figures makes percentages and times of a tally; text_form,
csv_form and html_form show them.
"""
