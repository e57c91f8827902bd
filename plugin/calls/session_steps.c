/* session_steps.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/session_steps.h"

#include "metric_tables.h"
#include "calls/transaction_store.h"

#define CODE_TRYING 100

/* All searches are bounded as those of transaction_store.h. */

/* Do they begin or end the same, from the same side? */
static bool
are_alike(const sip_transaction *t, const sip_transaction *u)
{
    return u->from_tag == t->from_tag && u->to_tag == t->to_tag &&
           (u->flags & REQUEST_OF_SESSIONS) == (t->flags & REQUEST_OF_SESSIONS);
}

/* Was the same request seen on another hop before? */
static bool
is_forwarded(const sip_transaction *t)
{
    int searched = 0;

    for (const sip_transaction *u = t->next_of_call; u && searched < CALL_SEARCH_MAX; u = u->next_of_call, searched++) {
        if (are_alike(t, u) && u->cseq == t->cseq) {
            return true;
        }
    }
    return false;
}

/* The request that the client sent before this one, where it was seen first. */
static const sip_transaction *
request_before(const sip_transaction *t)
{
    const sip_transaction *before = NULL;
    int searched = 0;

    for (const sip_transaction *u = t->next_of_call; u && searched < CALL_SEARCH_MAX; u = u->next_of_call, searched++) {
        if (are_alike(t, u) && u->cseq < t->cseq && (!before || u->cseq == before->cseq)) {
            before = u;
        }
    }
    return before;
}

static bool
answer_is_success(const sip_answer *answer)
{
    return answer->code / 100 == 2;
}

static const sip_answer *
first_final(const sip_answer *newest)
{
    const sip_answer *first = NULL;
    int searched = 0;

    for (const sip_answer *a = newest; a && searched < ANSWER_SEARCH_MAX; a = a->next, searched++) {
        first = answer_is_final(a) ? a : first;
    }
    return first;
}

bool
answer_is_first_final(const sip_answer *answer)
{
    return answer_is_final(answer) && !first_final(answer->next);
}

/* The code that the request is sent again for, with credentials or to another
 * place (RFC 3261 22.2, 8.1.3.4), or 0. */
static unsigned
sent_after(const sip_transaction *t)
{
    const sip_transaction *before = request_before(t);
    const sip_answer *final = before ? first_final(before->answers) : NULL;

    return final && final->first_frame <= t->request_frame && code_set_has(&metric_codes_continued, final->code) ?
           final->code : 0;
}

/* RFC 6076 4.1 and 4.3: the clock runs on through challenge and redirection. */
static const sip_transaction *
first_attempt(const sip_transaction *t)
{
    for (int steps = 0; steps < CALL_SEARCH_MAX && sent_after(t); steps++) {
        t = request_before(t);
    }
    return t;
}

/* The 2xx that set up the session which a BYE of these tags ends. */
static const sip_answer *
session_of_bye(const sip_identity *bye)
{
    const uint32_t from_tag = store_hash(sip_identity_from_tag(bye));
    const uint32_t to_tag = store_hash(bye->to_tag);
    const sip_answer *found = NULL;
    int searched = 0;

    for (const sip_transaction *t = store_call(bye->call_id); t && searched < CALL_SEARCH_MAX;
         t = t->next_of_call, searched++) {
        const uint32_t remote = t->from_tag == from_tag ? to_tag : from_tag;
        if ((t->flags & REQUEST_OF_SESSIONS) == REQUEST_INVITE && (t->from_tag == from_tag || t->from_tag == to_tag)) {
            const sip_answer *answer = store_answer_of_fork(t, remote, true);
            found = answer && answer_is_success(answer) ? answer : found;
        }
    }
    return found;
}

static sipresp_session_step
step_of(const packet_info *pinfo, sipresp_step step, unsigned code)
{
    return (sipresp_session_step){
        .step = step,
        .frame = pinfo->num,
        .time = transactions_time_of(pinfo),
        .code = (uint16_t)code,
        .counted = true,
        .delay = SIPRESP_UNKNOWN,
    };
}

