/* transaction_store.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "transaction_store.h"

#include <string.h>

#include <epan/wmem_scopes.h>

/* Keys are kept whole up to this; of longer ones the rest goes in as a hash. */
#define KEY_LENGTH_MAX 512

typedef struct {
    uint32_t hash;
    uint32_t length;
    uint8_t bytes[];
} store_key;

/* The same on the stack, while it is put together. */
typedef struct {
    uint32_t hash;
    uint32_t length;
    uint8_t bytes[KEY_LENGTH_MAX + sizeof(uint32_t)];
} key_draft;

typedef struct {
    uint32_t frame;
    uint32_t place_and_flags;
    uint32_t repetition;
    const sip_answer *answer;
} stored_record;

#define PLACE_BITS 24
#define RECORD_UNSEEN_REQUEST (1u << PLACE_BITS)
#define PLACE_MASK (RECORD_UNSEEN_REQUEST - 1)

static wmem_map_t *transactions;    /* store_key -> sip_transaction */
static wmem_map_t *calls;           /* store_key -> sip_transaction */
static wmem_map_t *ways;            /* hash -> int64_t */
static wmem_array_t *records;
static uint64_t seed;

static guint
key_hash(gconstpointer key)
{
    return ((const store_key *)key)->hash;
}

static gboolean
key_equal(gconstpointer a, gconstpointer b)
{
    const store_key *left = (const store_key *)a;
    const store_key *right = (const store_key *)b;

    return left->hash == right->hash && left->length == right->length &&
           memcmp(left->bytes, right->bytes, left->length) == 0;
}

void
store_reset(void)
{
    wmem_allocator_t *scope = wmem_file_scope();

    seed = (uint64_t)g_random_int() << 32 | g_random_int();
    transactions = wmem_map_new(scope, key_hash, key_equal);
    calls = wmem_map_new(scope, key_hash, key_equal);
    ways = wmem_map_new(scope, g_direct_hash, g_direct_equal);
    records = wmem_array_new(scope, sizeof(stored_record));
}

/* Eight bytes at a time: every message is hashed, and wmem_strong_hash() goes
 * byte by byte. The seed is of this process, so that nobody outside can make
 * texts that collide. */
static uint32_t
hash_bytes(const void *bytes, size_t length)
{
    static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    const uint8_t *at = (const uint8_t *)bytes;
    uint64_t hash = seed ^ length;

    for (; length > 0; at += sizeof(uint64_t)) {
        const size_t taken = length < sizeof(uint64_t) ? length : sizeof(uint64_t);
        uint64_t word = 0;
        memcpy(&word, at, taken);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
        length -= taken;
    }
    return (uint32_t)(hash ^ seed >> 32);
}

uint32_t
store_hash(sip_text text)
{
    if (!text.length) {
        return 0;
    }
    uint32_t hash = hash_bytes(text.start, text.length);
    return hash ? hash : 1;
}

static void
key_append(key_draft *key, const void *bytes, size_t length)
{
    if (key->length + length + 1 <= KEY_LENGTH_MAX) {
        memcpy(key->bytes + key->length, bytes, length);
        key->length += (uint32_t)length;
        key->bytes[key->length++] = '\0';
    } else {
        key->hash ^= hash_bytes(bytes, length);
    }
}

static void
key_append_text(key_draft *key, sip_text text)
{
    key_append(key, text.length ? (const void *)text.start : "", text.length);
}

static void
key_finish(key_draft *key)
{
    const uint32_t overflow = key->hash;

    memcpy(key->bytes + key->length, &overflow, sizeof overflow);
    key->length += (uint32_t)sizeof overflow;
    key->hash = hash_bytes(key->bytes, key->length);
}

/* RFC 3261 17.1.3 and 17.2.3: branch, sent-by and method; where the branch is
 * not unique (RFC 2543), Call-ID, From tag and CSeq number too. */
static void
transaction_key(key_draft *key, const hop_ends *ends, const sip_identity *identity, sip_text method)
{
    key->hash = 0;
    key->length = 0;
    key_append(key, ends->client->data, (size_t)ends->client->len);
    key_append(key, ends->server->data, (size_t)ends->server->len);
    key_append_text(key, identity->branch);
    key_append_text(key, identity->sent_by);
    key_append_text(key, method);
    if (!identity->magic) {
        key_append_text(key, identity->call_id);
        key_append_text(key, identity->from_tag);
        key_append(key, &identity->cseq, sizeof identity->cseq);
    }
    key_finish(key);
}

