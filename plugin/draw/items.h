/* items.h
 * How an item of ours is added: where somebody asks for it, and marked as one
 * that does not stand on the wire.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_ITEMS_H
#define SIPRESP_ITEMS_H

#include <epan/packet.h>

/* Does a filter, a column or a tap ask for it? Of a protocol: for it or any field
 * of it. Wireshark calls every protocol referenced where their nodes are kept, so
 * proto_field_is_referenced() does not tell. */
bool field_is_asked_for(int field);

/* Or is the tree, which may be NULL, looked at as a whole? */
bool protocol_is_looked_at(const proto_tree *tree, int protocol);

/* Inline, since each room has a shorter one of its own about these, and each message some twenty items. */
static inline void
add_generated_uint(proto_tree *tree, int hf, tvbuff_t *tvb, int offset, uint32_t value)
{
    if (proto_field_is_referenced(tree, hf)) {
        proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, offset, 0, value));
    }
}

static inline void
add_generated_boolean(proto_tree *tree, int hf, tvbuff_t *tvb, int offset, bool value)
{
    if (proto_field_is_referenced(tree, hf)) {
        proto_item_set_generated(proto_tree_add_boolean(tree, hf, tvb, offset, 0, value));
    }
}

/* ns: nanoseconds, negative where a clock was set back. */
void add_generated_time(proto_tree *tree, int hf, tvbuff_t *tvb, int offset, int64_t ns);

#endif
