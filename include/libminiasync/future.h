/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/future.h -- futures: tasks that make progress each time they are polled.
 *
 * A future is a struct in its user's memory. Making one allocates nothing and starts nothing; its
 * first poll starts it, and it is polled until a poll answers FUTURE_STATE_COMPLETE. Its output is
 * then in place. In between, each poll says through the notifier what is worth waiting for before
 * the next one, so that whoever polls need not do it in a busy loop. runtime.h has a poller that
 * honours all of this; most programs use that one.
 *
 * What a future promises, and may expect:
 *
 *  - One poller at a time, from any thread. Between polls it may move in memory; before its first
 *    poll it may also be copied, and each copy is a future of its own.
 *  - A poll does a bounded amount of work and never blocks.
 *  - COMPLETE is final: polling a complete future does nothing and answers COMPLETE again.
 *  - A future may be dropped, its memory reused, before its first poll or after it completed. In
 *    between, cancel it (future_cancel) and go on polling until it is complete.
 *
 * Kinds of futures are declared with FUTURE, made with FUTURE_INIT, composed with the chains of
 * chain.h, which this header includes.
 */

#ifndef LIBMINIASYNC_FUTURE_H
#define LIBMINIASYNC_FUTURE_H 1

#include <libminiasync/base.h>

MINIASYNC_BEGIN_DECLARATIONS

enum future_state {
	FUTURE_STATE_IDLE = 0,     /* never polled, or not able to start yet */
	FUTURE_STATE_COMPLETE = 1, /* done; the output is there to read */
	FUTURE_STATE_RUNNING = 2,  /* started, not done */
};

/* What a poll that did not complete its future leaves in future_notifier.notifier_used. */
enum future_notifier_type {
	FUTURE_NOTIFIER_NONE = 0,   /* nobody will call: poll again, when poll_within_us says */
	FUTURE_NOTIFIER_WAKER = 1,  /* the waker is called when there is progress to make */
	FUTURE_NOTIFIER_POLLER = 2, /* the word at ptr_to_monitor is written then */
};

enum future_property {
	/* The future's work goes on elsewhere between polls: start it before those that block. */
	FUTURE_PROPERTY_ASYNC = 0,
};

/*
 * A waker: what a future calls when it can make progress. It may be called from any thread, any
 * number of times, also from within the poll that was given it, also spuriously. It must not block,
 * nor take a lock that is held around a poll. A future does not call it once a poll answered
 * COMPLETE; one that is left pending may call it at any time until then.
 */
typedef void (*future_waker_wake_fn)(void *data);

struct future_waker {
	void *data;
	future_waker_wake_fn wake;
};

/* FUTURE_WAKER_WAKE(wakerp) -- calls a waker. */
#define FUTURE_WAKER_WAKE(_wakerp) ((_wakerp)->wake((_wakerp)->data))

struct future_poller {
	uint64_t *ptr_to_monitor;
};

/*
 * What passes between a future and whoever polls it. The poller sets the waker and keeps it valid
 * for as long as the future may call it; the future answers through the other members:
 *
 *   notifier_used  poll_within_us  the answer means
 *   NONE           0               poll again soon
 *   NONE           t               not before t microseconds from now
 *   WAKER          0 or t          the waker will be called; with t, poll after t at the latest
 *   POLLER         0 or t          the word at ptr_to_monitor will be written; t likewise
 *
 * A poll may be given no notifier at all (NULL): the future then makes what progress it can, and
 * wakes nobody.
 */
struct future_notifier {
	struct future_waker waker;
	struct future_poller poller;
	enum future_notifier_type notifier_used;
	MINIASYNC_EXTENSION union {
		uint32_t poll_within_us;
		uint32_t padding; /* its name in 0.2.1 */
	};
};

/*
 * A thread that is about to sleep in a wait may offer its time: it polls with ptr_to_monitor
 * holding the address of future_time_offer. A future that knows of queued work may then do a
 * bounded piece of it inside that poll. One that would, says so by leaving that address in
 * ptr_to_monitor when it answers WAKER, after an offer too as long as there is more to do; others
 * need not know of any of this.
 */
