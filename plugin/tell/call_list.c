/* call_list.c
 *
 * A table as in metric_view.c, with a view of its own for each listener. Cells
 * are texts that are as wide as their column, so that tshark prints columns; a
 * number stands at the right of its cell, so that Wireshark sorts it as one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/call_list.h"

#include "compat.h"

#include <string.h>

#include <epan/stat_tap_ui.h>

#include "calls/call_facts.h"
#include "draw/call_fields.h"
#include "draw/call_story.h"
#include "draw/fields.h"
#include "tell/kept_calls.h"
#include "tell/safe_text.h"

/* So many calls have a row; of more there is one row that says so. */
#define ROWS_MAX 100000
#define NUMBER_LENGTH 24

typedef enum {
    CELL_NUMBER,
    CELL_CALLER,
    CELL_CALLEE,
    CELL_RESULT,
    CELL_CODE,
    CELL_ALERT,
    CELL_SETUP,
    CELL_DURATION,
    CELL_ENDED_BY,
    CELL_FIRST,
    CELL_LAST,
    CELL_LEG,
    CELL_CAUSE,
    CELLS_IN_ROW
} cell;

/* tshark prints the names as they are, so that they bring their width along. */
static stat_tap_table_item columns[CELLS_IN_ROW] = {
    [CELL_NUMBER] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "   Call", "%s" },
    [CELL_CALLER] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Caller              ", "%s" },
    [CELL_CALLEE] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Callee              ", "%s" },
    [CELL_RESULT] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Result              ", "%s" },
    [CELL_CODE] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Code", "%s" },
    [CELL_ALERT] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "To ringing, s", "%s" },
    [CELL_SETUP] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "To answer, s", "%s" },
    [CELL_DURATION] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Duration, s", "%s" },
    [CELL_ENDED_BY] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Ended by", "%s" },
    [CELL_FIRST] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "First frame", "%s" },
    [CELL_LAST] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, " Last frame", "%s" },
    [CELL_LEG] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, " Leg of", "%s" },
    [CELL_CAUSE] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Explanation", "%s" },
};

typedef struct call_view {
    stat_tap_table_ui ui;           /* of one listener */
    struct call_view *next;
    stat_tap_table *table;
    kept_calls kept;
    guint left_out;
} call_view;

static const calls *(*followed_calls)(void);
static stat_tap_table_ui common_ui;
static call_view *views;

/* A row of a table, whose cells own their texts. */
typedef stat_tap_table_item_type *row_cells;

/* Characters of more than one byte are one column wide here, as nearly all are. */
static void
write_cell(row_cells row, cell place, const char *text)
{
    const glong width = (glong)strlen(columns[place].column_name);
    const glong length = g_utf8_strlen(text, -1);
    const int padding = length < width ? (int)(width - length) : 0;
    const bool is_cut = length > width && place != CELL_CAUSE;
    const int bytes = is_cut ? (int)(g_utf8_offset_to_pointer(text, width) - text) : (int)strlen(text);

    g_free((char *)row[place].value.string_value);
    row[place].value.string_value = columns[place].align == TAP_ALIGN_RIGHT
                                        ? g_strdup_printf("%*s%.*s", padding, "", bytes, text)
                                        : g_strdup_printf("%.*s%*s", bytes, text, padding, "");
}

static void
write_sent(row_cells row, cell place, const char *text)
{
    wmem_allocator_t *pool = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);

    write_cell(row, place, text ? safe_text(pool, text) : "-");
    wmem_destroy_allocator(pool);
}

static void
write_number(row_cells row, cell place, uint32_t number)
{
    char text[NUMBER_LENGTH];

    g_snprintf(text, sizeof text, "%u", number);
    write_cell(row, place, number ? text : "-");
}

static void
write_time(row_cells row, cell place, int64_t ns)
{
    char text[NUMBER_LENGTH];

    g_snprintf(text, sizeof text, "%.3f", (double)ns / CALLS_SECOND);
    write_cell(row, place, ns == CALLS_UNKNOWN ? "-" : text);
}

static void
write_call(row_cells row, const kept_call *call)
{
    const call_facts facts = calls_facts_of(followed_calls(), call->number);
    wmem_allocator_t *pool = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const call_cause cause = cause_of_call(pool, followed_calls(), call->number);

    write_number(row, CELL_NUMBER, call->number);
    write_sent(row, CELL_CALLER, call->caller);
    write_sent(row, CELL_CALLEE, call->callee);
    write_cell(row, CELL_RESULT, val_to_str_const(facts.outcome, outcome_names, "-"));
    write_number(row, CELL_CODE, facts.final_code);
    write_time(row, CELL_ALERT, facts.alert_time);
    write_time(row, CELL_SETUP, facts.setup_time);
    write_time(row, CELL_DURATION, facts.duration);
    write_cell(row, CELL_ENDED_BY, facts.ended_by ? val_to_str_const(facts.ended_by, call_ender_names, "-") : "-");
    write_number(row, CELL_FIRST, facts.first_frame);
    write_number(row, CELL_LAST, facts.last_frame);
    write_number(row, CELL_LEG, facts.leg.leg_of);
    write_sent(row, CELL_CAUSE, cause.explanation);
    wmem_destroy_allocator(pool);
}

