/* metric_definitions.h
 * What a row of tables/metrics.toml is in C.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_METRIC_DEFINITIONS_H
#define SIPRESP_METRIC_DEFINITIONS_H

#include "meaning/code_set.h"
#include "sipresp_tap.h"

/* How many of the steps "counts" with such a code there are of the steps "of",
 * once those with a code of "less" are taken off. */
typedef struct {
    const char *id;
    const char *name;
    const char *title;
    const char *formula;
    const char *source;
    sipresp_step counts;
    sipresp_step of;
    code_set codes;
    code_set less;              /* codes of INVITE_FINAL */
} ratio_definition;

/* The delays of the steps with such a code. */
typedef struct {
    const char *id;
    const char *name;
    const char *title;
    const char *text;
    const char *source;
    sipresp_step step;
    int digits;                 /* behind the point, for microseconds */
    code_set codes;             /* empty: of a request, which has no code */
    const char *unit;
    int64_t ns_per_unit;
} delay_definition;

#endif
