/* annotation.h
 * One response as it is shown: what stands on the wire, what the tables, the
 * site and the transaction say of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_ANNOTATION_H
#define SIPRESP_ANNOTATION_H

#include "draw/response.h"
#include "draw/tree_room.h"

/* The response has its message; this fills in what the tables and the site
 * say of it, from class to method_set. */
void look_up_response(response *r);

/* Draws it as an item of the tree; length is that of its bytes. */
void draw_response(const response *r, proto_tree *tree, int length, draw_detail detail);

#endif