static row_cells
add_row(call_view *view)
{
    const guint place = view->table->num_elements;
    stat_tap_table_item_type cells[CELLS_IN_ROW] = { 0 };

    for (cell c = 0; c < CELLS_IN_ROW; c++) {
        cells[c].type = TABLE_ITEM_STRING;
        cells[c].user_data.ptr_value = view;
        write_cell(cells, c, "-");
    }
    stat_tap_init_table_row(view->table, place, CELLS_IN_ROW, cells);
    return view->table->elements[place];
}

/* With one row, without which Wireshark would not tell that the table goes. */
static void
start_view(call_view *view, stat_tap_table_ui *ui)
{
    view->table = stat_tap_init_table("Calls", CELLS_IN_ROW, 0, NULL);
    keep_calls_start(&view->kept);
    write_cell(add_row(view), CELL_CALLER, "no call so far");
    stat_tap_add_table(ui, view->table);
}

static void
start_common_view(stat_tap_table_ui *ui)
{
    static call_view empty;

    if (!ui->tables || ui->tables->len == 0) {
        if (empty.table) {
            keep_calls_end(&empty.kept);
        }
        start_view(&empty, ui);
    }
}

static call_view *
view_of_listener(stat_data_t *listener)
{
    if (listener->stat_tap_data == &common_ui) {
        call_view *view = g_new0(call_view, 1);
        view->ui = common_ui;
        view->ui.tables = NULL;
        start_view(view, &view->ui);
        view->next = views;
        views = view;
        listener->stat_tap_data = &view->ui;
    }
    return (call_view *)listener->stat_tap_data;
}

/* The place-th row, which may be a new one. */
static row_cells
row_at(call_view *view, guint place)
{
    return place < view->table->num_elements ? view->table->elements[place] : add_row(view);
}

static void
say_what_is_left_out(call_view *view, guint count)
{
    if (count > view->left_out) {
        char *text = g_strdup_printf("%u more calls: see tshark -z sipresp,records", count);
        view->left_out = count;
        write_cell(row_at(view, ROWS_MAX), CELL_CAUSE, text);
        g_free(text);
    }
}

static tap_packet_status
list_call(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    call_view *view = view_of_listener((stat_data_t *)data);
    const guint place = keep_call(&view->kept, (const sipresp_call *)tapped);

    if (place >= ROWS_MAX) {
        say_what_is_left_out(view, place - ROWS_MAX + 1);
    } else {
        write_call(row_at(view, place), kept_call_at(&view->kept, place));
    }
    return TAP_PACKET_REDRAW;
}

static void
free_text(stat_tap_table_item_type *item)
{
    g_free((char *)item->value.string_value);
    item->value.string_value = NULL;
}

static void
reset_table(stat_tap_table *table)
{
    call_view *view = (call_view *)table->elements[0][0].user_data.ptr_value;

    for (guint i = 1; i < table->num_elements; i++) {
        for (cell c = 0; c < CELLS_IN_ROW; c++) {
            free_text(&table->elements[i][c]);
        }
        g_free(table->elements[i]);
    }
    table->num_elements = 1;
    keep_calls_clear(&view->kept);
    view->left_out = 0;
    for (cell c = 0; c < CELLS_IN_ROW; c++) {
        write_cell(table->elements[0], c, c == CELL_CALLER ? "no call so far" : "-");
    }
}

/* When the common table goes, no listener is left, and the views go too. */
static void
free_cell(stat_tap_table *table, guint row, guint column, stat_tap_table_item_type *item)
{
    free_text(item);
    if (row > 0 || column > 0 || table != g_array_index(common_ui.tables, stat_tap_table *, 0)) {
        return;
    }
    while (views) {
        call_view *view = views;
        views = view->next;
        free_stat_tables(&view->ui);
        g_array_free(view->ui.tables, TRUE);
        keep_calls_end(&view->kept);
        g_free(view);
    }
}

void
register_call_list(const calls *(*followed)(void))
{
    static tap_param filter = { PARAM_FILTER, "filter", "Filter", NULL, TRUE };

    followed_calls = followed;
    common_ui = (stat_tap_table_ui){
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "SIP Calls",
        .tap_name = SIPRESP_CALL_TAP,
        .cli_string = "sipcall,tree",
        .stat_tap_init_cb = start_common_view,
        .packet_func = list_call,
        .stat_tap_reset_table_cb = reset_table,
        .stat_tap_free_table_item_cb = free_cell,
        .nfields = CELLS_IN_ROW,
        .fields = columns,
        .nparams = 1,
        .params = &filter,
    };
    register_stat_tap_table_ui(&common_ui);
}
