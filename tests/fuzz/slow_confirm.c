/* slow_confirm.c
 * ACK, PRACK and BYE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "slow_model.h"

static void
note_early(const slow_message *m, int scope, int r, unsigned rseq)
{
    slow.earlies[slow.early_count++] = (slow_early){ *m, scope, r, m->text.to, rseq };
}

static void
blame_ack(const slow_message *m, int t)
{
    const int final = slow_newest_answer(t, true, 0xffff, 0xffff);
    const int provisional = slow_newest_answer(t, false, 0xffff, 0xffff);

    if (final != NONE) {
        slow.as[final].flags |= slow_confirmed_in(final) ? 0 : ANSWER_ACK_OTHER_TAG;
        return;
    }
    slow.rs[slow.ts[t].request].lost = true;
    note_early(m, t, slow.ts[t].request, 0);
    if (provisional != NONE) {
        slow.as[provisional].flags |= ANSWER_ACK_TOO_SOON;
    }
}

static void
confirm(int a, const slow_message *m)
{
    slow.as[a].confirmed = slow.as[a].confirmed ? slow.as[a].confirmed : m->frame;
}

static int
find_invite(const slow_text *x, unsigned cseq)
{
    const int initial = slow_find_request(x, INVITE, x->from, 0, cseq);

    return initial != NONE ? initial : slow_find_request(x, INVITE, x->from, x->to, cseq);
}

static bool
is_known_fork(int r, int hop, const slow_text *x)
{
    for (int a = 0; a < slow.a_count; a++) {
        const bool here = slow.as[a].transaction == hop && slow.as[a].first.text.code != 100;
        const bool there = slow.ts[slow.as[a].transaction].request == r && slow_is_final(a) && slow_hop_count(r) > 1;
        if (slow.as[a].first.text.to == x->to && (here || there)) {
            return true;
        }
    }
    return false;
}

static void
take_ack_of_2xx(const slow_message *m)
{
    const slow_text *x = &m->text;
    const int r = find_invite(x, x->cseq);

    if (r == NONE) {
        const slow_dialog *d = slow_find_dialog(x);
        if (d && !slow_confirmed_in(d->answer) && slow_find_request(x, INVITE, x->from, x->to, x->cseq) == NONE) {
            slow.as[d->answer].flags |= ANSWER_ACK_OTHER_CSEQ;
        }
        return;
    }
    const int a = slow_find_confirmable(r, x, 0), hop = slow_find_hop(r, x);
    if (a != NONE) {
        confirm(a, m);
        return;
    }
    if (slow.rs[r].best == NONE || (hop != NONE && !is_known_fork(r, hop, x))) {
        int newest = hop;
        for (int t = 0; t < slow.t_count && hop == NONE; t++) {
            newest = slow.ts[t].request == r && (newest == NONE || slow.ts[t].joined > slow.ts[newest].joined)
                         ? t
                         : newest;
        }
        blame_ack(m, newest);
    }
    if (hop == NONE) {
        slow.bypasses[slow.bypass_count++] = (slow_bypassing){ *m, r, 0 };
        note_early(m, NONE, r, 0);
    }
}

void
slow_take_ack(const slow_message *m)
{
    const int t = slow_find_transaction(m, INVITE, 7);
    int other = NONE;

    if (t != NONE && slow.ts[t].request != NONE) {
        const int final = slow_newest_answer(t, true, m->text.to, 0xffff);
        if (final != NONE) {
            confirm(final, m);
        } else {
            blame_ack(m, t);
        }
        return;
    }
    for (int i = 0; i < slow.t_count && t == NONE; i++) {
        const slow_text y = slow_forward(slow.ts[i].first.text);
        other = slow_shares_branch(&y, &m->text, INVITE) ? i : other;
    }
    const int final = other == NONE ? NONE : slow_newest_answer(other, true, 0xffff, 0xffff);
    if (final != NONE) {
        slow.as[final].flags |= ANSWER_ACK_OTHER_CSEQ;
    } else {
        take_ack_of_2xx(m);
    }
}

void
slow_take_prack(const slow_message *m)
{
    const int r = find_invite(&m->text, m->text.rack_cseq);
    const int a = r == NONE ? NONE : slow_find_confirmable(r, &m->text, m->text.rack_rseq);

    if (r == NONE) {
        return;
    }
    if (a != NONE) {
        confirm(a, m);
        return;
    }
    const int hop = slow_find_hop(r, &m->text);
    if (hop == NONE) {
        slow.bypasses[slow.bypass_count++] = (slow_bypassing){ *m, r, m->text.rack_rseq };
    }
    note_early(m, hop, r, m->text.rack_rseq);
}

static bool
begins_the_call(const slow_call *c, unsigned tag)
{
    return tag == slow.rs[c->first].text.from;
}

int
slow_side(const slow_text *x)
{
    const slow_call *c = slow_find_call(x->call);

    return !c ? 0 : begins_the_call(c, x->from) ? 1 : x->to && begins_the_call(c, x->to) ? 2 : 0;
}

static void
note_end(slow_call *c, int r, const slow_dialog *d, const slow_message *m)
{
    const int side = slow_side(&m->text);

    if (!d) {
        c->ended_by = c->ended_by ? c->ended_by : side;
    } else if (d->bye == NONE) {
        c->ended_by = side;
        c->ended = (int)(d - slow.ds);
    } else if (side && side != c->ended_by && c->ended == d - slow.ds && d->bye != r &&
               slow.ts[slow.rs[d->bye].first].first.text.source == m->text.source) {
        c->ended_by = 3;
    }
}

void
slow_take_bye(const slow_message *m, int r)
{
    slow_dialog *d = slow_find_dialog(&m->text);
    slow_call *c = slow_find_call(m->text.call);

    if (d) {
        if (c) {
            note_end(c, r, d, m);
        }
        d->bye = d->bye == NONE ? r : d->bye;
        return;
    }
    slow.byes[slow.bye_count++] = *m;
    if (c) {
        note_end(c, r, NULL, m);
        const unsigned cseq = slow.ts[slow.rs[c->latest].first].first.text.cseq;
        if (slow_find_request(&m->text, INVITE, m->text.from, 0, cseq) != NONE ||
            slow_find_request(&m->text, INVITE, m->text.to, 0, cseq) != NONE) {
            slow.rs[c->latest].lost = true;
        }
    }
}

bool
slow_is_ended_early(int t, const slow_text *x)
{
    const slow_dialog *d = slow_find_dialog(x);

    if (slow.ts[t].cancelled || (d && d->bye != NONE)) {
        return true;
    }
    for (int b = 0; b < slow.bye_count; b++) {
        if (slow.byes[b].text.call == x->call &&
            (slow.byes[b].text.from == x->from || slow.byes[b].text.to == x->from)) {
            return true;
        }
    }
    return false;
}
