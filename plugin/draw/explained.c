/* explained.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/explained.h"

/* Bytes of a title that say what happened; the rest says what it is. */
#define SHORT_MAX 110

bool
explanation_is_asked_for(const explanation_fields *fields, proto_tree *tree)
{
    return tree && (PTREE_DATA(tree)->visible || proto_field_is_referenced(tree, *fields->text) ||
                    proto_field_is_referenced(tree, *fields->cause) || proto_field_is_referenced(tree, *fields->evidence));
}

void
draw_explanation(const explanation_fields *fields, const explanation *e, proto_tree *tree, tvbuff_t *tvb, int offset)
{
    if (proto_field_is_referenced(tree, *fields->text)) {
        proto_item_set_generated(proto_tree_add_string_format_value(tree, *fields->text, tvb, offset, 0, e->text.text,
                                                                    "%s [%s]", e->text.text, e->row->id));
    }
    if (proto_field_is_referenced(tree, *fields->cause)) {
        proto_item *item = proto_tree_add_string(tree, *fields->cause, tvb, offset, 0, e->row->id);
        proto_item_set_generated(item);
        proto_item_set_hidden(item);
    }
    for (unsigned i = 0; i < e->evidence_count && proto_field_is_referenced(tree, *fields->evidence); i++) {
        proto_item_set_generated(proto_tree_add_uint(tree, *fields->evidence, tvb, offset, 0, e->evidence[i]));
    }
}

const char *
explanation_in_short(wmem_allocator_t *pool, const explanation *e)
{
    size_t length = e->text.length;

    if (length <= SHORT_MAX) {
        return e->text.text;
    }
    for (length = SHORT_MAX; length > 0 && e->text.text[length] != ' '; length--) {
    }
    return wmem_strdup_printf(pool, "%.*s...", (int)length, e->text.text);
}
