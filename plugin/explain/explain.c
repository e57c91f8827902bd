/* explain.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "explain/explain.h"

#include "explain/places.h"
#include "meaning/said_info.h"

/* Bytes of each thing that a sender wrote. */
#define SAID_MAX 72
#define UNREGISTERED 255

static void
add_evidence(explanation *e, uint32_t frame)
{
    for (unsigned i = 0; i < e->evidence_count; i++) {
        if (e->evidence[i] == frame) {
            return;
        }
    }
    if (frame && e->evidence_count < EVIDENCE_MAX) {
        e->evidence[e->evidence_count++] = frame;
    }
}

static sip_text
part_of(const char *start, size_t length)
{
    return (sip_text){ (const uint8_t *)start, length };
}

/* Returns whether the phrase of the response stands in the text. */
static bool
fill_text(explanation *e, const situation *s)
{
    const char *rest = e->row->text;
    bool has_phrase = false;

    for (const char *open = strchr(rest, '{'); open; open = strchr(rest, '{')) {
        const char *close = strchr(open, '}');
        const explanation_place place = explanation_place_named(part_of(open + 1, (size_t)(close - open - 1)));
        char words[SENTENCE_SIZE];
        memcpy(words, rest, (size_t)(open - rest));
        words[open - rest] = '\0';
        sentence_add(&e->text, words);
        add_evidence(e, place_fill(place, s, &e->text));
        has_phrase |= place == PLACE_PHRASE && !response_row_of(s->code);
        rest = close + 1;
    }
    sentence_add(&e->text, rest);
    return has_phrase;
}

static void
add_quoted(sentence *text, sip_text said)
{
    if (said.length) {
        sentence_add(text, " \"");
        sentence_add_sent(text, said, SAID_MAX);
        sentence_add(text, "\"");
    }
}

static void
add_reasons(sentence *text, const sip_message *message)
{
    sip_values reasons = sip_reasons_of(message);
    sip_reason reason;

    for (unsigned i = 0; i < 2 && sip_reason_next(&reasons, &reason); i++) {
        const char *protocol = reason_protocol_name(&reason);
        const char *name = reason_cause_name(&reason);
        sentence_add(text, "; Reason ");
        if (protocol) {
            sentence_add(text, protocol);
        } else {
            sentence_add_sent(text, reason.protocol, SAID_MAX);
        }
        if (reason.has_cause) {
            sentence_add(text, " cause ");
            sentence_add_number(text, reason.cause);
        }
        if (reason.text.length) {
            add_quoted(text, reason.text);
        } else if (name) {
            sentence_add(text, " (");
            sentence_add(text, name);
            sentence_add(text, ")");
        }
    }
}

/* Where the sender leaves the text out, the code has a name. */
static void
add_warning_name(sentence *text, const sip_warning *warning)
{
    const warning_row *row = warning->text.length ? NULL : warning_row_of(warning->code);

    if (row) {
        sentence_add(text, " (");
        sentence_add(text, row->name);
        sentence_add(text, ")");
    }
}

/* The first. */
static void
add_warning(sentence *text, const sip_message *message)
{
    sip_values warnings = sip_warnings_of(message);
    sip_warning warning;

    if (sip_warning_next(&warnings, &warning)) {
        sentence_add(text, "; Warning ");
        sentence_add_number(text, warning.code);
        add_quoted(text, warning.text);
        add_warning_name(text, &warning);
    }
}

/* What the sender says beats what the table can know. */
static void
add_said(sentence *text, const sip_message *message, bool has_phrase)
{
    if (!has_phrase && response_phrase_differs(response_row_of(message->code), message->phrase)) {
        sentence_add(text, "; the server says");
        add_quoted(text, message->phrase);
    }
    if (message->warning.start) {
        add_warning(text, message);
    }
    if (message->reason.start) {
        add_reasons(text, message);
    }
}

static bool
explain(const situation *s, explanation *e)
{
    e->row = explanation_choose(s->code, s->method, situation_holds, s);
    e->evidence_count = 0;
    sentence_start(&e->text);
    if (!e->row) {
        return false;
    }
    const bool has_phrase = fill_text(e, s);
    if (s->message && s->code) {
        add_said(&e->text, s->message, has_phrase);
    }
    return true;
}

static sip_method_set
method_of(const sip_request *r)
{
    return r->method == UNREGISTERED ? 0 : (sip_method_set)1 << r->method;
}

/* Of the answer, or, if that is 0, of the request. message: the response itself, or NULL. */
static bool
explain_answer(const calls *c, uint32_t request, uint32_t answer, const sip_message *message, explanation *e)
{
    sip_message abridged;
    situation s = { .c = c, .request = request, .answer = answer, .r = calls_request(c, request) };

    s.method = method_of(s.r);
    s.t = calls_transaction(c, s.r->first);
    if (answer) {
        const sip_text words = calls_words_of_answer(c, answer);
        s.a = calls_answer(c, answer);
        s.t = calls_transaction(c, s.a->transaction);
        s.code = s.a->code;
        s.message = message;
        if (!message && words.length && sip_message_parse(words.start, words.length, &abridged) == SIP_RESPONSE) {
            s.message = &abridged;
        }
    }
    return explain(&s, e);
}

bool
explain_response(const calls *c, const answer_record *record, const sip_message *message, explanation *e)
{
    if (!message->code_is_valid || !response_is_final(message->code)) {
        return false;
    }
    if (record && record->answer) {
        return explain_answer(c, record->transaction->request, record->number, message, e);
    }
    const situation s = {
        .message = message,
        .code = message->code,
        .method = sip_method_set_of(sip_cseq_method(message)),
    };
    return explain(&s, e);
}

bool
explain_request(const calls *c, uint32_t request, explanation *e)
{
    return explain_answer(c, request, calls_request(c, request)->best, NULL, e);
}

bool
explain_call(const calls *c, uint32_t call, explanation *e)
{
    const sip_call *k = calls_call(c, call);

    if (k->counted) {
        const sip_answer *a = calls_answer(c, k->counted);
        return explain_answer(c, calls_transaction(c, a->transaction)->request, k->counted, NULL, e);
    }
    return explain_answer(c, k->latest, 0, NULL, e);
}
