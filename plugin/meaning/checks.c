/* checks.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/checks.h"

#include "meaning/rows_about.h"
#include "rule_tables.h"
#include "sip/sip_body.h"

_Static_assert(RESPONSE_RULE_COUNT <= ROWS_MAX, "a place for each rule");

typedef struct {
    const sip_message *message;
    unsigned code;
    header_index index;
} subject;

/* A code of more or fewer than three digits is as far outside as a 0. */
static unsigned
code_of(const sip_message *message)
{
    return message->code_is_valid ? message->code : 0;
}

bool
response_rule_is_about(const response_rule *rule, unsigned code, sip_method_set method)
{
    bool code_fits = false;

    for (size_t i = 0; i < rule->code_count && !code_fits; i++) {
        code_fits = code >= rule->codes[i].first && code <= rule->codes[i].last;
    }
    if (!code_fits || (rule->methods && !(rule->methods & method))) {
        return false;
    }
    return !rule->not_methods || (method && !(rule->not_methods & method));
}

static bool
is_named(const header_selector *selector, uint64_t present)
{
    return present >> selector->header & 1;
}

/* With that name it is there, whatever its value. */
static bool
is_there(const header_selector *selector, uint64_t present)
{
    return selector->kind == SELECT_HEADER && is_named(selector, present);
}

static bool
is_unregistered(unsigned code)
{
    const response_row *row = response_row_of(code);

    return !row || row->registration > RESPONSE_RESERVED;
}

/* Do the code and the names of the headers, as bits, leave open whether the rule is broken? */
static bool
may_be_broken(const response_rule *rule, unsigned code, uint64_t present)
{
    unsigned named = 0;
    unsigned there = 0;

    if ((rule->when && !is_named(rule->when, present)) || (rule->unless && is_there(rule->unless, present))) {
        return false;
    }
    for (size_t i = 0; i < rule->header_count; i++) {
        named += is_named(&rule->headers[i], present);
        there += is_there(&rule->headers[i], present);
    }
    switch (rule->asks) {
    case ASKS_HEADER:
        return there < rule->header_count;
    case ASKS_ONE_HEADER:
        return there == 0;
    case ASKS_NO_HEADER:
        return named > 0;
    case ASKS_REGISTERED_CODE:
        return is_unregistered(code);
    case ASKS_TRANSACTION:
        return false;
    case ASKS_BODY:
    case ASKS_NO_BODY:
    case ASKS_NEVER:
    case ASKS_CODE_IN_RANGE:
        break;
    }
    return true;
}

static bool
may_be_broken_by(uint16_t place, const response_kind *kind)
{
    const response_rule *rule = &response_rules[place];

    return response_rule_is_about(rule, kind->code, kind->method) && may_be_broken(rule, kind->code, kind->headers);
}

static bool
rule_applies(const response_rule *rule, const subject *s)
{
    return (!rule->when || header_index_has(&s->index, rule->when)) &&
           (!rule->unless || !header_index_has(&s->index, rule->unless)) &&
           (!rule->with_body || s->message->body.length > 0);
}

/* The headers of the rule that are there, as bits. */
static uint32_t
headers_present(const response_rule *rule, const subject *s)
{
    uint32_t present = 0;

    for (size_t i = 0; i < rule->header_count; i++) {
        if (header_index_has(&s->index, &rule->headers[i])) {
            present |= UINT32_C(1) << i;
        }
    }
    return present;
}

static bool
has_body(const response_rule *rule, const subject *s)
{
    if (!s->message->body.length || !rule->body_type) {
        return s->message->body.length > 0;
    }
    return sip_text_equals_nocase(sip_media_type(s->message->content_type), rule->body_type);
}

static bool
rule_is_broken(const response_rule *rule, const subject *s, uint32_t *headers)
{
    const uint32_t all = (uint32_t)((UINT64_C(1) << rule->header_count) - 1);

    *headers = 0;
    switch (rule->asks) {
    case ASKS_HEADER:
        *headers = all & ~headers_present(rule, s);
        return *headers != 0;
    case ASKS_ONE_HEADER:
        *headers = all;
        return headers_present(rule, s) == 0;
    case ASKS_NO_HEADER:
        *headers = headers_present(rule, s);
        return *headers != 0;
    case ASKS_BODY:
        return !has_body(rule, s);
    case ASKS_NO_BODY:
        return has_body(rule, s);
    case ASKS_REGISTERED_CODE:
        return is_unregistered(s->code);
    case ASKS_NEVER:
    case ASKS_CODE_IN_RANGE:
        return true;
    case ASKS_TRANSACTION:
        break;
    }
    return false;
}

void
check_response(const sip_message *message, sip_method_set method, const bool *ignored,
               response_finding_fn found, void *user_data)
{
    subject s;

    if (!message->headers_complete || !message->body_complete) {
        return;
    }
    s.message = message;
    s.code = code_of(message);
    header_index_build(&s.index, message->headers);
    if (!s.index.readable) {
        return;
    }
    static rows_about kept[ROWS_KEPT];
    const response_kind kind = { s.code, method, s.index.present };
    const rows_about *open = rows_about_of(kept, RESPONSE_RULE_COUNT, may_be_broken_by, kind);
    for (size_t i = 0; i < open->count; i++) {
        const uint16_t place = open->places[i];
        response_finding finding = { &response_rules[place], 0, "" };
        if (!ignored[place] && rule_applies(finding.rule, &s) &&
            rule_is_broken(finding.rule, &s, &finding.headers)) {
            found(&finding, user_data);
        }
    }
}

int
response_rule_place(sip_text id)
{
    for (int i = 0; i < RESPONSE_RULE_COUNT; i++) {
        if (sip_text_equals(id, response_rules[i].id)) {
            return i;
        }
    }
    return -1;
}
