/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_waking_itself.c -- a waker that is called within the very poll that was given it, and what
 * must not be taken for that: a waker of another future, of another wait, of one that has the same
 * handle for lack of memory.
 *
 * All happens on one thread, so a wake-up that is lost is a sleep that nobody ends: a test fails
 * when it sleeps without having somebody woken then.
 */

#include <poll.h>
#include <signal.h>

#include <libminiasync.h>

#include "platform/os.h"
#include "support/failing_memory.h"
#include "support/test.h"

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);

struct actor {
	unsigned ends_at; /* it completes with this poll */
	enum future_notifier_type answer;
	void (*act)(struct actor *actor); /* in each of the others */
	struct actor *other;
	unsigned polls;
	struct future_waker waker; /* of its latest poll */
};

struct actor_data {
	struct actor *actor;
};
struct actor_output {
	char unused;
};
FUTURE(actor_future, struct actor_data, struct actor_output);

static enum future_state actor_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct actor *actor = ((struct actor_data *)future_context_get_data(context))->actor;
	actor->waker = notifier->waker;
	if (++actor->polls == actor->ends_at)
		return FUTURE_STATE_COMPLETE;
	notifier->notifier_used = actor->answer;
	if (actor->act != NULL)
		actor->act(actor);
	return FUTURE_STATE_RUNNING;
}

static struct actor_future future_of(struct actor *actor)
{
	struct actor_future future = {.data = {actor}};
	FUTURE_INIT(&future, actor_task);
	return future;
}

static void wait_for(struct actor *actors, size_t n)
{
	static struct actor_future futures[5000];
	static struct future *array[5000];
	assert_true(n <= COUNT_OF(array));
	for (size_t i = 0; i < n; i++) {
		futures[i] = future_of(&actors[i]);
		array[i] = FUTURE_AS_RUNNABLE(&futures[i]);
	}
	runtime_wait_multiple(NULL, array, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(actors[i].polls, actors[i].ends_at);
}

static void wake(struct actor *actor)
{
	if (actor->polls > 0)
		FUTURE_WAKER_WAKE(&actor->waker);
}

/* Whom a sleep wakes; NULL: there is to be none. */
static struct actor *to_wake;

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	(void)word;
	(void)expected;
	(void)deadline;
	assert_non_null(to_wake);
	wake(to_wake);
	to_wake = NULL;
}

static void wake_other(struct actor *actor)
{
	wake(actor->other);
}

/* More often than a wait polls futures that want it soon before it naps. */
#define OFTEN 4000

static void it_is_polled_again(void **state)
{
	static struct actor actors[5000];
	static const unsigned counts[] = {1, 2, 64, 65, 5000};
	(void)state;
	for (size_t k = 0; k < COUNT_OF(counts); k++) {
		for (unsigned i = 0; i < counts[k]; i++)
			actors[i] = (struct actor){
				.ends_at = i == 0 ? OFTEN : 3 + i % 5,
				.answer = FUTURE_NOTIFIER_WAKER,
				.act = wake,
			};
		wait_for(actors, counts[k]);
	}
}

static void it_is_polled_beside_others_without_a_nap(void **state)
{
	(void)state;
	struct actor actors[] = {
		{.ends_at = OFTEN},
		{.ends_at = OFTEN, .answer = FUTURE_NOTIFIER_WAKER, .act = wake},
		{.ends_at = OFTEN, .answer = FUTURE_NOTIFIER_POLLER},
	};
	wait_for(actors, COUNT_OF(actors));
}

static void wake_thrice(struct actor *actor)
{
	if (actor->polls <= 3)
		wake(actor);
}

static void one_that_no_longer_wakes_itself_is_slept_for(void **state)
{
	(void)state;
	struct actor actor = {.ends_at = 5, .answer = FUTURE_NOTIFIER_WAKER, .act = wake_thrice};
	to_wake = &actor;
	wait_for(&actor, 1);
	assert_null(to_wake);
}

/* Two that keep each other going: each one's waker is called in the other one's poll. */
static void it_may_wake_another_one(void **state)
{
	(void)state;
	struct actor actors[] = {
		{.ends_at = OFTEN, .answer = FUTURE_NOTIFIER_WAKER, .other = &actors[1]},
		{.ends_at = OFTEN, .answer = FUTURE_NOTIFIER_WAKER, .other = &actors[0]},
	};
	actors[0].act = actors[1].act = wake_other;
	struct actor_future futures[] = {future_of(&actors[0]), future_of(&actors[1])};
	struct future *array[] = {FUTURE_AS_RUNNABLE(&futures[0]), FUTURE_AS_RUNNABLE(&futures[1])};
	size_t first;
	assert_int_equal(runtime_wait_any(NULL, array, 2, UINT64_MAX, &first), 0);
	assert_int_equal(actors[first].polls, OFTEN);
	assert_true(actors[!first].polls >= OFTEN - 1);
}

