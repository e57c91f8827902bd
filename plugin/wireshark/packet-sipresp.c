/* packet-sipresp.c
 * The post-dissector: reads every SIP status line that Wireshark dissects and
 * says what it means: goes through the messages of a frame, and hands each
 * to those that learn from it, count it and draw it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/packet-sipresp.h"

#include <epan/packet.h>

#include "calls/waiting.h"
#include "draw/annotation.h"
#include "draw/call_fields.h"
#include "draw/call_tree.h"
#include "draw/fields.h"
#include "draw/findings.h"
#include "draw/request_fields.h"
#include "draw/request_tree.h"
#include "sip/sip_body.h"
#include "tell/taps.h"
#include "wireshark/find_icmp.h"
#include "wireshark/find_messages.h"
#include "wireshark/find_reset.h"
#include "wireshark/follow_calls.h"
#include "wireshark/preferences.h"
#include "wireshark/told.h"

typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    follow_mode mode;
    bool quoted;                /* in an ICMP error: nobody received it */
    bool learns_errors;         /* and the frame is learned */
    bool listed;                /* findings are, without a tree too */
    tap_wishes taps;
    message_origin origin;      /* of the messages, once the first one is found */
    bool begun;                 /* a message was found */
    unsigned messages;          /* that were sent, so far in this frame */
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

/* A response that another message reports. In a message/sip body Wireshark shows
 * it as SIP with a status code of its own, in a sipfrag body (RFC 3420) as text. */
static void
draw_reported(const frame_context *frame, const message_place *place, const sip_message *message, bool is_shown)
{
    response r = {
        .pinfo = frame->pinfo,
        .tvb = place->tvb,
        .bytes = message->start_line.start,
        .offset = place->offset + (int)(message->start_line.start - place->bytes),
        .message = message,
        .shown = is_shown,
        .reported = true,
        .phrase_complete = is_shown ? message->start_line_complete : true,
    };

    look_up_response(&r);
    draw_response(&r, frame->tree, (int)message->length, detail_of_next(frame));
}

static void
annotate_report(sip_text fragment, void *user_data)
{
    const report_context *context = (const report_context *)user_data;
    sip_message message;

    if (sip_message_parse(fragment.start, fragment.length, &message) == SIP_RESPONSE) {
        draw_reported(context->frame, context->place, &message, false);
    }
}

static void
note_gap(const frame_context *frame)
{
    follow_note_gap(frame->pinfo);
    tap_cut_message(frame->pinfo, frame->taps, follow_time_of(frame->pinfo));
}

static void
note_gap_if_cut(const frame_context *frame, const message_place *place)
{
    if (frame->mode == FOLLOW_LEARN && place->cut) {
        note_gap(frame);
    }
}

static bool
is_followed(const frame_context *frame, const sip_message *message)
{
    return frame->mode != FOLLOW_NOTHING && message_is_followed(message);
}

/* Returns what tells the message's transaction, in identity, or NULL. */
static const sip_identity *
follow_message(const frame_context *frame, const message_place *place, const sip_message *message,
               sip_identity *identity)
{
    if (!is_followed(frame, message) || (frame->mode == FOLLOW_REPLAY && !is_tapped(frame->taps))) {
        return NULL;
    }
    if (!sip_identity_read(message, identity)) {
        note_gap_if_cut(frame, place);
        return NULL;
    }
    if (frame->mode == FOLLOW_LEARN) {
        follow_learn(&frame->origin, identity, message);
    }
    return identity;
}

static judgement
judgement_of(const frame_context *frame, const message_place *place, const answer_record *record)
{
    if (place->cut) {
        return NOT_JUDGED_CUT;
    }
    return record && calls_is_behind_gap(followed_calls(), &frame->origin, record) ? NOT_JUDGED_GAP : JUDGED;
}

