/* join_rooms.h
 * How the rooms of calls/ tell joins.c of calls. Of these rooms alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_JOIN_ROOMS_H
#define SIPRESP_JOIN_ROOMS_H

#include "calls/joins.h"
#include "calls/model.h"

/* A new call, which the INVITE m begins. */
void join_new_call(calls *c, uint32_t call, const call_message *m);

/* An INVITE of the call went out on one more hop. */
void join_note_hop(calls *c, uint32_t call, const call_message *m);

/* The new call is the other side of one that looks like it, if there is only one. */
void join_as_alike(calls *c, uint32_t call, const call_message *m);

/* Makes call a leg of other, or of what that one is a leg of; other 0: of several, so of none. All legs are of the call
 * that was seen first. */
void join_legs(calls *c, uint32_t call, uint32_t other, call_join by);

/* Gives up what is not in a pool. */
void joins_end(calls *c);

#endif
