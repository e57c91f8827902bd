/* packet-sipresp.c
 * The post-dissector: reads every SIP status line that Wireshark dissects and
 * says what it means: goes through the messages of a frame, and hands each
 * to those that learn from it, count it and draw it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/packet-sipresp.h"

#include <epan/packet.h>

#include "draw/annotation.h"
#include "draw/fields.h"
#include "wireshark/find_messages.h"
#include "draw/findings.h"
#include "wireshark/preferences.h"
#include "sip/sip_body.h"
#include "tell/taps.h"
#include "wireshark/tcp_repeat.h"
#include "calls/transactions.h"

typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    follow_mode mode;
    bool quoted;                /* in an ICMP error: nobody received it */
    bool listed;                /* findings are, without a tree too */
    tap_wishes taps;
    unsigned messages;          /* so far in this frame */
    unsigned items_before;      /* in the tree, before ours */
} frame_context;

typedef struct {
    const frame_context *frame;
    const message_place *place;
} report_context;

static draw_detail
detail_of_next(const frame_context *frame)
{
    return tree_room_for_response(frame->tree, frame->items_before);
}

static void
annotate_report(sip_text fragment, void *user_data)
{
    const report_context *context = (const report_context *)user_data;
    sip_message message;
    response r = {
        .pinfo = context->frame->pinfo,
        .tvb = context->place->tvb,
        .bytes = fragment.start,
        .offset = context->place->offset + (int)(fragment.start - context->place->bytes),
        .message = &message,
        .reported = true,
        .phrase_complete = true,
    };

    if (sip_message_parse(fragment.start, fragment.length, &message) == SIP_RESPONSE) {
        look_up_response(&r);
        draw_response(&r, context->frame->tree, (int)fragment.length, detail_of_next(context->frame));
    }
}

static void
note_gap_if_cut(const frame_context *frame, const message_place *place)
{
    if (frame->mode == FOLLOW_LEARN && place->cut) {
        transactions_note_gap();
    }
}

/* Returns what tells the message's transaction, in identity, or NULL. */
static const sip_identity *
follow_message(const frame_context *frame, const message_place *place, const sip_message *message,
               sip_identity *identity)
{
    if (frame->mode == FOLLOW_NOTHING || (frame->mode == FOLLOW_REPLAY && !frame->taps.sessions) ||
        (message->kind == SIP_RESPONSE && !(message->code_is_valid && response_class_of(message->code)))) {
        return NULL;
    }
    if (!sip_identity_read(message, identity)) {
        note_gap_if_cut(frame, place);
        return NULL;
    }
    if (frame->mode == FOLLOW_LEARN) {
        transactions_learn(frame->pinfo, frame->messages, identity, message->method, message->code);
    }
    return identity;
}

static void
annotate_response(const frame_context *frame, const message_place *place, const sip_message *message,
                  const answer_record *record)
{
    response r = {
        .pinfo = frame->pinfo,
        .tvb = place->tvb,
        .bytes = place->bytes,
        .offset = place->offset,
        .message = message,
        .judged = !frame->quoted && !place->cut && (frame->listed || findings_are_asked_for(frame->tree)),
        .record = record,
        .phrase_complete = message->start_line_complete,
    };

    /* A code that the snap length cut is no wrong code. */
    if (message->code_is_valid || r.phrase_complete) {
        look_up_response(&r);
        draw_response(&r, frame->tree, (int)message->length, detail_of_next(frame));
    }
}

/* Does anything come of the frame but what is learned? */
static bool
is_looked_at(const frame_context *frame)
{
    return frame->tree || frame->listed || frame->taps.responses || frame->taps.sessions;
}

/* Where only transactions are followed, and the datagram holds no second
 * message, the last headers and the body are not looked at. */
static sip_kind
read_message(const frame_context *frame, const message_place *place, sip_message *message)
{
    const bool whole = frame->tree || frame->listed || frame->pinfo->ptype != PT_UDP;
    const size_t length = (size_t)place->length;

    return whole ? sip_message_parse(place->bytes, length, message)
                 : sip_message_identify(place->bytes, length, message);
}

/* Returns the length of the message. */
static int
annotate_message(const frame_context *frame, const message_place *place)
{
    report_context context = { frame, place };
    sip_message message;
    sip_identity identity;
    answer_record record;

    if (read_message(frame, place, &message) == SIP_OTHER) {
        note_gap_if_cut(frame, place);
        return place->length;
    }
    const sip_identity *identified = follow_message(frame, place, &message, &identity);
    const bool recalled = frame->mode != FOLLOW_NOTHING && message.kind == SIP_RESPONSE && is_looked_at(frame) &&
                          transactions_recall(frame->pinfo, frame->messages, &record);
    if (frame->taps.responses || frame->taps.sessions) {
        tap_message(frame->pinfo, frame->taps, &message, identified, recalled ? &record : NULL);
    }
    if (frame->tree || frame->listed) {
        if (message.kind == SIP_RESPONSE) {
            annotate_response(frame, place, &message, recalled ? &record : NULL);
        }
        sip_body_each_fragment(&message, annotate_report, &context);
    }
    return (int)message.length;
}

static int
dissect_sipresp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    frame_context frame = {
        .pinfo = pinfo,
        .tree = tree,
        .listed = findings_are_listed(pinfo),
        .taps = taps_wanted(),
        .items_before = tree_items(tree),
    };
    const bool looked_at = is_looked_at(&frame);
    message_finder finder;
    message_place place;

    if (!looked_at && !following_is_enabled()) {
        return (int)tvb_captured_length(tvb);
    }
    message_finder_start(&finder, tree);
    if (following_is_enabled()) {
        frame.mode = transactions_begin_frame(pinfo, messages_are_visible(&finder, pinfo));
    }
    if (!looked_at && frame.mode != FOLLOW_LEARN) {
        return (int)tvb_captured_length(tvb);
    }
    for (; message_finder_next(&finder, &place); frame.messages++) {
        if (frame.messages == 0 && messages_are_quoted(pinfo)) {
            frame.quoted = true;
            frame.taps = (tap_wishes){ false, false };
            frame.mode = FOLLOW_NOTHING;
        }
        if (frame.messages == 0 && frame.mode == FOLLOW_LEARN && tcp_segment_is_repeated(pinfo)) {
            frame.mode = FOLLOW_NOTHING;
        }
        message_finder_took(&finder, &place, annotate_message(&frame, &place));
    }
    if (frame.mode == FOLLOW_LEARN && frame.messages == 0 && messages_are_cut(tvb, pinfo)) {
        transactions_note_gap();
    }
    return (int)tvb_captured_length(tvb);
}

void
proto_register_sipresp(void)
{
    register_fields();
    register_findings();
    register_transactions();
    register_statistics();
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
