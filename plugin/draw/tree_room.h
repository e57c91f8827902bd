/* tree_room.h
 * How much may still be drawn in a frame. Wireshark gives up a tree that grows
 * beyond its bounds, as a bug of the dissector that was at work just then; a
 * frame may hold thousands of responses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TREE_ROOM_H
#define SIPRESP_TREE_ROOM_H

#include <epan/packet.h>

typedef enum {
    DRAW_ALL,
    DRAW_BRIEFLY,       /* title, class and code: what filters and counts go by */
    DRAW_NOTHING,
} draw_detail;

/* How many items the tree has; 0 without a tree. */
unsigned tree_items(const proto_tree *tree);

/* What may be drawn of one more response in a frame whose tree had so many
 * items before the first of ours. */
draw_detail tree_room_for_response(const proto_tree *tree, unsigned items_before);

#endif