static void
annotate_response(const frame_context *frame, const message_place *place, const sip_message *message,
                  const answer_record *record, judgement how)
{
    const bool copy = record && record->captured_before;
    response r = {
        .pinfo = frame->pinfo,
        .tvb = place->tvb,
        .bytes = place->bytes,
        .offset = place->offset,
        .message = message,
        .shown = message_is_told(message),
        .received = !frame->quoted,
        .judged = !frame->quoted && !copy && how != NOT_JUDGED_CUT &&
                  (frame->listed || findings_are_asked_for(frame->tree)),
        .judgement = frame->quoted || copy ? JUDGED : how,
        .time = frame->origin.time,
        .followed = followed_calls(),
        .record = record,
        .phrase_complete = message->start_line_complete,
    };

    /* A code that the snap length cut is no wrong code. */
    if (message->code_is_valid || r.phrase_complete) {
        look_up_response(&r);
        draw_response(&r, frame->tree, (int)message->length, detail_of_next(frame));
    }
}

static void
annotate_request(const frame_context *frame, const message_place *place, const sip_message *message,
                 const sip_identity *identified)
{
    const drawn_request r = {
        .pinfo = frame->pinfo,
        .tvb = place->tvb,
        .bytes = place->bytes,
        .offset = place->offset,
        .message = message,
        .followed = followed_calls(),
        .origin = &frame->origin,
        .identity = identified,
        .later_known = frame->mode == FOLLOW_REPLAY,
    };

    if (detail_of_next(frame) == DRAW_ALL) {
        draw_request(&r, frame->tree);
    }
}

/* Does anything come of the frame but what is learned? */
static bool
is_looked_at(const frame_context *frame)
{
    return frame->tree || frame->listed || is_tapped(frame->taps);
}

static void
show_message(const frame_context *frame, const message_place *place, const sip_message *message,
             const sip_identity *identified)
{
    report_context context = { frame, place };
    answer_record found;
    const answer_record *record = NULL;

    if (message->kind == SIP_RESPONSE && is_followed(frame, message) &&
        follow_recall(frame->pinfo, frame->messages, &found)) {
        record = &found;
    }
    const judgement how = message->kind == SIP_RESPONSE ? judgement_of(frame, place, record) : JUDGED;
    if (is_tapped(frame->taps)) {
        const tapped_message tapped = { message, identified, record, frame->origin, how, place->cut };
        tap_message(frame->pinfo, frame->taps, followed_calls(), &tapped);
    }
    if (frame->tree || frame->listed) {
        if (message->kind == SIP_RESPONSE) {
            annotate_response(frame, place, message, record, how);
        } else if (frame->tree && is_followed(frame, message)) {
            annotate_request(frame, place, message, identified);
        }
        sip_body_each_fragment(message, annotate_report, &context);
    }
    if (frame->mode != FOLLOW_NOTHING && calls_are_looked_at(frame->tree) && detail_of_next(frame) == DRAW_ALL) {
        draw_call(frame->pinfo, frame->tree, place->tvb, place->offset, followed_calls(), message, identified,
                  frame->mode == FOLLOW_REPLAY);
    }
}

/* What Wireshark takes for a continuation is said to be what it looks like, but
 * counts nowhere: without a tree nobody would know of it. */
static void
annotate_continuation(const frame_context *frame, const message_place *place, const sip_message *message)
{
    if (frame->tree && message->kind == SIP_RESPONSE) {
        annotate_response(frame, place, message, NULL, JUDGED);
    }
}

static void
learn_error(const frame_context *frame, const message_place *place, const sip_message *message)
{
    const unsigned error = icmp_error_of(place);
    sip_identity identity;

    if (sip_identity_read(message, &identity) && follow_note_icmp(frame->pinfo, &identity, message->method, error)) {
        const tapped_message tapped = { .message = message, .identity = &identity, .origin = frame->origin };
        tap_refused_request(frame->pinfo, &tapped, error);
    }
}

static void
learn_reset(const frame_context *frame)
{
    follow_note_reset(frame->pinfo);
    tap_tcp_reset(frame->pinfo, frame->taps, follow_time_of(frame->pinfo));
}

/* Returns the length of the message. */
static int
annotate_sent(frame_context *frame, const message_place *place, const sip_message *message)
{
    sip_identity identity;

    frame->origin.place = (uint16_t)frame->messages;
    const sip_identity *identified = follow_message(frame, place, message, &identity);
    if (frame->learns_errors && message->kind == SIP_REQUEST) {
        learn_error(frame, place, message);
    }
    if (is_looked_at(frame)) {
        show_message(frame, place, message, identified);
    }
    frame->messages++;
    return (int)message->length;
}

