/* request_tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/request_tree.h"

#include "calls/details.h"
#include "draw/explained.h"
#include "draw/items.h"
#include "draw/request_fields.h"
#include "explain/explain.h"
#include "sip/sip_identity.h"

/* More attempts than that are told as so many. */
#define ATTEMPTS_MAX 1000

static const explanation_fields fields = { &hf_request_explanation, &hf_request_cause, &hf_request_evidence };

typedef struct {
    const drawn_request *r;
    proto_tree *tree;
    const sip_request *request;
    uint32_t number;            /* of the request */
} drawing;

static void
add_uint(const drawing *d, int hf, uint32_t value)
{
    add_generated_uint(d->tree, hf, d->r->tvb, d->r->offset, value);
}

static uint32_t
frame_of(const drawing *d, const sip_request *request)
{
    return calls_transaction(d->r->followed, request->first)->frame;
}

static uint32_t
attempt_of(const drawing *d)
{
    uint32_t attempt = 1;

    for (uint32_t number = calls_sent_before(d->r->followed, d->number); number && attempt < ATTEMPTS_MAX;
         number = calls_sent_before(d->r->followed, number)) {
        attempt++;
    }
    return attempt;
}

static void
draw_final(const drawing *d)
{
    const sip_answer *best = calls_answer(d->r->followed, d->request->best);
    const int64_t delay = best->time - calls_transaction(d->r->followed, d->request->first)->time;

    add_uint(d, hf_request_answered_in, best->frame);
    add_uint(d, hf_request_final_code, best->code);
    add_generated_time(d->tree, hf_request_delay, d->r->tvb, d->r->offset, delay);
}

static void
draw_later(const drawing *d, const explanation *explained)
{
    const uint32_t again = calls_sent_after(d->r->followed, d->number);

    if (explained) {
        draw_explanation(&fields, explained, d->tree, d->r->tvb, d->r->offset);
    }
    if (d->request->best) {
        draw_final(d);
    }
    if (again) {
        add_uint(d, hf_request_sent_again_in, frame_of(d, calls_request(d->r->followed, again)));
    }
}

static const char *
title_of(const drawing *d, const explanation *explained)
{
    const sip_text method = d->r->message->method;
    wmem_allocator_t *pool = d->r->pinfo->pool;
    const char *name = tvb_format_text(pool, d->r->tvb, d->r->offset + (int)(method.start - d->r->bytes), (int)method.length);

    if (!explained) {
        return name;
    }
    return d->request->best ? wmem_strdup_printf(pool, "%s, %u: %s", name,
                                                 calls_answer(d->r->followed, d->request->best)->code,
                                                 explanation_in_short(pool, explained))
                            : wmem_strdup_printf(pool, "%s: %s", name, explanation_in_short(pool, explained));
}

static void
draw_copies(const drawing *d, const sip_transaction *t)
{
    const uint32_t before = calls_captured_before(d->r->followed, d->r->origin->frame, d->r->origin->place);

    if (before) {
        add_uint(d, hf_request_captured_before, before);
    } else if (t->frame != d->r->origin->frame || t->place != d->r->origin->place) {
        add_uint(d, hf_request_retransmission_of, t->frame);
    }
}

static void
draw_known(const drawn_request *r, const sip_transaction *t, proto_tree *tree)
{
    drawing d = { r, tree, calls_request(r->followed, t->request), t->request };
    explanation explained;
    const bool is_explained = r->later_known && explanation_is_asked_for(&fields, tree) &&
                              explain_request(r->followed, d.number, &explained);
    proto_item *item = proto_tree_add_item(tree, proto_sipreq, r->tvb, r->offset, (int)r->message->length, ENC_NA);

    if (PTREE_DATA(tree)->visible) {
        proto_item_set_text(item, "SIP Request: %s", title_of(&d, is_explained ? &explained : NULL));
    }
    d.tree = proto_item_add_subtree(item, ett_sipreq);
    if (r->later_known) {
        draw_later(&d, is_explained ? &explained : NULL);
    }
    draw_copies(&d, t);
    add_uint(&d, hf_request_attempt, attempt_of(&d));
    if (proto_field_is_referenced(d.tree, hf_request_method)) {
        proto_tree_add_item(d.tree, hf_request_method, r->tvb, r->offset + (int)(r->message->method.start - r->bytes),
                            (int)r->message->method.length, ENC_UTF_8 | ENC_NA);
    }
}

void
draw_request(const drawn_request *r, proto_tree *tree)
{
    const sip_identity *identity = r->identity;
    sip_identity read;

    if (!protocol_is_looked_at(tree, proto_sipreq) || sip_text_equals(r->message->method, "ACK")) {
        return;
    }
    if (!identity) {
        if (!sip_identity_read(r->message, &read)) {
            return;
        }
        identity = &read;
    }
    const uint32_t number = calls_transaction_here(r->followed, r->origin, identity, r->message->method);
    const sip_transaction *t = number ? calls_transaction(r->followed, number) : NULL;
    if (t && t->request && t->frame <= r->origin->frame) {
        draw_known(r, t, tree);
    }
}
