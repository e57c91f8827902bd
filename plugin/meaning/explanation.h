/* explanation.h
 * What can be said of what a response meant here: the rows of
 * tables/explanations.toml, and which of them holds.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_EXPLANATION_H
#define SIPRESP_EXPLANATION_H

#include "explanation_tables.h"
#include "meaning/response_info.h"

typedef struct {
    explanation_condition_id id;
    bool holds;             /* as the row wants it */
} explanation_condition;

typedef struct {
    const char *id;
    const char *text;       /* with places in braces */
    const char *source;
    const code_range *codes;    /* NULL: of a request without a final response */
    size_t code_count;
    sip_method_set methods;     /* 0: whatever the method */
    sip_method_set not_methods;
    const explanation_condition *when;
    size_t when_count;
} explanation_row;

/* The most specific ones first. */
extern const explanation_row explanation_rows[EXPLANATION_COUNT];

typedef bool (*explanation_holds_fn)(explanation_condition_id id, const void *user_data);

/* The most specific row about such a response whose conditions hold, or, with
 * code 0, about a request without a final response. method is 0 where it is
 * unknown. NULL: there is nothing to say. */
const explanation_row *explanation_choose(unsigned code, sip_method_set method, explanation_holds_fn holds,
                                          const void *user_data);

/* The place that is named so; PLACE_COUNT for none. */
explanation_place explanation_place_named(sip_text name);

#endif
