/* message.c
 * A message by the digests that it is held against others with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/model.h"
#include "calls/links.h"
#include "calls/outcomes.h"
#include "calls/requests.h"
#include "calls/transactions.h"

/* An IPv4 address is turned into its digest in steps that can be undone, so that
 * its text need not be kept. */
uint32_t
calls_address(const calls *c, sip_text address)
{
    if (address.length == sizeof(uint32_t)) {
        return digest_of_ipv4(&c->secret, address.start);
    }
    return digest_fold(digest_of_text(c, address));
}

static request_kind
kind_of(sip_text method)
{
    return sip_text_equals(method, "INVITE") ? REQUEST_INVITE :
           sip_text_equals(method, "BYE") ? REQUEST_BYE :
           sip_text_equals(method, "REGISTER") ? REQUEST_REGISTER : REQUEST_OTHER;
}

call_message
digest_message(const calls *c, const message_origin *origin, const sip_identity *identity,
               const message_content *content)
{
    const bool request = content->code == 0;
    const sip_text method = request ? content->method : identity->cseq_method;
    call_message m = {
        .origin = origin,
        .identity = identity,
        .content = content,
        .client = request ? origin->source : origin->destination,
        .server = request ? origin->destination : origin->source,
        .call = digest_of_call(c, identity->call_id),
        .from = identity->from_tag.length ? digest_of_text(c, identity->from_tag) : 0,
        .to = identity->to_tag.length ? digest_of_text(c, identity->to_tag) : 0,
        .method = digest_of_text(c, method),
        .kind = kind_of(method),
    };

    /* RFC 3261 17.1.1.3, 17.2.3 */
    m.key = transaction_key(c, &m, sip_text_equals(method, "ACK") ? c->invite : m.method);
    m.requests = requests_key(c, &m, m.method, m.to);
    return m;
}

uint32_t
calls_transaction_here(const calls *c, const message_origin *origin, const sip_identity *identity, sip_text method)
{
    if (c->newest.frame == origin->frame && c->newest.frame && c->newest.place == origin->place) {
        return c->newest.transaction;
    }
    const message_content content = { .method = method };
    const call_message m = digest_message(c, origin, identity, &content);
    return transaction_between(c, m.key, &m);
}

uint32_t
calls_transaction_of(const calls *c, const message_origin *origin, const sip_identity *identity, sip_text method)
{
    const uint32_t number = calls_transaction_here(c, origin, identity, method);

    if (!number) {
        return 0;
    }
    const sip_transaction *t = transaction_at(c, number);
    return t->frame == origin->frame && t->place == origin->place ? number : 0;
}

const sip_dialog *
calls_dialog_of(const calls *c, const message_origin *origin, const sip_identity *identity)
{
    const message_content content = { .method = identity->cseq_method };
    call_message m = digest_message(c, origin, identity, &content);

    m.call_number = call_find(c, m.call);
    return dialog_find(c, &m);
}

bool
calls_is_begun_by(const calls *c, uint32_t transaction)
{
    const sip_transaction *t = transaction_at(c, transaction);
    const uint32_t call = t->request ? request_at(c, t->request)->call : 0;

    return call && call_at(c, call)->first == t->request && t->flags & TRANSACTION_FIRST_HOP;
}
