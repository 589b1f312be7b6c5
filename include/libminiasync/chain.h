/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/chain.h -- chains: futures that run one after another, as one future.
 *
 * A chain's data is a struct of entries, in the order in which they run:
 *
 *     struct pair_data {
 *             FUTURE_CHAIN_ENTRY(struct vdm_operation_future, first);
 *             FUTURE_CHAIN_ENTRY_LAST(struct vdm_operation_future, second);
 *             int mine;
 *     };
 *     struct pair_output { void *dest; };
 *     FUTURE(pair_future, struct pair_data, struct pair_output);
 *
 * When an entry completes, its map function carries results over: into the next entry's data, or,
 * behind the last one, into the chain's own output. A lazy entry is made only when its turn comes.
 * A chain without a LAST entry ends where its data ends; one with it may carry more data behind.
 *
 * A poll costs O(1) whatever the number of entries: the chain keeps its place in the flags of its
 * context, in units of a pointer's size. Cancelling a chain cancels each entry whose turn comes;
 * maps are still called. An entry of a pending chain is the chain's: only the chain polls it.
 */

#ifndef LIBMINIASYNC_CHAIN_H
#define LIBMINIASYNC_CHAIN_H 1

#include <libminiasync/future.h>

MINIASYNC_BEGIN_DECLARATIONS

/* Carries results from a complete entry to the next one, or to the chain itself behind the last. */
typedef void (*future_map_fn)(struct future_context *lhs, struct future_context *rhs, void *arg);

/* Makes a lazy entry's future, in place, just before the entry in front of it is mapped to it. */
typedef void (*future_init_fn)(void *future, struct future_context *chain, void *arg);

/* What every entry begins with; the future's data and output follow. */
struct future_chain_entry {
	future_map_fn map;
	void *map_arg;
	future_init_fn init; /* NULL once the future is made */
	void *init_arg;
	uint64_t flags;
	struct future future;
};

/* Set: the chain ends behind this entry. May be set until the entry before it completes. */
#define FUTURE_CHAIN_FLAG_ENTRY_LAST (UINT64_C(1) << 0)
/* Set by the chain: the entry is complete and its map has been called. */
#define FUTURE_CHAIN_FLAG_ENTRY_PROCESSED (UINT64_C(1) << 1)
#define FUTURE_CHAIN_VALID_FLAGS (FUTURE_CHAIN_FLAG_ENTRY_LAST | FUTURE_CHAIN_FLAG_ENTRY_PROCESSED)

/* How an entry's declaration tells its initialiser what it is: as the size of an array. */
enum future_chain_entry_type {
	FUTURE_CHAIN_ENTRY_REGULAR = 1,
	FUTURE_CHAIN_ENTRY_LAST = 2,
};

#define MINIASYNC_CHAIN_ENTRY(_future_type, _name, _entry_type) \
	struct {                                                \
		future_map_fn map;                              \
		void *map_arg;                                  \
		future_init_fn init;                            \
		void *init_arg;                                 \
		MINIASYNC_EXTENSION union {                     \
			uint64_t flags;                         \
			char (*entry_type)[_entry_type];        \
		};                                              \
		_future_type fut;                               \
	} _name

/* FUTURE_CHAIN_ENTRY(future_type, name) -- declares an entry; _LAST: the one that ends a chain. */
#define FUTURE_CHAIN_ENTRY(_future_type, _name) \
	MINIASYNC_CHAIN_ENTRY(_future_type, _name, FUTURE_CHAIN_ENTRY_REGULAR)
#define FUTURE_CHAIN_ENTRY_LAST(_future_type, _name) \
	MINIASYNC_CHAIN_ENTRY(_future_type, _name, FUTURE_CHAIN_ENTRY_LAST)

#define MINIASYNC_CHAIN_ENTRY_SET(_entryp, _init, _init_arg, _map, _map_arg)              \
	do {                                                                              \
		(_entryp)->map = (_map);                                                  \
		(_entryp)->map_arg = (_map_arg);                                          \
		(_entryp)->init = (_init);                                                \
		(_entryp)->init_arg = (_init_arg);                                        \
		(_entryp)->flags =                                                        \
			sizeof(*(_entryp)->entry_type) == (size_t)FUTURE_CHAIN_ENTRY_LAST \
				? FUTURE_CHAIN_FLAG_ENTRY_LAST                            \
				: 0;                                                      \
	} while (0)

/* FUTURE_CHAIN_ENTRY_INIT(entryp, future, map, map_arg) -- an entry that holds a copy of future. */
#define FUTURE_CHAIN_ENTRY_INIT(_entryp, _future, _map, _map_arg)               \
	do {                                                                    \
		(_entryp)->fut = (_future);                                     \
		MINIASYNC_CHAIN_ENTRY_SET(_entryp, NULL, NULL, _map, _map_arg); \
	} while (0)

