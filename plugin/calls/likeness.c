/* likeness.c
 * Two calls that do not say that they belong together, but look so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/join_rooms.h"

#include "calls/answers.h"
#include "sip/sip_party.h"
#include "sip/sip_value.h"

/* The other side is called at once, and before the call has a final response. A 180 of its
 * own many a back-to-back user agent sends first. */
#define LIKENESS_WITHIN (2 * CALLS_SECOND)
/* As many digits of a number tell it; what stands before may be a prefix. */
#define NUMBER_LENGTH_MAX 8
/* As many characters hold the 32 bits that RFC 3261 19.3 asks of a tag; a shorter one tells no call. */
#define TAG_LENGTH_MIN 8
#define SEVERAL (UINT32_C(1) << 31)

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
        } else if (!strchr("+-.()", character) || !character) {
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
 * with something of theirs and a dash before it. 0: tag tells no call. */
static uint64_t
kept_tag_key(const calls *c, sip_text tag, uint64_t user)
{
    return tag.length < TAG_LENGTH_MIN ? 0 : key_of(c, KEY_TAG_KEPT, digest_of_text(c, tag), user);
}

static sip_text
from_tag(const call_message *m)
{
    sip_text tag = { NULL, 0 };

    sip_value_parameter(m->content->message->from, "tag", &tag);
    return tag;
}

static sip_text
behind_dash(sip_text text)
{
    const uint8_t *dash = text.length ? memchr(text.start, '-', text.length) : NULL;

    return dash ? (sip_text){ dash + 1, text.length - (size_t)(dash + 1 - text.start) } : (sip_text){ NULL, 0 };
}

/* RFC 3261 8.2.2.1: a server in between may call by To or by Request-URI. */
static unsigned
users_of(const calls *c, const call_message *m, uint64_t users[2])
{
    const sip_message *message = m->content->message;
    const uint64_t to = digest_of_user(c, sip_party_of(message->to).user);
    const uint64_t uri = digest_of_user(c, sip_party_of(message->request_uri).user);
    unsigned count = 0;

    if (to) {
        users[count++] = to;
    }
    if (uri && uri != to) {
        users[count++] = uri;
    }
    return count;
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

void
join_note_hop(calls *c, uint32_t call, const call_message *m)
{
    uint64_t users[2];

    if (!c->joins.guess || !m->content->message) {
        return;
    }
    forget_old(c, m->origin->time);
    const sip_text tag = from_tag(m);
    const unsigned count = users_of(c, m, users);
    for (unsigned i = 0; i < count; i++) {
        const uint64_t kept = kept_tag_key(c, tag, users[i]);
        note_pending(c, likeness_key(c, m->server, m, users[i]), call, m->origin->time);
        if (kept) {
            note_pending(c, kept, call, m->origin->time);
        }
    }
}

/* Adds to what is found a call of this key, which has to be another one and pending. */
static uint32_t
find_pending(const calls *c, uint64_t key, uint32_t call, int64_t now, uint32_t found)
{
    for (unsigned i = 0; key && i < 2; i++) {
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
call_alike(const calls *c, uint32_t call, const call_message *m)
{
    uint64_t users[2];
    uint32_t found = 0;
    const sip_text kept = behind_dash(from_tag(m));
    const unsigned count = users_of(c, m, users);

    for (unsigned i = 0; i < count; i++) {
        found = find_pending(c, kept_tag_key(c, kept, users[i]), call, m->origin->time, found);
    }
    for (unsigned i = 0; !found && i < count; i++) {
        found = find_pending(c, likeness_key(c, m->client, m, users[i]), call, m->origin->time, found);
    }
    return found;
}

void
join_as_alike(calls *c, uint32_t call, const call_message *m)
{
    forget_old(c, m->origin->time);
    const uint32_t found = call_alike(c, call, m);
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
