/* situation.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "explain/evidence.h"

#include "sip/sip_said.h"

static bool
is_challenge(unsigned code)
{
    return code == 401 || code == 407;
}

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

static bool
has_same_code(const situation *s, const sip_answer *answer)
{
    return answer->code == s->code;
}

static bool
is_behind_with_same_code(const situation *s, const sip_transaction *hop)
{
    return situation_is_behind(s, hop) && situation_find_answer(s, hop, has_same_code);
}

static bool
is_behind_and_rang(const situation *s, const sip_transaction *hop)
{
    return situation_is_behind(s, hop) && situation_find_answer(s, hop, situation_is_ringing);
}

static bool
is_behind_and_answered(const situation *s, const sip_transaction *hop)
{
    return situation_is_behind(s, hop) && hop->answers;
}

/* So that "not" and "never" are not said of what a cut message may have hidden. */
static bool
may_miss_something(const situation *s)
{
    const answer_record record = { .answer = s->a, .transaction = s->t, .request = s->r };

    return !s->t || calls_is_behind_gap(s->c, NULL, &record);
}

static bool
has_waited(const situation *s)
{
    return s->a && !may_miss_something(s) && calls_end_time(s->c) - s->a->time > CALLS_64_T1;
}

static unsigned
marks(const situation *s)
{
    return s->answer ? calls_marks_of(s->c, s->answer) : 0;
}

static bool
has_credentials(const situation *s)
{
    return is_challenge(s->code) ? marks(s) & MARK_CREDENTIALS : s->r && s->r->flags & REQUEST_CREDENTIALS;
}

/* How many challenges stand behind each other, this one too. */
static unsigned
challenges(const situation *s)
{
    unsigned count = is_challenge(s->code);
    uint32_t number = s->request;

    while (number && count < 3) {
        const sip_request *r = calls_request(s->c, number);
        number = is_challenge(r->after) ? calls_sent_before(s->c, number) : 0;
        count += number != 0;
    }
    return count;
}

static bool
has_header(const situation *s, sip_header_id id)
{
    sip_text value;

    return s->message && sip_header_find(s->message->headers, id, &value);
}

static bool
has_seconds(const situation *s, sip_header_id id)
{
    sip_text value;
    uint32_t seconds;

    return s->message && sip_header_find(s->message->headers, id, &value) && sip_seconds_read(value, &seconds);
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

    return best && s->a && answer_is_success(best) && best->to_tag != s->a->to_tag;
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
        return calls_state_of(s->c, r) == REQUEST_IS_NEVER_ANSWERED;
    }
    return !answer_is_success(best) && (!is_challenge(best->code) || r->flags & REQUEST_CREDENTIALS);
}

static bool
is_glare(const situation *s)
{
    return s->answer && calls_event(s->c, EVENT_GLARE, s->answer);
}

static bool
is_in_state(const situation *s, request_state state)
{
    return s->r && !s->a && calls_state_of(s->c, s->r) == state;
}

static bool
bye_is_of_caller(const situation *s, bool wanted)
{
    const sip_request *bye = situation_bye(s);

    return bye && ((bye->flags & REQUEST_OF_CALLER) != 0) == wanted;
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
        return has_credentials(s);
    case CONDITION_AFTER_CHALLENGE:
        return s->r && is_challenge(s->r->after);
    case CONDITION_CHALLENGED_THRICE:
        return challenges(s) >= 3;
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
        return s->t && calls_reset_of(s->c, s->t) && !is_in_state(s, REQUEST_IS_ANSWERED_UNSEEN);
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
               is_challenge(calls_answer(s->c, situation_next(s)->best)->code);
    case CONDITION_WAITED:
        return has_waited(s);
    case CONDITION_RANG:
        return situation_ringing(s) != NULL;
    case CONDITION_TRYING:
        return s->t && situation_find_answer(s, s->t, is_provisional);
    case CONDITION_CANCELLED:
        return situation_cancel(s) != NULL;
    case CONDITION_CANCELLED_BY_CLIENT:
        return situation_cancel(s) && calls_event(s->c, EVENT_CANCEL, s->r->first);
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
    case CONDITION_BEHIND_SEEN:
        return situation_behind(s) != NULL;
    case CONDITION_BEHIND_SILENT:
        return situation_behind(s) && !situation_find_hop(s, is_behind_and_answered) && !may_miss_something(s);
    case CONDITION_BEHIND_RANG:
        return s->t && situation_find_hop(s, is_behind_and_rang);
    case CONDITION_BEHIND_SAME:
        return s->t && situation_find_hop(s, is_behind_with_same_code);
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
        return marks(s) & MARK_SAME_REALM;
    case CONDITION_STALE:
        return marks(s) & MARK_STALE;
    case CONDITION_CONTACT_PRIVATE:
        return marks(s) & MARK_CONTACT_PRIVATE;
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
    case CONDITION_REPEATED:
        return s->a && s->a->count > 1;
    case CONDITION_ENDED_BY_CALLER:
        return bye_is_of_caller(s, true);
    case CONDITION_ENDED_BY_CALLEE:
        return bye_is_of_caller(s, false);
    case CONDITION_GLARE:
        return is_glare(s);
    case CONDITION_REGISTER_FAILED:
        return is_register_failed(s);
    default:
        return holds_of_request(id, s) || holds_of_way(id, s);
    }
}
