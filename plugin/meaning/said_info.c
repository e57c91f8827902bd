/* said_info.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/said_info.h"

#include "meaning/response_info.h"
#include "said_tables.h"

const warning_row *
warning_row_of(unsigned code)
{
    for (size_t i = 0; i < WARNING_ROW_COUNT; i++) {
        if (warning_rows[i].code == code) {
            return &warning_rows[i];
        }
    }
    return NULL;
}

const char *
q850_cause_name(uint32_t cause)
{
    for (size_t i = 0; i < Q850_CAUSE_COUNT; i++) {
        if (q850_causes[i].value == cause) {
            return q850_causes[i].name;
        }
    }
    return NULL;
}

const char *
reason_protocol_name(const sip_reason *reason)
{
    return reason->kind == REASON_SIP ? "SIP" : reason->kind == REASON_Q850 ? "Q.850" : NULL;
}

const char *
reason_cause_name(const sip_reason *reason)
{
    const response_row *row = reason->has_cause && reason->kind == REASON_SIP ? response_row_of(reason->cause) : NULL;

    return row ? row->phrase
        : reason->has_cause && reason->kind == REASON_Q850 ? q850_cause_name(reason->cause) : NULL;
}
