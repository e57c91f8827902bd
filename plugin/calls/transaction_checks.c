/* transaction_checks.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/transaction_checks.h"

#include <stdio.h>

#include "rule_tables.h"

/* RFC 3261 17.2.1 */
#define FIRST_RESPONSE_NS (200 * CALLS_MS)
/* RFC 4320 4.1 with the default timers: 0.5 + 1 + 2 s */
#define NON_INVITE_100_NS (3500 * CALLS_MS)
/* Copies that show that the sender waits for an acknowledgement. */
#define REPEATED_COUNT 3
/* T1 doubled up to T2 makes 11 copies within 64*T1 (RFC 3261 13.3.1.4). */
#define COUNT_TOLD_MAX 20
#define DETAIL_LENGTH 64

typedef struct {
    const judged_response *response;
    const bool *ignored;
    response_finding_fn found;
    void *user_data;
} finding_sink;

/* Codes and methods are for the rule's row to say. */
static bool
rule_applies(const finding_sink *sink, int place)
{
    return !sink->ignored[place] &&
           response_rule_is_about(&response_rules[place], sink->response->code, sink->response->method);
}

static void
report(const finding_sink *sink, int place, const char *detail)
{
    const response_finding finding = { &response_rules[place], 0, detail };

    if (rule_applies(sink, place)) {
        sink->found(&finding, sink->user_data);
    }
}

/* What a capture makes up at will must not make a new text each time, see
 * finding_texts.h: a delay is told by how often a client would have sent its
 * request again meanwhile (RFC 3261 17.1.1.2). The field has it to the nanosecond. */
static const struct {
    int64_t longer_than;
    const char *detail;
} late_first_responses[] = {
    { 32 * CALLS_SECOND, " came as the first response after more than 32 s" },
    { 16 * CALLS_SECOND, " came as the first response after more than 16 s" },
    { 8 * CALLS_SECOND, " came as the first response after more than 8 s" },
    { 4 * CALLS_SECOND, " came as the first response after more than 4 s" },
    { 2 * CALLS_SECOND, " came as the first response after more than 2 s" },
    { CALLS_SECOND, " came as the first response after more than 1 s" },
    { 500 * CALLS_MS, " came as the first response after more than 500 ms" },
    { FIRST_RESPONSE_NS, " came as the first response after more than 200 ms" },
};

/* Of the first copy of the first answer. */
static void
check_first_response(const sip_answer *answer, int64_t delay, const finding_sink *sink)
{
    const int place = answer->flags & ANSWER_AFTER_REPEAT ? RULE_FIRST_RESPONSE_AFTER_REPEAT : RULE_FIRST_RESPONSE_LATE;
    size_t late = 0;

    if (!(answer->flags & ANSWER_FIRST) || delay <= FIRST_RESPONSE_NS) {
        return;
    }
    while (delay <= late_first_responses[late].longer_than) {
        late++;
    }
    report(sink, place, late_first_responses[late].detail);
}

/* One that is repeated shows that its sender waits. One that is not may have
 * been acknowledged where the capture was not taken. */
static void
check_confirmation(const sip_answer *answer, const finding_sink *sink)
{
    const calls *followed = sink->response->followed;
    char detail[DETAIL_LENGTH];

    if (calls_end_time(followed) - answer->time < CALLS_64_T1 || calls_confirmed_in(followed, answer)) {
        return;
    }
    if (answer->count < REPEATED_COUNT) {
        report(sink, RULE_FINAL_ACK_UNSEEN, answer->count == 1 ? " was sent once" : " was sent twice");
        return;
    }
    if (answer->count > COUNT_TOLD_MAX) {
        (void)snprintf(detail, sizeof detail, " was sent more than %d times", COUNT_TOLD_MAX);
    } else {
        (void)snprintf(detail, sizeof detail, " was sent %u times", answer->count);
    }
    report(sink, answer->reliable ? RULE_RELIABLE_UNCONFIRMED : RULE_FINAL_UNACKNOWLEDGED, detail);
}

/* Only a PRACK that is seen shows that it came too late for the second one. */
static void
check_order_of_prack(const sip_answer *second, const finding_sink *sink)
{
    const calls *followed = sink->response->followed;

    if (calls_confirmed_in(followed, calls_first_reliable(followed, second)) > second->frame) {
        report(sink, RULE_RELIABLE_BEFORE_PRACK, "");
    }
}

static void
check_answer(const sip_answer *answer, const sip_transaction *transaction, const finding_sink *sink)
{
    if (answer->flags & ANSWER_ACK_TOO_SOON) {
        report(sink, RULE_ACK_WITHOUT_FINAL, "");
    }
    if (answer->flags & ANSWER_ACK_OTHER_TAG) {
        report(sink, RULE_ACK_OTHER_TO_TAG, " got an ACK with another To tag");
    }
    if (answer->flags & ANSWER_ACK_OTHER_CSEQ) {
        report(sink, RULE_ACK_OTHER_CSEQ, " got an ACK with another CSeq number");
    }
    if (answer->flags & ANSWER_RSEQ_ORDER) {
        report(sink, RULE_RSEQ_ORDER, "");
    }
    if (answer->reliable && !(transaction->flags & TRANSACTION_OFFERS_100REL)) {
        report(sink, RULE_RSEQ_NOT_OFFERED, "");
    }
    if (!answer->reliable && transaction->flags & TRANSACTION_REQUIRES_100REL) {
        report(sink, RULE_RELIABLE_REQUIRED, "");
    }
    if (answer->flags & ANSWER_SECOND_RELIABLE) {
        check_order_of_prack(answer, sink);
    }
    if (!(transaction->flags & TRANSACTION_SUPPORTS_199)) {
        report(sink, RULE_199_NOT_OFFERED, "");
    }
    if (answer->flags & ANSWER_UNCANCELLED) {
        report(sink, RULE_487_UNEXPLAINED, "");
    }
    if (answer->flags & ANSWER_SECOND_FINAL) {
        report(sink, RULE_SECOND_FINAL, "");
    }
}

static void
check_100_of_non_invite(const sip_transaction *transaction, int64_t delay, const finding_sink *sink)
{
    if (transaction->flags & TRANSACTION_UNRELIABLE && delay < NON_INVITE_100_NS) {
        report(sink, RULE_100_NON_INVITE_EARLY, " came within 3.5 s");
    }
}

void
check_transaction(const judged_response *response, const bool *ignored, response_finding_fn found,
                  void *user_data)
{
    const finding_sink sink = { response, ignored, found, user_data };
    const sip_answer *answer = response->record->answer;
    const sip_transaction *transaction = response->record->transaction;

    if (!answer) {
        if (response->record->unseen_request) {
            report(&sink, RULE_REQUEST_UNSEEN, "");
        }
        return;
    }
    const int64_t delay = response->time - transaction->time;
    if (response->record->repetition == 0) {
        check_first_response(answer, delay, &sink);
    }
    check_confirmation(answer, &sink);
    check_100_of_non_invite(transaction, delay, &sink);
    check_answer(answer, transaction, &sink);
}
