/* packet-sipresp.c
 * The post-dissector: reads every SIP status line that Wireshark dissects and
 * says what it means. The only room that draws.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "packet-sipresp.h"

#include <epan/packet.h>

#include "fields.h"
#include "find_messages.h"
#include "findings.h"
#include "follow.h"
#include "preferences.h"
#include "response_info.h"
#include "sip_body.h"
#include "sip_message.h"
#include "site_notes.h"
#include "tcp_repeat.h"
#include "transactions.h"


/* One status line with all that is known of it while it is drawn. */
typedef struct {
    packet_info *pinfo;
    tvbuff_t *tvb;
    const uint8_t *bytes;       /* of the message; stands at offset in tvb */
    int offset;
    sip_message message;
    bool reported;              /* quoted in a sipfrag body */
    bool judged;                /* all there, received, and somebody looks */
    const answer_record *record; /* NULL: nothing was learned of it */
    bool phrase_complete;
    const response_class *class; /* NULL outside 100..699 */
    const response_row *row;    /* NULL for a code the tables do not have */
    const char *site_phrase;    /* what the site calls such a code, or NULL */
    response_registration registration;
    sip_text method;
    sip_method_set method_set;
} response;

static int
offset_of(const response *r, sip_text text)
{
    return r->offset + (int)(text.start - r->bytes);
}

/* Only of a registered code can one say so. An empty phrase is no other one. */
static bool
phrase_differs(const response *r)
{
    return r->registration <= RESPONSE_RESERVED && r->phrase_complete && r->message.phrase.length &&
           !sip_text_equals_nocase(r->message.phrase, r->row->phrase);
}

static const char *
title_of(const response *r)
{
    wmem_allocator_t *pool = r->pinfo->pool;
    const sip_text digits = r->message.code_digits;
    const char *code = tvb_format_text(pool, r->tvb, offset_of(r, digits), (int)digits.length);

    if (!r->class) {
        return wmem_strdup_printf(pool, "%s is not a status code", code);
    }
    if (r->site_phrase) {
        return wmem_strdup_printf(pool, "%s %s [site], %s, handled as %u", code, r->site_phrase,
                                  r->class->name, response_treated_as(r->message.code));
    }
    if (!r->row) {
        return wmem_strdup_printf(pool, "%s (not registered), %s, handled as %u", code,
                                  r->class->name, response_treated_as(r->message.code));
    }
    if (phrase_differs(r)) {
        const sip_text sent = r->message.phrase;
        return wmem_strdup_printf(pool, "%s %s (sent as \"%s\"), %s", code, r->row->phrase,
                                  tvb_format_text(pool, r->tvb, offset_of(r, sent), (int)sent.length),
                                  r->class->name);
    }
    return wmem_strdup_printf(pool, "%s %s, %s", code, r->row->phrase, r->class->name);
}

/* The label is put together here: Wireshark would look at every byte of a text
 * for what has to be escaped, and ours come out of the tables. */
static proto_item *
add_string(const response *r, proto_tree *tree, int hf, const char *text)
{
    proto_item *item = proto_tree_add_string_format(tree, hf, r->tvb, r->offset, 0, text, "%s: %s",
                                                    proto_registrar_get_name(hf), text);

    proto_item_set_generated(item);
    return item;
}

static void
add_uint(const response *r, proto_tree *tree, int hf, unsigned value)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf, r->tvb, r->offset, 0, value));
}

static void
add_boolean(const response *r, proto_tree *tree, int hf, bool value)
{
    proto_item_set_generated(proto_tree_add_boolean(tree, hf, r->tvb, r->offset, 0, value));
}

