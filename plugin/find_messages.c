/* find_messages.c
 *
 * Wireshark's SIP dissector leaves one protocol node a message at the top of
 * the tree. Reading these nodes costs next to nothing; the documented way, a
 * list of wanted fields, would make Wireshark build the full tree of every
 * packet of every protocol.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "find_messages.h"

static proto_node *
next_sip_node(const message_finder *finder, proto_node *node)
{
    while (node) {
        const field_info *info = PNODE_FINFO(node);
        if (info && info->hfinfo->id == finder->proto_sip && info->ds_tvb) {
            return node;
        }
        node = node->next;
    }
    return NULL;
}

void
message_finder_start(message_finder *finder, proto_tree *tree)
{
    finder->proto_sip = proto_get_id_by_filter_name("sip");
    finder->node = tree ? next_sip_node(finder, tree->first_child) : NULL;
}

bool
message_finder_next(message_finder *finder, message_place *place)
{
    if (!finder->node) {
        return false;
    }
    const field_info *info = PNODE_FINFO(finder->node);
    place->tvb = info->ds_tvb;
    place->offset = info->start;
    place->length = info->length;

    /* On 4.0 a node runs to the end of the segment, over later messages. */
    finder->node = next_sip_node(finder, finder->node->next);
    const field_info *next = finder->node ? PNODE_FINFO(finder->node) : NULL;
    if (next && next->ds_tvb == place->tvb && next->start > place->offset &&
        next->start - place->offset < place->length) {
        place->length = next->start - place->offset;
    }
    int captured = tvb_captured_length_remaining(place->tvb, place->offset);
    if (place->length > captured) {
        place->length = captured;
    }
    return true;
}