static struct actor *interrupted;

static void wake_interrupted(int number)
{
	(void)number;
	wake(interrupted);
}

static void interrupt(struct actor *actor)
{
	(void)actor;
	raise(SIGUSR1);
}

static void handle_interrupts(void (*handler)(int))
{
	assert_int_equal(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handler}, NULL), 0);
}

static void a_signal_handler_may_call_the_waker(void **state)
{
	(void)state;
	struct actor itself = {.ends_at = OFTEN, .answer = FUTURE_NOTIFIER_WAKER, .act = interrupt};
	handle_interrupts(wake_interrupted);
	interrupted = &itself;
	wait_for(&itself, 1);

	/* And within the poll of another one. */
	struct actor two[] = {
		{.ends_at = 2, .answer = FUTURE_NOTIFIER_WAKER},
		{.ends_at = 2, .answer = FUTURE_NOTIFIER_WAKER, .act = interrupt},
	};
	interrupted = &two[0];
	struct actor_future futures[] = {future_of(&two[0]), future_of(&two[1])};
	struct future *array[] = {FUTURE_AS_RUNNABLE(&futures[0]), FUTURE_AS_RUNNABLE(&futures[1])};
	size_t first;
	assert_int_equal(runtime_wait_any(NULL, array, 2, UINT64_MAX, &first), 0);
	assert_int_equal(first, 0);
	handle_interrupts(SIG_DFL);
}

/* Waits, within its poll, for a future that wakes it. */
static void wait_within(struct actor *actor)
{
	struct actor inner = {
		.ends_at = 3, .answer = FUTURE_NOTIFIER_NONE, .act = wake_other, .other = actor};
	struct actor_future future = future_of(&inner);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&future));
	assert_int_equal(inner.polls, 3);
}

static void a_wait_within_a_poll_may_wake_the_one_around_it(void **state)
{
	(void)state;
	struct actor outer = {.ends_at = 20, .answer = FUTURE_NOTIFIER_WAKER, .act = wait_within};
	wait_for(&outer, 1);
}

/* The 65th shares its handle with the first one, whose polls wake it. */
static void with_a_handle_for_several_each_is_polled(void **state)
{
	static struct actor actors[65];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(actors); i++)
		actors[i] = (struct actor){.ends_at = 1};
	actors[0] = (struct actor){.ends_at = 40, .answer = FUTURE_NOTIFIER_WAKER, .act = wake};
	actors[64] = (struct actor){.ends_at = 40, .answer = FUTURE_NOTIFIER_WAKER};
	wait_for(&(struct actor){.ends_at = 1}, 1); /* now the thread keeps a set, for 64 */
	failing_memory_set(0, 1);
	wait_for(actors, COUNT_OF(actors));
	assert_true(failing_memory_end());
}

static void an_event_loop_comes_back_at_once(void **state)
{
	(void)state;
	struct runtime *runtime = runtime_new();
	struct actor itself = {.ends_at = OFTEN, .answer = FUTURE_NOTIFIER_WAKER, .act = wake};
	struct actor_future future = future_of(&itself);
	struct pollfd loop = {.fd = runtime_fd(runtime), .events = POLLIN};
	assert_int_equal(runtime_add(runtime, FUTURE_AS_RUNNABLE(&future), NULL), 0);
	while (runtime_next(runtime, 0, NULL) == NULL)
		assert_int_equal(poll(&loop, 1, 0), 1);
	assert_int_equal(itself.polls, OFTEN);
	runtime_delete(runtime);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_a_handle_for_several_each_is_polled),
		cmocka_unit_test(it_is_polled_again),
		cmocka_unit_test(it_is_polled_beside_others_without_a_nap),
		cmocka_unit_test(one_that_no_longer_wakes_itself_is_slept_for),
		cmocka_unit_test(it_may_wake_another_one),
		cmocka_unit_test(a_signal_handler_may_call_the_waker),
		cmocka_unit_test(a_wait_within_a_poll_may_wake_the_one_around_it),
		cmocka_unit_test(an_event_loop_comes_back_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
