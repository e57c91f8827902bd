/* likeness.c
 * Two calls that do not say that they belong together, but look so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/join_rooms.h"

#include "calls/answers.h"
#include "sip/sip_party.h"

/* The other side is called at once, and before the call has a final response. A 180 of its
 * own many a back-to-back user agent sends first. */
#define LIKENESS_WITHIN (2 * CALLS_SECOND)
/* As many digits of a number tell it; what stands before may be a prefix. */
#define NUMBER_LENGTH_MAX 8
/* As many characters hold the 32 bits that RFC 3261 19.3 asks of a tag; a shorter one tells no call. */
#define TAG_LENGTH_MIN 8
#define SEVERAL (UINT32_C(1) << 31)

/* The users whom an INVITE may be for. */
typedef struct {
    uint64_t digests[2];
    unsigned count;
} called_users;

/* The number without what stands between its digits, +, leading zeros and what is
 * more than a subscriber's number; another user as it is. 0: there is none. */
static uint64_t
digest_of_user(const calls *c, sip_text user)
{
    uint8_t digits[NUMBER_LENGTH_MAX];
    size_t count = 0;

    for (size_t i = user.length; i > 0 && count < sizeof digits; i--) {
        const uint8_t character = user.start[i - 1];
        if (sip_is_digit(character)) {
            digits[count++] = character;
        } else if (character != '+' && character != '-' && character != '.' && character != '(' && character != ')') {
            return digest_of_text(c, user);
        }
    }
    while (count > 0 && digits[count - 1] == '0') {
        count--;
    }
    return count ? digest_of_text(c, (sip_text){ digits, count }) : 0;
}

/* Where all is on one host, its ports tell the servers on it. */
static uint64_t
likeness_key(const calls *c, call_end end, const call_message *m, uint64_t user)
{
    const uint64_t port = m->client.address == m->server.address ? (uint64_t)end.port + 1 : 0;

    return key_of(c, KEY_LIKENESS, port << 32 | end.address, user);
}

/* A border controller goes out from an address of its own; the caller's tag some keep,
 * with something of theirs and a dash before it. */
static uint64_t
kept_tag_key(const calls *c, uint64_t tag, uint64_t user)
{
    return key_of(c, KEY_TAG_KEPT, tag, user);
}

/* What the tag of this From may keep of another one, empty if nothing. */
static sip_text
kept_tag(const call_message *m)
{
    static const sip_text none = { NULL, 0 };
    const sip_text tag = m->identity->from_tag;
    const uint8_t *dash = tag.length ? memchr(tag.start, '-', tag.length) : NULL;
    const size_t before = dash ? (size_t)(dash + 1 - tag.start) : 0;
    return dash && tag.length - before >= TAG_LENGTH_MIN ? (sip_text){ dash + 1, tag.length - before } : none;
}

/* RFC 3261 8.2.2.1: a server in between may call by To or by Request-URI. */
static called_users
users_of(const calls *c, const call_message *m)
{
    const sip_message *message = m->content->message;
    const uint64_t to = digest_of_user(c, sip_party_of(message->to).user);
    const uint64_t uri = digest_of_user(c, sip_party_of(message->request_uri).user);
    called_users users = { .count = 0 };

    if (to) {
        users.digests[users.count++] = to;
    }
    if (uri && uri != to) {
        users.digests[users.count++] = uri;
    }
    return users;
}

/* Two tables, of which the older one is given up: what lies back longer is of no use. */
static void
forget_old(calls *c, int64_t now)
{
    const int64_t since = now - c->joins.since;

    if (since >= 0 && since <= LIKENESS_WITHIN) {
        return;
    }
    const digest_index older = c->joins.recent[1];
    c->joins.recent[1] = c->joins.recent[0];
    c->joins.recent[0] = older;
    index_clear(&c->joins.recent[0]);
    if (since < 0 || since > 2 * LIKENESS_WITHIN) {
        index_clear(&c->joins.recent[1]);
    }
    c->joins.since = now;
}

/* Has the call begun just now, and is no final response there? */
static bool
is_pending(const calls *c, uint32_t call, int64_t now)
{
    const sip_request *latest = request_at(c, call_at(c, call)->latest);
    const sip_transaction *first = transaction_at(c, latest->first);
    const int64_t since = now - first->time;

    return since >= 0 && since <= LIKENESS_WITHIN &&
           !answers_find(c, latest->first, ANSWERS_FIRST_FINAL, (answer_features){ 0 });
}

/* Makes the call one that is found by the key; SEVERAL where there is another. */
static void
note_pending(calls *c, uint64_t key, uint32_t call, int64_t now)
{
    const uint32_t before = index_find(&c->joins.recent[0], key) & ~SEVERAL;
    const bool another = before && before != call && is_pending(c, before, now);

    index_put(&c->joins.recent[0], key, another ? call | SEVERAL : call);
}

static void
note_hop(calls *c, uint32_t call, const call_message *m, const called_users *users)
{
    for (unsigned i = 0; i < users->count; i++) {
        note_pending(c, likeness_key(c, m->server, m, users->digests[i]), call, m->origin->time);
    }
}

/* Adds to what is found a call of this key, which has to be another one and pending. */
static uint32_t
find_pending(const calls *c, uint64_t key, uint32_t call, int64_t now, uint32_t found)
{
    for (unsigned i = 0; i < 2; i++) {
        const uint32_t each = index_find(&c->joins.recent[i], key);
        const uint32_t other = each & ~SEVERAL;
        if (other && other != call && is_pending(c, other, now)) {
            found = (found && (found & ~SEVERAL) != other) || each & SEVERAL ? other | SEVERAL : other | (found & SEVERAL);
        }
    }
    return found;
}

/* A call whose tag this one keeps, or that came to the host which this one goes out
 * from. Adds SEVERAL where there are others. */
static uint32_t
call_alike(const calls *c, uint32_t call, const call_message *m, const called_users *users)
{
    uint32_t found = 0;
    const sip_text kept = kept_tag(m);

    for (unsigned i = 0; kept.length && i < users->count; i++) {
        const uint64_t key = kept_tag_key(c, digest_of_text(c, kept), users->digests[i]);
        found = find_pending(c, key, call, m->origin->time, found);
    }
    for (unsigned i = 0; !found && i < users->count; i++) {
        found = find_pending(c, likeness_key(c, m->client, m, users->digests[i]), call, m->origin->time, found);
    }
    return found;
}

static void
find_other_side(calls *c, uint32_t call, const call_message *m, const called_users *users)
{
    const uint32_t found = call_alike(c, call, m, users);
    const uint32_t other = found & ~SEVERAL;
    const uint64_t key = key_of(c, KEY_ALIKE, other, 0);

    if (!found) {
        return;
    }
    const uint32_t rival = index_find(&c->index, key);
    if (!(found & SEVERAL) && !rival) {
        index_put(&c->index, key, call);
        join_legs(c, call, other, JOINED_BY_LIKENESS);
        return;
    }
    join_legs(c, call, 0, JOINED_AMBIGUOUS);
    if (rival) {
        join_legs(c, rival, 0, JOINED_AMBIGUOUS);
    }
}

void
join_as_alike(calls *c, uint32_t call, bool is_new, const call_message *m)
{
    const called_users users = users_of(c, m);

    forget_old(c, m->origin->time);
    if (is_new) {
        find_other_side(c, call, m, &users);
        for (unsigned i = 0; i < users.count; i++) {
            note_pending(c, kept_tag_key(c, m->from, users.digests[i]), call, m->origin->time);
        }
    }
    note_hop(c, call, m, &users);
}
