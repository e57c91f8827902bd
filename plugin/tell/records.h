/* records.h
 * "tshark -q -z sipresp,records[,FILTER]": what the taps tell, as JSON Lines for
 * programs; docs/records.md says what stands in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_RECORDS_H
#define SIPRESP_RECORDS_H

#include "calls/calls.h"

/* followed: the model of the open capture. */
void register_records(const calls *(*followed)(void));

#endif
