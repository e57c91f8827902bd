/* sip_message.h
 * Reads the start line, the headers and the body bounds of one SIP message.
 *
 * Pure: no Wireshark type and no allocation. Every sip_text points into the
 * bytes that the caller handed to sip_message_parse() and lives as long as
 * they do. Nothing in the bytes is trusted; bad input gives SIP_OTHER or an
 * empty text, never an error to handle.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_MESSAGE_H
#define SIPRESP_SIP_MESSAGE_H

#include "header_tables.h"
#include "sip/sip_text.h"

typedef enum {
    SIP_OTHER,     /* neither; a continuation or no SIP at all */
    SIP_REQUEST,
    SIP_RESPONSE
} sip_kind;

/* RFC 3261 7.2 */
#define SIP_CODE_DIGITS 3

typedef struct {
    sip_kind kind;
    sip_text start_line;
    bool start_line_complete; /* its line end lies within the bytes */
    bool version_is_usual;  /* "SIP/2.0", to the letter */
    sip_text method;        /* requests only */
    sip_text request_uri;   /* likewise */
    sip_text code_digits;   /* responses only: the code as it was sent */
    uint16_t code;          /* 0..999; meaningful only if code_is_valid */
    bool code_is_valid;     /* exactly three digits */
    bool code_is_spaced;    /* a blank stands behind them, even where no phrase does (RFC 3261 25.1) */
    bool names_calls;       /* has a Session-ID, Replaces or P-Charging-Vector */
    bool options_go_on;     /* has another Supported or Require behind the first one */
    sip_text phrase;        /* responses only; may be empty */
    sip_text via;           /* the first value of each; absent if not there */
    sip_text from;
    sip_text to;
    sip_text call_id;
    sip_text cseq;
    sip_text content_type;
    sip_text supported;
    sip_text require;
    sip_text rseq;
    sip_text rack;
    sip_text authorization;         /* the value of either shows that credentials were sent */
    sip_text proxy_authorization;
    sip_text user_agent;
    sip_text contact;
    sip_text reason;
    sip_text retry_after;
    sip_text warning;
    sip_text headers;       /* everything between start line and blank line */
    bool headers_complete;  /* the blank line lies within the bytes */
    sip_text body;          /* ended by Content-Length where that is shorter */
    size_t length;          /* from start line to the end of the body */
    bool body_complete;     /* false where Content-Length asks for more bytes */
} sip_message;

typedef struct {
    sip_text name;
    sip_text value;         /* without outer white space; folds kept as sent */
} sip_header;

/* Reads the message that starts at bytes. Returns message->kind. */
sip_kind sip_message_parse(const uint8_t *bytes, size_t length, sip_message *message);

/* Steps through the headers. *position starts at 0 and is the caller's.
 * Returns false at the end. A line without a colon, or a first line that
 * begins with a blank, comes with an absent name.
 * A last line that the captured bytes cut short is not returned. */
bool sip_header_next(sip_text headers, size_t *position, sip_header *header);

/* The next header of that name from *position on, in any case, or of its
 * compact form (RFC 3261 7.3.3). *position starts at 0 and is the caller's.
 * Returns false if there is none left. */
bool sip_header_next_of(sip_text headers, size_t *position, sip_header_id id, sip_text *value);

/* The first of them. Returns false if there is none. */
bool sip_header_find(sip_text headers, sip_header_id id, sip_text *value);

/* The method of the CSeq header: what a response answers. Absent if there is
 * no CSeq or it holds no method. */
sip_text sip_cseq_method(const sip_message *message);

#endif
