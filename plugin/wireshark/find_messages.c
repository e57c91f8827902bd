/* find_messages.c
 *
 * Two ways in, and what comes after sees neither of them.
 *
 * With a tree: Wireshark's SIP dissector leaves one protocol node a message, as a rule at the top of it. Reading these
 * nodes costs next to nothing; the documented way, a list of wanted fields, would make Wireshark build the full tree of
 * every packet of every protocol. What TURN relays (RFC 8656 11) and what lies in a body stands further below, and the
 * layers of the frame say whether to look there.
 *
 * Without a tree (Wireshark loading a file, tshark -z expert), and where such nodes were left out of it (tshark -Y): the
 * SIP dissector taps each message with the tvbuff that it lies in. Several messages of a segment come with the same
 * tvbuff, one after the other, and those of a body in between. A message that the snap length cut is not tapped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/find_messages.h"

#include <epan/ipproto.h>
#include <epan/tap.h>

#include "sip/sip_body.h"
#include "wireshark/find_cut.h"
#include "wireshark/helper_tap.h"
#include "wireshark/keep_nodes.h"

static int proto_sip = -1;
static int proto_icmp = -1;
static int proto_icmpv6 = -1;
static int tap_sip_follow;
static int tap_ip;
static int tap_probe;

void
register_message_finder(void)
{
    proto_sip = proto_get_id_by_filter_name("sip");
    proto_icmp = proto_get_id_by_filter_name("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name("icmpv6");
    tap_sip_follow = helper_tap_register("sip_follow", "SIP cannot be followed without a tree");
    tap_probe = register_tap("sipresp_probe");
    tap_ip = helper_tap_find("ip", "copies of a message cannot be told by their IP packets");
}

static bool
is_sip_node(const proto_node *node)
{
    const field_info *info = PNODE_FINFO(node);

    return info && info->hfinfo->id == proto_sip && info->ds_tvb;
}

static proto_node *
next_sip_node(proto_node *node)
{
    while (node && !is_sip_node(node)) {
        node = node->next;
    }
    return node;
}

/* The node behind this one where a whole tree is read from top to bottom. */
static proto_node *
node_behind(proto_node *node)
{
    if (node->first_child) {
        return node->first_child;
    }
    while (node && !node->next) {
        node = node->parent;
    }
    return node ? node->next : NULL;
}

static proto_node *
next_sip_node_below(proto_node *node)
{
    while (node && !is_sip_node(node)) {
        node = node_behind(node);
    }
    return node;
}

static bool
is_below_sip(const proto_node *node)
{
    do {
        node = node->parent;
    } while (node && !is_sip_node(node));
    return node != NULL;
}

/* Returns how many layers are SIP, and notes whether one is ICMP. */
static unsigned
look_at_layers(message_finder *finder)
{
    const int sip = proto_sip;
    const int icmp = proto_icmp;
    const int icmpv6 = proto_icmpv6;
    unsigned count = 0;
    bool quoted = false;

    for (wmem_list_frame_t *layer = wmem_list_head(finder->pinfo->layers); layer; layer = wmem_list_frame_next(layer)) {
        const int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        count += protocol == sip;
        quoted |= protocol == icmp || protocol == icmpv6;
    }
    finder->quoted = quoted;
    return count;
}

/* Only what is tapped in this pass can be fetched back. */
static bool
taps_are_active(packet_info *pinfo)
{
    tap_queue_packet(tap_probe, pinfo, &tap_probe);
    return fetch_tapped_data(tap_probe, 0) != NULL;
}

static void
start_at_taps(message_finder *finder)
{
    finder->by_tap = true;
    finder->tapped = fetch_tapped_data(tap_sip_follow, 0);
}

/* One layer with a node at the top is all that there is in nearly every frame. */
static void
start_at_nodes(message_finder *finder, proto_tree *tree)
{
    finder->has_tree = true;
    finder->node = next_sip_node(tree->first_child);
    finder->below = look_at_layers(finder) > (finder->node ? 1 : 0);
    if (finder->below && nodes_are_left_out(tree)) {
        start_at_taps(finder);
    } else if (finder->below) {
        finder->node = next_sip_node_below(tree->first_child);
    }
    /* Whoever uses a tree for many frames taps all of them, or none. */
    if (nodes_are_kept(tree) && taps_are_active(finder->pinfo)) {
        leave_nodes_out(tree);
    }
}

