/* details.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/detail_rooms.h"

#include <string.h>

#include "sip/sip_abridged.h"

void
details_end(calls *c)
{
    for (uint32_t number = 1; number <= c->texts.count; number++) {
        c->memory.release(c->memory.scope, ((kept_text *)pool_at(&c->texts, number))->bytes);
    }
    if (c->offers) {
        c->memory.release(c->memory.scope, c->offers);
    }
}

uint32_t
keep_text(calls *c, sip_text text)
{
    const uint64_t key = key_of(c, KEY_TEXT, digest_of_text(c, text), 0);
    uint32_t number = index_find(&c->index, key);

    if (number || !text.length) {
        return number;
    }
    number = pool_add(&c->texts);
    kept_text *kept = (kept_text *)pool_at(&c->texts, number);
    kept->bytes = (uint8_t *)c->memory.allocate(c->memory.scope, text.length);
    kept->length = (uint32_t)text.length;
    memcpy(kept->bytes, text.start, text.length);
    index_put(&c->index, key, number);
    return number;
}

sip_text
text_at(const calls *c, uint32_t number)
{
    if (!number) {
        return (sip_text){ NULL, 0 };
    }
    const kept_text *kept = (const kept_text *)pool_at(&c->texts, number);
    return (sip_text){ kept->bytes, kept->length };
}

uint32_t
keep_abridged(calls *c, const sip_message *message)
{
    uint8_t buffer[SIP_ABRIDGED_SIZE];
    const size_t length = sip_abridge(message, buffer);

    return keep_text(c, (sip_text){ buffer, length });
}

static uint64_t
event_key(const calls *c, event_kind kind, uint32_t subject)
{
    return key_of(c, KEY_EVENT, kind, subject);
}

const call_event *
calls_event(const calls *c, event_kind kind, uint32_t subject)
{
    const uint32_t number = index_find(&c->index, event_key(c, kind, subject));

    return number ? (const call_event *)pool_at(&c->events, number) : NULL;
}

call_event *
event_to_set(calls *c, event_kind kind, uint32_t subject)
{
    const uint64_t key = event_key(c, kind, subject);
    uint32_t number = index_find(&c->index, key);

    if (!number) {
        number = pool_add(&c->events);
        index_put(&c->index, key, number);
    } else if (kind != EVENT_LAST_COPY) {
        return NULL;
    }
    return (call_event *)pool_at(&c->events, number);
}

void
note_event(calls *c, event_kind kind, uint32_t subject, const call_message *m)
{
    call_event *event = event_to_set(c, kind, subject);

    if (event) {
        *event = (call_event){ .time = m->origin->time, .frame = m->origin->frame };
        if (kind == EVENT_CANCEL && m->content->message && m->content->message->reason.start) {
            event->text = keep_abridged(c, m->content->message);
        }
    }
}

/* Where somebody between them changes tags, it is neither. */
void
note_side(calls *c, uint32_t request, const call_message *m)
{
    const uint32_t caller = m->call_number ? call_at(c, m->call_number)->caller : 0;

    if (caller && caller == hash_of_tag(m->from)) {
        request_at(c, request)->flags |= REQUEST_OF_CALLER;
    } else if (caller && caller == hash_of_tag(m->to)) {
        request_at(c, request)->flags |= REQUEST_OF_CALLEE;
    }
}

void
note_other_bye(calls *c, uint32_t request, uint32_t first, const call_message *m)
{
    const sip_transaction *other = transaction_at(c, request_at(c, first)->first);

    const unsigned sides = (request_at(c, first)->flags | request_at(c, request)->flags) &
                           (REQUEST_OF_CALLER | REQUEST_OF_CALLEE);

    if (sides == (REQUEST_OF_CALLER | REQUEST_OF_CALLEE)) {
        call_event *event = event_to_set(c, EVENT_OTHER_BYE, request);
        if (event) {
            *event = (call_event){ .time = other->time, .frame = other->frame };
        }
        note_event(c, EVENT_OTHER_BYE, first, m);
    }
}

unsigned
calls_marks_of(const calls *c, uint32_t answer)
{
    return index_find(&c->index, key_of(c, KEY_MARKS, answer, 0));
}

sip_text
calls_extra_of(const calls *c, uint32_t answer)
{
    return text_at(c, index_find(&c->index, key_of(c, KEY_EXTRA, answer, 0)));
}

sip_text
calls_words_of_answer(const calls *c, uint32_t answer)
{
    return text_at(c, index_find(&c->index, key_of(c, KEY_WORDS, answer, 0)));
}

sip_text
calls_words_of_event(const calls *c, const call_event *event)
{
    return text_at(c, event->text);
}

uint32_t
calls_sent_after(const calls *c, uint32_t request)
{
    return index_find(&c->index, key_of(c, KEY_SENT_AFTER, request, 0));
}

uint32_t
calls_register_of(const calls *c, uint32_t answer)
{
    return index_find(&c->index, key_of(c, KEY_REGISTER_OF, answer, 0));
}

sip_text
calls_host(const calls *c, uint32_t address, uint8_t buffer[IPV4_LENGTH])
{
    /* Nothing is kept of IPv4, and of what else is, its texts are. */
    const uint32_t kept = c->texts.count ? index_find(&c->index, key_of(c, KEY_HOST, address, 0)) : 0;

    if (kept) {
        return text_at(c, kept);
    }
    if (address == c->no_address) {
        return (sip_text){ NULL, 0 };
    }
    digest_to_ipv4(&c->secret, address, buffer);
    return (sip_text){ buffer, IPV4_LENGTH };
}

uint32_t
calls_challenge_of(const calls *c, uint32_t request)
{
    return request_at(c, request)->flags & REQUEST_CREDENTIALS ?
           index_find(&c->index, key_of(c, KEY_NONCE_OF, request, 0)) : 0;
}

uint32_t
calls_credentials_for(const calls *c, uint32_t request)
{
    return index_find(&c->index, key_of(c, KEY_NONCE_NEXT, request, 0));
}

uint32_t
calls_nonce_taken(const calls *c, uint32_t challenge)
{
    return index_find(&c->index, key_of(c, KEY_NONCE_TAKEN, challenge, 0));
}
