/* items.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/items.h"

#define NS_PER_S INT64_C(1000000000)

bool
field_is_asked_for(int field)
{
    return proto_registrar_get_nth((guint)field)->ref_type != HF_REF_TYPE_NONE;
}

bool
protocol_is_looked_at(const proto_tree *tree, int protocol)
{
    return tree && (PTREE_DATA(tree)->visible || field_is_asked_for(protocol));
}

void
add_generated_time(proto_tree *tree, int hf, tvbuff_t *tvb, int offset, int64_t ns)
{
    if (proto_field_is_referenced(tree, hf)) {
        const nstime_t time = { (time_t)(ns / NS_PER_S), (int)(ns % NS_PER_S) };
        proto_item_set_generated(proto_tree_add_time(tree, hf, tvb, offset, 0, &time));
    }
}
