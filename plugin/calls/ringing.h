/* ringing.h
 * Calls that are pending for long, and wait until they are due; the one that is
 * due first comes first, whenever it began.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_RINGING_H
#define SIPRESP_RINGING_H

#include "calls/model.h"

void ringing_put(calls *c, ringing_call waits);

/* The next call that is due, which waits no longer; 0: none is. */
uint32_t ringing_take(calls *c);

#endif
