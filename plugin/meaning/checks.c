/* checks.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/checks.h"

#include "rule_tables.h"
#include "sip/sip_body.h"

typedef struct {
    const sip_message *message;
    unsigned code;
    sip_method_set method;
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

/* The rules that a response may break, by code, method and the names of its headers. Most responses are like one that
 * came before, so that what was found for it is kept. */
typedef struct {
    bool known;
    unsigned code;
    sip_method_set method;
    uint64_t present;
    uint16_t count;
    uint16_t places[RESPONSE_RULE_COUNT];   /* in the order of the table */
} open_rules;

#define OPEN_RULES_KEPT 64

static const open_rules *
open_rules_of(const subject *s)
{
    static open_rules kept[OPEN_RULES_KEPT];
    const uint64_t present = s->index.present;
    open_rules *open = &kept[(s->code + s->method + (s->method >> 6) + present % 61) % OPEN_RULES_KEPT];

    if (open->known && open->code == s->code && open->method == s->method && open->present == present) {
        return open;
    }
    *open = (open_rules){ .known = true, .code = s->code, .method = s->method, .present = present };
    for (uint16_t place = 0; place < RESPONSE_RULE_COUNT; place++) {
        const response_rule *rule = &response_rules[place];
        if (response_rule_is_about(rule, s->code, s->method) && may_be_broken(rule, s->code, present)) {
            open->places[open->count++] = place;
        }
    }
    return open;
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
    s.method = method;
    header_index_build(&s.index, message->headers);
    if (!s.index.readable) {
        return;
    }
    const open_rules *open = open_rules_of(&s);
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
