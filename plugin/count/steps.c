/* steps.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "count/steps.h"

#include "metric_tables.h"

typedef struct {
    const calls *calls;
    const message_origin *origin;
    const sip_identity *identity;
    step_fn found;
    void *user_data;
} step_sink;

static sipresp_session_step
step_of(const step_sink *sink, sipresp_step step, unsigned code)
{
    return (sipresp_session_step){
        .step = step,
        .frame = sink->origin->frame,
        .time = sink->origin->time,
        .code = (uint16_t)code,
        .counted = true,
        .delay = SIPRESP_UNKNOWN,
    };
}

static const sip_transaction *
transaction_of(const step_sink *sink, const sip_answer *answer)
{
    return calls_transaction(sink->calls, answer->transaction);
}

/* RFC 6076 4.1 and 4.3: the clock runs on through challenge and redirection. */
static int64_t
start_of(const step_sink *sink, uint32_t request)
{
    const sip_request *first = calls_request(sink->calls, calls_first_attempt(sink->calls, request));

    return calls_transaction(sink->calls, first->first)->time;
}

static int64_t
final_delay(const step_sink *sink, const sip_answer *answer)
{
    const uint32_t number = transaction_of(sink, answer)->request;
    const sip_request *request = calls_request(sink->calls, number);

    if (code_set_has(&metric_codes_continued, answer->code)) {
        return SIPRESP_UNKNOWN;
    }
    /* RFC 6076 4.3: the first response but 100 ends the delay; where a fork
     * answers, the first one of that fork (5.4). */
    const sip_answer *end = request->kind == REQUEST_INVITE
                                ? calls_first_sound(sink->calls, answer, answer_is_success(answer)) : answer;
    return end->time - start_of(sink, number);
}

/* Of several forks that answered, the session of the one that the INVITE counts for. */
static bool
is_counted_session(const step_sink *sink, const sip_dialog *dialog)
{
    const sip_answer *answer = calls_answer(sink->calls, dialog->answer);
    const sip_request *invite = calls_request(sink->calls, transaction_of(sink, answer)->request);

    return calls_answer(sink->calls, invite->best)->to_tag == answer->to_tag;
}

static bool
bye_is_counted(const step_sink *sink, const sip_answer *answer)
{
    const sip_dialog *dialog = calls_dialog_of(sink->calls, sink->origin, sink->identity);

    if (!dialog || !is_counted_session(sink, dialog)) {
        return false;
    }
    return answer_is_success(answer) ? answer->flags & ANSWER_COMPLETES
                              : calls_first_attempt(sink->calls, transaction_of(sink, answer)->request) == dialog->bye;
}

static void
set_before(sipresp_session_step *step, const sip_answer *before, int64_t delay, bool counted)
{
    step->instead = (sipresp_step_before){ before->frame, before->time, delay, before->code, counted };
}

static void
tell_final(const step_sink *sink, const sip_answer *answer, uint32_t number, sipresp_step kind)
{
    const sip_answer *before = calls_final_before(sink->calls, number);
    sipresp_session_step step = step_of(sink, kind, answer->code);

    step.counted = kind != SIPRESP_BYE_FINAL || bye_is_counted(sink, answer);
    step.delay = final_delay(sink, answer);
    if (before) {
        set_before(&step, before, final_delay(sink, before), kind != SIPRESP_BYE_FINAL || bye_is_counted(sink, before));
    }
    sink->found(&step, sink->user_data);
}

static void
tell_invite_answer(const step_sink *sink, const sip_answer *answer, uint32_t number, uint32_t request)
{
    if (answer->flags & ANSWER_ALERTS) {
        const sip_answer *before = calls_alert_before(sink->calls, number);
        const int64_t start = start_of(sink, request);
        sipresp_session_step step = step_of(sink, SIPRESP_ALERTED, answer->code);
        step.delay = answer->time - start;
        if (before) {
            set_before(&step, before, before->time - start, true);
        }
        sink->found(&step, sink->user_data);
    }
    if (answer->flags & ANSWER_BEST) {
        tell_final(sink, answer, number, SIPRESP_INVITE_FINAL);
    } else if (answer->flags & ANSWER_FURTHER_FORK) {
        sipresp_session_step step = step_of(sink, SIPRESP_INVITE_FINAL, answer->code);
        step.counted = false;
        step.delay = final_delay(sink, answer);
        sink->found(&step, sink->user_data);
    }
}

static void
tell_answer(const step_sink *sink, const sip_answer *answer, uint32_t number)
{
    const uint32_t request = transaction_of(sink, answer)->request;
    const sip_request *r = calls_request(sink->calls, request);
    const bool in_dialog = r->flags & REQUEST_IN_DIALOG;

    if (r->kind == REQUEST_INVITE && !in_dialog) {
        tell_invite_answer(sink, answer, number, request);
    } else if (answer->flags & ANSWER_BEST && r->kind == REQUEST_REGISTER && !in_dialog) {
        tell_final(sink, answer, number, SIPRESP_REGISTER_FINAL);
    } else if (answer->flags & ANSWER_BEST && r->kind == REQUEST_BYE && in_dialog) {
        tell_final(sink, answer, number, SIPRESP_BYE_FINAL);
    }
}

static void
tell_request(const step_sink *sink, const sip_transaction *transaction, sipresp_step kind)
{
    const sip_request *r = calls_request(sink->calls, transaction->request);
    sipresp_session_step step = step_of(sink, kind, 0);

    step.after = code_set_has(&metric_codes_continued, r->after) ? r->after : 0;
    if (kind == SIPRESP_BYE) {
        const sip_dialog *dialog = calls_dialog_of(sink->calls, sink->origin, sink->identity);
        if (dialog && dialog->bye == transaction->request) {
            step.delay = transaction->time - calls_answer(sink->calls, dialog->answer)->time;
        }
    }
    sink->found(&step, sink->user_data);
}

void
steps_of_request(const calls *c, const message_origin *origin, const sip_identity *identity,
                 uint32_t transaction, step_fn found, void *user_data)
{
    const step_sink sink = { c, origin, identity, found, user_data };
    const sip_transaction *t = calls_transaction(c, transaction);
    uint32_t adopted[CALLS_ADOPTED_MAX];

    if (!(t->flags & TRANSACTION_FIRST_HOP)) {
        return;
    }
    const sip_request *r = calls_request(c, t->request);
    const bool in_dialog = r->flags & REQUEST_IN_DIALOG;
    if (r->kind == REQUEST_INVITE && !in_dialog) {
        tell_request(&sink, t, SIPRESP_INVITE);
    } else if (r->kind == REQUEST_REGISTER && !in_dialog) {
        tell_request(&sink, t, SIPRESP_REGISTER);
    } else if (r->kind == REQUEST_BYE && in_dialog) {
        tell_request(&sink, t, SIPRESP_BYE);
    }
    const unsigned count = calls_adopted(c, t, adopted);
    for (unsigned i = 0; i < count; i++) {
        tell_answer(&sink, calls_answer(c, adopted[i]), adopted[i]);
    }
}

void
steps_of_response(const calls *c, const message_origin *origin, const sip_identity *identity,
                  const answer_record *record, step_fn found, void *user_data)
{
    const step_sink sink = { c, origin, identity, found, user_data };

    if (record->answer && record->repetition == 0 && !record->captured_before &&
        !(record->answer->flags & ANSWER_ADOPTED)) {
        tell_answer(&sink, record->answer, record->number);
    }
}
