/* checks.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/checks.h"

#include "meaning/rows_about.h"
#include "rule_tables.h"
#include "sip/sip_body.h"

_Static_assert(RESPONSE_RULE_COUNT <= ROWS_MAX, "a place for each rule");

/* What nearly always tells whether a rule can be broken at all, before more than names is looked at: bits of
 * headers. */
typedef struct {
    uint64_t needed;        /* without these it does not apply */
    uint64_t forbidden;     /* it takes one of these to break it; 0: it takes something else */
    uint64_t asked;         /* with all of these it is kept; 0: more has to be known */
} likely_rule;

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

static uint64_t
bit_of(const header_selector *selector)
{
    return UINT64_C(1) << selector->header;
}

static likely_rule
likely_rule_of(const response_rule *rule)
{
    likely_rule likely = { .needed = rule->when ? bit_of(rule->when) : 0 };
    bool names_alone = true;
    uint64_t headers = 0;

    for (size_t i = 0; i < rule->header_count; i++) {
        headers |= bit_of(&rule->headers[i]);
        names_alone = names_alone && rule->headers[i].kind == SELECT_HEADER;
    }
    likely.forbidden = rule->asks == ASKS_NO_HEADER ? headers : 0;
    likely.asked = rule->asks == ASKS_HEADER && names_alone ? headers : 0;
    return likely;
}

/* In the order of the rules. */
static const likely_rule *
likely_rules(void)
{
    static likely_rule likely[RESPONSE_RULE_COUNT];
    static bool ready;

    for (size_t i = 0; !ready && i < RESPONSE_RULE_COUNT; i++) {
        likely[i] = likely_rule_of(&response_rules[i]);
    }
    ready = true;
    return likely;
}

static bool
may_be_broken(const likely_rule *likely, uint64_t present)
{
    return (likely->needed & ~present) == 0 && (!likely->forbidden || likely->forbidden & present) &&
           (!likely->asked || likely->asked & ~present);
}

static bool
rule_is_about(uint16_t place, unsigned code, sip_method_set method)
{
    return response_rule_is_about(&response_rules[place], code, method);
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
    const response_row *row;

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
        row = response_row_of(s->code);
        return !row || row->registration > RESPONSE_RESERVED;
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
    static rows_about kept[ROWS_KEPT];
    const rows_about *about = rows_about_of(kept, RESPONSE_RULE_COUNT, rule_is_about, s.code, method);
    const likely_rule *likely = likely_rules();
    for (size_t i = 0; i < about->count; i++) {
        const uint16_t place = about->places[i];
        if (!may_be_broken(&likely[place], s.index.present)) {
            continue;
        }
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
