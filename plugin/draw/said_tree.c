/* said_tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/said_tree.h"

#include "draw/fields.h"
#include "draw/said_fields.h"
#include "meaning/said_info.h"
#include "sip/plain_text.h"
#include "sip/sip_said.h"

/* RFC 3326 2 allows one value of each protocol; a datagram holds thousands. */
#define VALUES_MAX 16

static bool
is_referenced(proto_tree *tree, const int *const *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (proto_field_is_referenced(tree, *fields[i])) {
            return true;
        }
    }
    return false;
}

static int
offset_of(const response *r, sip_text text)
{
    return r->offset + (int)(text.start - r->bytes);
}

static proto_item *
add_text(const response *r, proto_tree *tree, int hf, sip_text place, const char *text)
{
    return proto_tree_add_string(tree, hf, r->tvb, offset_of(r, place), (int)place.length, text);
}

/* What is put together of several texts is held to the length of one. */
static proto_tree *
add_value(const response *r, proto_tree *tree, int hf, int ett, sip_text place, const wmem_strbuf_t *whole)
{
    char text[PLAIN_TEXT_SIZE];

    plain_text((sip_text){ (const uint8_t *)wmem_strbuf_get_str(whole), wmem_strbuf_get_len(whole) }, text);
    return proto_item_add_subtree(add_text(r, tree, hf, place, text), ett);
}

static void
append_part(wmem_strbuf_t *whole, const char *separator, const char *part)
{
    if (*part) {
        wmem_strbuf_append_printf(whole, "%s%s", wmem_strbuf_get_len(whole) ? separator : "", part);
    }
}

static void
draw_reason(const response *r, proto_tree *tree, const sip_reason *reason)
{
    char spelling[PLAIN_TEXT_SIZE];
    char text[PLAIN_TEXT_SIZE];
    const char *protocol = reason_protocol_name(reason);
    const char *name = reason_cause_name(reason);
    wmem_strbuf_t *whole = wmem_strbuf_new(r->pinfo->pool, "");

    plain_text(reason->protocol, spelling);
    protocol = protocol ? protocol : spelling;
    plain_text_unescaped(reason->text, text);
    append_part(whole, "", protocol);
    if (reason->has_cause) {
        append_part(whole, " ", wmem_strdup_printf(r->pinfo->pool, "%u", reason->cause));
    }
    append_part(whole, " ", name ? name : "");
    append_part(whole, ": ", text);
    proto_tree *values = add_value(r, tree, hf_reason, ett_reason, reason->value, whole);
    add_text(r, values, hf_reason_protocol, reason->protocol, protocol);
    if (reason->has_cause && name) {
        proto_tree_add_uint_format_value(values, hf_reason_cause, r->tvb, offset_of(r, reason->value),
                                         (int)reason->value.length, reason->cause, "%s (%u)", name, reason->cause);
    } else if (reason->has_cause) {
        proto_tree_add_uint(values, hf_reason_cause, r->tvb, offset_of(r, reason->value), (int)reason->value.length,
                            reason->cause);
    }
    if (reason->text.length) {
        add_text(r, values, hf_reason_text, reason->text, text);
    }
}

static void
draw_warning(const response *r, proto_tree *tree, const sip_warning *warning)
{
    char agent[PLAIN_TEXT_SIZE];
    char text[PLAIN_TEXT_SIZE];
    const warning_row *row = warning_row_of(warning->code);
    wmem_strbuf_t *whole = wmem_strbuf_new(r->pinfo->pool, "");

    plain_text(warning->agent, agent);
    plain_text_unescaped(warning->text, text);
    if (warning->code) {
        append_part(whole, "", wmem_strdup_printf(r->pinfo->pool, "%03u", warning->code));
    }
    append_part(whole, " ", row ? row->name : "");
    append_part(whole, ", from ", agent);
    append_part(whole, ": ", text);
    proto_tree *values = add_value(r, tree, hf_warning, ett_warning, warning->value, whole);
    if (warning->code) {
        proto_tree_add_uint(values, hf_warning_code, r->tvb, offset_of(r, warning->value), 3, warning->code);
    }
    if (warning->agent.length) {
        add_text(r, values, hf_warning_agent, warning->agent, agent);
    }
    if (warning->text.length) {
        add_text(r, values, hf_warning_text, warning->text, text);
    }
    if (row) {
        proto_item_set_generated(add_text(r, values, hf_warning_meaning, warning->value, row->meaning));
    }
}

static void
draw_reasons(const response *r, proto_tree *tree)
{
    static const int *const fields[] = { &hf_reason, &hf_reason_protocol, &hf_reason_cause, &hf_reason_text };
    sip_values values = sip_reasons_of(r->message);
    sip_reason reason;

    if (!r->message->reason.start || !is_referenced(tree, fields, array_length(fields))) {
        return;
    }
    for (int i = 0; i < VALUES_MAX && sip_reason_next(&values, &reason); i++) {
        draw_reason(r, tree, &reason);
    }
}

static void
draw_warnings(const response *r, proto_tree *tree)
{
    static const int *const fields[] = {
        &hf_warning, &hf_warning_code, &hf_warning_agent, &hf_warning_text, &hf_warning_meaning,
    };
    sip_values values = sip_warnings_of(r->message);
    sip_warning warning;

    if (!r->message->warning.start || !is_referenced(tree, fields, array_length(fields))) {
        return;
    }
    for (int i = 0; i < VALUES_MAX && sip_warning_next(&values, &warning); i++) {
        draw_warning(r, tree, &warning);
    }
}

static void
draw_retry_after(const response *r, proto_tree *tree)
{
    const sip_text place = r->message->retry_after;
    char comment[PLAIN_TEXT_SIZE];
    sip_retry_after retry_after;

    if (!place.start || !proto_field_is_referenced(tree, hf_retry_after) ||
        !sip_retry_after_read(r->message, &retry_after)) {
        return;
    }
    proto_item *item = proto_tree_add_uint_format_value(tree, hf_retry_after, r->tvb, offset_of(r, place),
                                                        (int)place.length, retry_after.seconds, "%u s",
                                                        retry_after.seconds);
    if (plain_text_unescaped(retry_after.comment, comment)) {
        proto_item_append_text(item, " (%s)", comment);
    }
    if (retry_after.has_duration) {
        proto_item_append_text(item, ", then to be reached for %u s", retry_after.duration);
    }
}

void
draw_said(const response *r, proto_tree *tree)
{
    draw_reasons(r, tree);
    draw_warnings(r, tree);
    draw_retry_after(r, tree);
}

void
draw_isup_cause(const response *r, proto_tree *tree)
{
    sip_reason reason;

    if (!r->row || !r->row->isup_cause || !sip_text_equals(r->method, "INVITE") ||
        !proto_field_is_referenced(tree, hf_isup_cause)) {
        return;
    }
    proto_item *item = proto_tree_add_uint(tree, hf_isup_cause, r->tvb, r->offset, 0, r->row->isup_cause);
    proto_item_set_generated(item);
    if (!sip_reason_find(r->message, REASON_Q850, &reason)) {
        return;
    }
    const char *name = reason_cause_name(&reason);
    if (reason.cause == r->row->isup_cause) {
        proto_item_append_text(item, ", as the Reason says");
    } else {
        proto_item_append_text(item, "; the Reason says another, which counts: %u%s%s%s", reason.cause,
                               name ? " (" : "", name ? name : "", name ? ")" : "");
    }
}
