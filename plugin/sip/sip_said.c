/* sip_said.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_said.h"

/* The whole value and nothing but a number (RFC 3326 2: 1*DIGIT). */
static bool
is_number(sip_text value, uint32_t *number)
{
    size_t position = 0;

    return sip_value_number(value, &position, number) && position == value.length;
}

static reason_kind
kind_of(sip_text protocol)
{
    return sip_text_equals_nocase(protocol, "SIP") ? REASON_SIP
        : sip_text_equals_nocase(protocol, "Q.850") ? REASON_Q850 : REASON_OTHER;
}

bool
sip_reason_next(sip_values *reasons, sip_reason *reason)
{
    sip_text cause;

    memset(reason, 0, sizeof *reason);
    if (!sip_values_next(reasons, &reason->value)) {
        return false;
    }
    sip_parts parts = sip_parts_of(reason->value, ';');
    sip_parts_next(&parts, &reason->protocol);
    reason->kind = kind_of(reason->protocol);
    reason->has_cause = sip_value_parameter(reason->value, "cause", &cause) && is_number(cause, &reason->cause);
    if (sip_value_parameter(reason->value, "text", &reason->text)) {
        reason->text = sip_value_quoted(reason->text);
    }
    return true;
}

bool
sip_reason_find(const sip_message *message, reason_kind kind, sip_reason *reason)
{
    sip_values reasons = sip_reasons_of(message);

    while (sip_reason_next(&reasons, reason)) {
        if (reason->kind == kind && reason->has_cause) {
            return true;
        }
    }
    return false;
}

/* RFC 3261 25.1: three digits and a blank. Returns 0 for anything else. */
static uint16_t
warning_code(sip_text value)
{
    uint16_t code = 0;

    if (value.length < 3 || (value.length > 3 && !sip_is_space(value.start[3]) && value.start[3] != '"')) {
        return 0;
    }
    for (size_t i = 0; i < 3; i++) {
        if (!sip_is_digit(value.start[i])) {
            return 0;
        }
        code = (uint16_t)(code * 10 + (value.start[i] - '0'));
    }
    return code;
}

bool
sip_warning_next(sip_values *warnings, sip_warning *warning)
{
    memset(warning, 0, sizeof *warning);
    if (!sip_values_next(warnings, &warning->value)) {
        return false;
    }
    warning->code = warning_code(warning->value);
    sip_text rest = warning->code ? sip_text_trim(sip_text_behind(warning->value, 3)) : warning->value;
    if (warning->code) {
        size_t end = 0;
        while (end < rest.length && !sip_is_space(rest.start[end]) && rest.start[end] != '"') {
            end++;
        }
        warning->agent = (sip_text){ rest.start, end };
        rest = sip_text_trim(sip_text_behind(rest, end));
    }
    warning->text = sip_value_quoted(rest);
    return true;
}

/* Where the comment ends that begins the value; comments may hold comments. The
 * length of the value if it does not end. */
static size_t
closing_parenthesis(sip_text value)
{
    size_t depth = 0;

    for (size_t at = 0; at < value.length; at++) {
        const uint8_t c = value.start[at];
        if (c == ')' && --depth == 0) {
            return at;
        }
        depth += c == '(' ? 1 : 0;
        at += c == '\\' ? 1 : 0;
    }
    return value.length;
}

static sip_text
take_comment(sip_text *rest)
{
    if (!rest->length || rest->start[0] != '(') {
        return (sip_text){ NULL, 0 };
    }
    const size_t end = closing_parenthesis(*rest);
    const sip_text comment = { rest->start + 1, end - 1 };
    *rest = sip_text_trim(sip_text_behind(*rest, end < rest->length ? end + 1 : end));
    return comment;
}

/* Splits off a number, behind which the value ends or goes on with a comment or parameters. */
static bool
take_seconds(sip_text *value, uint32_t *seconds)
{
    size_t position = 0;

    if (!sip_value_number(*value, &position, seconds)) {
        return false;
    }
    *value = sip_text_trim(sip_text_behind(*value, position));
    return !value->length || value->start[0] == '(' || value->start[0] == ';';
}

bool
sip_retry_after_read(const sip_message *message, sip_retry_after *retry_after)
{
    sip_text rest = message->retry_after;
    sip_text duration;

    memset(retry_after, 0, sizeof *retry_after);
    if (!take_seconds(&rest, &retry_after->seconds)) {
        return false;
    }
    retry_after->comment = take_comment(&rest);
    retry_after->has_duration =
        sip_value_parameter(rest, "duration", &duration) && is_number(duration, &retry_after->duration);
    return true;
}

bool
sip_seconds_read(sip_text value, uint32_t *seconds)
{
    return take_seconds(&value, seconds);
}
