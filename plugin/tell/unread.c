/* unread.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/unread.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/epan_dissect.h>

#include "sip/sip_message.h"
#include "tell/json_line.h"

/* Of SIP over TLS (RFC 3261 18.2.1). */
#define SIPS_PORT 5061

/* A frame of WebSocket (RFC 6455 5.2): its last part or the only one, of text or of bytes. */
#define LAST_OF_TEXT 0x81
#define LAST_OF_BYTES 0x82
#define IS_MASKED 0x80
#define LENGTH_IN_16_BITS 126
#define LENGTH_IN_64_BITS 127
#define MASK_BYTES 4
/* A start line is shorter. */
#define LOOKED_AT 1024

typedef struct unread_connection {
    struct unread_connection *next;     /* in the order in which they came */
    const char *over;
    bool gave_message;
    address ends[2];
    uint32_t ports[2];
} unread_connection;

/* Number of the TCP stream -> unread_connection. */
static wmem_map_t *connections;
static unread_connection *first;
static unread_connection **behind_last = &first;
/* Of the frame that carried bytes of one last. Wireshark tells of TCP before it tells what lies in it. */
static unread_connection *current;
static uint32_t current_frame;

static unread_connection *
new_connection(const packet_info *pinfo, const char *over)
{
    unread_connection *connection = wmem_new0(wmem_epan_scope(), unread_connection);

    connection->over = over;
    copy_address_wmem(wmem_epan_scope(), &connection->ends[0], &pinfo->src);
    copy_address_wmem(wmem_epan_scope(), &connection->ends[1], &pinfo->dst);
    connection->ports[0] = pinfo->srcport;
    connection->ports[1] = pinfo->destport;
    *behind_last = connection;
    behind_last = &connection->next;
    return connection;
}

/* The length of what stands before the payload of a frame of WebSocket, of which two bytes are there. */
static size_t
websocket_header_length(const uint8_t *bytes)
{
    const unsigned payload_length = bytes[1] & (IS_MASKED - 1);
    const size_t more = payload_length == LENGTH_IN_16_BITS ? 2 : payload_length == LENGTH_IN_64_BITS ? 8 : 0;
    return 2 + more + (bytes[1] & IS_MASKED ? MASK_BYTES : 0);
}

/* Does a SIP message begin in the frame of WebSocket that the bytes begin with? They are changed. */
static bool
unmasked_is_sip(uint8_t *bytes, size_t length)
{
    const size_t before = length < 2 ? 0 : websocket_header_length(bytes);
    sip_message message;

    if (!before || before > length) {
        return false;
    }
    if (bytes[1] & IS_MASKED) {
        const uint8_t *mask = bytes + before - MASK_BYTES;
        for (size_t i = before; i < length; i++) {
            bytes[i] ^= mask[(i - before) % MASK_BYTES];
        }
    }
    return sip_message_parse(bytes + before, length - before, &message) != SIP_OTHER;
}

/* What TCP carries is the end of the frame. */
static bool
is_sip_over_websocket(packet_info *pinfo, tvbuff_t *tvb, uint32_t length)
{
    const unsigned captured = tvb_captured_length(tvb);

    if (captured < tvb_reported_length(tvb) || length > captured) {
        return false;
    }
    const unsigned offset = captured - length;
    uint8_t opening;
    tvb_memcpy(tvb, &opening, (int)offset, 1);
    if (opening != LAST_OF_TEXT && opening != LAST_OF_BYTES) {
        return false;
    }
    const size_t looked_at = MIN(length, LOOKED_AT);
    return unmasked_is_sip((uint8_t *)tvb_memdup(pinfo->pool, tvb, (int)offset, looked_at), looked_at);
}

static tap_packet_status
note_segment(void *data _U_, packet_info *pinfo, epan_dissect_t *edt, const void *tapped, tap_flags_t flags _U_)
{
    const struct tcpheader *tcp = (const struct tcpheader *)tapped;

    if (!tcp->th_have_seglen || !tcp->th_seglen) {
        return TAP_PACKET_DONT_REDRAW;
    }
    void *stream = GUINT_TO_POINTER(tcp->th_stream);
    unread_connection *connection = (unread_connection *)wmem_map_lookup(connections, stream);
    if (!connection) {
        const char *over = pinfo->srcport == SIPS_PORT || pinfo->destport == SIPS_PORT ? "tls"
            : is_sip_over_websocket(pinfo, edt->tvb, tcp->th_seglen) ? "websocket" : NULL;
        if (!over) {
            return TAP_PACKET_DONT_REDRAW;
        }
        connection = new_connection(pinfo, over);
        wmem_map_insert(connections, stream, connection);
    }
    current = connection;
    current_frame = pinfo->num;
    return TAP_PACKET_DONT_REDRAW;
}

bool
unread_watch(const char *command, const char *filter)
{
    connections = wmem_map_new(wmem_epan_scope(), g_direct_hash, g_direct_equal);
    return listen_for_lines(command, "tcp", filter, note_segment);
}

void
unread_take_message(const packet_info *pinfo)
{
    if (current && current_frame == pinfo->num) {
        current->gave_message = true;
    }
}

void
unread_write(void)
{
    for (const unread_connection *connection = first; connection; connection = connection->next) {
        if (!connection->gave_message) {
            json_dumper line = begin_bare_line("unread");
            add_text(&line, "over", connection->over);
            add_end(&line, "source", "source_port", &connection->ends[0], connection->ports[0]);
            add_end(&line, "destination", "destination_port", &connection->ends[1], connection->ports[1]);
            end_line(&line);
        }
    }
}
