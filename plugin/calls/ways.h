/* ways.h
 * Between which hosts something was seen, and since when: what the capture would
 * have shown there, and what may have been cut off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_WAYS_H
#define SIPRESP_WAYS_H

#include "calls/model.h"

static inline uint64_t
way_key(const calls *c, call_end client, call_end server)
{
    return key_of(c, KEY_WAY, client.address, server.address);
}

/* As index_expect(). */
ALWAYS_INLINE void
ways_expect(const calls *c, const call_message *m)
{
    index_expect(&c->index, way_key(c, m->client, m->server));
}

/* A request was seen from client to server. */
void ways_note(calls *c, const call_message *m);

/* Would the request of this response have been seen? Another one of the same
 * way was, so long ago that this one was sent later. */
bool ways_show_requests(const calls *c, const call_message *m);

/* Was any request seen from the one host to the other? */
bool ways_know(const calls *c, call_end client, call_end server);

#endif