void
message_finder_start(message_finder *finder, tvbuff_t *frame, packet_info *pinfo, proto_tree *tree)
{
    *finder = (message_finder){ .frame = frame, .pinfo = pinfo };
    if (tree) {
        start_at_nodes(finder, tree);
    } else {
        start_at_taps(finder);
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

/* On 4.0 a node runs to the end of the segment, over later messages. */
static void
end_at_next_node(message_place *place, proto_node *node)
{
    const proto_node *next_node = next_sip_node(node->next);
    const field_info *next = next_node ? PNODE_FINFO(next_node) : NULL;

    if (next && next->ds_tvb == place->tvb && next->start > place->offset &&
        next->start - place->offset < place->length) {
        place->length = next->start - place->offset;
    }
}

static bool
next_by_node(message_finder *finder, message_place *place)
{
    proto_node *node = finder->node;

    if (!node) {
        return false;
    }
    const field_info *info = PNODE_FINFO(node);
    place->tvb = info->ds_tvb;
    place->offset = info->start;
    place->length = info->length;
    place->in_body = finder->below && is_below_sip(node);
    end_at_next_node(place, node);
    finish_place(place);
    finder->node = finder->below ? next_sip_node_below(node_behind(node)) : next_sip_node(node->next);
    return true;
}

/* One alone: a body of which is told must not be gone over. There are few of these frames. */
static int
take_tap(message_finder *finder)
{
    finder->tapped = fetch_tapped_data(tap_sip_follow, ++finder->tap_index);
    return 1;
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

    if (finder->has_tree) {
        return take_tap(finder);
    }
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

/* Goes on to the next tvb that SIP was given. The tvb of a message that was taken may
 * come again behind that of its body, with the messages that follow in it. */
static bool
next_tapped_tvb(message_finder *finder, message_place *place)
{
    while (finder->tapped) {
        tvbuff_t *tvb = (tvbuff_t *)finder->tapped;
        tvbuff_t *source = tvb_get_ds_tvb(tvb);
        const int taps = take_taps_of(finder, tvb);
        const int start = tvb_raw_offset(tvb);
        const int end = start + (int)tvb_captured_length(tvb);
        const bool taken = source == finder->source && start < finder->position;
        const bool in_packed = finder->packed && source != finder->source;
        if (!in_packed && (!taken || end > finder->position)) {
            finder->taps_left = taps;
            finder->source = source;
            finder->position = taken ? finder->position : start;
            finder->end = end;
            return true;
        }
        if (finder->has_tree) {
            *place = (message_place){ .tvb = source, .offset = start, .length = end - start, .in_body = true };
            return true;
        }
    }
    return false;
}

/* At most one: Wireshark goes no further in the frame. */
static bool
next_cut(message_finder *finder, message_place *place)
{
    if (finder->cut_sought || !messages_are_cut(finder->frame, finder->pinfo) || !taps_are_active(finder->pinfo)) {
        return false;
    }
    finder->cut_sought = true;
    const int from = finder->source == finder->frame ? finder->position : 0;
    const int offset = find_cut_message(finder->frame, from, finder->pinfo);
    if (offset < 0) {
        return false;
    }
    place->tvb = finder->frame;
    place->offset = offset;
    place->length = tvb_captured_length_remaining(finder->frame, offset);
    finish_place(place);
    return true;
}

static bool
next_by_tap(message_finder *finder, message_place *place)
{
    if (finder->taps_left == 0 && !next_tapped_tvb(finder, place)) {
        return next_cut(finder, place);
    }
    if (!place->in_body) {
        finder->taps_left--;
        place->tvb = finder->source;
        place->offset = finder->position;
        place->length = finder->end - finder->position;
    }
    finish_place(place);
    skip_empty_lines(place);
    return true;
}

bool
message_finder_next(message_finder *finder, message_place *place)
{
    place->in_body = false;
    return finder->by_tap ? next_by_tap(finder, place) : next_by_node(finder, place);
}

bool
message_is_alone(const message_finder *finder, const message_place *place)
{
    return finder->by_tap && finder->tap_index == 1 && !finder->tapped && !place->cut &&
           !messages_are_cut(finder->frame, finder->pinfo);
}

/* Has it a body that Wireshark unpacks and then takes for SIP, or may? */
static bool
has_packed_message(const sip_message *message)
{
    static const char multipart[] = "multipart/";
    const sip_text type = sip_media_type(message->content_type);
    const sip_text beginning = { type.start, sizeof multipart - 1 };
    sip_text encoding;

    return (sip_text_equals_nocase(type, "message/sip") ||
            (type.length > beginning.length && sip_text_equals_nocase(beginning, multipart))) &&
           sip_header_find(message->headers, SIP_HEADER_CONTENT_ENCODING, &encoding);
}

void
message_finder_took(message_finder *finder, const message_place *place, const sip_message *message, int length)
{
    if (finder->by_tap && place->in_body) {
        return;
    }
    finder->packed = finder->by_tap && has_packed_message(message);
    finder->source = place->tvb;
    finder->position = place->offset + length;
}

/* A frame with a part of a message only, the rest of which comes later, is a
 * SIP frame without a message: nothing in it is hidden. */
bool
messages_are_visible(message_finder *finder)
{
    return !finder->by_tap || finder->tapped || look_at_layers(finder) == 0 || taps_are_active(finder->pinfo);
}

bool
messages_are_cut(tvbuff_t *frame, const packet_info *pinfo)
{
    return tvb_captured_length(frame) < tvb_reported_length(frame) && proto_is_frame_protocol(pinfo->layers, "sip");
}

/* The innermost header of IPv4 that was tapped, or NULL. Notes whether one is that of ICMP. */
static const ws_ip4 *
innermost_ipv4(message_finder *finder)
{
    const ws_ip4 *innermost = NULL;
    const ws_ip4 *tapped;

    for (int i = 0; (tapped = (const ws_ip4 *)fetch_tapped_data(tap_ip, i)) != NULL; i++) {
        innermost = tapped;
        finder->quoted |= tapped->ip_proto == IP_PROTO_ICMP;
    }
    return innermost;
}

void
message_finder_look_around(message_finder *finder)
{
    const packet_info *pinfo = finder->pinfo;

    finder->ip = pinfo->src.type == AT_IPv4 ? innermost_ipv4(finder) : NULL;
    /* With a tree the layers were looked at when the search began. Below an error stand the addresses of its own
     * header again, so that one of ICMPv6 is none of IPv4. */
    if (finder->by_tap && !finder->ip) {
        look_at_layers(finder);
    }
}
