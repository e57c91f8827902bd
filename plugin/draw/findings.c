/* findings.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/findings.h"

#include <epan/column-info.h>
#include <epan/expert.h>
#include <epan/prefs.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "calls/transaction_checks.h"
#include "draw/fields.h"
#include "draw/finding_texts.h"
#include "draw/items.h"
#include "meaning/checks.h"
#include "rule_tables.h"

static ws_bool checks_enabled = TRUE;
static const char *ignored_rules = "";
/* What makes a filter on expert items in general look at ours. */
static const char *const expert_names[] = {
    "_ws.expert", "_ws.expert.message", "_ws.expert.group", "_ws.expert.severity",
};
static int expert_fields[array_length(expert_names)];

static int tap_expert;
static bool is_ignored[RESPONSE_RULE_COUNT];

/* A field's severity is fixed when it is registered, so that one name has one
 * field for each severity that its rules have. */
#define FINDING_FIELD(what, severity) static expert_field ei_##what##_##severity = EI_INIT;
FINDING_KINDS(FINDING_FIELD)

static expert_field *const finding_fields[FINDING_WHAT_COUNT][SEVERITY_COUNT] = {
#define FINDING_PLACE(what, severity) [FINDING_##what][SEVERITY_##severity] = &ei_##what##_##severity,
    FINDING_KINDS(FINDING_PLACE)
};

#define PI_OF_CHAT PI_CHAT
#define PI_OF_NOTE PI_NOTE
#define PI_OF_WARNING PI_WARN
#define PI_OF_ERROR PI_ERROR

#define NAME_OF_HEADER_MISSING "sipresp.check.header_missing"
#define NAME_OF_HEADER_FORBIDDEN "sipresp.check.header_forbidden"
#define NAME_OF_CODE_FOR_METHOD "sipresp.check.code_for_method"
#define NAME_OF_CODE_UNREGISTERED "sipresp.check.code_unregistered"
#define NAME_OF_CODE_OUT_OF_RANGE "sipresp.check.code_out_of_range"
#define NAME_OF_BODY "sipresp.check.body"
#define NAME_OF_TRANSACTION "sipresp.check.transaction"

#define SUMMARY_OF_HEADER_MISSING "The response lacks a header that it has to carry"
#define SUMMARY_OF_HEADER_FORBIDDEN "The response has a header that it must not carry"
#define SUMMARY_OF_CODE_FOR_METHOD "The code does not answer this method"
#define SUMMARY_OF_CODE_UNREGISTERED "The code is not registered"
#define SUMMARY_OF_CODE_OUT_OF_RANGE "The code is no status code"
#define SUMMARY_OF_BODY "The response has a body or lacks one against the rules"
#define SUMMARY_OF_TRANSACTION "The transaction does not go as it should"

/* The headers that a finding is about, as "A, B". */
static const char *
header_list(wmem_allocator_t *pool, const response_finding *finding)
{
    wmem_strbuf_t *list = wmem_strbuf_new(pool, "");

    for (size_t i = 0; i < finding->rule->header_count; i++) {
        if (finding->headers & (UINT32_C(1) << i)) {
            wmem_strbuf_append_printf(list, "%s%s", wmem_strbuf_get_len(list) ? ", " : "",
                                      finding->rule->headers[i].text);
        }
    }
    return wmem_strbuf_get_str(list);
}

static const char *
fault_of(wmem_allocator_t *pool, const response_finding *finding)
{
    switch (finding->rule->asks) {
    case ASKS_HEADER:
        return wmem_strdup_printf(pool, " lacks %s", header_list(pool, finding));
    case ASKS_ONE_HEADER:
        return wmem_strdup_printf(pool, " has none of %s", header_list(pool, finding));
    case ASKS_NO_HEADER:
        return wmem_strdup_printf(pool, " has %s", header_list(pool, finding));
    case ASKS_BODY:
        return " lacks a body";
    case ASKS_NO_BODY:
        return " has a body";
    case ASKS_NEVER:
    case ASKS_REGISTERED_CODE:
    case ASKS_CODE_IN_RANGE:
    case ASKS_TRANSACTION:
        break;
    }
    return finding->detail;
}

typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    tvbuff_t *tvb;
    int offset;
    const sip_message *message;
    sip_method_set method;
    bool in_dialog;
} finding_context;

/* Like "486 to INVITE". */
static const char *
response_name(const finding_context *context)
{
    const sip_text digits = context->message->code_digits;
    const char *code = "A number of more than three digits";

    if (digits.length <= SIP_CODE_DIGITS) {
        code = wmem_strndup(context->pinfo->pool, (const char *)digits.start, digits.length);
    }
    if (!sip_cseq_method(context->message).length) {
        return code;
    }
    return wmem_strdup_printf(context->pinfo->pool, "%s to %s", code,
                              context->method ? sip_method_name(context->method) : "an unregistered method");
}

/* The ACK of a 2xx has rules of its own (RFC 3261 13.2.2.4, 17.1.1.3). */
static const char *
reference_of(const response_rule *rule, unsigned code)
{
    return rule->success_reference && code / 100 == 2 ? rule->success_reference : rule->reference;
}