unsigned
steps_of_request(const packet_info *pinfo, const sip_identity *identity, sip_text method,
                 sipresp_session_step steps[STEPS_OF_MESSAGE_MAX])
{
    const sip_transaction *t = transactions_request_of(pinfo, identity, method);

    if (!t || is_forwarded(t)) {
        return 0;
    }
    switch (t->flags & REQUEST_OF_SESSIONS) {
    case REQUEST_INVITE:
        steps[0] = step_of(pinfo, SIPRESP_INVITE, 0);
        break;
    case REQUEST_REGISTER:
        steps[0] = step_of(pinfo, SIPRESP_REGISTER, 0);
        break;
    case REQUEST_BYE | REQUEST_IN_DIALOG: {
        const sip_answer *session = session_of_bye(identity);
        steps[0] = step_of(pinfo, SIPRESP_BYE, 0);
        if (session && session->ended_in == t->request_frame) {
            steps[0].delay = t->request_time - session->first_time;
        }
        break;
    }
    default:
        return 0;
    }
    steps[0].after = (uint16_t)sent_after(t);
    return 1;
}

static bool
is_alert(const sip_answer *answer)
{
    return code_set_has(&metric_codes_alerting, answer->code);
}

static bool
is_first_alert(const sip_answer *answer)
{
    int searched = 0;

    for (const sip_answer *a = answer->next; a && searched < ANSWER_SEARCH_MAX; a = a->next, searched++) {
        if (is_alert(a)) {
            return false;
        }
    }
    return is_alert(answer);
}

/* RFC 6076 4.3: the first response but 100 ends the delay; where a fork
 * answers, the first one of that fork (5.4). */
static const sip_answer *
indicative_answer(const sip_answer *final)
{
    const bool success = answer_is_success(final);
    const sip_answer *first = final;
    int searched = 0;

    for (const sip_answer *a = final->next; a && searched < ANSWER_SEARCH_MAX; a = a->next, searched++) {
        if (!answer_is_final(a) && a->code != CODE_TRYING && (!success || a->to_tag == final->to_tag)) {
            first = a;
        }
    }
    return first;
}

static unsigned
steps_of_invite_answer(const packet_info *pinfo, const sip_answer *answer,
                       sipresp_session_step steps[STEPS_OF_MESSAGE_MAX])
{
    const int64_t start = first_attempt(answer->transaction)->request_time;
    const sip_answer *earlier = first_final(answer->next);
    unsigned count = 0;

    if (is_first_alert(answer)) {
        steps[count] = step_of(pinfo, SIPRESP_ALERTED, answer->code);
        steps[count++].delay = answer->first_time - start;
    }
    if (!answer_is_final(answer) || (earlier && !(answer_is_success(answer) && answer_is_success(earlier)))) {
        return count;
    }
    steps[count] = step_of(pinfo, SIPRESP_INVITE_FINAL, answer->code);
    steps[count].counted = !earlier;
    if (!code_set_has(&metric_codes_continued, answer->code)) {
        steps[count].delay = indicative_answer(answer)->first_time - start;
    }
    return count + 1;
}

unsigned
steps_of_response(const packet_info *pinfo, const sip_identity *identity, const answer_record *record,
                  sipresp_session_step steps[STEPS_OF_MESSAGE_MAX])
{
    const sip_answer *answer = record->answer;

    if (!answer || record->repetition > 0 || is_forwarded(answer->transaction)) {
        return 0;
    }
    const unsigned kind = answer->transaction->flags & REQUEST_OF_SESSIONS;
    if (kind == REQUEST_INVITE) {
        return steps_of_invite_answer(pinfo, answer, steps);
    }
    if (!answer_is_first_final(answer) ||
        (kind != REQUEST_REGISTER && kind != (REQUEST_BYE | REQUEST_IN_DIALOG))) {
        return 0;
    }
    const sip_transaction *first = first_attempt(answer->transaction);
    steps[0] = step_of(pinfo, kind == REQUEST_REGISTER ? SIPRESP_REGISTER_FINAL : SIPRESP_BYE_FINAL, answer->code);
    if (!code_set_has(&metric_codes_continued, answer->code)) {
        steps[0].delay = answer->first_time - first->request_time;
    }
    if (kind != REQUEST_REGISTER) {
        const sip_answer *session = session_of_bye(identity);
        steps[0].counted = session && session->ended_in == first->request_frame && answer_is_first_final(session);
    }
    return 1;
}
