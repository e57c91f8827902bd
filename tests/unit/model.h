/* model.h
 * The model of calls that a test begins with, empty, and the frame it has come to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_MODEL_OF_TEST_H
#define SIPRESP_MODEL_OF_TEST_H

#include "cmocka_all.h"
#include "heap.h"
#include "calls/calls.h"

static calls *model;
static uint32_t frame;

static void
open_model(calls_codes codes)
{
    static const uint32_t random[6] = { 1, 2, 3, 4, 5, 6 };

    model = calls_open(&heap, random, codes);
    frame = 0;
}

static inline int
end(void **state)
{
    (void)state;
    calls_close(model);
    return 0;
}

#endif
