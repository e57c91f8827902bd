/* find_cut.c
 *
 * Wireshark's SIP dissector reads the start line and gives up where the rest is
 * not all there, before it taps anything. Up to then it has noted for other
 * dissectors what the start line says. That is no place, but tells what to look
 * for in the bytes of the frame: a text such as "SIP/2.0 486 " cannot stand in
 * the headers of what carries it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/find_cut.h"

#include <stdio.h>
#include <string.h>

#include <epan/dissectors/packet-sip.h>
#include <epan/proto_data.h>

#include "sip/sip_message.h"

#define STATUS_LENGTH sizeof "SIP/2.0 4294967295 "

/* What was noted of the last message; the number of its layer is the key. */
static const sip_info_value_t *
noted_start_line(packet_info *pinfo)
{
    const int sip = proto_get_id_by_filter_name("sip");
    uint32_t number = 0;
    uint32_t last = 0;

    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer; layer = wmem_list_frame_next(layer)) {
        number++;
        if (GPOINTER_TO_INT(wmem_list_frame_data(layer)) == sip) {
            last = number;
        }
    }
    return (const sip_info_value_t *)p_get_proto_data(pinfo->pool, pinfo, sip, last);
}

static int
find_text(tvbuff_t *frame, int from, const char *text)
{
    const int length = tvb_captured_length_remaining(frame, from);
    const int wanted = (int)strlen(text);

    if (length < wanted) {
        return -1;
    }
    const uint8_t *bytes = tvb_get_ptr(frame, from, length);
    for (int at = 0; at + wanted <= length; at++) {
        if (memcmp(bytes + at, text, (size_t)wanted) == 0) {
            return from + at;
        }
    }
    return -1;
}

int
find_cut_message(tvbuff_t *frame, int from, packet_info *pinfo)
{
    const sip_info_value_t *noted = noted_start_line(pinfo);
    char status[STATUS_LENGTH];

    if (noted && noted->request_method) {
        return find_text(frame, from, wmem_strdup_printf(pinfo->pool, "%s ", noted->request_method));
    }
    if (noted && noted->response_code) {
        (void)snprintf(status, sizeof status, "SIP/2.0 %03u ", noted->response_code);
        return find_text(frame, from, status);
    }
    return -1;
}
