/* explained.h
 * Draws what a response, a request or a call came to, with the frames that show it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_EXPLAINED_H
#define SIPRESP_EXPLAINED_H

#include <epan/packet.h>

#include "explain/explain.h"

/* The fields of one protocol that hold an explanation. */
typedef struct {
    const int *text;
    const int *cause;
    const int *evidence;
} explanation_fields;

/* Does somebody look at one of them? */
bool explanation_is_asked_for(const explanation_fields *fields, proto_tree *tree);

/* At offset of tvb, where the message stands. */
void draw_explanation(const explanation_fields *fields, const explanation *e, proto_tree *tree, tvbuff_t *tvb, int offset);

/* The sentence as far as it has room in a title: to the end of a word. */
const char *explanation_in_short(wmem_allocator_t *pool, const explanation *e);

#endif
