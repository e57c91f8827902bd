/* join_rooms.h
 * How the rooms of calls/ tell joins.c of calls. Of these rooms alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_JOIN_ROOMS_H
#define SIPRESP_JOIN_ROOMS_H

#include "calls/joins.h"
#include "calls/model.h"

/* An INVITE of the call went out on one more hop; or it begins the call. */
void join_take_hop(calls *c, uint32_t call, bool begins, const call_message *m);

/* Gives up what is not in a pool. */
void joins_end(calls *c);

#endif
