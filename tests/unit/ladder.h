/* ladder.h
 * A model of calls, and messages for it: a ladder of who sends what to whom, and when.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_LADDER_H
#define SIPRESP_LADDER_H

#include <stdio.h>
#include <stdlib.h>

#include "model.h"
#include "calls/call_facts.h"

enum { ALICE = 1, PROXY, BOB, CAROL };

static const code_range alerting_codes[] = { { 180, 180 }, { 183, 183 }, { 200, 299 } };
static const code_range continued_codes[] = { { 300, 399 }, { 401, 401 }, { 407, 407 } };
static const code_set alerting = { alerting_codes, 3 };
static const code_set continued = { continued_codes, 3 };

static int
start(void **state)
{
    (void)state;
    open_model((calls_codes){ &alerting, &continued });
    return 0;
}

/* A message as it goes from one host to another. What is left out is as in an
 * ordinary call: From tag "a", To tag "b" but in an INVITE, CSeq number 1. */
typedef struct {
    double seconds;
    int source;
    int destination;
    const char *line;       /* "INVITE", or "486 INVITE" for a response to it */
    const char *branch;
    const char *to;         /* "-": none */
    uint32_t cseq;
    uint32_t rseq;          /* of a reliable response; of a PRACK the one it confirms */
    bool credentials;
    const char *uri;
    const char *call;
} arrow;

static sip_text
text(const char *word)
{
    return (sip_text){ (const uint8_t *)word, strlen(word) };
}

/* Learns it, and returns the number of its frame. */
static uint32_t
say(arrow a)
{
    char bytes[128];
    const unsigned code = (unsigned)strtoul(a.line, NULL, 10);
    const sip_text method = text(code ? strchr(a.line, ' ') + 1 : a.line);
    const bool is_prack = sip_text_equals(method, "PRACK");
    const char *to = a.to ? a.to : sip_text_equals(method, "INVITE") && !code ? "-" : "b";
    const uint8_t hosts[2] = { (uint8_t)a.source, (uint8_t)a.destination };
    const sip_identity identity = {
        .sent_by = text("host"),
        .branch = text(a.branch),
        .magic = true,
        .call_id = text(a.call ? a.call : "call"),
        .from = text("<sip:a>;tag=a"),
        .from_tag = text("a"),
        .to_tag = *to == '-' ? (sip_text){ NULL, 0 } : text(to),
        .cseq = a.cseq ? a.cseq : 1,
        .cseq_method = method,
        .rseq = is_prack ? 0 : a.rseq,
        .requires_100rel = !is_prack && a.rseq,
        .rack_rseq = is_prack ? a.rseq : 0,
        .rack_cseq = is_prack,
        .credentials = a.credentials,
        .request_uri = text(a.uri ? a.uri : "sip:b"),
    };
    frame++;
    const message_origin origin = {
        .time = (int64_t)(a.seconds * 1000) * CALLS_MS,
        .frame = frame,
        .source = { calls_address(model, (sip_text){ &hosts[0], 1 }), 5060 },
        .destination = { calls_address(model, (sip_text){ &hosts[1], 1 }), 5060 },
        .unreliable = true,
    };
    snprintf(bytes, sizeof bytes, "%s %s %s %u %u %d", a.line, a.branch, to, a.cseq, a.rseq, a.credentials);
    const message_content content = { text(bytes), method, (uint16_t)code, (uint8_t)(code / 100), NULL };

    calls_tick(model, frame, origin.time);
    calls_learn(model, &origin, &identity, &content);
    return frame;
}

/* When, from whom, to whom, what, with which branch; and what is out of the ordinary. */
#define SAY(when, from, at, what, with, ...) \
    say((arrow){ .seconds = (when), .source = (from), .destination = (at), .line = (what), .branch = (with), __VA_ARGS__ })

#endif
