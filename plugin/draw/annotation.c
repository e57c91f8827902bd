/* annotation.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/annotation.h"

#include "draw/explained.h"
#include "draw/fields.h"
#include "draw/findings.h"
#include "draw/items.h"
#include "draw/said_tree.h"
#include "draw/site_notes.h"
#include "draw/transaction_tree.h"

static int
offset_of(const response *r, sip_text text)
{
    return r->offset + (int)(text.start - r->bytes);
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
    if (r->phrase_differs) {
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
    add_generated_uint(tree, hf, r->tvb, r->offset, value);
}

static void
add_boolean(const response *r, proto_tree *tree, int hf, bool value)
{
    add_generated_boolean(tree, hf, r->tvb, r->offset, value);
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

/* A group of items: where nobody looks at the tree as a whole, they stand in ours. */
static proto_tree *
group(const response *r, proto_tree *tree, int ett, const char *name)
{
    return tree && PTREE_DATA(tree)->visible ? proto_tree_add_subtree(tree, r->tvb, r->offset, 0, ett, NULL, name) : tree;
}

/* There are as many sip.class as sip.Status-Code. */
static void
draw_code(const response *r, proto_tree *tree)
{
    const sip_text digits = r->message->code_digits;

    if (r->class && r->shown) {
        proto_tree_add_uint(tree, hf_class, r->tvb, offset_of(r, digits), 1, r->class->digit);
    }
    if (r->message->code_is_valid && proto_field_is_referenced(tree, hf_code)) {
        proto_tree_add_uint(tree, hf_code, r->tvb, offset_of(r, digits), (int)digits.length,
                            r->message->code);
    }
}

static void
draw_status_line(const response *r, proto_tree *tree)
{
    add_sent(r, tree, hf_phrase_received, r->message->phrase, false);
    if (r->row) {
        add_string(r, tree, hf_phrase, r->row->phrase);
        if (r->phrase_differs) {
            add_boolean(r, tree, hf_phrase_differs, true);
        }
    } else if (r->site_phrase) {
        add_string(r, tree, hf_phrase, r->site_phrase);
    }
}

static void
draw_notes(const response *r, proto_tree *tree)
{
    if (!r->class) {
        add_string(r, tree, hf_note, response_note_out_of_range.text);
        return;
    }
    add_notes(r, tree, r->class->notes, r->class->note_count);
    if (r->row) {
        add_notes(r, tree, r->row->notes, r->row->note_count);
    } else {
        add_notes(r, tree, &response_note_unregistered, 1);
    }
    add_site_notes(r, tree);
}

static void
draw_meaning(const response *r, proto_tree *tree)
{
    draw_notes(r, tree);
    draw_code(r, tree);
    if (r->class) {
        add_string(r, tree, hf_class_meaning, r->class->meaning);
    }
    draw_status_line(r, tree);
    if (r->class && response_is_final(r->message->code)) {
        add_boolean(r, tree, hf_final, true);
    }
    if (r->class && !r->reported) {
        draw_delivery(r, tree);
    }
}

static void
draw_reference(const response *r, proto_tree *tree)
{
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
    draw_isup_cause(r, tree);
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

static const explanation_fields explained_in = { &hf_explanation, &hf_cause, &hf_evidence };

static void
draw_happened(const response *r, proto_tree *tree, const explanation *explained)
{
    if (explained) {
        draw_explanation(&explained_in, explained, tree, r->tvb, r->offset);
    }
    draw_said(r, tree);
    if (r->class && !r->reported) {
        draw_outcome(r, tree);
    }
    if (r->judgement != JUDGED && proto_field_is_referenced(tree, hf_not_judged)) {
        add_string(r, tree, hf_not_judged, r->judgement == NOT_JUDGED_CUT ? "cut" : "gap");
    }
    if (r->judged) {
        draw_findings(r, tree);
    }
}

static void
draw_in_full(const response *r, proto_tree *tree, const explanation *explained)
{
    if (r->reported) {
        add_boolean(r, tree, hf_reported, true);
    }
    draw_happened(r, r->reported ? tree : group(r, tree, ett_happened, "What happened"), explained);
    if (r->method.length || (r->record && r->record->captured_before)) {
        proto_tree *transaction = group(r, tree, ett_transaction, "Transaction");
        if (r->class && !r->reported) {
            draw_transaction(r, transaction);
            add_delay_to_read(r, transaction);
        }
        if (r->method.length) {
            add_sent(r, transaction, hf_method, r->method, true);
        }
    }
    draw_meaning(r, group(r, tree, ett_meaning, "What the code means"));
    if (r->class) {
        draw_reference(r, group(r, tree, ett_reference, "Reference"));
    }
}

static bool
explain_if_asked(const response *r, proto_tree *tree, explanation *explained)
{
    return r->class && r->received && !r->reported && explanation_is_asked_for(&explained_in, tree) &&
           explain_response(r->followed, r->record, r->message, explained);
}

void
draw_response(const response *r, proto_tree *tree, int length, draw_detail detail)
{
    explanation found;

    if (detail == DRAW_NOTHING) {
        return;
    }
    const explanation *explained = detail == DRAW_ALL && explain_if_asked(r, tree, &found) ? &found : NULL;
    proto_item *item = proto_tree_add_item(tree, proto_sipresp, r->tvb, r->offset, length, ENC_NA);
    if (tree && PTREE_DATA(tree)->visible) {
        proto_item_set_text(item, "SIP Response%s: %s%s%s%s", r->reported ? " reported" : "", title_of(r),
                            explained ? ": " : "",
                            explained ? explanation_in_short(r->pinfo->pool, explained) : "",
                            detail == DRAW_BRIEFLY ? " (no notes: too many responses in this frame)" : "");
    }
    proto_tree *response_tree = proto_item_add_subtree(item, ett_sipresp);
    if (detail == DRAW_BRIEFLY) {
        draw_code(r, response_tree);
    } else {
        draw_in_full(r, response_tree, explained);
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
        r->phrase_differs = r->phrase_complete && response_phrase_differs(r->row, r->message->phrase);
    }
    r->registration = r->row ? r->row->registration : RESPONSE_UNREGISTERED;
    if (r->class && !r->row) {
        r->site_phrase = site_notes_phrase(r->message->code, r->method);
        r->registration = r->site_phrase ? RESPONSE_VENDOR : RESPONSE_UNREGISTERED;
    }
}
