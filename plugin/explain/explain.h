/* explain.h
 * What a final response, a request without one, or a call came to, in one
 * sentence, with the frames that show it.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_EXPLAIN_H
#define SIPRESP_EXPLAIN_H

#include "calls/calls.h"
#include "explain/sentence.h"
#include "meaning/explanation.h"

#define EVIDENCE_MAX 8

typedef struct {
    const explanation_row *row;
    sentence text;
    uint32_t evidence[EVIDENCE_MAX];    /* frames, each once, in the order of the sentence */
    unsigned evidence_count;
} explanation;

/* Of a response as it stands in a frame. c and record may be NULL: nothing was
 * learned of it. Returns false where there is nothing to say, as of a provisional one. */
bool explain_response(const calls *c, const answer_record *record, const sip_message *message, explanation *e);

/* Of a request with this number, by its best final response so far, or by the lack of one. */
bool explain_request(const calls *c, uint32_t request, explanation *e);

/* Of a call with this number, by the answer that its outcome comes from, or by the lack of one. */
bool explain_call(const calls *c, uint32_t call, explanation *e);

#endif
