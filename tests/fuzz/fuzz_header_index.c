/* fuzz_header_index.c
 * Any bytes as headers: the index against a search through them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "sip/header_index.h"
#include "rule_tables.h"
#include "sip/sip_value.h"

static void
check_against_search(const header_index *index)
{
    for (int id = 0; id < SIP_HEADER_COUNT; id++) {
        size_t position = 0;
        uint32_t count = 0;
        sip_text value;
        for (; sip_header_next_of(index->headers, &position, (sip_header_id)id, &value); count++) {
            must(count > 0 || header_index_count(index, (sip_header_id)id) > 0);
            must(count > 0 || same_place(sip_text_trim(index->first[id]), value));
        }
        must(count == header_index_count(index, (sip_header_id)id));
    }
}

static bool
fits(sip_text value, const header_selector *selector)
{
    sip_text parameter;

    if (selector->kind == SELECT_TOKEN) {
        return sip_text_equals_nocase(value, selector->name);
    }
    if (selector->kind == SELECT_SCHEME) {
        const size_t length = strlen(selector->name);
        return value.length >= length && sip_bytes_equal_nocase(value.start, selector->name, length) &&
               (value.length == length || value.start[length] == ' ' || value.start[length] == '\t');
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
    sip_text list;

    while (sip_header_next_of(headers, &position, selector->header, &list)) {
        sip_parts parts = sip_parts_of(list, ',');
        sip_text value;
        there = true;
        while (selector->kind != SELECT_HEADER && sip_parts_next(&parts, &value)) {
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
    must(index.present == again.present && index.readable == again.readable);
    for (int id = 0; id < SIP_HEADER_COUNT; id++) {
        must(header_index_count(&index, (sip_header_id)id) == header_index_count(&again, (sip_header_id)id));
    }
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
