/* said_tree.h
 * Draws what the sender says itself of the why and the when, which beats what
 * the tables guess.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SAID_TREE_H
#define SIPRESP_SAID_TREE_H

#include "draw/response.h"

/* Reason, Warning and Retry-After; the first values of each, as far as somebody
 * asks for them. */
void draw_said(const response *r, proto_tree *tree);

/* What a gateway usually makes of the code, and what the Reason says instead. */
void draw_isup_cause(const response *r, proto_tree *tree);

#endif
