/* joins.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/join_rooms.h"

#include "calls/call_facts.h"
#include "sip/sip_value.h"

/* What is kept of the value of a header that says which calls belong together. */
#define SAID_LENGTH_MAX 128
/* RFC 7989 5: 32 hex digits, of which all 0 is nil. */
#define UUID_LENGTH 32

typedef struct {
    uint32_t leg_of;
    uint32_t by;            /* call_join */
} join_link;

typedef struct {
    uint64_t digests[2];
    unsigned count;
} called_users;

void
calls_set_joining(calls *c, sip_text header, bool guess)
{
    c->joins.header = header;
    c->joins.guess = guess;
    pool_start(&c->joins.links, &c->memory, sizeof(join_link));
    index_start(&c->joins.recent[0], &c->memory);
    index_start(&c->joins.recent[1], &c->memory);
    c->joins.ready = true;
}

void
joins_end(calls *c)
{
    if (c->joins.ready) {
        pool_end(&c->joins.links);
        index_end(&c->joins.recent[0]);
        index_end(&c->joins.recent[1]);
    }
}

static join_link *
link_of(const calls *c, uint32_t call)
{
    const uint32_t number = c->joins.links.count ? index_find(&c->index, key_of(c, KEY_JOIN, call, 0)) : 0;

    return number ? (join_link *)pool_at(&c->joins.links, number) : NULL;
}

call_leg
calls_leg_of(const calls *c, uint32_t call)
{
    const join_link *link = link_of(c, call);

    return link ? (call_leg){ (call_join)link->by, link->leg_of } : (call_leg){ JOINED_NOT, 0 };
}

void
join_legs(calls *c, uint32_t call, uint32_t other, call_join by)
{
    const join_link *of_other = other ? link_of(c, other) : NULL;
    join_link *link = link_of(c, call);

    if (!link) {
        const uint32_t number = pool_add(&c->joins.links);
        index_put(&c->index, key_of(c, KEY_JOIN, call, 0), number);
        link = (join_link *)pool_at(&c->joins.links, number);
    }
    *link = (join_link){ of_other && of_other->leg_of ? of_other->leg_of : other, by };
}

/* Digest of what a header says, in any case; 0 of nothing, and of a nil UUID. */
static uint64_t
digest_of_said(const calls *c, sip_text said)
{
    uint8_t lower[SAID_LENGTH_MAX];
    bool is_nil = said.length == UUID_LENGTH;

    if (!said.length || said.length > sizeof lower) {
        return 0;
    }
    for (size_t i = 0; i < said.length; i++) {
        lower[i] = sip_lower(said.start[i]);
        is_nil = is_nil && lower[i] == '0';
    }
    return is_nil ? 0 : digest_of_text(c, (sip_text){ lower, said.length });
}

/* The first call that said it; what no call said before is this one's. */
static uint32_t
said_before(calls *c, uint32_t call, uint64_t said, call_join by)
{
    const uint64_t key = key_of(c, KEY_SAID, said, (uint64_t)by);
    const uint32_t before = said ? index_put_first(&c->index, key, call) : 0;

    return before == call ? 0 : before;
}

static uint32_t
by_session_id(calls *c, uint32_t call, sip_text value)
{
    sip_parts parts = sip_parts_of(value, ';');
    sip_text local;
    sip_text remote = { NULL, 0 };

    if (!sip_parts_next(&parts, &local)) {
        return 0;
    }
    sip_value_parameter(value, "remote", &remote);
    const uint32_t found = said_before(c, call, digest_of_said(c, local), JOINED_BY_SESSION_ID);
    const uint32_t other = said_before(c, call, digest_of_said(c, remote), JOINED_BY_SESSION_ID);
    return found ? found : other;
}

static uint32_t
by_icid(calls *c, uint32_t call, sip_text value)
{
    sip_parts parts = sip_parts_of(value, ';');
    sip_text icid = { NULL, 0 };

    sip_parts_parameter(&parts, "icid-value", strlen("icid-value"), &icid);
    return said_before(c, call, digest_of_said(c, icid), JOINED_BY_ICID);
}

static uint32_t
by_named_header(calls *c, uint32_t call, sip_text value)
{
    const uint32_t named = calls_call_of(c, value);

    return named && named != call ? named : said_before(c, call, digest_of_said(c, value), JOINED_BY_HEADER);
}

static uint32_t
by_replaces(const calls *c, uint32_t call, sip_text value)
{
    sip_parts parts = sip_parts_of(value, ';');
    sip_text call_id;
    const uint32_t found = sip_parts_next(&parts, &call_id) ? calls_call_of(c, call_id) : 0;

    return found == call ? 0 : found;
}

static bool
is_named(const calls *c, sip_text name)
{
    return c->joins.header.length && name.length == c->joins.header.length &&
           sip_bytes_equal_nocase(name.start, (const char *)c->joins.header.start, name.length);
}

/* Returns what the header says it by, and the call; what it is read for stays known. */
static call_join
read_header(calls *c, uint32_t call, const sip_header *header, uint32_t *other)
{
    call_join by = JOINED_NOT;

    *other = 0;
    if (!header->name.length) {
        return by;
    }
    switch (sip_lower(header->name.start[0])) {
    case 's':
        if (sip_text_equals_nocase(header->name, "Session-ID")) {
            *other = by_session_id(c, call, header->value);
            by = JOINED_BY_SESSION_ID;
        }
        break;
    case 'p':
        if (sip_text_equals_nocase(header->name, "P-Charging-Vector")) {
            *other = by_icid(c, call, header->value);
            by = JOINED_BY_ICID;
        }
        break;
    case 'r':
        if (sip_text_equals_nocase(header->name, "Replaces")) {
            *other = by_replaces(c, call, header->value);
            by = JOINED_BY_REPLACES;
        }
        break;
    default:
        break;
    }
    if (!*other && is_named(c, header->name)) {
        *other = by_named_header(c, call, header->value);
        by = JOINED_BY_HEADER;
    }
    return *other ? by : JOINED_NOT;
}

/* What calls say goes before what they look like; of several the order of call_join. */
static bool
join_as_said(calls *c, uint32_t call, const sip_message *message)
{
    call_join best = JOINED_AMBIGUOUS;
    uint32_t joined = 0;
    size_t position = 0;
    sip_header header;

    if (!message->names_calls && !c->joins.header.length) {
        return false;
    }
    while (sip_header_next(message->headers, &position, &header)) {
        uint32_t other;
        const call_join by = read_header(c, call, &header, &other);
        if (by != JOINED_NOT && by < best) {
            best = by;
            joined = other;
        }
    }
    if (joined) {
        join_legs(c, call, joined, best);
    }
    return joined != 0;
}

void
join_take_hop(calls *c, uint32_t call, bool begins, const call_message *m)
{
    if (!c->joins.ready || !m->content->message) {
        return;
    }
    const bool said = begins && join_as_said(c, call, m->content->message);
    if (c->joins.guess) {
        join_as_alike(c, call, begins && !said, m);
    }
}