MINIASYNC_API extern uint64_t future_time_offer;

/*
 * In any other poll ptr_to_monitor may hold this address: whoever polls does nothing else until the
 * future is complete, and offers its time next if it is invited to. An engine need not wake a
 * thread for what that time will do. It answers with the invitation, and wakes one when a poll
 * comes with neither. A task that polls others and does not pass on their invitation sets the
 * member to NULL first, or they wait for the next such poll.
 */
MINIASYNC_API extern uint64_t future_time_promise;

/* The part of a future that its task is given. The future's data and output lie right behind it. */
struct future_context {
	size_t data_size;   /* bytes from the data to the output */
	size_t output_size; /* bytes of the output */
	enum future_state state;
	MINIASYNC_EXTENSION union {
		uint32_t flags;   /* bit 31: cancelled; the rest is the task's own */
		uint32_t padding; /* its name in 0.2.1 */
	};
};

#define FUTURE_CONTEXT_CANCELED (UINT32_C(1) << 31)

/*
 * A task: makes progress and says how far it came. It finds its data and output through its
 * context, and must tolerate a notifier that is NULL.
 */
typedef enum future_state (*future_task_fn)(struct future_context *context,
					    struct future_notifier *notifier);

/* Tells whether the future, pending and at the address given, has a property: 1 or 0. */
typedef int (*future_has_property_fn)(void *future, enum future_property property);

struct future {
	future_task_fn task;
	future_has_property_fn has_property; /* NULL: has none */
	struct future_context context;
};

/*
 * future_poll -- lets a future make progress; the state it is in afterwards.
 *
 * The notifier (NULL for none) is given to the task with both out-values cleared. The waker of the
 * latest poll is the one in force. Costs one indirect call; a complete future costs a comparison.
 */
MINIASYNC_INLINE enum future_state future_poll(struct future *fut,
					       struct future_notifier *notifier);

/*
 * future_cancel -- asks a future to end early. Called by whoever may poll it.
 *
 * It is a request that the next polls pass on: a future that honours it completes early and says so
 * in its output, one that does not runs to its end. Either way it is to be polled until it is
 * complete; only then is nothing touching what it was given.
 */
MINIASYNC_INLINE void future_cancel(struct future *fut);

/* future_context_is_canceled -- for tasks: whether somebody asked this future to end early. */
MINIASYNC_INLINE int future_context_is_canceled(const struct future_context *context);

/* future_has_property -- 1 when the future is pending and has the property, otherwise 0. */
MINIASYNC_INLINE int future_has_property(struct future *fut, enum future_property property);

/* future_has_property_default -- the answer of a future that has no property. */
MINIASYNC_INLINE int future_has_property_default(void *future, enum future_property property);

/* Where a context's data and its output begin, and how many bytes both take together. */
MINIASYNC_INLINE void *future_context_get_data(struct future_context *context);
MINIASYNC_INLINE void *future_context_get_output(struct future_context *context);
MINIASYNC_INLINE size_t future_context_get_size(struct future_context *context);

/*
 * FUTURE(name, data_type, output_type) -- declares struct name: a future with its data and output.
 *
 * Either type may be an empty struct where the compiler has those. A type that needs more than the
 * alignment of a pointer is refused, for a task finds its data right behind the context.
 */
#define FUTURE(_name, _data_type, _output_type)                                                   \
	struct _name {                                                                            \
		struct future base;                                                               \
		_data_type data;                                                                  \
		_output_type output;                                                              \
		MINIASYNC_STATIC_ASSERT(MINIASYNC_ALIGNOF(_data_type) <=                          \
						MINIASYNC_ALIGNOF(struct future),                 \
					"a future's data may not be aligned beyond a pointer");   \
		MINIASYNC_STATIC_ASSERT(MINIASYNC_ALIGNOF(_output_type) <=                        \
						MINIASYNC_ALIGNOF(struct future),                 \
					"a future's output may not be aligned beyond a pointer"); \
	}

