/* transaction_store.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/transaction_store.h"

#include <epan/wmem_scopes.h>

#include "sip/digest.h"

typedef struct {
    uint32_t frame;
    uint32_t place_and_flags;
    uint32_t repetition;
    const sip_answer *answer;
} stored_record;

#define PLACE_BITS 24
#define RECORD_UNSEEN_REQUEST (1u << PLACE_BITS)
#define PLACE_MASK (RECORD_UNSEEN_REQUEST - 1)

typedef struct {
    uint64_t way;
    int64_t first_time;
} way_use;

/* Each by a digest that lies in its values. */
static wmem_map_t *transactions;    /* sip_transaction.key */
static wmem_map_t *calls;           /* sip_transaction.call */
static wmem_map_t *ways;            /* way_use.way */
static wmem_array_t *records;
static digest_secret secret;

static guint
hash_of_digest(gconstpointer digest)
{
    return digest_fold(*(const uint64_t *)digest);
}

static gboolean
digests_equal(gconstpointer a, gconstpointer b)
{
    return *(const uint64_t *)a == *(const uint64_t *)b;
}

void
store_reset(void)
{
    wmem_allocator_t *scope = wmem_file_scope();
    uint32_t random[6];

    for (size_t i = 0; i < array_length(random); i++) {
        random[i] = g_random_int();
    }
    secret = digest_secret_of(random);
    transactions = wmem_map_new(scope, hash_of_digest, digests_equal);
    calls = wmem_map_new(scope, hash_of_digest, digests_equal);
    ways = wmem_map_new(scope, hash_of_digest, digests_equal);
    records = wmem_array_new(scope, sizeof(stored_record));
}

uint32_t
store_hash(sip_text text)
{
    if (!text.length) {
        return 0;
    }
    const uint32_t hash = digest_fold(digest_of(&secret, secret.start, text));
    return hash ? hash : 1;
}

static uint64_t
digest_of_address(uint64_t digest, const address *a)
{
    return digest_of(&secret, digest, (sip_text){ (const uint8_t *)a->data, (size_t)a->len });
}

hop_ends
store_ends(const address *client, const address *server, uint32_t client_port, uint32_t server_port)
{
    return (hop_ends){
        .way = digest_of_address(digest_of_address(secret.start, client), server),
        .client_port = (uint16_t)client_port,
        .server_port = (uint16_t)server_port,
    };
}

/* RFC 3261 17.1.3 and 17.2.3: branch, sent-by and method; where the branch is
 * not unique (RFC 2543), Call-ID, From tag and CSeq number too. */
uint64_t
store_key(const hop_ends *ends, const sip_identity *identity, sip_text method)
{
    uint64_t key = digest_of(&secret, ends->way, identity->branch);

    key = digest_of(&secret, key, identity->sent_by);
    key = digest_of(&secret, key, method);
    if (!identity->magic) {
        key = digest_of(&secret, key, identity->call_id);
        key = digest_of(&secret, key, sip_identity_from_tag(identity));
        key = digest_of_word(&secret, key, identity->cseq);
    }
    return key;
}

sip_transaction *
store_find(uint64_t key)
{
    return (sip_transaction *)wmem_map_lookup(transactions, &key);
}

sip_transaction *
store_find_invite(const hop_ends *ends, const sip_identity *identity)
{
    static const sip_text invite = { (const uint8_t *)"INVITE", 6 };

    return store_find(store_key(ends, identity, invite));
}

sip_transaction *
store_choose(sip_transaction *candidates, const hop_ends *ends, uint32_t cseq, bool exactly)
{
    sip_transaction *nearest = NULL;
    int nearness = -1;
    int searched = 0;

    for (sip_transaction *t = candidates; t && searched < CALL_SEARCH_MAX; t = t->next_of_key, searched++) {
        const bool client = t->client_port == ends->client_port;
        const bool server = t->server_port == ends->server_port;
        if (t->cseq != cseq || (exactly && !(client && server))) {
            continue;
        }
        int near = (client ? 1 : 0) + (server ? 2 : 0);
        if (near > nearness) {
            nearest = t;
            nearness = near;
        }
    }
    return nearest;
}

