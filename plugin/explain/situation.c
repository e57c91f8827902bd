/* situation.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "explain/challenged.h"
#include "explain/evidence.h"
#include "sip/sip_said.h"
#include "sip/sip_uri.h"

/* RFC 3261 13.3.1.4: sent so often, a 2xx waited 7.5 s for its ACK. */
#define OFTEN 5

static bool
is_provisional(const situation *s, const sip_answer *answer)
{
    (void)s;
    return !response_is_final(answer->code);
}

static bool
is_success(const situation *s, const sip_answer *answer)
{
    (void)s;
    return answer_is_success(answer);
}

/* So that "not" and "never" are not said of what a cut message may have hidden. */
static bool
is_behind_gap(const situation *s, const sip_transaction *hop)
{
    const answer_record record = { .transaction = hop };

    return calls_is_behind_gap(s->c, NULL, &record);
}

static bool
may_miss_something(const situation *s)
{
    return !s->t || (s->r && s->r->flags & REQUEST_FOLLOWED_CUT) || situation_find_hop(s, is_behind_gap);
}

static bool
is_behind_and_answered(const situation *s, const sip_transaction *hop)
{
    return situation_is_behind(s, hop) && hop->answers;
}

/* Nothing came back from any of the hops behind the server, of which none was overlooked. */
static bool
is_silent_behind(const situation *s)
{
    return situation_behind(s) && s->r->hops <= SITUATION_LOOKED_AT && !may_miss_something(s) &&
           !situation_find_hop(s, is_behind_and_answered);
}

static bool
has_waited(const situation *s)
{
    return s->a && !may_miss_something(s) && calls_end_time(s->c) - s->a->time > CALLS_64_T1;
}

static bool
has_reason(const situation *s)
{
    sip_reason reason;

    return s->message && (sip_reason_find(s->message, REASON_Q850, &reason) ||
                          sip_reason_find(s->message, REASON_SIP, &reason));
}

/* A phone rings for 4 s or more at a time; who has not heard it twice did not let it ring. */
static bool
rang_for_long(const situation *s)
{
    const sip_answer *ringing = situation_ringing(s);

    return ringing && s->a && s->a->time - ringing->time >= 8 * CALLS_SECOND;
}

static bool
has_header(const situation *s, sip_header_id id)
{
    sip_text value;

    return situation_header(s, id, &value);
}

static bool
has_seconds(const situation *s, sip_header_id id)
{
    uint32_t seconds;

    return situation_seconds(s, id, &seconds);
}

static bool
has_retry_after(const situation *s)
{
    sip_retry_after after;

    return s->message && sip_retry_after_read(s->message, &after);
}

/* RFC 3326 3.1: Reason: SIP;cause=200;text="Call completed elsewhere" */
static bool
is_answered_elsewhere(const situation *s)
{
    const call_event *cancel = situation_cancel(s);
    const sip_text words = cancel ? calls_words_of_event(s->c, cancel) : (sip_text){ NULL, 0 };
    sip_message message;
    sip_reason reason;

    return words.length && sip_message_parse(words.start, words.length, &message) == SIP_REQUEST &&
           sip_reason_find(&message, REASON_SIP, &reason) && reason.cause == 200;
}

static bool
other_fork_answered(const situation *s)
{
    const sip_answer *best = s->r && s->r->best ? calls_answer(s->c, s->r->best) : NULL;

    if (s->a && answer_is_success(s->a)) {
        return s->a->flags & ANSWER_FURTHER_FORK;
    }
    return best && s->a && answer_is_success(best) && best->to_tag != s->a->to_tag;
}

/* From a public address to a private one, where nobody can have answered. */
static bool
is_sent_to_private(const situation *s)
{
    uint8_t buffers[2][IPV4_LENGTH];

    if (!s->t) {
        return false;
    }
    const sip_text client = calls_host(s->c, s->t->client, buffers[0]);
    const sip_text server = calls_host(s->c, s->t->server, buffers[1]);
    return sip_address_kind_of(client.start, client.length) == HOST_PUBLIC &&
           sip_address_kind_of(server.start, server.length) == HOST_PRIVATE;
}

