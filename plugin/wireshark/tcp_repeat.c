/* tcp_repeat.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/tcp_repeat.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "wireshark/helper_tap.h"

/* How far each direction of a TCP stream was seen. */
typedef struct {
    uint32_t end[2];
    bool known[2];
} stream_ends;

static int tap_tcp;
static wmem_map_t *streams;     /* stream number -> stream_ends */

static void
reset(void)
{
    streams = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
}

void
register_tcp_repeat(void)
{
    register_init_routine(reset);
    tap_tcp = helper_tap_register("tcp", "repeated TCP segments cannot be told from new ones");
}

/* The innermost TCP header of the frame, or NULL. */
static const struct tcpheader *
tcp_header(void)
{
    const struct tcpheader *innermost = NULL;
    const void *tapped;

    for (int i = 0; (tapped = fetch_tapped_data(tap_tcp, i)) != NULL; i++) {
        innermost = (const struct tcpheader *)tapped;
    }
    return innermost;
}

bool
tcp_segment_is_repeated(const packet_info *pinfo)
{
    const struct tcpheader *header = pinfo->ptype == PT_TCP ? tcp_header() : NULL;

    if (!header || !header->th_have_seglen) {
        return false;
    }
    void *const key = GUINT_TO_POINTER(header->th_stream);
    const int order = cmp_address(&pinfo->src, &pinfo->dst);
    const int direction = order ? order < 0 : pinfo->srcport < pinfo->destport;
    const uint32_t end = header->th_seq + header->th_seglen;
    stream_ends *ends = (stream_ends *)wmem_map_lookup(streams, key);
    if (!ends) {
        ends = wmem_new0(wmem_file_scope(), stream_ends);
        wmem_map_insert(streams, key, ends);
    }
    /* Sequence numbers wrap around, so that their difference has a sign. */
    if (ends->known[direction] && (int32_t)(end - ends->end[direction]) <= 0) {
        return true;
    }
    ends->known[direction] = true;
    ends->end[direction] = end;
    return false;
}
