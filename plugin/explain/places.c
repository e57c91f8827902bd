/* places.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "explain/places.h"

#include "explain/evidence.h"
#include "sip/sip_said.h"
#include "sip/sip_uri.h"

/* Bytes of what a sender wrote. */
#define SENT_MAX 80

/* RFC 792 and RFC 4443 3.1: what a port that nobody listens at is told by. */
#define ICMP_PORT_UNREACHABLE 3
#define ICMPV6_PORT_UNREACHABLE 4

static uint32_t
put_frame(sentence *text, uint32_t frame)
{
    sentence_add_number(text, frame);
    return frame;
}

static uint32_t
put_event(sentence *text, const call_event *event)
{
    return event ? put_frame(text, event->frame) : 0;
}

static uint32_t
frame_of(const situation *s, const sip_request *r)
{
    return r ? calls_transaction(s->c, r->first)->frame : 0;
}

static uint32_t
put_host(sentence *text, const situation *s, uint32_t address, uint32_t frame)
{
    uint8_t buffer[IPV4_LENGTH];

    const sip_text bytes = calls_host(s->c, address, buffer);

    if (sip_address_kind_of(bytes.start, bytes.length) == HOST_NAME) {
        sentence_add(text, "a host without an address");
    } else {
        sentence_add_address(text, bytes);
    }
    return frame;
}

static void
put_header(sentence *text, const situation *s, sip_header_id id)
{
    sip_text value;

    if (situation_header(s, id, &value)) {
        sentence_add_sent(text, id == SIP_HEADER_CONTACT ? sip_uri_of(value) : value, SENT_MAX);
    }
}

static void
put_seconds(sentence *text, const situation *s, sip_header_id id)
{
    uint32_t seconds;

    if (situation_seconds(s, id, &seconds)) {
        sentence_add_number(text, seconds);
        sentence_add(text, " s");
    }
}

static void
put_phrase(sentence *text, const situation *s)
{
    const response_row *row = response_row_of(s->code);

    if (row) {
        sentence_add(text, row->phrase);
    } else if (s->message && s->message->phrase.length) {
        sentence_add_sent(text, s->message->phrase, SENT_MAX);
    } else {
        sentence_add(text, "(no phrase)");
    }
}

static void
put_icmp(sentence *text, const call_event *event)
{
    const unsigned type = event->text >> 8;
    const unsigned code = event->text & 0xff;

    if ((type == ICMP_UNREACHABLE && code == ICMP_PORT_UNREACHABLE) ||
        (type == ICMPV6_UNREACHABLE && code == ICMPV6_PORT_UNREACHABLE)) {
        sentence_add(text, "ICMP port unreachable, nothing listens there");
    } else {
        sentence_add(text, "ICMP destination unreachable (code ");
        sentence_add_number(text, code);
        sentence_add(text, ")");
    }
}

/* From the first ringing to the final response, the CANCEL, or the end. */
static void
put_ringing(sentence *text, const situation *s)
{
    const sip_answer *ringing = situation_ringing(s) ? situation_ringing(s) : situation_progress(s);
    const call_event *cancel = situation_cancel(s);

    if (ringing) {
        const int64_t until = cancel ? cancel->time : s->a ? s->a->time : calls_end_time(s->c);
        sentence_add_time(text, until - ringing->time);
    }
}

static void
put_until_cancel(sentence *text, const situation *s)
{
    const call_event *cancel = situation_cancel(s);

    if (cancel) {
        sentence_add_time(text, cancel->time - s->t->time);
    }
}

static uint32_t
put_span(sentence *text, const situation *s)
{
    const sip_transaction *first = situation_first_hop(s);
    const call_event *last = first ? calls_event(s->c, EVENT_LAST_COPY, s->r->first) : NULL;

    if (!last) {
        return 0;
    }
    sentence_add_time(text, last->time - first->time);
    return last->frame;
}

static uint32_t
put_behind(sentence *text, const situation *s, bool name)
{
    const sip_transaction *hop = situation_behind(s);

    if (!hop) {
        return 0;
    }
    return name ? put_host(text, s, hop->server, hop->frame) : put_frame(text, hop->frame);
}

/* The answer that the server passed on. */
static uint32_t
put_behind_answer(sentence *text, const situation *s)
{
    const sip_transaction *hop = situation_behind(s);
    const sip_answer *answer = hop ? situation_find_answer(s, hop, situation_has_same_code) : NULL;

    return answer ? put_frame(text, answer->frame) : 0;
}

static uint32_t
put_other_server(sentence *text, const situation *s, bool name)
{
    const sip_transaction *hop = situation_other_server(s);

    if (!hop) {
        return 0;
    }
    return name ? put_host(text, s, hop->server, hop->frame) : put_frame(text, hop->frame);
}

