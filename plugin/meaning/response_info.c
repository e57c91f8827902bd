/* response_info.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/response_info.h"

#include <string.h>

#include "response_tables.h"
#include "sip/sip_value.h"

const response_row *
response_row_of(unsigned code)
{
    if (code < SIP_CODE_MIN || code > SIP_CODE_MAX) {
        return NULL;
    }
    uint8_t place = response_row_places[code - SIP_CODE_MIN];
    return place ? &response_rows[place - 1] : NULL;
}

bool
response_phrase_differs(const response_row *row, sip_text phrase)
{
    return row && row->registration <= RESPONSE_RESERVED && phrase.length &&
           !sip_text_equals_nocase(phrase, row->phrase);
}

const response_class *
response_class_of(unsigned code)
{
    if (code < SIP_CODE_MIN || code > SIP_CODE_MAX) {
        return NULL;
    }
    return &response_classes[code / 100 - 1];
}

unsigned
response_treated_as(unsigned code)
{
    return code < SIP_CODE_FINAL_MIN ? SIP_CODE_SESSION_PROGRESS : code / 100 * 100;
}

unsigned
response_outcome(unsigned code)
{
    return response_outcomes[code - SIP_CODE_MIN];
}

static bool
text_contains(sip_text text, const char *part)
{
    const size_t length = strlen(part);

    for (size_t i = 0; i + length <= text.length; i++) {
        if (memcmp(text.start + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

bool
response_reason_tells(const sip_message *message, const char *part)
{
    sip_values reasons = sip_values_from(message->headers, SIP_HEADER_REASON, message->reason);
    sip_text reason;
    sip_text text;

    while (sip_values_next(&reasons, &reason)) {
        if (sip_value_parameter(reason, "text", &text) && text_contains(text, part)) {
            return true;
        }
    }
    return false;
}

unsigned
response_outcome_of(const sip_message *message)
{
    for (size_t i = 0; i < OUTCOME_CONDITION_COUNT; i++) {
        const outcome_condition *condition = &outcome_conditions[i];
        if (condition->code == message->code &&
            (!condition->phrase || sip_text_equals_nocase(message->phrase, condition->phrase)) &&
            (!condition->reason_text || response_reason_tells(message, condition->reason_text))) {
            return condition->outcome;
        }
    }
    return response_outcome(message->code);
}

sip_method_set
sip_method_set_of(sip_text method)
{
    for (size_t i = 0; i < SIP_METHOD_COUNT; i++) {
        if (method.length && method.start[0] == (uint8_t)sip_method_names[i][0] &&
            sip_text_equals(method, sip_method_names[i])) {
            return (sip_method_set)1 << i;
        }
    }
    return 0;
}

const char *
sip_method_name(sip_method_set method)
{
    size_t place = 0;

    while (place + 1 < SIP_METHOD_COUNT && !(method >> place & 1)) {
        place++;
    }
    return sip_method_names[place];
}

bool
response_note_applies(const response_note *note, unsigned code, sip_method_set method,
                      sip_text phrase)
{
    if (code < note->first_code || code > note->last_code) {
        return false;
    }
    if (note->methods && !(note->methods & method)) {
        return false;
    }
    if (note->not_methods && (!method || (note->not_methods & method))) {
        return false;
    }
    return !note->phrase || sip_text_equals_nocase(phrase, note->phrase);
}

outcome_of_call
response_outcome_of_call(unsigned outcome)
{
    return outcome <= OUTCOME_MAX ? outcome_calls[outcome] : (outcome_of_call){ CALL_UNKNOWN, ENDED_BY_UNKNOWN };
}
