/* tree_room.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/tree_room.h"

#include <epan/prefs.h>

#include "compat.h"

/* Ours in a frame, beyond which responses are drawn briefly: some 500 responses
 * with all that there is to say of them. */
#define ITEMS_IN_FULL_MAX 20000

/* More than one response can take: 30 facts and notes, and every rule broken,
 * each with the lines of its expert item. */
#define ITEMS_OF_RESPONSE_MAX 1000
#define ITEMS_OF_BRIEF_RESPONSE_MAX 10

unsigned
tree_items(const proto_tree *tree)
{
    return tree ? (unsigned)PTREE_DATA(tree)->count : 0;
}

/* How many items Wireshark still takes, whoever adds them. */
static unsigned
room_in(const proto_tree *tree)
{
    const unsigned most = prefs.gui_max_tree_items;
    const unsigned items = tree_items(tree);
    const unsigned idle_room = TREE_IDLE_ROOM(tree);
    const unsigned room = items < most ? most - items : 0;

    return room < idle_room ? room : idle_room;
}

draw_detail
tree_room_for_response(const proto_tree *tree, unsigned items_before)
{
    if (!tree) {
        return DRAW_ALL;
    }
    const unsigned room = room_in(tree);
    if (room >= ITEMS_OF_RESPONSE_MAX && tree_items(tree) - items_before < ITEMS_IN_FULL_MAX) {
        return DRAW_ALL;
    }
    return room >= ITEMS_OF_BRIEF_RESPONSE_MAX ? DRAW_BRIEFLY : DRAW_NOTHING;
}
