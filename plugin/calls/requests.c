/* requests.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/requests.h"

#include "calls/join_rooms.h"
#include "calls/links.h"

#define NO_METHOD 255

uint32_t
request_find(const calls *c, const call_message *m, uint64_t method, uint64_t to, uint32_t cseq)
{
    return index_find(&c->index, key_with(c, requests_key(c, m, method, to), cseq));
}

static uint8_t
method_number(sip_text method)
{
    const sip_method_set set = sip_method_set_of(method);

    for (uint8_t number = 0; set && number < 32; number++) {
        if (set >> number & 1) {
            return number;
        }
    }
    return NO_METHOD;
}

uint32_t
call_find(const calls *c, uint64_t digest)
{
    return index_find(&c->index, digest);
}

/* An INVITE that begins a dialog begins a call, or goes on with one. */
static void
take_call(calls *c, uint32_t request, call_message *m)
{
    if (!m->call_number) {
        m->call_number = pool_add(&c->calls);
        sip_call *call = call_at(c, m->call_number);
        call->first = request;
        call->outcome = OUTCOME_OPEN;
        call->caller = hash_of_tag(m->from);
        index_put(&c->index, m->call, m->call_number);
    }
    call_at(c, m->call_number)->latest = request;
}

static uint32_t
add_request(calls *c, uint32_t transaction, call_message *m)
{
    const uint32_t number = pool_add(&c->requests);
    sip_request *r = request_at(c, number);

    r->first = transaction;
    r->kind = (uint8_t)m->kind;
    r->method = method_number(m->content->method);
    r->uri = hash_of_tag(digest_of_text(c, m->identity->request_uri));
    r->flags = (uint16_t)((m->to ? REQUEST_IN_DIALOG : 0) | (m->identity->credentials ? REQUEST_CREDENTIALS : 0));
    if (m->kind == REQUEST_INVITE && !m->to) {
        take_call(c, number, m);
        r->call = m->call_number;
    }
    return number;
}

static uint64_t
hop_key(const calls *c, uint32_t request, const hop_ends *ends, bool with_ports)
{
    const uint64_t addresses = (uint64_t)ends->client.address << 32 | ends->server.address;

    return key_with(c, key_of(c, KEY_HOP, request, addresses), with_ports ? ports_of(ends) : 0);
}

static void
put_hop(calls *c, uint32_t transaction)
{
    const sip_transaction *t = transaction_at(c, transaction);
    const hop_ends ends = ends_of_transaction(t);

    index_put(&c->index, hop_key(c, t->request, &ends, true), transaction);
    index_put(&c->index, hop_key(c, t->request, &ends, false), transaction);
}

/* The hops of a request: the first, then from the newest back to the second. */
static uint32_t
next_hop(const calls *c, const sip_request *r, uint32_t transaction)
{
    const uint32_t next = transaction_at(c, transaction)->next_hop;

    return next == r->first ? 0 : next;
}

static void
put_hops(calls *c, const sip_request *r)
{
    uint32_t numbers[CALLS_FEW];
    unsigned count = 0;

    put_hop(c, r->first);
    for (uint32_t hop = next_hop(c, r, r->first); hop && count < CALLS_FEW; hop = next_hop(c, r, hop)) {
        numbers[count++] = hop;
    }
    while (count > 0) {
        put_hop(c, numbers[--count]);
    }
}

void
request_take_hop(calls *c, uint32_t transaction, call_message *m)
{
    sip_transaction *t = transaction_at(c, transaction);
    uint32_t number = index_put_first(&c->index, own_request_key(c, m, m->identity->cseq), c->requests.count + 1);
    const bool is_new = number == 0;

    if (is_new) {
        number = add_request(c, transaction, m);
        t->flags |= TRANSACTION_FIRST_HOP;
    }
    sip_request *r = request_at(c, number);
    t->request = number;
    if (r->hops == CALLS_FEW) {
        put_hops(c, r);
    }
    t->next_hop = is_new ? transaction : transaction_at(c, r->first)->next_hop;
    transaction_at(c, r->first)->next_hop = transaction;
    count_up(&r->hops);
    if (r->hops > CALLS_FEW) {
        put_hop(c, transaction);
    }
    if (is_new) {
        link_to_earlier(c, number, m);
    }
    if (r->call) {
        join_take_hop(c, r->call, is_new && call_at(c, r->call)->first == number, m);
    }
}

static bool
has_ends(const sip_transaction *t, const call_message *m, bool with_ports)
{
    return t->client == m->client.address && t->server == m->server.address &&
           (!with_ports || (t->client_port == m->client.port && t->server_port == m->server.port));
}

static uint32_t
find_hop(const calls *c, uint32_t request, const call_message *m, bool with_ports)
{
    const sip_request *r = request_at(c, request);

    if (r->hops > CALLS_FEW) {
        const hop_ends ends = ends_of_message(m);
        return index_find(&c->index, hop_key(c, request, &ends, with_ports));
    }
    for (uint32_t hop = next_hop(c, r, r->first); hop; hop = next_hop(c, r, hop)) {
        if (has_ends(transaction_at(c, hop), m, with_ports)) {
            return hop;
        }
    }
    return has_ends(transaction_at(c, r->first), m, with_ports) ? r->first : 0;
}

/* Where all are on one host, the addresses alone tell no hop from another. */
uint32_t
request_hop(const calls *c, uint32_t request, const call_message *m)
{
    const uint32_t hop = find_hop(c, request, m, true);

    return hop || m->client.address == m->server.address ? hop : find_hop(c, request, m, false);
}
