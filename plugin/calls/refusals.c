/* refusals.c
 * What the network tells of a request in place of an answer: ICMP errors, and
 * resets of its TCP connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/detail_rooms.h"
#include "calls/transactions.h"
#include "calls/ways.h"

/* In place of the number of the next reset. */
#define AWAITED UINT32_MAX

static uint64_t
reset_key(const calls *c, key_kind kind, call_end from, call_end to)
{
    return key_of(c, kind, (uint64_t)from.address << 32 | to.address, (uint64_t)from.port << 16 | to.port);
}

static uint64_t
before_key(const calls *c, const sip_transaction *t)
{
    return key_of(c, KEY_RESET_BEFORE, t->frame, t->place);
}

static uint32_t
find_reset(const calls *c, key_kind kind, const sip_transaction *t)
{
    const call_end server = { t->server, t->server_port };
    const call_end client = { t->client, t->client_port };

    return index_find(&c->index, reset_key(c, kind, server, client));
}

static call_event *
event_at(const calls *c, uint32_t number)
{
    return (call_event *)pool_at(&c->events, number);
}

void
await_reset(calls *c, const sip_transaction *t)
{
    const uint32_t newest = find_reset(c, KEY_RESET_NEWEST, t);

    if (newest) {
        event_at(c, newest)->text = AWAITED;
        index_put(&c->index, before_key(c, t), newest);
    }
}

uint32_t
calls_reset_of(const calls *c, const sip_transaction *t)
{
    if (t->flags & TRANSACTION_UNRELIABLE) {
        return 0;
    }
    const uint32_t before = index_find(&c->index, before_key(c, t));
    const uint32_t number = before ? event_at(c, before)->text : find_reset(c, KEY_RESET, t);
    if (!number || number == AWAITED) {
        return 0;
    }
    const call_event *reset = event_at(c, number);
    return reset->frame > t->frame && reset->time - t->time < CALLS_64_T1 ? reset->frame : 0;
}

/* Ports are used again for years, so each reset stands for the requests before it, whatever comes later. A server
 * sends several of them, one for each segment that still comes: only the first one behind a request is kept. */
void
calls_note_reset(calls *c, const message_origin *origin)
{
    const uint64_t newest_key = reset_key(c, KEY_RESET_NEWEST, origin->source, origin->destination);
    const uint32_t newest = index_find(&c->index, newest_key);

    if (newest ? event_at(c, newest)->text != AWAITED : !ways_know(c, origin->destination, origin->source)) {
        return;
    }
    const uint32_t number = pool_add(&c->events);
    *event_at(c, number) = (call_event){ .time = origin->time, .frame = origin->frame };
    if (newest) {
        event_at(c, newest)->text = number;
    } else {
        index_put(&c->index, reset_key(c, KEY_RESET, origin->source, origin->destination), number);
    }
    index_put(&c->index, newest_key, number);
}

/* RFC 3261 18.4: errors of other types do not tell that it was refused. */
bool
calls_note_icmp(calls *c, const message_origin *origin, const sip_identity *identity, sip_text method,
                unsigned type_and_code)
{
    const message_content content = { .method = method };
    const call_message m = digest_message(c, origin, identity, &content);
    const unsigned unreachable = origin->source_address.length == IPV4_LENGTH ? ICMP_UNREACHABLE : ICMPV6_UNREACHABLE;
    if (type_and_code >> 8 != unreachable) {
        return false;
    }
    const uint32_t transaction = transaction_nearest(c, m.key, &m);

    if (transaction && transaction_at(c, transaction)->request) {
        call_event *event = event_to_set(c, EVENT_ICMP, transaction);
        if (event) {
            transaction_at(c, transaction)->flags |= TRANSACTION_REFUSED;
            *event = (call_event){ origin->time, origin->frame, type_and_code };
        }
    }
    return true;
}