sip_transaction *
store_add(uint64_t key)
{
    sip_transaction *transaction = wmem_new0(wmem_file_scope(), sip_transaction);

    transaction->key = key;
    transaction->next_of_key = (sip_transaction *)wmem_map_insert(transactions, &transaction->key, transaction);
    return transaction;
}

static uint64_t
call_key(sip_text call_id)
{
    return digest_of(&secret, secret.start, call_id);
}

sip_transaction *
store_call(sip_text call_id)
{
    const uint64_t key = call_key(call_id);

    return (sip_transaction *)wmem_map_lookup(calls, &key);
}

void
store_add_to_call(sip_text call_id, sip_transaction *transaction)
{
    transaction->call = call_key(call_id);
    transaction->next_of_call = (sip_transaction *)wmem_map_insert(calls, &transaction->call, transaction);
}

sip_answer *
store_add_answer(sip_transaction *transaction)
{
    sip_answer *answer = wmem_new0(wmem_file_scope(), sip_answer);

    answer->transaction = transaction;
    answer->next = transaction->answers;
    transaction->answers = answer;
    return answer;
}

bool
answer_is_final(const sip_answer *answer)
{
    return answer->code >= SIP_CODE_FINAL_MIN;
}

sip_answer *
store_answer_of_fork(const sip_transaction *transaction, uint32_t to_tag, bool final)
{
    int searched = 0;

    for (sip_answer *a = transaction->answers; a && searched < ANSWER_SEARCH_MAX; a = a->next, searched++) {
        if (a->to_tag == to_tag && answer_is_final(a) == final) {
            return a;
        }
    }
    return NULL;
}

sip_answer *
store_newest_answer(const sip_transaction *transaction, bool final)
{
    int searched = 0;

    for (sip_answer *a = transaction->answers; a && searched < ANSWER_SEARCH_MAX; a = a->next, searched++) {
        if (answer_is_final(a) == final) {
            return a;
        }
    }
    return NULL;
}

int64_t
store_way_time(const hop_ends *ends)
{
    const way_use *use = (const way_use *)wmem_map_lookup(ways, &ends->way);

    return use ? use->first_time : -1;
}

void
store_note_way(const hop_ends *ends, int64_t time)
{
    if (!wmem_map_contains(ways, &ends->way)) {
        way_use *use = wmem_new(wmem_file_scope(), way_use);
        *use = (way_use){ ends->way, time };
        wmem_map_insert(ways, &use->way, use);
    }
}

void
store_add_record(uint32_t frame, unsigned place, const answer_record *record)
{
    const stored_record stored = {
        .frame = frame,
        .place_and_flags = (place & PLACE_MASK) | (record->unseen_request ? RECORD_UNSEEN_REQUEST : 0),
        .repetition = record->repetition,
        .answer = record->answer,
    };

    wmem_array_append_one(records, stored);
}

/* The records of a frame stand together, in the order of their places. */
static bool
is_before(const stored_record *stored, uint32_t frame, unsigned place)
{
    return stored->frame < frame ||
           (stored->frame == frame && (stored->place_and_flags & PLACE_MASK) < place);
}

/* The first record that is not before the place; count if there is none. While
 * a message is learned, its record is the last one. */
static unsigned
first_not_before(const stored_record *all, unsigned count, uint32_t frame, unsigned place)
{
    unsigned low = 0;
    unsigned high = count;
    unsigned middle = count > 1 ? count - 2 : 0;

    while (low < high) {
        if (is_before(&all[middle], frame, place)) {
            low = middle + 1;
        } else {
            high = middle;
        }
        middle = low + (high - low) / 2;
    }
    return low;
}

bool
store_find_record(uint32_t frame, unsigned place, answer_record *record)
{
    const stored_record *all = (const stored_record *)wmem_array_get_raw(records);
    const unsigned count = wmem_array_get_count(records);
    const unsigned found = first_not_before(all, count, frame, place);

    if (found == count || all[found].frame != frame || (all[found].place_and_flags & PLACE_MASK) != place) {
        return false;
    }
    record->answer = all[found].answer;
    record->repetition = all[found].repetition;
    record->unseen_request = (all[found].place_and_flags & RECORD_UNSEEN_REQUEST) != 0;
    return true;
}