/* FUTURE_CHAIN_ENTRY_LAZY_INIT(entryp, init, init_arg, map, map_arg) -- init makes it, in turn. */
#define FUTURE_CHAIN_ENTRY_LAZY_INIT(_entryp, _init, _init_arg, _map, _map_arg) \
	MINIASYNC_CHAIN_ENTRY_SET(_entryp, _init, _init_arg, _map, _map_arg)

#define FUTURE_CHAIN_ENTRY_HAS_FLAG(_entryp, _flag) (((_entryp)->flags & (_flag)) != 0)
#define FUTURE_CHAIN_ENTRY_IS_LAST(_entryp) \
	FUTURE_CHAIN_ENTRY_HAS_FLAG(_entryp, FUTURE_CHAIN_FLAG_ENTRY_LAST)
#define FUTURE_CHAIN_ENTRY_IS_PROCESSED(_entryp) \
	FUTURE_CHAIN_ENTRY_HAS_FLAG(_entryp, FUTURE_CHAIN_FLAG_ENTRY_PROCESSED)
#define FUTURE_CHAIN_ENTRY_IS_INITIALIZED(_entryp) ((_entryp)->init == NULL)

/* FUTURE_CHAIN_INIT(futurep) -- makes a chain; its entries are made before its first poll. */
#define FUTURE_CHAIN_INIT(_futurep) \
	FUTURE_INIT_EXT(_futurep, async_chain_impl, future_chain_has_property)

/* async_chain_impl -- the task of every chain. */
MINIASYNC_INLINE enum future_state async_chain_impl(struct future_context *context,
						    struct future_notifier *notifier);

/*
 * future_chain_has_property -- a chain has the properties of the entry whose turn it is: 1 or 0;
 * 0 for one that is not made yet, -1 when all entries are processed.
 */
MINIASYNC_INLINE int future_chain_has_property(void *future, enum future_property property);

/* Bodies of what is inline. */

/* The entry at a place, in units of a pointer's size; NULL where the chain's data ends. */
static inline struct future_chain_entry *future_chain_entry_at(struct future_context *chain,
							       size_t place)
{
	size_t offset = place * sizeof(void *);
	if (chain->data_size < sizeof(struct future_chain_entry) ||
	    offset > chain->data_size - sizeof(struct future_chain_entry))
		return NULL;
	return (struct future_chain_entry *)(void *)((char *)future_context_get_data(chain) +
						     offset);
}

/* Entries lie one behind the other, each padded to a pointer's alignment. */
static inline size_t future_chain_place_after(size_t place, struct future_chain_entry *entry)
{
	size_t bytes = sizeof(*entry) + future_context_get_size(&entry->future.context);
	return place + (bytes + sizeof(void *) - 1) / sizeof(void *);
}

static inline void future_chain_entry_prepare(struct future_chain_entry *entry,
					      struct future_context *chain)
{
	if (!FUTURE_CHAIN_ENTRY_IS_INITIALIZED(entry)) {
		entry->init(&entry->future, chain, entry->init_arg);
		entry->init = NULL;
	}
}

MINIASYNC_INLINE enum future_state async_chain_impl(struct future_context *context,
						    struct future_notifier *notifier)
{
	size_t place = context->flags & ~FUTURE_CONTEXT_CANCELED;
	struct future_chain_entry *entry = future_chain_entry_at(context, place);

	while (entry != NULL) {
		future_chain_entry_prepare(entry, context);
		if (future_context_is_canceled(context))
			future_cancel(&entry->future);
		if (future_poll(&entry->future, notifier) != FUTURE_STATE_COMPLETE)
			return FUTURE_STATE_RUNNING;

		struct future_chain_entry *next = NULL;
		if (!FUTURE_CHAIN_ENTRY_IS_LAST(entry)) {
			place = future_chain_place_after(place, entry);
			next = future_chain_entry_at(context, place);
		}
		if (next != NULL)
			future_chain_entry_prepare(next, context);
		if (entry->map != NULL)
			entry->map(&entry->future.context, next ? &next->future.context : context,
				   entry->map_arg);
		entry->flags |= FUTURE_CHAIN_FLAG_ENTRY_PROCESSED;
		if (next != NULL)
			context->flags =
				(context->flags & FUTURE_CONTEXT_CANCELED) | (uint32_t)place;
		entry = next;
	}
	return FUTURE_STATE_COMPLETE;
}

MINIASYNC_INLINE int future_chain_has_property(void *future, enum future_property property)
{
	struct future *chain = (struct future *)future;
	struct future_chain_entry *entry = future_chain_entry_at(
		&chain->context, chain->context.flags & ~FUTURE_CONTEXT_CANCELED);

	if (entry == NULL || FUTURE_CHAIN_ENTRY_IS_PROCESSED(entry))
		return -1;
	if (!FUTURE_CHAIN_ENTRY_IS_INITIALIZED(entry))
		return 0;
	return future_has_property(&entry->future, property);
}

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_CHAIN_H */