/* FUTURE_INIT_EXT(futurep, task, has_property) -- makes a future ready for its first poll. */
#define FUTURE_INIT_EXT(_futurep, _task, _has_property)                                    \
	do {                                                                               \
		(_futurep)->base.task = (_task);                                           \
		(_futurep)->base.has_property = (_has_property);                           \
		(_futurep)->base.context.data_size =                                       \
			(size_t)((char *)&(_futurep)->output - (char *)&(_futurep)->data); \
		(_futurep)->base.context.output_size = sizeof((_futurep)->output);         \
		(_futurep)->base.context.state = FUTURE_STATE_IDLE;                        \
		(_futurep)->base.context.flags = 0;                                        \
	} while (0)

/* FUTURE_INIT(futurep, task) -- the same, for a future that has no property. */
#define FUTURE_INIT(_futurep, _task) FUTURE_INIT_EXT(_futurep, _task, future_has_property_default)

/* FUTURE_INIT_COMPLETE(futurep) -- makes a future that is complete already. */
#define FUTURE_INIT_COMPLETE(_futurep)                                  \
	do {                                                            \
		FUTURE_INIT_EXT(_futurep, NULL, NULL);                  \
		(_futurep)->base.context.state = FUTURE_STATE_COMPLETE; \
	} while (0)

/* The future, as polls and waits take it; pointers to its parts; the state of its latest poll. */
#define FUTURE_AS_RUNNABLE(_futurep) (&(_futurep)->base)
#define FUTURE_DATA(_futurep) (&(_futurep)->data)
#define FUTURE_OUTPUT(_futurep) (&(_futurep)->output)
#define FUTURE_STATE(_futurep) ((_futurep)->base.context.state)

/* FUTURE_BUSY_POLL(futurep) -- polls until complete, on the whole CPU; runtime_wait sleeps. */
#define FUTURE_BUSY_POLL(_futurep) \
	do {                       \
	} while (future_poll(FUTURE_AS_RUNNABLE(_futurep), NULL) != FUTURE_STATE_COMPLETE)

/* Bodies of what is inline. */

MINIASYNC_INLINE enum future_state future_poll(struct future *fut, struct future_notifier *notifier)
{
	if (notifier != NULL) {
		notifier->notifier_used = FUTURE_NOTIFIER_NONE;
		notifier->poll_within_us = 0;
	}
	if (fut->context.state != FUTURE_STATE_COMPLETE)
		fut->context.state = fut->task(&fut->context, notifier);
	return fut->context.state;
}

MINIASYNC_INLINE void future_cancel(struct future *fut)
{
	fut->context.flags |= FUTURE_CONTEXT_CANCELED;
}

MINIASYNC_INLINE int future_context_is_canceled(const struct future_context *context)
{
	return (context->flags & FUTURE_CONTEXT_CANCELED) != 0;
}

MINIASYNC_INLINE int future_has_property(struct future *fut, enum future_property property)
{
	if (fut->context.state == FUTURE_STATE_COMPLETE || fut->has_property == NULL)
		return 0;
	return fut->has_property(fut, property);
}

MINIASYNC_INLINE int future_has_property_default(void *future, enum future_property property)
{
	(void)future;
	(void)property;
	return 0;
}

MINIASYNC_INLINE void *future_context_get_data(struct future_context *context)
{
	/* By way of an integer: a compiler takes the context's end for the end of what it sees. */
	return (void *)((uintptr_t)context + sizeof(struct future_context));
}

MINIASYNC_INLINE void *future_context_get_output(struct future_context *context)
{
	return (char *)future_context_get_data(context) + context->data_size;
}

MINIASYNC_INLINE size_t future_context_get_size(struct future_context *context)
{
	return context->data_size + context->output_size;
}

MINIASYNC_END_DECLARATIONS

#include <libminiasync/chain.h>

#endif /* LIBMINIASYNC_FUTURE_H */
