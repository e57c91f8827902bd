/* ways.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/ways.h"

void
ways_note(calls *c, const call_message *m)
{
    if (!index_put_first(&c->index, way_key(c, m->client, m->server), c->ways.count + 1)) {
        *(int64_t *)pool_at(&c->ways, pool_add(&c->ways)) = m->origin->time;
    }
}

bool
ways_show_requests(const calls *c, const call_message *m)
{
    const uint32_t way = index_find(&c->index, way_key(c, m->client, m->server));

    return way && m->origin->time - *(const int64_t *)pool_at(&c->ways, way) >
                  (m->kind == REQUEST_INVITE ? CALLS_TIMER_C : CALLS_64_T1);
}

bool
ways_know(const calls *c, call_end client, call_end server)
{
    return index_find(&c->index, way_key(c, client, server));
}

static uint64_t
gap_key(const calls *c, uint32_t one, uint32_t other)
{
    return one < other ? key_of(c, KEY_GAP, one, other) : key_of(c, KEY_GAP, other, one);
}

void
calls_note_gap(calls *c, uint32_t frame, uint32_t one, uint32_t other)
{
    index_put(&c->index, gap_key(c, one, other), frame);
}

/* Only what was cut since the request can be missing; of a response without
 * one, the request itself can. */
bool
calls_is_behind_gap(const calls *c, const message_origin *origin, const answer_record *record)
{
    const sip_transaction *t = record->transaction;
    const uint32_t gap = index_find(&c->index, t ? gap_key(c, t->client, t->server)
                                                 : gap_key(c, origin->source.address, origin->destination.address));

    return gap > (t ? t->frame : 0);
}