/* Is the sender of the INVITE on its first hop the client itself, and no proxy? */
static bool
is_from_first_client(const situation *s)
{
    uint32_t number = s->r ? situation_first_hop(s)->answers : 0;

    for (unsigned i = 0; number && i < SITUATION_LOOKED_AT; i++) {
        if (calls_marks_of(s->c, number) & MARK_ONE_VIA) {
            return true;
        }
        number = calls_answer(s->c, number)->next;
    }
    return false;
}

/* To ask takes as long as the request has hops. */
static bool
state_is(const situation *s, const sip_request *r, request_state state)
{
    return r->hops <= SITUATION_LOOKED_AT && calls_state_of(s->c, r) == state;
}

static bool
is_register_failed(const situation *s)
{
    const uint32_t number = s->answer ? calls_register_of(s->c, s->answer) : 0;

    if (!number) {
        return false;
    }
    const sip_request *r = calls_request(s->c, number);
    const sip_answer *best = r->best ? calls_answer(s->c, r->best) : NULL;
    if (!best) {
        return state_is(s, r, REQUEST_IS_NEVER_ANSWERED);
    }
    return !answer_is_success(best) && (!situation_is_challenge(best->code) || r->flags & REQUEST_CREDENTIALS);
}

static bool
is_glare(const situation *s)
{
    return s->answer && calls_event(s->c, EVENT_GLARE, s->answer);
}

static bool
is_in_state(const situation *s, request_state state)
{
    return s->r && !s->a && state_is(s, s->r, state);
}

static bool
was_ended_by(const situation *s, request_state_flag side)
{
    const sip_request *bye = situation_bye(s);

    return bye && bye->flags & side;
}

static bool
holds_of_request(explanation_condition_id id, const situation *s)
{
    const sip_transaction *first = situation_first_hop(s);

    switch (id) {
    case CONDITION_REQUEST_SEEN:
        return s->r != NULL;
    case CONDITION_OUTSIDE_DIALOG:
        return s->r && !(s->r->flags & REQUEST_IN_DIALOG);
    case CONDITION_IN_DIALOG:
        return s->r && s->r->flags & REQUEST_IN_DIALOG;
    case CONDITION_CREDENTIALS_SENT:
        return situation_has_credentials(s);
    case CONDITION_AFTER_CHALLENGE:
        return situation_is_after_challenge(s);
    case CONDITION_CHALLENGED_THRICE:
        return situation_was_refused_before(s, 0);
    case CONDITION_STALE_BEFORE:
        return situation_was_refused_before(s, MARK_STALE);
    case CONDITION_UNREGISTERS:
        return s->r && s->r->flags & REQUEST_UNREGISTERS;
    case CONDITION_FROM_CALLER:
        return s->r && s->r->flags & REQUEST_OF_CALLER;
    case CONDITION_FROM_CALLEE:
        return s->r && s->r->flags & REQUEST_OF_CALLEE;
    case CONDITION_SENT_TO_PRIVATE:
        return is_sent_to_private(s);
    case CONDITION_SCANNER:
        return s->r && s->r->flags & REQUEST_BY_SCANNER;
    case CONDITION_SENT_MORE_THAN_ONCE:
        return first && first->count > 1;
    case CONDITION_UNRELIABLE:
        return s->t && s->t->flags & TRANSACTION_UNRELIABLE;
    case CONDITION_NEVER_ANSWERED:
        return is_in_state(s, REQUEST_IS_NEVER_ANSWERED) && !may_miss_something(s);
    case CONDITION_CAPTURE_ENDED:
        return is_in_state(s, REQUEST_IS_OPEN);
    case CONDITION_FINAL_UNSEEN:
        return is_in_state(s, REQUEST_IS_ANSWERED_UNSEEN);
    case CONDITION_ICMP:
        return situation_icmp(s) != NULL;
    case CONDITION_TCP_RESET:
        return s->t && calls_reset_of(s->c, s->t);
    case CONDITION_BYES_CROSSED:
        return s->r && s->r->kind == REQUEST_BYE && calls_event(s->c, EVENT_OTHER_BYE, s->request);
    case CONDITION_LOOPED:
        return situation_loop(s) != NULL;
    default:
        return false;
    }
}

