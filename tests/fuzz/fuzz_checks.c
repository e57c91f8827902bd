/* fuzz_checks.c
 * Any bytes as a response, held against every rule. The first byte chooses the
 * method, as if the CSeq had named it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "meaning/checks.h"
#include "response_tables.h"
#include "rule_tables.h"

typedef struct {
    bool found[RESPONSE_RULE_COUNT];
    uint32_t headers[RESPONSE_RULE_COUNT];
    ptrdiff_t last;
} verdict;

static void
note_finding(const response_finding *finding, void *user_data)
{
    verdict *v = (verdict *)user_data;
    const ptrdiff_t place = finding->rule - response_rules;

    must(place >= 0 && place < RESPONSE_RULE_COUNT && place > v->last);
    must(finding->rule->asks != ASKS_TRANSACTION);
    must((uint64_t)finding->headers >> finding->rule->header_count == 0);
    v->last = place;
    v->found[place] = true;
    v->headers[place] = finding->headers;
}

static verdict
judge(const sip_message *message, sip_method_set method, const bool *ignored)
{
    verdict v;

    memset(&v, 0, sizeof v);
    v.last = -1;
    check_response(message, method, ignored, note_finding, &v);
    return v;
}

/* Leaving out rules changes nothing for the others. */
static void
check_ignoring(const sip_message *message, sip_method_set method, const verdict *whole)
{
    bool ignored[RESPONSE_RULE_COUNT];

    for (size_t i = 0; i < RESPONSE_RULE_COUNT; i++) {
        ignored[i] = i % 2 == message->length % 2;
    }
    const verdict part = judge(message, method, ignored);
    for (size_t i = 0; i < RESPONSE_RULE_COUNT; i++) {
        must(part.found[i] == (whole->found[i] && !ignored[i]));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const bool none_ignored[RESPONSE_RULE_COUNT] = { false };
    sip_message message;

    if (length < 1 || sip_message_parse(bytes + 1, length - 1, &message) != SIP_RESPONSE) {
        return 0;
    }
    const unsigned choice = bytes[0] % (SIP_METHOD_COUNT + 1);
    const sip_method_set method = choice < SIP_METHOD_COUNT ? (sip_method_set)1 << choice
                                                            : sip_method_set_of(sip_cseq_method(&message));
    const verdict whole = judge(&message, method, none_ignored);
    const verdict again = judge(&message, method, none_ignored);
    must(memcmp(whole.found, again.found, sizeof whole.found) == 0);
    must(memcmp(whole.headers, again.headers, sizeof whole.headers) == 0);
    must(whole.last < 0 || (message.headers_complete && message.body_complete));
    check_ignoring(&message, method, &whole);
    if (response_class_of(message.code)) {
        must(response_outcome_of(&message) != OUTCOME_NOT_A_CALL);
    }
    return 0;
}
