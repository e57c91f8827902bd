/* fuzz_header_index.c
 * Any bytes as headers: the index against a search through them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "header_index.h"
#include "rule_tables.h"
#include "sip_value.h"

static void
check_against_search(const header_index *index)
{
    uint32_t count[SIP_HEADER_COUNT] = { 0 };
    size_t position = 0;
    size_t start = 0;
    sip_header header;

    for (; sip_header_next(index->headers, &position, &header); start = position) {
        for (int id = 0; id < SIP_HEADER_COUNT; id++) {
            if (sip_header_is(header.name, (sip_header_id)id)) {
                must(count[id] > 0 || index->first[id] == start);
                count[id]++;
            }
        }
    }
    must(memcmp(count, index->count, sizeof count) == 0);
}

static bool
fits(sip_text value, const header_selector *selector)
{
    sip_text parameter;

    if (selector->kind == SELECT_TOKEN) {
        return sip_text_equals_nocase(value, selector->name);
    }
    return sip_value_parameter(value, selector->name, &parameter) &&
           (!selector->value || sip_text_equals_nocase(parameter, selector->value));
}

/* The same question without the index. */
static bool
has_by_search(sip_text headers, const header_selector *selector)
{
    size_t position = 0;
    size_t values = 0;
    size_t fitting = 0;
    bool there = false;
    sip_header header;

    while (sip_header_next(headers, &position, &header)) {
        if (!sip_header_is(header.name, selector->header)) {
            continue;
        }
        size_t inside = 0;
        sip_text value;
        there = true;
        while (selector->kind != SELECT_HEADER && sip_value_next_part(header.value, ',', &inside, &value)) {
            values++;
            fitting += fits(value, selector) ? 1 : 0;
        }
    }
    if (!there || selector->kind == SELECT_HEADER) {
        return there;
    }
    return selector->every_value ? fitting == values : fitting > 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const sip_text headers = { bytes, length };
    header_index index;
    header_index again;

    memset(&index, 0xaa, sizeof index);
    memset(&again, 0x55, sizeof again);
    header_index_build(&index, headers);
    header_index_build(&again, headers);
    must(memcmp(index.count, again.count, sizeof index.count) == 0 && index.readable == again.readable);
    if (!index.readable) {
        return 0;
    }
    check_against_search(&index);
    for (size_t i = 0; i < RESPONSE_RULE_COUNT; i++) {
        const response_rule *rule = &response_rules[i];
        for (size_t k = 0; k < rule->header_count; k++) {
            must(header_index_has(&index, &rule->headers[k]) == has_by_search(headers, &rule->headers[k]));
        }
        must(!rule->when || header_index_has(&index, rule->when) == has_by_search(headers, rule->when));
    }
    return 0;
}
