/* find_messages.c
 *
 * Two ways in, and what comes after sees neither of them.
 *
 * With a tree: Wireshark's SIP dissector leaves one protocol node a message
 * at the top of it. Reading these nodes costs next to nothing; the documented
 * way, a list of wanted fields, would make Wireshark build the full tree of
 * every packet of every protocol.
 *
 * Without a tree (Wireshark loading a file, tshark -z expert): the SIP
 * dissector taps each message with the tvbuff that it lies in. Several
 * messages of a segment come with the same tvbuff, one after the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/find_messages.h"

#include <epan/tap.h>

#include "wireshark/helper_tap.h"

static int proto_sip = -1;
static int proto_icmp = -1;
static int proto_icmpv6 = -1;
static int tap_sip_follow;
static int tap_probe;

void
register_message_finder(void)
{
    proto_sip = proto_get_id_by_filter_name("sip");
    proto_icmp = proto_get_id_by_filter_name("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name("icmpv6");
    tap_sip_follow = helper_tap_register("sip_follow", "SIP cannot be followed without a tree");
    tap_probe = register_tap("sipresp_probe");
}

static proto_node *
next_sip_node(proto_node *node)
{
    while (node) {
        const field_info *info = PNODE_FINFO(node);
        if (info && info->hfinfo->id == proto_sip && info->ds_tvb) {
            return node;
        }
        node = node->next;
    }
    return NULL;
}

void
message_finder_start(message_finder *finder, proto_tree *tree)
{
    *finder = (message_finder){ .by_tap = tree == NULL };
    if (tree) {
        finder->node = next_sip_node(tree->first_child);
    } else {
        finder->tapped = fetch_tapped_data(tap_sip_follow, 0);
    }
}

/* Keeps the place within the captured bytes. */
static void
finish_place(message_place *place)
{
    const int captured = tvb_captured_length_remaining(place->tvb, place->offset);

    if (place->length > captured) {
        place->length = captured;
    }
    place->cut = place->length == captured &&
                 tvb_reported_length(place->tvb) > tvb_captured_length(place->tvb);
    place->bytes = tvb_get_ptr(place->tvb, place->offset, place->length);
}

/* Keep-alives of empty lines may stand between messages. */
static void
skip_empty_lines(message_place *place)
{
    while (place->length > 0 && (*place->bytes == '\r' || *place->bytes == '\n')) {
        place->bytes++;
        place->offset++;
        place->length--;
    }
}

static bool
next_by_node(message_finder *finder, message_place *place)
{
    if (!finder->node) {
        return false;
    }
    const field_info *info = PNODE_FINFO(finder->node);
    place->tvb = info->ds_tvb;
    place->offset = info->start;
    place->length = info->length;

    /* On 4.0 a node runs to the end of the segment, over later messages. */
    finder->node = next_sip_node(finder->node->next);
    const field_info *next = finder->node ? PNODE_FINFO(finder->node) : NULL;
    if (next && next->ds_tvb == place->tvb && next->start > place->offset &&
        next->start - place->offset < place->length) {
        place->length = next->start - place->offset;
    }
    finish_place(place);
    return true;
}

/* Goes over the taps that come with the same tvb as the next one, and returns
 * their number. Each fetch walks through all that was tapped, so that asking
 * for one tap after the other would take time by the square of the messages. */
static int
take_taps_of(message_finder *finder, const tvbuff_t *tvb)
{
    const int first = finder->tap_index;
    int same = 1;
    int other = 2;

    while ((finder->tapped = fetch_tapped_data(tap_sip_follow, first + other - 1)) == tvb) {
        same = other;
        other *= 2;
    }
    while (same + 1 < other) {
        const int middle = same + (other - same) / 2;
        const void *tapped = fetch_tapped_data(tap_sip_follow, first + middle - 1);
        if (tapped == tvb) {
            same = middle;
        } else {
            other = middle;
            finder->tapped = tapped;
        }
    }
    finder->tap_index += same;
    return same;
}

/* Goes on to the next tvb that SIP was given, unless it lies in a message that
 * was taken already. */
static bool
next_tapped_tvb(message_finder *finder)
{
    while (finder->tapped) {
        tvbuff_t *tvb = (tvbuff_t *)finder->tapped;
        tvbuff_t *source = tvb_get_ds_tvb(tvb);
        const int taps = take_taps_of(finder, tvb);
        const int start = tvb_raw_offset(tvb);
        if (source != finder->source || start >= finder->position) {
            finder->taps_left = taps;
            finder->source = source;
            finder->position = start;
            finder->end = start + (int)tvb_captured_length(tvb);
            return true;
        }
    }
    return false;
}

static bool
next_by_tap(message_finder *finder, message_place *place)
{
    if (finder->taps_left == 0 && !next_tapped_tvb(finder)) {
        return false;
    }
    finder->taps_left--;
    place->tvb = finder->source;
    place->offset = finder->position;
    place->length = finder->end - finder->position;
    finish_place(place);
    skip_empty_lines(place);
    return true;
}

bool
message_finder_next(message_finder *finder, message_place *place)
{
    return finder->by_tap ? next_by_tap(finder, place) : next_by_node(finder, place);
}

void
message_finder_took(message_finder *finder, const message_place *place, int length)
{
    finder->source = place->tvb;
    finder->position = place->offset + length;
}

/* Only what is tapped in this pass can be fetched back. */
static bool
taps_are_active(packet_info *pinfo)
{
    tap_queue_packet(tap_probe, pinfo, &tap_probe);
    return fetch_tapped_data(tap_probe, 0) != NULL;
}

/* A frame with a part of a message only, the rest of which comes later, is a
 * SIP frame without a message: nothing in it is hidden. */
bool
messages_are_visible(const message_finder *finder, packet_info *pinfo)
{
    return !finder->by_tap || finder->tapped || !proto_is_frame_protocol(pinfo->layers, "sip") ||
           taps_are_active(pinfo);
}

bool
messages_are_cut(tvbuff_t *frame, const packet_info *pinfo)
{
    return tvb_captured_length(frame) < tvb_reported_length(frame) && proto_is_frame_protocol(pinfo->layers, "sip");
}

bool
messages_are_quoted(const packet_info *pinfo)
{
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer; layer = wmem_list_frame_next(layer)) {
        const int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (protocol == proto_icmp || protocol == proto_icmpv6) {
            return true;
        }
    }
    return false;
}
