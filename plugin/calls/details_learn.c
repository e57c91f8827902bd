/* details_learn.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/detail_rooms.h"

#include <string.h>

#include "calls/challenges.h"
#include "calls/confirmations.h"
#include "calls/outcomes.h"
#include "explanation_tables.h"
#include "sip/sip_offer.h"
#include "sip/sip_said.h"
#include "sip/sip_uri.h"

/* The digest of an IPv4 address tells it again, that of others does not. */
static void
keep_host(calls *c, uint32_t address, sip_text bytes)
{
    if (!bytes.length || bytes.length == IPV4_LENGTH) {
        return;
    }
    const uint64_t key = key_of(c, KEY_HOST, address, 0);
    if (!index_find(&c->index, key)) {
        index_put(&c->index, key, keep_text(c, bytes));
    }
}

static bool
is_by_scanner(const sip_message *message)
{
    const sip_text agent = message->user_agent;

    for (size_t i = 0; agent.start && i < SCANNER_COUNT; i++) {
        const scanner_agent *scanner = &scanner_agents[i];
        if (agent.length >= scanner->length && sip_bytes_equal_nocase(agent.start, scanner->name, scanner->length)) {
            return true;
        }
    }
    return false;
}

/* user and host of the To name who registers (RFC 3261 10.2). */
static uint64_t
user_key(const calls *c, sip_text to)
{
    sip_uri uri;

    if (!sip_uri_read(sip_uri_of(to), &uri) || !uri.user.length) {
        return 0;
    }
    return key_of(c, KEY_REGISTERED, digest_of_text(c, uri.user), digest_of_text(c, uri.host));
}

/* An INVITE that may be refused for its media soon is kept until others came. */
static void
keep_offer(calls *c, uint32_t request, const sip_message *message)
{
    if (!c->offers) {
        const size_t size = OFFERS_KEPT * sizeof *c->offers;
        c->offers = (recent_offer *)c->memory.allocate(c->memory.scope, size);
        memset(c->offers, 0, size);
    }
    recent_offer *offer = &c->offers[c->offer_count++ % OFFERS_KEPT];
    offer->request = request;
    offer->length = message->body.length < sizeof offer->bytes ? (uint32_t)message->body.length : sizeof offer->bytes;
    memcpy(offer->bytes, message->body.start, offer->length);
}

static sip_text
recent_offer_of(const calls *c, uint32_t request)
{
    for (unsigned i = 0; c->offers && i < OFFERS_KEPT; i++) {
        if (c->offers[i].request == request) {
            return (sip_text){ c->offers[i].bytes, c->offers[i].length };
        }
    }
    return (sip_text){ NULL, 0 };
}

static void
details_of_register(calls *c, uint32_t request, const sip_message *message)
{
    const uint64_t user = user_key(c, message->to);
    sip_text value;
    uint32_t seconds;

    if (user) {
        index_put(&c->index, user, request);
    }
    if (sip_header_find(message->headers, SIP_HEADER_EXPIRES, &value) && sip_seconds_read(value, &seconds) && !seconds) {
        request_at(c, request)->flags |= REQUEST_UNREGISTERS;
    }
}

static void
details_of_invite(calls *c, uint32_t request, const call_message *m)
{
    if (m->content->message->body.length) {
        keep_offer(c, request, m->content->message);
    }
    if (m->to) {
        note_side(c, request, m);
        index_put(&c->index, key_with(c, key_of(c, KEY_REINVITE, m->call, m->from), m->to), request);
    }
}

void
details_of_request(calls *c, uint32_t transaction, const call_message *m)
{
    const sip_transaction *t = transaction_at(c, transaction);
    const sip_message *message = m->content->message;
    sip_request *r = request_at(c, t->request);

    keep_host(c, m->client.address, m->origin->source_address);
    keep_host(c, m->server.address, m->origin->destination_address);
    if (!(t->flags & TRANSACTION_UNRELIABLE)) {
        await_reset(c, t);
    }
    if (!message || !(t->flags & TRANSACTION_FIRST_HOP)) {
        return;
    }
    if (is_by_scanner(message)) {
        r->flags |= REQUEST_BY_SCANNER;
    }
    if (message->authorization.start) {
        keep_credentials(c, t->request, m, SIP_HEADER_AUTHORIZATION);
    }
    if (message->proxy_authorization.start) {
        keep_credentials(c, t->request, m, SIP_HEADER_PROXY_AUTHORIZATION);
    }
    if (r->kind == REQUEST_REGISTER) {
        details_of_register(c, t->request, message);
    } else if (r->kind == REQUEST_INVITE) {
        details_of_invite(c, t->request, m);
    }
}

void
details_of_repetition(calls *c, uint32_t transaction, const call_message *m)
{
    note_event(c, EVENT_LAST_COPY, transaction, m);
}

static void
mark(calls *c, uint32_t answer, unsigned marks)
{
    if (marks) {
        index_put(&c->index, key_of(c, KEY_MARKS, answer, 0), marks);
    }
}