/* Reads the message, and returns how far. */
static int
annotate_message(frame_context *frame, const message_place *place, sip_message *message)
{
    if (sip_message_parse(place->bytes, (size_t)place->length, message) == SIP_OTHER) {
        note_gap_if_cut(frame, place);
    } else if (place->in_body) {
        if (message->kind == SIP_RESPONSE) {
            draw_reported(frame, place, message, message_is_told(message));
        }
    } else if (!message_is_told(message)) {
        note_gap_if_cut(frame, place);
        annotate_continuation(frame, place, message);
    } else {
        return annotate_sent(frame, place, message);
    }
    return place->length;
}

/* What holds for all messages of the frame is found out when there is one. */
static void
begin_messages(frame_context *frame, message_finder *finder)
{
    frame->begun = true;
    message_finder_look_around(finder);
    if (finder->quoted) {
        frame->quoted = true;
        frame->learns_errors = frame->mode == FOLLOW_LEARN;
        frame->taps = (tap_wishes){ 0 };
        frame->mode = FOLLOW_NOTHING;
    }
    if (frame->mode == FOLLOW_LEARN) {
        follow_origin_to_learn(frame->pinfo, finder->ip, &frame->origin);
    } else {
        frame->origin = follow_origin(frame->pinfo, 0);
    }
}

static const protocol_t *sipresp_protocol;

#define NO_PROTOCOL (-1)
/* Wireshark does not ask who is called after all others how much was taken. */
#define NOTHING_TAKEN 0

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
    sip_message message;

    if (!proto_is_protocol_enabled(sipresp_protocol) || (!looked_at && !following_is_enabled())) {
        return NOTHING_TAKEN;
    }
    if (looked_at) {
        /* Whose findings these are, in the table of all; Wireshark sets it back. */
        pinfo->current_proto = proto_get_protocol_short_name(sipresp_protocol);
    }
    message_finder_start(&finder, tvb, pinfo, tree);
    if (following_is_enabled()) {
        frame.mode = follow_begin_frame(pinfo, messages_are_visible(&finder), !looked_at);
        if ((frame.taps.responses || frame.taps.calls) && frame.mode != FOLLOW_NOTHING) {
            tap_expiries(pinfo, frame.taps, followed_calls(), follow_time_of(pinfo));
        }
    }
    if (!looked_at && frame.mode != FOLLOW_LEARN) {
        return NOTHING_TAKEN;
    }
    while (message_finder_next(&finder, &place)) {
        if (!frame.begun) {
            begin_messages(&frame, &finder);
        }
        if (!looked_at && frame.mode == FOLLOW_LEARN && message_is_alone(&finder, &place) &&
            follow_learn_later(&frame.origin, (sip_text){ place.bytes, (size_t)place.length })) {
            break;
        }
        const int length = annotate_message(&frame, &place, &message);
        message_finder_took(&finder, &place, &message, length);
    }
    if (frame.mode == FOLLOW_LEARN && !frame.begun && messages_are_cut(tvb, pinfo)) {
        note_gap(&frame);
    }
    if (frame.mode == FOLLOW_LEARN && !frame.begun && is_tcp_reset(pinfo, tree)) {
        learn_reset(&frame);
    }
    return NOTHING_TAKEN;
}

void
proto_register_sipresp(void)
{
    register_fields();
    register_call_fields();
    register_request_fields();
    register_findings();
    register_statistics(followed_calls);
    sipresp_protocol = find_protocol_by_id(proto_sipresp);
    /* With a protocol Wireshark would list it among the layers of each frame, and take it off again. */
    dissector_handle_t sipresp_handle = register_dissector("sipresp", dissect_sipresp, NO_PROTOCOL);
    register_postdissector(sipresp_handle);
    register_preferences(sipresp_handle);
}

void
proto_reg_handoff_sipresp(void)
{
    register_message_finder();
    register_told();
    register_find_reset();
    register_follow_calls();
}
