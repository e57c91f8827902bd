/* annotation.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/annotation.h"

#include "draw/fields.h"
#include "draw/findings.h"
#include "draw/said_tree.h"
#include "draw/site_notes.h"
#include "draw/transaction_tree.h"

static int
offset_of(const response *r, sip_text text)
{
    return r->offset + (int)(text.start - r->bytes);
}

static bool
phrase_differs(const response *r)
{
    return r->phrase_complete && response_phrase_differs(r->row, r->message->phrase);
}

static const char *
title_of(const response *r)
{
    wmem_allocator_t *pool = r->pinfo->pool;
    const sip_text digits = r->message->code_digits;
    const char *code = tvb_format_text(pool, r->tvb, offset_of(r, digits), (int)digits.length);

    if (!r->class) {
        return wmem_strdup_printf(pool, "%s is not a status code", code);
    }
    if (r->site_phrase) {
        return wmem_strdup_printf(pool, "%s %s [site], %s, handled as %u", code, r->site_phrase,
                                  r->class->name, response_treated_as(r->message->code));
    }
    if (!r->row) {
        return wmem_strdup_printf(pool, "%s (not registered), %s, handled as %u", code,
                                  r->class->name, response_treated_as(r->message->code));
    }
    if (phrase_differs(r)) {
        const sip_text sent = r->message->phrase;
        return wmem_strdup_printf(pool, "%s %s (sent as \"%s\"), %s", code, r->row->phrase,
                                  tvb_format_text(pool, r->tvb, offset_of(r, sent), (int)sent.length),
                                  r->class->name);
    }
    return wmem_strdup_printf(pool, "%s %s, %s", code, r->row->phrase, r->class->name);
}

/* Each of these adds its item where somebody asks for it: to ask costs a fifth
 * of what Wireshark spends on an item that it then leaves out. */

/* The label is put together here: Wireshark would look at every byte of a text
 * for what has to be escaped, and ours come out of the tables. */
static proto_item *
add_string(const response *r, proto_tree *tree, int hf, const char *text)
{
    if (!proto_field_is_referenced(tree, hf)) {
        return NULL;
    }
    proto_item *item = proto_tree_add_string_format(tree, hf, r->tvb, r->offset, 0, text, "%s: %s",
                                                    proto_registrar_get_name(hf), text);
    proto_item_set_generated(item);
    return item;
}

/* What stands on the wire. */
static void
add_sent(const response *r, proto_tree *tree, int hf, sip_text text, bool generated)
{
    if (proto_field_is_referenced(tree, hf)) {
        proto_item *item = proto_tree_add_item(tree, hf, r->tvb, offset_of(r, text), (int)text.length,
                                               ENC_UTF_8 | ENC_NA);
        if (generated) {
            proto_item_set_generated(item);
        }
    }
}

static void
add_uint(const response *r, proto_tree *tree, int hf, unsigned value)
{
    if (proto_field_is_referenced(tree, hf)) {
        proto_item_set_generated(proto_tree_add_uint(tree, hf, r->tvb, r->offset, 0, value));
    }
}

static void
add_boolean(const response *r, proto_tree *tree, int hf, bool value)
{
    if (proto_field_is_referenced(tree, hf)) {
        proto_item_set_generated(proto_tree_add_boolean(tree, hf, r->tvb, r->offset, 0, value));
    }
}

static void
add_notes(const response *r, proto_tree *tree, const response_note *notes, size_t count)
{
    if (!proto_field_is_referenced(tree, hf_note)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const response_note *note = &notes[i];
        if (response_note_applies(note, r->message->code, r->method_set, r->message->phrase) &&
            (!note->reason_text || response_reason_tells(r->message, note->reason_text))) {
            add_string(r, tree, hf_note, note->text);
        }
    }
}

static void
add_site_notes(const response *r, proto_tree *tree)
{
    size_t position = 0;
    const site_row *row;

    if (!proto_field_is_referenced(tree, hf_note)) {
        return;
    }
    while ((row = site_notes_next(r->message->code, r->method, &position))) {
        if (row->note && *row->note) {
            add_string(r, tree, hf_note, wmem_strdup_printf(r->pinfo->pool, "%s [site]", row->note));
        }
    }
}

