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

/* A hop of the call, for those that may look like it; a new call is the other side of one that does, if only one. */
void join_as_alike(calls *c, uint32_t call, bool is_new, const call_message *m);

/* Makes call a leg of other, or of what that one is a leg of; other 0: of several, so of none. All legs are of the call
 * that was seen first. */
void join_legs(calls *c, uint32_t call, uint32_t other, call_join by);

/* Gives up what is not in a pool. */
void joins_end(calls *c);

#endif