static const store_key *
kept_key(const key_draft *draft)
{
    const size_t size = offsetof(store_key, bytes) + draft->length;
    store_key *key = (store_key *)wmem_alloc(wmem_file_scope(), size);

    memcpy(key, draft, size);
    return key;
}

uint32_t
store_pair(const hop_ends *ends)
{
    const sip_text client = { (const uint8_t *)ends->client->data, (size_t)ends->client->len };
    const sip_text server = { (const uint8_t *)ends->server->data, (size_t)ends->server->len };

    return store_hash(client) ^ store_hash(server);
}

sip_transaction *
store_find(const hop_ends *ends, const sip_identity *identity, sip_text method)
{
    key_draft key;

    transaction_key(&key, ends, identity, method);
    return (sip_transaction *)wmem_map_lookup(transactions, &key);
}

sip_transaction *
store_find_invite(const hop_ends *ends, const sip_identity *identity)
{
    static const sip_text invite = { (const uint8_t *)"INVITE", 6 };

    return store_find(ends, identity, invite);
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
store_add(const hop_ends *ends, const sip_identity *identity, sip_text method)
{
    key_draft key;

    transaction_key(&key, ends, identity, method);
    sip_transaction *transaction = wmem_new0(wmem_file_scope(), sip_transaction);
    const void *old_key = NULL;
    void *old = NULL;
    if (wmem_map_lookup_extended(transactions, &key, &old_key, &old)) {
        transaction->next_of_key = (sip_transaction *)old;
        wmem_map_insert(transactions, old_key, transaction);
    } else {
        wmem_map_insert(transactions, kept_key(&key), transaction);
    }
    return transaction;
}

static void
call_key(key_draft *key, sip_text call_id)
{
    key->hash = 0;
    key->length = 0;
    key_append_text(key, call_id);
    key_finish(key);
}

sip_transaction *
store_call(sip_text call_id)
{
    key_draft key;

    call_key(&key, call_id);
    return (sip_transaction *)wmem_map_lookup(calls, &key);
}

void
store_add_to_call(sip_text call_id, sip_transaction *transaction)
{
    key_draft key;
    const void *old_key = NULL;
    void *old = NULL;

    call_key(&key, call_id);
    if (wmem_map_lookup_extended(calls, &key, &old_key, &old)) {
        transaction->next_of_call = (sip_transaction *)old;
        wmem_map_insert(calls, old_key, transaction);
    } else {
        wmem_map_insert(calls, kept_key(&key), transaction);
    }
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

/* Here the order counts: a way is one direction. */
static uint32_t
way_hash(const hop_ends *ends)
{
    const sip_text client = { (const uint8_t *)ends->client->data, (size_t)ends->client->len };
    const sip_text server = { (const uint8_t *)ends->server->data, (size_t)ends->server->len };

    return store_hash(client) * 31 + store_hash(server);
}

int64_t
store_way_time(const hop_ends *ends)
{
    const int64_t *time = (const int64_t *)wmem_map_lookup(ways, GUINT_TO_POINTER(way_hash(ends)));

    return time ? *time : -1;
}

void
store_note_way(const hop_ends *ends, int64_t time)
{
    void *const key = GUINT_TO_POINTER(way_hash(ends));

    if (!wmem_map_contains(ways, key)) {
        int64_t *first = wmem_new(wmem_file_scope(), int64_t);
        *first = time;
        wmem_map_insert(ways, key, first);
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

bool
store_find_record(uint32_t frame, unsigned place, answer_record *record)
{
    const stored_record *all = (const stored_record *)wmem_array_get_raw(records);
    const unsigned count = wmem_array_get_count(records);
    unsigned low = 0;
    unsigned high = count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (is_before(&all[middle], frame, place)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == count || all[low].frame != frame || (all[low].place_and_flags & PLACE_MASK) != place) {
        return false;
    }
    record->answer = all[low].answer;
    record->repetition = all[low].repetition;
    record->unseen_request = (all[low].place_and_flags & RECORD_UNSEEN_REQUEST) != 0;
    return true;
}