static void
add_notes(const response *r, proto_tree *tree, const response_note *notes, size_t count)
{
    if (!proto_field_is_referenced(tree, hf_note)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (response_note_applies(&notes[i], r->message.code, r->method_set, r->message.phrase)) {
            add_string(r, tree, hf_note, notes[i].text);
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
    while ((row = site_notes_next(r->message.code, r->method, &position))) {
        if (row->note && *row->note) {
            add_string(r, tree, hf_note, wmem_strdup_printf(r->pinfo->pool, "%s [site]", row->note));
        }
    }
}

/* What stands on the wire. sip.class counts responses, so a response that is
 * only reported has none. */
static void
draw_status_line(const response *r, proto_tree *tree)
{
    const sip_text digits = r->message.code_digits;
    const sip_text phrase = r->message.phrase;

    if (r->class && !r->reported) {
        proto_tree_add_uint(tree, hf_class, r->tvb, offset_of(r, digits), 1, r->class->digit);
    }
    if (r->class) {
        add_string(r, tree, hf_class_meaning, r->class->meaning);
    }
    if (r->message.code_is_valid) {
        proto_tree_add_uint(tree, hf_code, r->tvb, offset_of(r, digits), (int)digits.length,
                            r->message.code);
    }
    proto_tree_add_item(tree, hf_phrase_received, r->tvb, offset_of(r, phrase), (int)phrase.length,
                        ENC_UTF_8 | ENC_NA);
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
        proto_item_set_generated(proto_tree_add_item(tree, hf_method, r->tvb,
            offset_of(r, r->method), (int)r->method.length, ENC_UTF_8 | ENC_NA));
    }
    if (!r->class) {
        add_string(r, tree, hf_note, response_note_out_of_range.text);
        return;
    }
    add_uint(r, tree, hf_registration, r->registration);
    if (r->registration >= RESPONSE_LEGACY) {
        add_uint(r, tree, hf_treated_as, response_treated_as(r->message.code));
    }
    if (r->row) {
        add_string(r, tree, hf_reference, r->row->reference);
        if (r->row->reference_url) {
            proto_item_set_url(add_string(r, tree, hf_reference_url, r->row->reference_url));
        }
    }
    add_boolean(r, tree, hf_final, r->message.code >= SIP_CODE_FINAL_MIN);
    if (r->row && r->row->isup_cause && sip_text_equals(r->method, "INVITE")) {
        add_uint(r, tree, hf_isup_cause, r->row->isup_cause);
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
draw_response(const response *r, proto_tree *tree, int length)
{
    proto_item *item = proto_tree_add_item(tree, proto_sipresp, r->tvb, r->offset, length, ENC_NA);
    if (tree && PTREE_DATA(tree)->visible) {
        proto_item_set_text(item, "SIP Response%s: %s", r->reported ? " reported" : "", title_of(r));
    }
    proto_tree *response_tree = proto_item_add_subtree(item, ett_sipresp);

    if (r->reported) {
        add_boolean(r, response_tree, hf_reported, true);
    }
    draw_status_line(r, response_tree);
    draw_meaning(r, response_tree);
    if (r->class && !r->reported) {
        draw_transaction(r->pinfo, response_tree, r->tvb, r->offset, &r->message, r->method, r->record);
    }
    if (r->judged) {
        draw_findings(r->pinfo, response_tree, r->tvb, r->offset, &r->message, r->method_set, r->record);
    }
}

/* r holds the message; this fills in what the tables say of it. */
static void
look_up(response *r)
{
    r->method = sip_cseq_method(&r->message);
    r->method_set = sip_method_set_of(r->method);
    if (r->message.code_is_valid) {
        r->class = response_class_of(r->message.code);
        r->row = response_row_of(r->message.code);
    }
    r->registration = r->row ? r->row->registration : RESPONSE_UNREGISTERED;
    if (r->class && !r->row) {
        r->site_phrase = site_notes_phrase(r->message.code, r->method);
        r->registration = r->site_phrase ? RESPONSE_VENDOR : RESPONSE_UNREGISTERED;
    }
}

typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    follow_mode mode;
    bool judge;                 /* somebody looks at findings */
    unsigned messages;          /* so far in this frame */
} frame_context;

typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    const message_place *place;
    const uint8_t *bytes;
} report_context;

static void
annotate_report(sip_text fragment, void *user_data)
{
    const report_context *context = (const report_context *)user_data;
    response r = {
        .pinfo = context->pinfo,
        .tvb = context->place->tvb,
        .bytes = fragment.start,
        .offset = context->place->offset + (int)(fragment.start - context->bytes),
        .reported = true,
        .phrase_complete = true,
    };

    if (sip_message_parse(fragment.start, fragment.length, &r.message) == SIP_RESPONSE) {
        look_up(&r);
        draw_response(&r, context->tree, (int)fragment.length);
    }
}

static void
learn_message(const frame_context *frame, const sip_message *message)
{
    sip_identity identity;

    if (message->kind == SIP_RESPONSE && !(message->code_is_valid && response_class_of(message->code))) {
        return;
    }
    if (sip_identity_read(message, &identity)) {
        transactions_learn(frame->pinfo, frame->messages, &identity, message->method, message->code);
    }
}

static void
annotate_response(const frame_context *frame, const message_place *place, response *r)
{
    answer_record record;

    r->judged = frame->judge && !place->cut;
    if (frame->mode != FOLLOW_NOTHING && transactions_recall(frame->pinfo, frame->messages, &record)) {
        r->record = &record;
    }
    /* A code that the snap length cut is no wrong code. */
    r->phrase_complete = r->message.start_line_complete;
    if (r->message.code_is_valid || r->phrase_complete) {
        look_up(r);
        draw_response(r, frame->tree, (int)r->message.length);
    }
    r->record = NULL;
}

/* Where only transactions are followed, and the datagram holds no second
 * message, the last headers and the body are not looked at. */
static sip_kind
read_message(const frame_context *frame, const uint8_t *bytes, size_t length, sip_message *message)
{
    const bool whole = frame->tree || frame->judge || frame->pinfo->ptype != PT_UDP;

    return whole ? sip_message_parse(bytes, length, message) : sip_message_identify(bytes, length, message);
}

/* Returns the length of the message. */
static int
annotate_message(const frame_context *frame, const message_place *place)
{
    const uint8_t *bytes = tvb_get_ptr(place->tvb, place->offset, place->length);
    response r = { .pinfo = frame->pinfo, .tvb = place->tvb, .bytes = bytes, .offset = place->offset };
    report_context context = { frame->pinfo, frame->tree, place, bytes };

    if (read_message(frame, bytes, (size_t)place->length, &r.message) == SIP_OTHER) {
        return place->length;
    }
    if (frame->mode == FOLLOW_LEARN) {
        learn_message(frame, &r.message);
    }
    if (frame->tree || frame->judge) {
        if (r.message.kind == SIP_RESPONSE) {
            annotate_response(frame, place, &r);
        }
        sip_body_each_fragment(&r.message, annotate_report, &context);
    }
    return (int)r.message.length;
}

static follow_mode
begin_following(const packet_info *pinfo, const proto_tree *tree)
{
    return following_is_enabled() ? transactions_begin_frame(pinfo, messages_are_visible(pinfo, tree)) : FOLLOW_NOTHING;
}

static int
dissect_sipresp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    frame_context frame = {
        .pinfo = pinfo,
        .tree = tree,
        .mode = begin_following(pinfo, tree),
        .judge = findings_are_wanted(pinfo, tree),
    };
    message_finder finder;
    message_place place;

    if (!tree && !frame.judge && frame.mode != FOLLOW_LEARN) {
        return (int)tvb_captured_length(tvb);
    }
    message_finder_start(&finder, tree);
    for (; message_finder_next(&finder, &place); frame.messages++) {
        if (frame.messages == 0 && messages_are_quoted(pinfo)) {
            frame.judge = false;
            frame.mode = FOLLOW_NOTHING;
        }
        if (frame.messages == 0 && frame.mode == FOLLOW_LEARN && tcp_segment_is_repeated(pinfo)) {
            frame.mode = FOLLOW_NOTHING;
        }
        message_finder_took(&finder, &place, annotate_message(&frame, &place));
    }
    return (int)tvb_captured_length(tvb);
}

void
proto_register_sipresp(void)
{
    register_fields();
    register_findings();
    register_transactions();
    dissector_handle_t sipresp_handle = register_dissector("sipresp", dissect_sipresp, proto_sipresp);
    register_postdissector(sipresp_handle);
    register_preferences(sipresp_handle);
}

void
proto_reg_handoff_sipresp(void)
{
    register_message_finder();
    register_tcp_repeat();
}
