/* taps.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/taps.h"

#include <string.h>

#include <epan/charsets.h>
#include <epan/tap.h>

#include "draw/follow.h"
#include "tell/metric_view.h"
#include "tell/records.h"
#include "tell/response_tree.h"
#include "response_tables.h"
#include "calls/session_steps.h"
#include "table_names.h"

static int tap_responses;
static int tap_sessions;

static const char *const outcome_names[] = {
#define NAME_OF_OUTCOME(value, name) [value] = (name),
    OUTCOME_NAMES(NAME_OF_OUTCOME)
};

void
register_statistics(void)
{
    tap_responses = register_tap(SIPRESP_TAP);
    tap_sessions = register_tap(SIPRESP_SESSION_TAP);
    register_response_tree();
    register_metric_view();
    register_records();
}

tap_wishes
taps_wanted(void)
{
    return (tap_wishes){ have_tap_listener(tap_responses), have_tap_listener(tap_sessions) };
}

/* Names and phrases that are in the tables need no copy. */
static const char *
method_text(wmem_allocator_t *pool, sip_text method)
{
    const sip_method_set set = sip_method_set_of(method);

    if (set) {
        return sip_method_name(set);
    }
    return method.length ? (const char *)get_utf_8_string(pool, method.start, (int)method.length) : "";
}

static const char *
phrase_text(wmem_allocator_t *pool, sip_text phrase, const response_row *row)
{
    if (row && sip_text_equals(phrase, row->phrase)) {
        return row->phrase;
    }
    return phrase.length ? (const char *)get_utf_8_string(pool, phrase.start, (int)phrase.length) : "";
}

static bool
phrase_is_another(const sip_message *message, const response_row *row)
{
    return row && row->registration <= RESPONSE_RESERVED && message->start_line_complete &&
           message->phrase.length && !sip_text_equals_nocase(message->phrase, row->phrase);
}

static void
tap_response(packet_info *pinfo, const sip_message *message, const answer_record *record)
{
    const response_class *class = response_class_of(message->code);
    const response_row *row = response_row_of(message->code);
    const sip_text method = sip_cseq_method(message);
    sipresp_response *response = wmem_new0(pinfo->pool, sipresp_response);

    response->frame = pinfo->num;
    response->time = transactions_time_of(pinfo);
    response->class_digit = class ? class->digit : 0;
    response->code = message->code;
    response->method_registered = sip_method_set_of(method) != 0;
    response->method = method_text(pinfo->pool, method);
    response->phrase = phrase_text(pinfo->pool, message->phrase, row);
    response->registered_phrase = row ? row->phrase : NULL;
    response->phrase_differs = phrase_is_another(message, row);
    response->outcome = class ? outcome_of_response(message, method, record) : SIPRESP_OUTCOME_UNKNOWN;
    response->outcome_name = response->outcome >= 0 ? outcome_names[response->outcome] : NULL;
    response->delay = SIPRESP_UNKNOWN;
    response->repetition = SIPRESP_UNKNOWN;
    if (record && record->answer) {
        response->delay = response->time - record->answer->transaction->request_time;
        response->repetition = record->repetition;
        response->ends_call = response->outcome > OUTCOME_NOT_A_CALL && record->repetition == 0 &&
                              answer_is_first_final(record->answer);
    }
    tap_queue_packet(tap_responses, pinfo, response);
}

static void
tap_steps(packet_info *pinfo, const sip_message *message, const sip_identity *identity, const answer_record *record)
{
    sipresp_session_step steps[STEPS_OF_MESSAGE_MAX];
    unsigned count = 0;

    if (message->kind == SIP_REQUEST) {
        count = steps_of_request(pinfo, identity, message->method, steps);
    } else if (record) {
        count = steps_of_response(pinfo, identity, record, steps);
    }
    for (unsigned i = 0; i < count; i++) {
        tap_queue_packet(tap_sessions, pinfo, wmem_memdup(pinfo->pool, &steps[i], sizeof steps[i]));
    }
}

void
tap_message(packet_info *pinfo, tap_wishes wishes, const sip_message *message, const sip_identity *identity,
            const answer_record *record)
{
    if (wishes.responses && message->kind == SIP_RESPONSE && message->code_is_valid) {
        tap_response(pinfo, message, record);
    }
    if (wishes.sessions && identity) {
        tap_steps(pinfo, message, identity, record);
    }
}