/* What stands on the wire. There are as many sip.class as sip.Status-Code. */
static void
draw_status_line(const response *r, proto_tree *tree, draw_detail detail)
{
    const sip_text digits = r->message->code_digits;

    if (r->class && r->shown) {
        proto_tree_add_uint(tree, hf_class, r->tvb, offset_of(r, digits), 1, r->class->digit);
    }
    if (r->class && detail == DRAW_ALL) {
        add_string(r, tree, hf_class_meaning, r->class->meaning);
    }
    if (r->message->code_is_valid && proto_field_is_referenced(tree, hf_code)) {
        proto_tree_add_uint(tree, hf_code, r->tvb, offset_of(r, digits), (int)digits.length,
                            r->message->code);
    }
    if (detail == DRAW_BRIEFLY) {
        return;
    }
    add_sent(r, tree, hf_phrase_received, r->message->phrase, false);
}

static void
draw_meaning(const response *r, proto_tree *tree)
{
    if (r->row) {
        add_string(r, tree, hf_phrase, r->row->phrase);
        if (phrase_differs(r)) {
            add_boolean(r, tree, hf_phrase_differs, true);
        }
    } else if (r->site_phrase) {
        add_string(r, tree, hf_phrase, r->site_phrase);
    }
    if (r->method.length) {
        add_sent(r, tree, hf_method, r->method, true);
    }
    if (!r->class) {
        add_string(r, tree, hf_note, response_note_out_of_range.text);
        return;
    }
    add_uint(r, tree, hf_registration, r->registration);
    if (r->registration >= RESPONSE_LEGACY) {
        add_uint(r, tree, hf_treated_as, response_treated_as(r->message->code));
    }
    if (r->row) {
        add_string(r, tree, hf_reference, r->row->reference);
        if (r->row->reference_url) {
            proto_item_set_url(add_string(r, tree, hf_reference_url, r->row->reference_url));
        }
    }
    if (response_is_final(r->message->code)) {
        add_boolean(r, tree, hf_final, true);
    }
    draw_isup_cause(r, tree);
    add_notes(r, tree, r->class->notes, r->class->note_count);
    if (r->row) {
        add_notes(r, tree, r->row->notes, r->row->note_count);
    } else {
        add_notes(r, tree, &response_note_unregistered, 1);
    }
    add_site_notes(r, tree);
}

/* Wireshark shows every time with nine decimals. Hidden in the tree, which has
 * the delay as it is. */
static void
add_delay_to_read(const response *r, proto_tree *tree)
{
    if (!r->record || !r->record->answer || !proto_field_is_referenced(tree, hf_delay_shown)) {
        return;
    }
    const int64_t delay = r->time - r->record->transaction->time;
    char *text = wmem_strdup_printf(r->pinfo->pool, "%.3f", (double)delay / CALLS_SECOND);

    proto_item_set_hidden(proto_tree_add_string(tree, hf_delay_shown, r->tvb, r->offset, 0, text));
}

void
draw_response(const response *r, proto_tree *tree, int length, draw_detail detail)
{
    if (detail == DRAW_NOTHING) {
        return;
    }
    proto_item *item = proto_tree_add_item(tree, proto_sipresp, r->tvb, r->offset, length, ENC_NA);
    if (tree && PTREE_DATA(tree)->visible) {
        proto_item_set_text(item, "SIP Response%s: %s%s", r->reported ? " reported" : "", title_of(r),
                            detail == DRAW_BRIEFLY ? " (no notes: too many responses in this frame)" : "");
    }
    proto_tree *response_tree = proto_item_add_subtree(item, ett_sipresp);

    if (r->reported) {
        add_boolean(r, response_tree, hf_reported, true);
    }
    draw_status_line(r, response_tree, detail);
    if (detail == DRAW_BRIEFLY) {
        return;
    }
    draw_said(r, response_tree);
    draw_meaning(r, response_tree);
    if (r->class && !r->reported) {
        draw_transaction(r, response_tree);
        add_delay_to_read(r, response_tree);
    }
    if (r->judgement != JUDGED && proto_field_is_referenced(response_tree, hf_not_judged)) {
        add_string(r, response_tree, hf_not_judged, r->judgement == NOT_JUDGED_CUT ? "cut" : "gap");
    }
    if (r->judged) {
        draw_findings(r, response_tree);
    }
}

void
look_up_response(response *r)
{
    r->method = sip_cseq_method(r->message);
    r->method_set = sip_method_set_of(r->method);
    if (r->message->code_is_valid) {
        r->class = response_class_of(r->message->code);
        r->row = response_row_of(r->message->code);
    }
    r->registration = r->row ? r->row->registration : RESPONSE_UNREGISTERED;
    if (r->class && !r->row) {
        r->site_phrase = site_notes_phrase(r->message->code, r->method);
        r->registration = r->site_phrase ? RESPONSE_VENDOR : RESPONSE_UNREGISTERED;
    }
}