static uint32_t
put_next_final(sentence *text, const situation *s)
{
    const sip_request *next = situation_next(s);

    return next && next->best ? put_frame(text, calls_answer(s->c, next->best)->frame) : 0;
}

/* Where there is a BYE, of what it ended. */
static void
put_duration(sentence *text, const situation *s)
{
    const sip_request *bye = situation_bye(s);

    if (bye) {
        sentence_add_time(text, calls_transaction(s->c, bye->first)->time - s->a->time);
    }
}

static void
put_method(sentence *text, const situation *s)
{
    sentence_add(text, s->method ? sip_method_name(s->method) : "request");
}

static void
put_retry_after(sentence *text, const situation *s)
{
    sip_retry_after after;

    if (s->message && sip_retry_after_read(s->message, &after)) {
        sentence_add_number(text, after.seconds);
        sentence_add(text, " s");
    }
}

/* Those without a frame. */
static void
fill_words(explanation_place place, const situation *s, sentence *text)
{
    switch (place) {
    case PLACE_CODE:
        sentence_add_number(text, s->code);
        break;
    case PLACE_PHRASE:
        put_phrase(text, s);
        break;
    case PLACE_METHOD:
        put_method(text, s);
        break;
    case PLACE_DELAY:
        sentence_add_time(text, s->a && s->t ? s->a->time - s->t->time : 0);
        break;
    case PLACE_RETRY_AFTER:
        put_retry_after(text, s);
        break;
    case PLACE_CONTACT:
        if (s->answer && calls_extra_of(s->c, s->answer).length) {
            sentence_add_sent(text, calls_extra_of(s->c, s->answer), SENT_MAX);
        } else {
            put_header(text, s, SIP_HEADER_CONTACT);
        }
        break;
    case PLACE_MIN_SE:
        put_seconds(text, s, SIP_HEADER_MIN_SE);
        break;
    case PLACE_MIN_EXPIRES:
        put_seconds(text, s, SIP_HEADER_MIN_EXPIRES);
        break;
    case PLACE_UNSUPPORTED:
        put_header(text, s, SIP_HEADER_UNSUPPORTED);
        break;
    case PLACE_OFFER:
        sentence_add_sent(text, calls_extra_of(s->c, s->answer), SENT_MAX);
        break;
    case PLACE_RINGING:
        put_ringing(text, s);
        break;
    case PLACE_UNTIL_CANCEL:
        put_until_cancel(text, s);
        break;
    case PLACE_COPIES:
        sentence_add_number(text, s->a->count);
        break;
    case PLACE_DURATION:
        put_duration(text, s);
        break;
    case PLACE_ICMP_SAYS:
        put_icmp(text, situation_icmp(s));
        break;
    case PLACE_SENT:
        sentence_add_number(text, situation_first_hop(s)->count);
        break;
    default:
        break;
    }
}

uint32_t
place_fill(explanation_place place, const situation *s, sentence *text)
{
    switch (place) {
    case PLACE_NEXT:
        return put_frame(text, frame_of(s, situation_next(s)));
    case PLACE_NEXT_FINAL:
        return put_next_final(text, s);
    case PLACE_CANCEL:
        return put_event(text, situation_cancel(s));
    case PLACE_EARLY_BYE:
        return put_event(text, calls_event(s->c, EVENT_EARLY_BYE, s->answer));
    case PLACE_OTHER_ANSWER:
        return put_frame(text, calls_answer(s->c, s->r->best)->frame);
    case PLACE_OTHER_SERVER:
        return put_other_server(text, s, true);
    case PLACE_OTHER_SERVER_FRAME:
        return put_other_server(text, s, false);
    case PLACE_BYE:
        return put_frame(text, frame_of(s, situation_bye(s)));
    case PLACE_OTHER_BYE:
        return put_event(text, calls_event(s->c, EVENT_OTHER_BYE, s->request));
    case PLACE_OTHER_INVITE:
        return put_event(text, calls_event(s->c, EVENT_GLARE, s->answer));
    case PLACE_BEHIND:
        return put_behind(text, s, true);
    case PLACE_BEHIND_FRAME:
        return put_behind(text, s, false);
    case PLACE_BEHIND_ANSWER:
        return put_behind_answer(text, s);
    case PLACE_SERVER:
        return put_host(text, s, s->t->server, 0);
    case PLACE_LOOP:
        return put_frame(text, situation_loop(s)->frame);
    case PLACE_ICMP:
        return put_event(text, situation_icmp(s));
    case PLACE_RESET:
        return put_frame(text, calls_reset_of(s->c, s->t));
    case PLACE_REGISTER:
        return put_frame(text, frame_of(s, calls_request(s->c, calls_register_of(s->c, s->answer))));
    case PLACE_SPAN:
        return put_span(text, s);
    default:
        fill_words(place, s, text);
        return 0;
    }
}
