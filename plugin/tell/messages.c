/* messages.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/messages.h"

#include <string.h>

#include <epan/charsets.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "tell/json_line.h"
#include "tell/unread.h"

#define COMMAND "sipresp,messages"

static const calls *(*followed_calls)(void);
static int tap_messages;

typedef enum {
    TOLD_MESSAGE,
    TOLD_REFUSAL,           /* an ICMP error quotes it */
    TOLD_GAP,               /* all that is told of it */
    TOLD_RESET              /* of TCP, likewise */
} told_kind;

static const char *const kind_names[] = {
    [TOLD_MESSAGE] = "message",
    [TOLD_REFUSAL] = "icmp",
    [TOLD_GAP] = "gap",
    [TOLD_RESET] = "reset",
};

typedef struct {
    told_kind kind;
    uint32_t frame;
    int64_t time;
    message_origin origin;
    sip_text bytes;         /* of the frame */
    const char *call_id;    /* NULL: no transaction can be made of the message */
    const char *method;
    const char *from_tag;
    const char *to_tag;
    uint32_t cseq;
    uint16_t code;          /* 0 for a request */
    uint32_t captured_before;
    bool cut;
    unsigned error;         /* of ICMP: type << 8 | code */
} told_message;

static const char *
text_of(packet_info *pinfo, sip_text text)
{
    return text.length ? (const char *)get_utf_8_string(pinfo->pool, text.start, (int)text.length) : "";
}

static const char *
transport_of(const packet_info *pinfo)
{
    return pinfo->ptype == PT_UDP ? "udp" : pinfo->ptype == PT_TCP ? "tcp" : pinfo->ptype == PT_SCTP ? "sctp" : "other";
}

static void
add_bytes(json_dumper *line, const char *name, const uint8_t *bytes, size_t length)
{
    json_dumper_set_member_name(line, name);
    json_dumper_begin_base64(line);
    json_dumper_write_base64(line, bytes, length);
    json_dumper_end_base64(line);
}

static void
add_identity(json_dumper *line, const told_message *told)
{
    add_text(line, "call_id", told->call_id);
    if (told->call_id) {
        add_text(line, "method", told->method);
        add_number(line, "code", told->code, told->code > 0);
        add_number(line, "cseq", told->cseq, true);
        add_text(line, "from_tag", told->from_tag);
        add_text(line, "to_tag", told->to_tag);
        add_number(line, "captured_before", told->captured_before, told->captured_before > 0);
    }
}

static tap_packet_status
write_message(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const told_message *told = (const told_message *)tapped;
    json_dumper line = begin_line(kind_names[told->kind], told->frame, told->time);

    if (told->kind == TOLD_MESSAGE) {
        unread_take_message(pinfo);
    }
    add_number(&line, "place", told->origin.place, true);
    add_text(&line, "transport", transport_of(pinfo));
    add_end(&line, "source", "source_port", &pinfo->src, pinfo->srcport);
    add_end(&line, "destination", "destination_port", &pinfo->dst, pinfo->destport);
    if (told->kind == TOLD_MESSAGE) {
        add_number(&line, "ip_id", told->origin.ip_id, told->origin.ip_id > 0);
        add_number(&line, "sequence", told->origin.sequence_end, told->origin.has_sequence);
    }
    if (told->kind == TOLD_REFUSAL) {
        add_number(&line, "error", told->error, true);
    }
    if (told->kind == TOLD_MESSAGE || told->kind == TOLD_REFUSAL) {
        add_boolean(&line, "cut", told->cut);
        add_identity(&line, told);
        add_bytes(&line, "bytes", told->bytes.start, told->call_id ? told->bytes.length : 0);
    }
    return end_line(&line);
}

static tap_packet_status
write_match(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const told_message *told = (const told_message *)tapped;
    json_dumper line = begin_line("matched", told->frame, told->time);

    add_number(&line, "place", told->origin.place, true);
    return end_line(&line);
}

/* What the capture covers: it is over where two frames in a row say so. */
static void
write_clock(void *data _U_)
{
    const calls_clock clock = calls_clock_of(followed_calls());

    unread_write();
    json_dumper line = begin_bare_line("clock");

    add_seconds(&line, "first", clock.first, clock.frames > 0);
    add_seconds(&line, "sure", clock.sure, clock.frames > 0);
    add_seconds(&line, "last", clock.last, clock.frames > 0);
    add_number(&line, "frames", clock.frames, true);
    end_line(&line);
    end_if_unwritten(COMMAND);
}

bool
messages_are_wanted(void)
{
    return have_tap_listener(tap_messages);
}

static told_message *
new_message(packet_info *pinfo, told_kind kind, int64_t time)
{
    told_message *told = wmem_new0(pinfo->pool, told_message);

    told->kind = kind;
    told->frame = pinfo->num;
    told->time = time;
    return told;
}

void
tap_gap(packet_info *pinfo, int64_t time)
{
    tap_queue_packet(tap_messages, pinfo, new_message(pinfo, TOLD_GAP, time));
}

void
tap_reset(packet_info *pinfo, int64_t time)
{
    tap_queue_packet(tap_messages, pinfo, new_message(pinfo, TOLD_RESET, time));
}

static told_message *
new_whole_message(packet_info *pinfo, told_kind kind, const tapped_message *tapped)
{
    const sip_identity *identity = tapped->identity;
    told_message *told = new_message(pinfo, kind, tapped->origin.time);

    told->origin = tapped->origin;
    told->cut = tapped->cut;
    told->bytes = (sip_text){ tapped->message->start_line.start, tapped->message->length };
    if (identity) {
        told->call_id = text_of(pinfo, identity->call_id);
        told->method = text_of(pinfo, tapped->message->kind == SIP_RESPONSE ? identity->cseq_method : tapped->message->method);
        told->code = tapped->message->kind == SIP_RESPONSE ? tapped->message->code : 0;
        told->cseq = identity->cseq;
        told->from_tag = text_of(pinfo, identity->from_tag);
        told->to_tag = text_of(pinfo, identity->to_tag);
        told->captured_before = tapped->record ? tapped->record->captured_before : 0;
    }
    return told;
}

void
tap_whole_message(packet_info *pinfo, const tapped_message *tapped)
{
    tap_queue_packet(tap_messages, pinfo, new_whole_message(pinfo, TOLD_MESSAGE, tapped));
}

void
tap_refusal(packet_info *pinfo, const tapped_message *tapped, unsigned error)
{
    told_message *told = new_whole_message(pinfo, TOLD_REFUSAL, tapped);

    told->error = error;
    tap_queue_packet(tap_messages, pinfo, told);
}

static stat_started
start_messages(const char *command, void *data _U_)
{
    const size_t length = strlen(COMMAND);
    const char *filter = command[length] == ',' ? command + length + 1 : NULL;

    STAT_STARTED(has_begun(COMMAND, register_tap_listener("sipresp_messages", g_malloc(1), NULL, TL_REQUIRES_NOTHING,
                                                          NULL, write_message, write_clock, g_free)) &&
                 unread_watch(COMMAND, filter) &&
                 (!filter || listen_for_lines(COMMAND, "sipresp_messages", filter, write_match)));
}

void
register_messages(const calls *(*followed)(void))
{
    static stat_tap_ui command = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = COMMAND,
        .tap_init_cb = start_messages,
    };

    followed_calls = followed;
    tap_messages = register_tap("sipresp_messages");
    register_stat_tap_ui(&command, NULL);
}