/* Each proxy on the way of a request adds one, and its response has them all (RFC 3261 16.6, 8.2.6.2). */
static bool
has_one_via(const sip_message *message)
{
    sip_values vias = sip_values_from(message->headers, SIP_HEADER_VIA, message->via);
    sip_text via;

    return message->headers_complete && sip_values_next(&vias, &via) && !sip_values_next(&vias, &via);
}

static void
keep_extra(calls *c, uint32_t answer, sip_text text)
{
    const uint32_t number = keep_text(c, text);

    if (number) {
        index_put(&c->index, key_of(c, KEY_EXTRA, answer, 0), number);
    }
}

/* RFC 3261 12.1.2: the ACK and all later requests go to the Contact. */
static void
look_at_contact(calls *c, uint32_t answer, const call_message *m)
{
    const sip_text source = m->origin->source_address;
    const sip_text contact = m->content->message->contact;
    sip_uri uri;

    if (source.length && contact.start && sip_address_kind_of(source.start, source.length) == HOST_PUBLIC &&
        sip_uri_read(sip_uri_of(contact), &uri) && sip_host_kind_of(uri.host) == HOST_PRIVATE) {
        mark(c, answer, MARK_CONTACT_PRIVATE);
        keep_extra(c, answer, sip_uri_of(contact));
    }
}

static void
keep_refused_offer(calls *c, uint32_t answer, uint32_t request)
{
    char text[SIP_OFFER_SIZE];

    keep_extra(c, answer, (sip_text){ (const uint8_t *)text, sip_offer_text(recent_offer_of(c, request), text) });
}

/* RFC 3261 14.1: the other side's INVITE of this dialog that has no final response
 * yet; one that is older than any transaction waits has one that was not captured. */
static void
look_for_glare(calls *c, uint32_t answer, const call_message *m)
{
    const uint32_t number = index_find(&c->index, key_with(c, key_of(c, KEY_REINVITE, m->call, m->to), m->from));

    if (!number) {
        return;
    }
    const sip_transaction *t = transaction_at(c, request_at(c, number)->first);
    const sip_request *r = request_at(c, number);
    const int64_t latest = r->best ? answer_at(c, r->best)->time + CALLS_T1 : t->time + CALLS_64_T1;
    if (m->origin->time < latest) {
        call_event *event = event_to_set(c, EVENT_GLARE, answer);
        if (event) {
            *event = (call_event){ .time = t->time, .frame = t->frame };
        }
    }
}

/* RFC 3261 15.1.2: the caller may end an early dialog with a BYE, and either side
 * the one in which a re-INVITE waits. */
static void
look_for_bye(calls *c, uint32_t answer, const call_message *m)
{
    const sip_dialog *dialog = dialog_find(c, m);
    const uint32_t frame = dialog && dialog->bye
                               ? transaction_at(c, request_at(c, dialog->bye)->first)->frame
                               : bye_seen_from(c, m->call, m->from);

    if (frame) {
        call_event *event = event_to_set(c, EVENT_EARLY_BYE, answer);
        if (event) {
            event->frame = frame;
        }
    }
}

static void
details_of_failure(calls *c, uint32_t answer, uint32_t request, const call_message *m)
{
    const sip_message *message = m->content->message;
    const uint64_t user = user_key(c, message->to);

    index_put(&c->index, key_of(c, KEY_WORDS, answer, 0), keep_abridged(c, message));
    switch (message->code) {
    case 487:
        look_for_bye(c, answer, m);
        mark(c, answer, has_one_via(message) ? MARK_ONE_VIA : 0);
        break;
    case 401:
    case 407:
        mark(c, answer, learn_challenge(c, answer, request, m));
        break;
    case 415:
    case 488:
    case 606:
        keep_refused_offer(c, answer, request);
        break;
    case 491:
        look_for_glare(c, answer, m);
        break;
    case 404:
    case 408:
    case 410:
    case 430:
    case 480:
        if (user && index_find(&c->index, user)) {
            index_put(&c->index, key_of(c, KEY_REGISTER_OF, answer, 0), index_find(&c->index, user));
        }
        break;
    default:
        break;
    }
}

void
details_of_answer(calls *c, uint32_t answer, const call_message *m)
{
    const sip_answer *a = answer_at(c, answer);
    const sip_transaction *t = transaction_at(c, a->transaction);

    if (!m->content->message || !is_final(a)) {
        return;
    }
    const uint32_t challenge = t->request ? calls_challenge_of(c, t->request) : 0;
    if (answer_is_success(a)) {
        if (challenge) {
            index_put(&c->index, key_of(c, KEY_NONCE_TAKEN, challenge, 0), answer);
        }
        if (m->kind == REQUEST_INVITE) {
            look_at_contact(c, answer, m);
        }
        return;
    }
    details_of_failure(c, answer, t->request, m);
}

void
note_sent_after(calls *c, uint32_t earlier, uint32_t later)
{
    index_put(&c->index, key_of(c, KEY_SENT_AFTER, earlier, 0), later);
}
