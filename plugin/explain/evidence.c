/* evidence.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "explain/evidence.h"

#include "sip/sip_said.h"

const sip_transaction *
situation_first_hop(const situation *s)
{
    return s->r ? calls_transaction(s->c, s->r->first) : NULL;
}

const sip_transaction *
situation_find_hop(const situation *s, hop_fn fits)
{
    uint32_t number = s->r ? s->r->first : 0;

    for (unsigned i = 0; number && i < SITUATION_LOOKED_AT; i++) {
        const sip_transaction *hop = calls_transaction(s->c, number);
        if (fits(s, hop)) {
            return hop;
        }
        number = hop->next_hop == s->r->first ? 0 : hop->next_hop;
    }
    return NULL;
}

const sip_answer *
situation_find_answer(const situation *s, const sip_transaction *hop, answer_fn fits)
{
    const sip_answer *found = NULL;
    uint32_t number = hop->answers;

    for (unsigned i = 0; number && i < SITUATION_LOOKED_AT; i++) {
        const sip_answer *answer = calls_answer(s->c, number);
        found = fits(s, answer) ? answer : found;
        number = answer->next;
    }
    return number ? NULL : found;
}

const sip_request *
situation_next(const situation *s)
{
    const uint32_t with_nonce = s->r && situation_is_challenge(s->code) ? calls_credentials_for(s->c, s->request) : 0;
    const uint32_t next = s->r ? calls_sent_after(s->c, s->request) : 0;

    if (next && calls_request(s->c, next)->after == s->code) {
        return calls_request(s->c, next);
    }
    return with_nonce ? calls_request(s->c, with_nonce) : NULL;
}

bool
situation_is_ringing(const situation *s, const sip_answer *answer)
{
    return answer->code == 180 && (!s->a || answer->time <= s->a->time);
}

bool
situation_is_progress(const situation *s, const sip_answer *answer)
{
    return situation_is_ringing(s, answer) || (answer->code == 183 && (!s->a || answer->time <= s->a->time));
}

bool
situation_has_same_code(const situation *s, const sip_answer *answer)
{
    return answer->code == s->code;
}

const sip_answer *
situation_ringing(const situation *s)
{
    return s->t ? situation_find_answer(s, s->t, situation_is_ringing) : NULL;
}

const sip_answer *
situation_progress(const situation *s)
{
    return s->t ? situation_find_answer(s, s->t, situation_is_progress) : NULL;
}

bool
situation_is_behind(const situation *s, const sip_transaction *hop)
{
    const bool one_host = s->t->client == s->t->server;

    return hop != s->t && hop->client == s->t->server && hop->frame > s->t->frame &&
           (!s->a || hop->time <= s->a->time) && (!one_host || hop->client_port == s->t->server_port);
}

static bool
is_behind_with_same_code(const situation *s, const sip_transaction *hop)
{
    return situation_is_behind(s, hop) && situation_find_answer(s, hop, situation_has_same_code);
}

static bool
is_behind_and_rang(const situation *s, const sip_transaction *hop)
{
    return situation_is_behind(s, hop) && situation_find_answer(s, hop, situation_is_ringing);
}

const sip_transaction *
situation_behind(const situation *s)
{
    const sip_transaction *hop = s->t ? situation_find_hop(s, is_behind_with_same_code) : NULL;

    hop = hop || !s->t ? hop : situation_find_hop(s, is_behind_and_rang);
    return hop || !s->t ? hop : situation_find_hop(s, situation_is_behind);
}

static bool
is_success(const situation *s, const sip_answer *answer)
{
    (void)s;
    return answer_is_success(answer);
}

static bool
is_other_server(const situation *s, const sip_transaction *hop)
{
    return hop != s->t && hop->client == s->t->client && hop->server != s->t->server && s->a &&
           hop->time >= s->a->time;
}

static bool
is_other_server_with_success(const situation *s, const sip_transaction *hop)
{
    return is_other_server(s, hop) && situation_find_answer(s, hop, is_success);
}

const sip_transaction *
situation_other_server(const situation *s)
{
    const sip_transaction *hop = s->t ? situation_find_hop(s, is_other_server_with_success) : NULL;

    hop = hop || !s->t ? hop : situation_find_hop(s, is_other_server);
    const sip_request *next = hop || s->code != 503 ? NULL : situation_next(s);

    return next ? calls_transaction(s->c, next->first) : hop;
}

/* NULL where it came too late for the response. */
static const call_event *
cancel_of_hop(const situation *s, uint32_t hop)
{
    const call_event *event = calls_event(s->c, EVENT_CANCEL, hop);

    return event && (!s->a || event->time <= s->a->time) ? event : NULL;
}

const call_event *
situation_first_cancel(const situation *s)
{
    return s->r && s->r->kind == REQUEST_INVITE ? cancel_of_hop(s, s->r->first) : NULL;
}

const call_event *
situation_cancel(const situation *s)
{
    const bool is_answered = s->a && s->r && s->r->kind == REQUEST_INVITE;
    const call_event *own = is_answered ? cancel_of_hop(s, s->a->transaction) : NULL;

    return own ? own : situation_first_cancel(s);
}

static bool
is_refused_by_network(const situation *s, const sip_transaction *hop)
{
    (void)s;
    return hop->flags & TRANSACTION_REFUSED;
}

/* The number of a hop: only its first frame and place tell it. */
static uint32_t
number_of_hop(const situation *s, const sip_transaction *hop)
{
    uint32_t number = s->r->first;

    for (unsigned i = 0; i < SITUATION_LOOKED_AT && calls_transaction(s->c, number) != hop; i++) {
        number = calls_transaction(s->c, number)->next_hop;
    }
    return number;
}

const call_event *
situation_icmp(const situation *s)
{
    const sip_transaction *hop = situation_find_hop(s, is_refused_by_network);

    return hop ? calls_event(s->c, EVENT_ICMP, number_of_hop(s, hop)) : NULL;
}

const sip_request *
situation_bye(const situation *s)
{
    if (!s->a || !s->r->call || !answer_is_success(s->a)) {
        return NULL;
    }
    const sip_dialog *dialog = &calls_call(s->c, s->r->call)->dialog;
    if (!dialog->answer || !dialog->bye) {
        return NULL;
    }
    const sip_answer *counted = calls_answer(s->c, dialog->answer);
    const sip_request *bye = calls_request(s->c, dialog->bye);
    return counted->to_tag == s->a->to_tag && calls_transaction(s->c, counted->transaction)->request == s->request
               ? bye : NULL;
}

static bool
repeats_way(const situation *s, const sip_transaction *hop)
{
    const sip_transaction *first = calls_transaction(s->c, s->r->first);
    uint32_t number = s->r->first;

    for (unsigned i = 0; i < SITUATION_LOOKED_AT && (i == 0 || number != s->r->first); i++) {
        const sip_transaction *other = calls_transaction(s->c, number);
        if (other != hop && other->frame < hop->frame && other->client == hop->client && other->server == hop->server &&
            other->client_port == hop->client_port && other->server_port == hop->server_port) {
            return hop != first;
        }
        number = other->next_hop;
    }
    return false;
}

const sip_transaction *
situation_loop(const situation *s)
{
    return situation_find_hop(s, repeats_way);
}

bool
situation_header(const situation *s, sip_header_id id, sip_text *value)
{
    return s->message && sip_header_find(s->message->headers, id, value);
}

bool
situation_seconds(const situation *s, sip_header_id id, uint32_t *seconds)
{
    sip_text value;

    return situation_header(s, id, &value) && sip_seconds_read(value, seconds);
}
