/* keep_nodes.h
 * Keeps the protocol nodes in trees that only a filter looks at. Wireshark leaves out
 * those there that lie below others, as SIP in TURN, and from 4.6 on
 * those at the top too. To keep them costs a filter some 3 percent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_KEEP_NODES_H
#define SIPRESP_KEEP_NODES_H

#include "compat.h"

#include <epan/proto.h>

/* To be called while Wireshark loads the plugin. */
void register_node_keeper(void);

/* Are protocol nodes below others left out of this tree, those at the top not? */
bool nodes_are_left_out(const proto_tree *tree);

/* Are they kept in it, and could be left out of those of the next frames? */
bool nodes_are_kept(const proto_tree *tree);

/* To be called where SIP is found without them: leaves them out from the next frame on. */
void leave_nodes_out(proto_tree *tree);

#endif
