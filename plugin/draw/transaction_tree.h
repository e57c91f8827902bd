/* transaction_tree.h
 * Draws what the transaction of a response says of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TRANSACTION_TREE_H
#define SIPRESP_TRANSACTION_TREE_H

#include "draw/response.h"

/* What it says of the call that its INVITE begins, as far as that is known. */
void draw_outcome(const response *r, proto_tree *tree);

/* How its sender sees to it that it arrives. */
void draw_delivery(const response *r, proto_tree *tree);

/* The frames and times that belong to it; nothing without a record. */
void draw_transaction(const response *r, proto_tree *tree);

#endif