/* What is wrong, what follows for the call, the rule: whoever reads it wants to
 * know whether it explains the trouble before what the RFC says. */
static const char *
text_of(const finding_context *context, const response_finding *finding)
{
    wmem_allocator_t *pool = context->pinfo->pool;
    const response_rule *rule = finding->rule;
    const unsigned code = context->message->code;
    const char *reference = reference_of(rule, code);
    const char *text = wmem_strdup_printf(pool, "%s%s. %s. %s [%s]", response_name(context), fault_of(pool, finding),
                                          rule->follows, rule->text, reference);

    if (finding_text_has_room(text)) {
        return text;
    }
    return wmem_strdup_printf(pool, "%uxx breaks this rule too. %s. %s [%s]", code / 100, rule->follows, rule->text,
                              reference);
}

static void
draw_finding(const response_finding *finding, void *user_data)
{
    const finding_context *context = (const finding_context *)user_data;
    const response_rule *rule = finding->rule;

    if (rule->outside_dialog && context->in_dialog) {
        return;
    }
    proto_item *item = proto_tree_add_string(context->tree, hf_check, context->tvb, context->offset, 0, rule->id);
    proto_item_set_generated(item);
    expert_add_info_format(context->pinfo, item, finding_fields[rule->what][rule->severity], "%s",
                           text_of(context, finding));
}

/* Where the request was not seen nobody knows; most are outside. */
static bool
is_in_dialog(const answer_record *record)
{
    return record && record->request && record->request->flags & REQUEST_IN_DIALOG;
}

void
draw_findings(const response *r, proto_tree *tree)
{
    finding_context context = { r->pinfo, tree, r->tvb, r->offset, r->message, r->method_set, is_in_dialog(r->record) };

    check_response(r->message, r->method_set, is_ignored, draw_finding, &context);
    if (r->record && r->judgement == JUDGED) {
        const judged_response judged = { r->message->code, r->method_set, r->time, r->followed, r->record };
        check_transaction(&judged, is_ignored, draw_finding, &context);
    }
}

/* Wireshark registers these after all protocols, so they are looked for when a
 * capture is opened. */
static void
find_expert_parts(void)
{
    tap_expert = find_tap_id("expert");
    for (size_t i = 0; i < array_length(expert_names); i++) {
        expert_fields[i] = proto_registrar_get_id_byname(expert_names[i]);
    }
}

bool
findings_are_listed(const packet_info *pinfo)
{
    return checks_enabled &&
           (have_tap_listener(tap_expert) || (pinfo->cinfo && pinfo->cinfo->col_first[COL_EXPERT] >= 0));
}

bool
findings_are_asked_for(proto_tree *tree)
{
    if (!checks_enabled || !tree) {
        return false;
    }
    if (proto_field_is_referenced(tree, hf_check)) {
        return true;
    }
    for (size_t i = 0; i < array_length(expert_fields); i++) {
        if (field_is_asked_for(expert_fields[i])) {
            return true;
        }
    }
    for (size_t what = 0; what < FINDING_WHAT_COUNT; what++) {
        for (size_t severity = 0; severity < SEVERITY_COUNT; severity++) {
            const expert_field *field = finding_fields[what][severity];
            if (field && proto_field_is_referenced(tree, field->hf)) {
                return true;
            }
        }
    }
    return false;
}

/* Reads the preference: rule ids, separated by commas or spaces. */
void
apply_finding_preferences(void)
{
    gchar **ids = g_strsplit_set(ignored_rules, ", ", -1);

    memset(is_ignored, 0, sizeof is_ignored);
    for (gchar **id = ids; *id; id++) {
        int place = response_rule_place((sip_text){ (const uint8_t *)*id, strlen(*id) });
        if (place >= 0) {
            is_ignored[place] = true;
        } else if (**id) {
            report_failure("SIPRESP: there is no rule \"%s\" to leave out; "
                           "the preference sipresp.ignored_rules takes the ids that sipresp.check shows.", *id);
        }
    }
    g_strfreev(ids);
}

void
register_findings(void)
{
    static ei_register_info fields[] = {
#define FINDING_ROW(what, severity) \
        { &ei_##what##_##severity, \
          { NAME_OF_##what, PI_PROTOCOL, PI_OF_##severity, SUMMARY_OF_##what, EXPFILL } },
        FINDING_KINDS(FINDING_ROW)
    };
    expert_module_t *expert = expert_register_protocol(proto_sipresp);

    expert_register_field_array(expert, fields, array_length(fields));
    register_init_routine(find_expert_parts);
    register_finding_texts();
}

void
register_finding_preferences(module_t *preferences)
{
    prefs_register_bool_preference(preferences, "check", "Check responses against the rules",
        "Say in expert items which rules of the RFCs a response breaks", &checks_enabled);
    prefs_register_string_preference(preferences, "ignored_rules", "Rules to leave out",
        "Ids of rules that make no finding, as sipresp.check shows them, separated by commas", &ignored_rules);
}
