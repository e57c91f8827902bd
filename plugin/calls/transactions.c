/* transactions.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/transactions.h"

/* What of the ends is the same; the nearest first. */
typedef enum {
    NEAR_ALL,
    NEAR_HOSTS_AND_SERVER_PORT,
    NEAR_HOSTS_AND_CLIENT_PORT,
    NEAR_HOSTS,
    NEAR_CLIENT_AND_PORT,
    NEAR_CLIENT,
    NEAR_SERVER,
    NEAR_NOTHING,
    NEARNESS_COUNT
} nearness;

static bool
are_equal(const hop_ends *a, const hop_ends *b)
{
    return a->client.address == b->client.address && a->server.address == b->server.address &&
           a->client.port == b->client.port && a->server.port == b->server.port && a->cseq == b->cseq;
}

static uint64_t
near_key(const calls *c, uint64_t key, const hop_ends *ends, nearness how)
{
    const bool client = how <= NEAR_CLIENT;
    const bool server = how <= NEAR_HOSTS || how == NEAR_SERVER;
    const bool client_port = how == NEAR_ALL || how == NEAR_HOSTS_AND_CLIENT_PORT || how == NEAR_CLIENT_AND_PORT;
    const bool server_port = how == NEAR_ALL || how == NEAR_HOSTS_AND_SERVER_PORT;
    const uint64_t addresses = (uint64_t)(client ? ends->client.address : 0) << 32 |
                               (server ? ends->server.address : 0);
    const uint64_t ports = (uint64_t)(client_port ? ends->client.port : 0) << 16 |
                           (server_port ? ends->server.port : 0) | (uint64_t)ends->cseq << 32;

    return key_with(c, key_with(c, key_of(c, KEY_NEAR, key, (uint64_t)how), addresses), ports);
}

uint64_t
transaction_key(const calls *c, const call_message *m, uint64_t method)
{
    uint64_t key = digest_of(&c->secret, c->kinds[KEY_TRANSACTION], m->identity->branch);

    key = key_with(c, digest_of(&c->secret, key, m->identity->sent_by), method);
    /* RFC 2543: the branch is not unique, if there is one. */
    if (!m->identity->magic) {
        key = key_with(c, key_with(c, key_with(c, key, m->call), m->from), m->identity->cseq);
    }
    return key;
}

uint32_t
transaction_of_branch(const calls *c, uint64_t key)
{
    return index_find(&c->index, key);
}

/* Of several with this key. */
static uint32_t
find_near(const calls *c, uint64_t key, const hop_ends *ends, nearness least)
{
    uint32_t found = 0;

    for (unsigned how = NEAR_ALL; how <= (unsigned)least && !found; how++) {
        found = index_find(&c->index, near_key(c, key, ends, (nearness)how));
    }
    return found;
}

static uint32_t
find_transaction(const calls *c, uint64_t key, const call_message *m, nearness least)
{
    const uint32_t newest = transaction_of_branch(c, key);

    if (!newest) {
        return 0;
    }
    const sip_transaction *t = transaction_at(c, newest);
    const hop_ends wanted = ends_of_message(m);
    const hop_ends there = ends_of_transaction(t);
    if (are_equal(&there, &wanted)) {
        return newest;
    }
    if (t->flags & TRANSACTION_SHARES_BRANCH) {
        return find_near(c, key, &wanted, least);
    }
    return least == NEAR_NOTHING && t->cseq == wanted.cseq ? newest : 0;
}

uint32_t
transaction_between(const calls *c, uint64_t key, const call_message *m)
{
    return find_transaction(c, key, m, NEAR_ALL);
}

uint32_t
transaction_nearest(const calls *c, uint64_t key, const call_message *m)
{
    return find_transaction(c, key, m, NEAR_NOTHING);
}

static void
tell_near(calls *c, uint64_t key, uint32_t number)
{
    sip_transaction *t = transaction_at(c, number);
    const hop_ends ends = ends_of_transaction(t);

    t->flags |= TRANSACTION_SHARES_BRANCH;
    for (unsigned how = NEAR_ALL; how < NEARNESS_COUNT; how++) {
        index_put(&c->index, near_key(c, key, &ends, (nearness)how), number);
    }
}

uint32_t
transaction_add(calls *c, uint64_t key, const call_message *m)
{
    const uint32_t number = pool_add(&c->transactions);
    sip_transaction *t = transaction_at(c, number);

    t->time = m->origin->time;
    t->cseq = m->identity->cseq;
    t->client = m->client.address;
    t->client_port = m->client.port;
    t->server = m->server.address;
    t->server_port = m->server.port;
    const uint32_t before = index_put(&c->index, key, number);
    if (before) {
        if (!(transaction_at(c, before)->flags & TRANSACTION_SHARES_BRANCH)) {
            tell_near(c, key, before);
        }
        tell_near(c, key, number);
    }
    return number;
}
