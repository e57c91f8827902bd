/* checks.h
 * Was the response sent as the RFCs ask? The rules are rows of
 * tables/rules.toml; this room only knows how to apply one.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CHECKS_H
#define SIPRESP_CHECKS_H

#include "sip/header_index.h"
#include "meaning/response_info.h"

typedef enum {
    ASKS_HEADER,            /* all of the headers */
    ASKS_ONE_HEADER,        /* one of them at least */
    ASKS_NO_HEADER,         /* none of them */
    ASKS_BODY,
    ASKS_NO_BODY,
    ASKS_NEVER,             /* no such code for such a method */
    ASKS_REGISTERED_CODE,
    ASKS_CODE_IN_RANGE,
    ASKS_TRANSACTION        /* what one response alone does not show */
} rule_asks;

typedef enum {
    FINDING_HEADER_MISSING,
    FINDING_HEADER_FORBIDDEN,
    FINDING_CODE_FOR_METHOD,
    FINDING_CODE_UNREGISTERED,
    FINDING_CODE_OUT_OF_RANGE,
    FINDING_BODY,
    FINDING_TRANSACTION,
    FINDING_WHAT_COUNT
} finding_what;

typedef enum {
    SEVERITY_CHAT,
    SEVERITY_NOTE,
    SEVERITY_WARNING,
    SEVERITY_ERROR,
    SEVERITY_COUNT
} finding_severity;

typedef struct {
    const char *id;
    const char *follows;            /* what comes of a breach */
    const char *text;
    const char *reference;
    const char *success_reference;  /* of a 2xx; NULL: the same */
    rule_asks asks;
    finding_what what;
    finding_severity severity;
    bool with_body;                 /* only of a response that has a body */
    bool outside_dialog;            /* not of one to a request within a dialog */
    const code_range *codes;
    size_t code_count;
    sip_method_set methods;         /* 0: whatever the method */
    sip_method_set not_methods;
    const header_selector *when;    /* NULL: always */
    const header_selector *unless;  /* NULL: never */
    const header_selector *headers;
    size_t header_count;            /* at most 32 */
    const char *body_type;          /* NULL: any */
} response_rule;

typedef struct {
    const response_rule *rule;
    uint32_t headers;   /* bit i: rule->headers[i] is missing, or is there
                         * and must not be */
    const char *detail; /* what a transaction showed, as " was sent 7 times" */
} response_finding;

typedef void (*response_finding_fn)(const response_finding *finding, void *user_data);

/* Is the rule about such a response, as far as its codes and methods go? method
 * is 0 where it is unknown; a rule narrowed by method is not about that. */
bool response_rule_is_about(const response_rule *rule, unsigned code, sip_method_set method);

/* Calls found() for each rule that the response breaks, in the order of the
 * table. ignored has a place for each rule (RESPONSE_RULE_COUNT), true
 * for those to leave out.
 *
 * Says nothing of a message whose headers or body are not all there, or
 * that cannot be read line by line: what looks missing may just be damaged. */
void check_response(const sip_message *message, sip_method_set method, const bool *ignored,
                    response_finding_fn found, void *user_data);

/* The place of a rule in the table, or -1. */
int response_rule_place(sip_text id);

#endif
