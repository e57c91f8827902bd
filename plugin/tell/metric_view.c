/* metric_view.c
 *
 * A table and not a stats_tree: that one has no percentile, no sentence and no
 * "undefined", and takes its per cents of the node above.
 *
 * Wireshark asks nobody before it draws a table, so the cells are texts that are
 * kept up to date. It also has one table for all listeners of a kind: each gets
 * a view of its own here with the first step that it is told of, so that two
 * filters do not add up. The common table stays what a listener without any
 * step sees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/metric_view.h"

#include "compat.h"

#include <inttypes.h>
#include <string.h>

#include <epan/stat_tap_ui.h>

#include "count/metrics.h"

#define CELL_LENGTH 24
#define RATIO_ROW_COUNT (2 * METRIC_RATIO_COUNT)

typedef enum {
    CELL_NAME,
    CELL_COUNT,
    CELL_OF,
    CELL_PERCENT,
    CELL_LEAST,
    CELL_MEAN,
    CELL_PERCENTILE,
    CELL_GREATEST,
    CELL_UNIT,
    CELL_MEANING,
    CELLS_IN_ROW
} cell;

typedef char row_texts[CELLS_IN_ROW][CELL_LENGTH];

typedef struct metric_view {
    stat_tap_table_ui ui;           /* of one listener */
    struct metric_view *next;
    metrics figures;
    row_texts ratios[RATIO_ROW_COUNT];
    row_texts delays[METRIC_DELAY_COUNT];
} metric_view;

/* tshark prints the names as they are, so that they bring their width along. */
static stat_tap_table_item columns[CELLS_IN_ROW] = {
    [CELL_NAME] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Figure                         ", "%-31s" },
    [CELL_COUNT] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "   Count", "%8s" },
    [CELL_OF] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "      Of", "%8s" },
    [CELL_PERCENT] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "  Percent", "%9s" },
    [CELL_LEAST] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "    Minimum", "%11s" },
    [CELL_MEAN] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "       Mean", "%11s" },
    [CELL_PERCENTILE] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, " 95th perc.", "%11s" },
    [CELL_GREATEST] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "    Maximum", "%11s" },
    [CELL_UNIT] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Unit", "%-4s" },
    [CELL_MEANING] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "How it is made", "%s" },
};

static stat_tap_table_ui common_ui;
static metric_view *views;
static char *ratio_names[RATIO_ROW_COUNT];
static char *ratio_meanings[METRIC_RATIO_COUNT];
static char *delay_meanings[METRIC_DELAY_COUNT];

static void
write_ratio(metric_view *view, size_t ratio, bool merged)
{
    const ratio_counts *counts = &view->figures.ratios[ratio];
    row_texts *texts = &view->ratios[2 * ratio + (merged ? 1 : 0)];
    double percent;

    g_snprintf((*texts)[CELL_COUNT], CELL_LENGTH, "%" PRId64, counts->counted);
    g_snprintf((*texts)[CELL_OF], CELL_LENGTH, "%" PRId64, ratio_denominator(counts, merged));
    if (ratio_percent(counts, merged, &percent)) {
        g_snprintf((*texts)[CELL_PERCENT], CELL_LENGTH, "%.2f", percent);
    } else {
        g_snprintf((*texts)[CELL_PERCENT], CELL_LENGTH, "undefined");
    }
}

static void
write_time(char *text, double ns, const delay_definition *delay)
{
    g_snprintf(text, CELL_LENGTH, "%.*f", delay->digits, ns / (double)delay->ns_per_unit);
}

static void
write_delay(metric_view *view, size_t place)
{
    const delay_samples *samples = &view->figures.delays[place];
    const delay_definition *delay = &metric_delays[place];
    row_texts *texts = &view->delays[place];

    g_snprintf((*texts)[CELL_COUNT], CELL_LENGTH, "%zu", delay_count(samples));
    if (delay_count(samples) > 0) {
        write_time((*texts)[CELL_LEAST], (double)delay_at(samples, 1), delay);
        write_time((*texts)[CELL_MEAN], delay_mean(samples), delay);
        write_time((*texts)[CELL_PERCENTILE], (double)delay_percentile(samples), delay);
        write_time((*texts)[CELL_GREATEST], (double)delay_at(samples, delay_count(samples)), delay);
    } else {
        for (cell c = CELL_LEAST; c <= CELL_GREATEST; c++) {
            g_snprintf((*texts)[c], CELL_LENGTH, "-");
        }
    }
}

static void
write_all(metric_view *view)
{
    for (size_t i = 0; i < METRIC_RATIO_COUNT; i++) {
        write_ratio(view, i, false);
        write_ratio(view, i, true);
    }
    for (size_t i = 0; i < METRIC_DELAY_COUNT; i++) {
        write_delay(view, i);
    }
}