static bool
holds_of_way(explanation_condition_id id, const situation *s)
{
    const sip_transaction *other;

    switch (id) {
    case CONDITION_SENT_AGAIN:
        return situation_next(s) != NULL;
    case CONDITION_SENT_AGAIN_ACCEPTED:
        return situation_next(s) && situation_next(s)->best &&
               answer_is_success(calls_answer(s->c, situation_next(s)->best));
    case CONDITION_SENT_AGAIN_CHALLENGED:
        return situation_next(s) && situation_next(s)->best &&
               situation_is_challenge(calls_answer(s->c, situation_next(s)->best)->code);
    case CONDITION_WAITED:
        return has_waited(s);
    case CONDITION_RANG:
        return situation_ringing(s) != NULL;
    case CONDITION_PROGRESS:
        return situation_progress(s) != NULL;
    case CONDITION_TRYING:
        return s->t && situation_find_answer(s, s->t, is_provisional);
    case CONDITION_CANCELLED:
        return situation_cancel(s) != NULL;
    case CONDITION_CANCELLED_FIRST:
        return situation_first_cancel(s) != NULL;
    case CONDITION_CANCELLED_BY_CLIENT:
        return situation_first_cancel(s) && is_from_first_client(s);
    case CONDITION_LATER_HOP:
        return s->a && s->t && s->r && !(s->t->flags & TRANSACTION_FIRST_HOP);
    case CONDITION_ANSWERED_ELSEWHERE:
        return is_answered_elsewhere(s);
    case CONDITION_ENDED_EARLY:
        return s->answer && calls_event(s->c, EVENT_EARLY_BYE, s->answer);
    case CONDITION_OTHER_FORK_ANSWERED:
        return other_fork_answered(s);
    case CONDITION_OTHER_SERVER_TRIED:
        return situation_other_server(s) != NULL;
    case CONDITION_OTHER_SERVER_ANSWERED:
        other = situation_other_server(s);
        return other && situation_find_answer(s, other, is_success);
    case CONDITION_BEHIND_SILENT:
        return is_silent_behind(s);
    case CONDITION_BEHIND_RANG:
        return situation_behind(s) && situation_find_answer(s, situation_behind(s), situation_is_ringing);
    case CONDITION_BEHIND_SAME:
        return situation_behind(s) && situation_find_answer(s, situation_behind(s), situation_has_same_code);
    default:
        return false;
    }
}

bool
situation_holds(explanation_condition_id id, const void *user_data)
{
    const situation *s = (const situation *)user_data;

    switch (id) {
    case CONDITION_SAME_REALM:
        return situation_marks(s) & MARK_SAME_REALM;
    case CONDITION_STALE:
        return situation_marks(s) & MARK_STALE;
    case CONDITION_NONCE_TAKEN:
        return situation_nonce_was_taken(s);
    case CONDITION_NONCE_IN_PHRASE:
        return situation_phrase_tells_of_nonce(s);
    case CONDITION_REASON:
        return has_reason(s);
    case CONDITION_RANG_LONG:
        return rang_for_long(s);
    case CONDITION_CONTACT_PRIVATE:
        return situation_marks(s) & MARK_CONTACT_PRIVATE;
    case CONDITION_RETRY_AFTER:
        return has_retry_after(s);
    case CONDITION_CONTACT:
        return has_header(s, SIP_HEADER_CONTACT);
    case CONDITION_MIN_SE:
        return has_seconds(s, SIP_HEADER_MIN_SE);
    case CONDITION_MIN_EXPIRES:
        return has_seconds(s, SIP_HEADER_MIN_EXPIRES);
    case CONDITION_UNSUPPORTED:
        return has_header(s, SIP_HEADER_UNSUPPORTED);
    case CONDITION_BLOCKED:
        return s->message && response_outcome_of(s->message) == OUTCOME_BLOCKED;
    case CONDITION_OFFER:
        return s->answer && calls_extra_of(s->c, s->answer).length;
    case CONDITION_ACKNOWLEDGED:
        return s->a && calls_confirmed_in(s->c, s->a);
    case CONDITION_REPEATED_OFTEN:
        return s->a && s->a->count >= OFTEN;
    case CONDITION_ENDED_BY_CALLER:
        return was_ended_by(s, REQUEST_OF_CALLER);
    case CONDITION_ENDED_BY_CALLEE:
        return was_ended_by(s, REQUEST_OF_CALLEE);
    case CONDITION_GLARE:
        return is_glare(s);
    case CONDITION_REGISTER_FAILED:
        return is_register_failed(s);
    default:
        return holds_of_request(id, s) || holds_of_way(id, s);
    }
}
