/* response_tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/response_tree.h"

#include "compat.h"

#include <string.h>

#include <epan/stats_tree.h>
#include <epan/strutil.h>

#include "draw/fields.h"
#include "meaning/response_info.h"
#include "sipresp_tap.h"
#include "tell/safe_text.h"

#define CODE_COUNT 1000

/* What a capture can make up at will gets so many nodes and then a common one:
 * at most 256 phrases and 16 names of methods a tree, and 60 characters of each.
 * With 1000 codes, each with every method, that bounds the tree. */
#define PHRASES_MAX 256
#define METHODS_MAX 16
#define NAME_LENGTH_MAX 60

static const char responses_name[] = "SIP responses";
static const char repeated_name[] = "Of these, sent again";
static const char copies_name[] = "Captured twice, and not counted above";
static const char calls_name[] = "Calls by outcome";
static int responses_node;
static int calls_node;

/* The names that one tree has nodes for, and the calls that it has counted. */
typedef struct {
    GHashTable *phrases;
    GHashTable *methods;
    GByteArray *outcomes;   /* by the number of a call: its outcome + 1, or 0 */
} tree_names;

static GHashTable *names_of_trees;  /* stats_tree -> tree_names */

static void
free_names(gpointer data)
{
    tree_names *names = (tree_names *)data;

    g_hash_table_destroy(names->phrases);
    g_hash_table_destroy(names->methods);
    g_byte_array_free(names->outcomes, TRUE);
    g_free(names);
}

static void
start_tree(stats_tree *tree)
{
    tree_names *names = g_new(tree_names, 1);

    names->phrases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->methods = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->outcomes = g_byte_array_new();
    g_hash_table_replace(names_of_trees, tree, names);
    responses_node = stats_tree_create_node(tree, responses_name, 0, STAT_DT_INT, TRUE);
    calls_node = stats_tree_create_node(tree, calls_name, 0, STAT_DT_INT, TRUE);
}

static void
end_tree(stats_tree *tree)
{
    g_hash_table_remove(names_of_trees, tree);
}

/* The name, or the common one if the tree has too many already. */
static const char *
bounded_name(GHashTable *names, guint most, const char *name, const char *common)
{
    if (g_hash_table_contains(names, name)) {
        return name;
    }
    if (g_hash_table_size(names) >= most) {
        return common;
    }
    g_hash_table_add(names, g_strdup(name));
    return name;
}

/* Nothing unprintable, and not too long. To Wireshark, U+2028 is printable. */
static const char *
printable(wmem_allocator_t *pool, const char *text)
{
    const glong length = g_utf8_strlen(text, -1);
    const char *end = g_utf8_offset_to_pointer(text, length < NAME_LENGTH_MAX ? length : NAME_LENGTH_MAX);
    const char *shown = safe_text(pool, format_text(pool, TEXT_TO_FORMAT(text), (size_t)(end - text)));

    return *end ? wmem_strdup_printf(pool, "%s...", shown) : shown;
}

/* Labels stay for the life of the process: there is one a code at most. */
static const char *
label_of_code(const sipresp_response *response)
{
    static char *labels[CODE_COUNT];
    char **label = &labels[response->code % CODE_COUNT];

    if (!*label) {
        *label = response->registered_phrase ? g_strdup_printf("%03u %s", response->code, response->registered_phrase)
                                             : g_strdup_printf("%03u", response->code);
    }
    return *label;
}

static const char *
label_of_class(const sipresp_response *response)
{
    static char *labels[SIP_CODE_MAX / 100 + 1];
    char **label = &labels[response->class_digit];
    const response_class *class = response_class_of(response->code);

    if (!*label) {
        *label = class ? g_strdup_printf("%uxx %s", class->digit, class->name) : g_strdup("Outside 100 to 699");
    }
    return *label;
}

static int
tick_phrase(stats_tree *tree, wmem_allocator_t *pool, const sipresp_response *response, int code_node)
{
    tree_names *names = (tree_names *)g_hash_table_lookup(names_of_trees, tree);
    const char *phrase = printable(pool, response->phrase);
    const char *label = wmem_strdup_printf(pool, "%u sent as \"%s\"", response->code, phrase);

    label = bounded_name(names->phrases, PHRASES_MAX, label, "Sent with other phrases");
    return tick_stat_node(tree, label, code_node, TRUE);
}

static void
tick_method(stats_tree *tree, wmem_allocator_t *pool, const sipresp_response *response, int node)
{
    const char *label = response->method;

    if (!*label) {
        label = "No method";
    } else if (!response->method_registered) {
        tree_names *names = (tree_names *)g_hash_table_lookup(names_of_trees, tree);
        label = bounded_name(names->methods, METHODS_MAX, printable(pool, label), "Other methods");
    }
    tick_stat_node(tree, label, node, FALSE);
}

/* Where a filter keeps the beginning of a call from the tree, its end still counts. */
static void
count_call(stats_tree *tree, const sipresp_response *response)
{
    GByteArray *known = ((tree_names *)g_hash_table_lookup(names_of_trees, tree))->outcomes;
    const guint8 outcome = (guint8)(response->call_outcome + 1);

    if (known->len <= response->call) {
        const guint old = known->len;
        g_byte_array_set_size(known, response->call + 1);
        memset(known->data + old, 0, known->len - old);
    }
    const guint8 before = known->data[response->call];
    known->data[response->call] = outcome;
    if (before) {
        increase_stat_node(tree, try_val_to_str(before - 1u, outcome_names), calls_node, FALSE, -1);
        increase_stat_node(tree, response->call_outcome_name, calls_node, FALSE, 1);
    } else {
        tick_stat_node(tree, calls_name, 0, TRUE);
        tick_stat_node(tree, response->call_outcome_name, calls_node, FALSE);
    }
}

/* Messages count in the branch of the classes, retransmissions too, but not what
 * was only captured twice. A call counts once, by the outcome that it has so far. */
static tap_packet_status
count_response(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const sipresp_response *response = (const sipresp_response *)tapped;

    if (response->call_outcome_name) {
        count_call(tree, response);
    }
    if (response->record == SIPRESP_CALL) {
        return TAP_PACKET_REDRAW;
    }
    if (response->captured_before) {
        tick_stat_node(tree, copies_name, 0, TRUE);
        return TAP_PACKET_REDRAW;
    }
    tick_stat_node(tree, responses_name, 0, TRUE);
    int node = tick_stat_node(tree, label_of_class(response), responses_node, TRUE);
    node = tick_stat_node(tree, label_of_code(response), node, TRUE);
    if (response->phrase_differs) {
        node = tick_phrase(tree, pinfo->pool, response, node);
    }
    tick_method(tree, pinfo->pool, response, node);
    if (response->repetition > 0) {
        tick_stat_node(tree, repeated_name, responses_node, FALSE);
    }
    return TAP_PACKET_REDRAW;
}

void
register_response_tree(void)
{
    names_of_trees = g_hash_table_new_full(NULL, NULL, NULL, free_names);
    stats_tree_register_plugin(SIPRESP_TAP, "sipresp", "SIP Responses", TL_REQUIRES_NOTHING, count_response,
                               start_tree, end_tree);
}