static void
add_row(stat_tap_table *table, unsigned place, metric_view *view, row_texts *texts, const char *name,
        const char *unit, const char *meaning)
{
    stat_tap_table_item_type cells[CELLS_IN_ROW] = { 0 };

    for (cell c = 0; c < CELLS_IN_ROW; c++) {
        cells[c].type = TABLE_ITEM_STRING;
        cells[c].value.string_value = (*texts)[c];
        cells[c].user_data.ptr_value = view;
    }
    cells[CELL_NAME].value.string_value = name;
    cells[CELL_UNIT].value.string_value = unit;
    cells[CELL_MEANING].value.string_value = meaning;
    stat_tap_init_table_row(table, place, CELLS_IN_ROW, cells);
}

static void
add_tables(stat_tap_table_ui *ui, metric_view *view)
{
    stat_tap_table *ratios = stat_tap_init_table("Ratios in per cent, observed at the capture point", CELLS_IN_ROW, 0,
                                                 NULL);
    stat_tap_table *delays = stat_tap_init_table("Times, 95th percentile by nearest rank", CELLS_IN_ROW, 0, NULL);

    write_all(view);
    for (unsigned i = 0; i < RATIO_ROW_COUNT; i++) {
        add_row(ratios, i, view, &view->ratios[i], ratio_names[i], "", ratio_meanings[i / 2]);
    }
    for (unsigned i = 0; i < METRIC_DELAY_COUNT; i++) {
        add_row(delays, i, view, &view->delays[i], metric_delays[i].name, metric_delays[i].unit, delay_meanings[i]);
    }
    stat_tap_add_table(ui, ratios);
    stat_tap_add_table(ui, delays);
}

static void
start_common_view(stat_tap_table_ui *ui)
{
    static metric_view empty;

    if (!ui->tables || ui->tables->len == 0) {
        add_tables(ui, &empty);
    }
}

static metric_view *
view_of_listener(stat_data_t *listener)
{
    if (listener->stat_tap_data == &common_ui) {
        metric_view *view = g_new0(metric_view, 1);
        view->ui = common_ui;
        view->ui.tables = NULL;
        add_tables(&view->ui, view);
        view->next = views;
        views = view;
        listener->stat_tap_data = &view->ui;
    }
    return (metric_view *)listener->stat_tap_data;
}

static tap_packet_status
count_step(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const sipresp_session_step *step = (const sipresp_session_step *)tapped;
    metric_view *view = view_of_listener((stat_data_t *)data);
    const metrics before = view->figures;

    metrics_add(&view->figures, step);
    for (size_t i = 0; i < METRIC_RATIO_COUNT; i++) {
        if (memcmp(&before.ratios[i], &view->figures.ratios[i], sizeof before.ratios[i]) != 0) {
            write_ratio(view, i, false);
            write_ratio(view, i, true);
        }
    }
    for (size_t i = 0; i < METRIC_DELAY_COUNT; i++) {
        if (before.delays[i].changes != view->figures.delays[i].changes) {
            write_delay(view, i);
        }
    }
    return TAP_PACKET_REDRAW;
}

static void
reset_table(stat_tap_table *table)
{
    metric_view *view = (metric_view *)stat_tap_get_field_data(table, 0, 0)->user_data.ptr_value;

    metrics_clear(&view->figures);
    write_all(view);
}

/* When the common table goes, no listener is left, and the views go too. */
static void
free_cell(stat_tap_table *table, guint row, guint column, stat_tap_table_item_type *field _U_)
{
    if (row > 0 || column > 0 || table != g_array_index(common_ui.tables, stat_tap_table *, 0)) {
        return;
    }
    while (views) {
        metric_view *view = views;
        views = view->next;
        free_stat_tables(&view->ui);
        g_array_free(view->ui.tables, TRUE);
        metrics_clear(&view->figures);
        g_free(view);
    }
}

static void
prepare_texts(void)
{
    for (size_t i = 0; i < METRIC_RATIO_COUNT; i++) {
        const ratio_definition *ratio = &metric_ratios[i];
        const char *request = ratio_request(ratio) == SIPRESP_INVITE ? "INVITE" : "REGISTER";
        ratio_names[2 * i] = g_strdup_printf("%s, every %s", ratio->name, request);
        ratio_names[2 * i + 1] = g_strdup_printf("%s, challenged %ss merged", ratio->name, request);
        ratio_meanings[i] = g_strdup_printf("%s: %s [%s]", ratio->title, ratio->formula, ratio->source);
    }
    for (size_t i = 0; i < METRIC_DELAY_COUNT; i++) {
        const delay_definition *delay = &metric_delays[i];
        delay_meanings[i] = g_strdup_printf("%s: %s [%s]", delay->title, delay->text, delay->source);
    }
}

void
register_metric_view(void)
{
    static tap_param filter = { PARAM_FILTER, "filter", "Filter", NULL, TRUE };

    prepare_texts();
    common_ui = (stat_tap_table_ui){
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "SIP Metrics (RFC 6076)",
        .tap_name = SIPRESP_SESSION_TAP,
        .cli_string = "sipresp_metrics,tree",
        .stat_tap_init_cb = start_common_view,
        .packet_func = count_step,
        .stat_tap_reset_table_cb = reset_table,
        .stat_tap_free_table_item_cb = free_cell,
        .nfields = CELLS_IN_ROW,
        .fields = columns,
        .nparams = 1,
        .params = &filter,
    };
    register_stat_tap_table_ui(&common_ui);
}
