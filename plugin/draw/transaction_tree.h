/* transaction_tree.h
 * Draws what the transaction of a response says of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TRANSACTION_TREE_H
#define SIPRESP_TRANSACTION_TREE_H

#include "draw/response.h"

/* Adds the fields of a response. Without a record only what the response
 * itself shows is drawn. */
void draw_transaction(const response *r, proto_tree *tree);

#endif
