/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_vdm.c -- vdm.h by itself, with an engine such as a user writes: a table of six functions.
 *
 * The table ends where a page begins that nobody may touch, so reading a seventh member faults.
 */

#include <string.h>

#include <libminiasync/vdm.h>

#include "support/guard.h"
#include "support/test.h"

/* An engine that copies in op_check, refuses when told to, and counts what is asked of it. */
struct engine {
	struct vdm *vdm; /* at the end of its page */
	int out_of_memory;
	unsigned refusals;    /* starts still to be refused */
	unsigned idle_checks; /* checks that still answer IDLE, to be started again */
	unsigned busy_checks; /* and then RUNNING */
	enum vdm_operation_result result;
	unsigned made, started, checked, deleted;
	enum vdm_operation_type type;      /* what op_new was told */
	struct vdm_operation operation;    /* as the latest op_start saw it */
	struct future_notifier *notifier;  /* likewise */
	enum future_notifier_type answers; /* what op_start answers the notifier */
};

static struct engine engine;

static void *engine_new(struct vdm *vdm, const enum vdm_operation_type type)
{
	assert_ptr_equal(vdm, engine.vdm);
	engine.made++;
	engine.type = type;
	return engine.out_of_memory ? NULL : &engine;
}

static int engine_start(void *data, const struct vdm_operation *operation,
			struct future_notifier *notifier)
{
	assert_ptr_equal(data, &engine);
	engine.started++;
	engine.operation = *operation;
	engine.notifier = notifier;
	if (notifier != NULL)
		notifier->notifier_used = engine.answers;
	if (engine.refusals == 0)
		return 0;
	engine.refusals--;
	return -1;
}

static enum future_state engine_check(void *data, const struct vdm_operation *operation)
{
	assert_ptr_equal(data, &engine);
	engine.checked++;
	if (engine.idle_checks > 0) {
		engine.idle_checks--;
		return FUTURE_STATE_IDLE;
	}
	if (engine.busy_checks > 0) {
		engine.busy_checks--;
		return FUTURE_STATE_RUNNING;
	}
	const struct vdm_operation_data_memcpy *copy = &operation->data.memcpy;
	if (operation->type == VDM_OPERATION_MEMCPY)
		memcpy(copy->dest, copy->src, copy->n);
	return FUTURE_STATE_COMPLETE;
}

static void engine_delete(void *data, const struct vdm_operation *operation,
			  struct vdm_operation_output *output)
{
	assert_ptr_equal(data, &engine);
	engine.deleted++;
	output->type = operation->type;
	output->result = engine.result;
	output->output.memcpy.dest = operation->data.memcpy.dest;
}

static int engine_set_up(void **state)
{
	(void)state;
	memset(&engine, 0, sizeof(engine));
	engine.vdm = guard_allocate(sizeof(struct vdm));
	*engine.vdm = (struct vdm){
		.op_new = engine_new,
		.op_delete = engine_delete,
		.op_start = engine_start,
		.op_check = engine_check,
	};
	return 0;
}

static int engine_tear_down(void **state)
{
	(void)state;
	guard_free(engine.vdm, sizeof(struct vdm));
	return 0;
}

static char source[16] = "fifteen letters";
static char destination[16];

static struct vdm_operation_future copy_of_source(void)
{
	memset(destination, 0, sizeof(destination));
	return vdm_memcpy(engine.vdm, destination, source, sizeof(source), 0);
}

static enum future_state poll(struct vdm_operation_future *future)
{
	return future_poll(FUTURE_AS_RUNNABLE(future), NULL);
}

static void a_users_own_table_moves_memory(void **state)
{
	(void)state;
	struct vdm_operation_future copy = copy_of_source();

	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_string_equal(destination, source);
	assert_int_equal(FUTURE_OUTPUT(&copy)->type, VDM_OPERATION_MEMCPY);
	assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_SUCCESS);
	assert_ptr_equal(FUTURE_OUTPUT(&copy)->output.memcpy.dest, destination);
	assert_int_equal(engine.made, 1);
	assert_int_equal(engine.started, 1);
	assert_int_equal(engine.deleted, 1);
}

static void making_an_operation_asks_nothing_of_the_engine(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		copy_of_source();

	assert_int_equal(engine.made, 0);
	assert_int_equal(engine.started, 0);
}

static void each_operation_carries_its_arguments(void **state)
{
	(void)state;
	const uint64_t not_ours = UINT64_C(0xFEDCBA9876543210); /* reaches the engine unchanged */
	struct vdm_operation_future copy = vdm_memcpy(engine.vdm, destination, source, 3, not_ours);
	struct vdm_operation_future move = vdm_memmove(engine.vdm, source, destination, 4, 1);
	struct vdm_operation_future set = vdm_memset(engine.vdm, destination, -7, 5, 2);
	struct vdm_operation_future flush = vdm_flush(engine.vdm, source, 6, 3);
	struct vdm_segment segments[] = {{destination, source, 2}, {destination + 5, source, 5}};
	struct vdm_operation_future batch = vdm_memcpyv(engine.vdm, segments, 2, 4);
	poll(&copy);
	assert_int_equal(engine.type, VDM_OPERATION_MEMCPY);
	assert_int_equal(engine.operation.type, VDM_OPERATION_MEMCPY);
	assert_ptr_equal(engine.operation.data.memcpy.dest, destination);
	assert_ptr_equal(engine.operation.data.memcpy.src, source);
	assert_int_equal(engine.operation.data.memcpy.n, 3);
	assert_true(engine.operation.data.memcpy.flags == not_ours);

	poll(&move);
	assert_int_equal(engine.type, VDM_OPERATION_MEMMOVE);
	assert_ptr_equal(engine.operation.data.memmove.dest, source);
	assert_ptr_equal(engine.operation.data.memmove.src, destination);
	assert_int_equal(engine.operation.data.memmove.n, 4);
	assert_int_equal(engine.operation.data.memmove.flags, 1);

	poll(&set);
	assert_int_equal(engine.type, VDM_OPERATION_MEMSET);
	assert_ptr_equal(engine.operation.data.memset.str, destination);
	assert_int_equal(engine.operation.data.memset.c, -7);
	assert_int_equal(engine.operation.data.memset.n, 5);
	assert_int_equal(engine.operation.data.memset.flags, 2);

	poll(&flush);
	assert_int_equal(engine.type, VDM_OPERATION_FLUSH);
	assert_ptr_equal(engine.operation.data.flush.dest, source);
	assert_int_equal(engine.operation.data.flush.n, 6);
	assert_int_equal(engine.operation.data.flush.flags, 3);

	engine.vdm->capabilities = VDM_CAPABILITY_MEMCPYV;
	poll(&batch);
	assert_int_equal(engine.type, VDM_OPERATION_MEMCPYV);
	assert_ptr_equal(engine.operation.data.memcpyv.segments, segments);
	assert_int_equal(engine.operation.data.memcpyv.count, 2);
	assert_int_equal(engine.operation.data.memcpyv.n, 7);
	assert_int_equal(engine.operation.data.memcpyv.flags, 4);
}

static void before_it_starts_an_output_says_its_type_success_and_null(void **state)
{
	(void)state;
	struct vdm_operation_future made[] = {
		vdm_memcpy(engine.vdm, destination, source, 1, 0),
		vdm_memmove(engine.vdm, destination, source, 1, 0),
		vdm_memset(engine.vdm, destination, 1, 1, 0),
		vdm_flush(engine.vdm, destination, 1, 0),
		vdm_memcpyv(engine.vdm, NULL, 0, 0),
	};
	for (int type = 0; type < (int)COUNT_OF(made); type++) {
		assert_int_equal(FUTURE_STATE(&made[type]), FUTURE_STATE_IDLE);
		assert_int_equal(FUTURE_OUTPUT(&made[type])->type, type);
		assert_int_equal(FUTURE_OUTPUT(&made[type])->result, VDM_SUCCESS);
		assert_null(FUTURE_OUTPUT(&made[type])->output.memcpy.dest);
	}
}

static void no_memory_is_a_result_of_the_first_poll(void **state)
{
	(void)state;
	engine.out_of_memory = 1;
	struct vdm_operation_future copy = copy_of_source();

	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_ERROR_OUT_OF_MEMORY);
	assert_int_equal(FUTURE_OUTPUT(&copy)->type, VDM_OPERATION_MEMCPY);
	assert_int_equal(engine.started, 0);
	assert_int_equal(engine.deleted, 0);
}

static void a_refused_start_is_tried_again_with_what_op_new_made(void **state)
{
	(void)state;
	engine.refusals = 2;
	struct vdm_operation_future copy = copy_of_source();

	assert_int_equal(poll(&copy), FUTURE_STATE_IDLE);
	assert_int_equal(poll(&copy), FUTURE_STATE_IDLE);
	assert_int_equal(engine.checked, 0);
	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_int_equal(engine.made, 1);
	assert_int_equal(engine.started, 3);
	assert_int_equal(engine.deleted, 1);
	assert_string_equal(destination, source);
}

static void a_check_that_answers_idle_is_started_again(void **state)
{
	(void)state;
	engine.idle_checks = 1;
	struct vdm_operation_future copy = copy_of_source();

	assert_int_equal(poll(&copy), FUTURE_STATE_IDLE);
	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_int_equal(engine.made, 1);
	assert_int_equal(engine.started, 2);
	assert_int_equal(engine.deleted, 1);
}

static void a_running_operation_is_checked_not_started_again(void **state)
{
	(void)state;
	engine.busy_checks = 3;
	struct vdm_operation_future copy = copy_of_source();

	for (int i = 0; i < 3; i++)
		assert_int_equal(poll(&copy), FUTURE_STATE_RUNNING);
	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_int_equal(engine.started, 1);
	assert_int_equal(engine.checked, 4);
}

static void the_engine_sees_the_notifier_and_answers_it(void **state)
{
	(void)state;
	engine.busy_checks = 1;
	engine.answers = FUTURE_NOTIFIER_WAKER;
	struct future_notifier notifier = {0};
	struct vdm_operation_future copy = copy_of_source();

	future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier);

	assert_ptr_equal(engine.notifier, &notifier);
	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
}

static void the_engines_result_is_the_operations(void **state)
{
	(void)state;
	engine.result = VDM_ERROR_JOB_CORRUPTED;
	struct vdm_operation_future copy = copy_of_source();

	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_ERROR_JOB_CORRUPTED);
}

static void cancelled_before_its_start_it_never_reaches_the_engine(void **state)
{
	(void)state;
	struct vdm_operation_future copy = copy_of_source();
	future_cancel(FUTURE_AS_RUNNABLE(&copy));

	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_ERROR_CANCELED);
	assert_int_equal(FUTURE_OUTPUT(&copy)->type, VDM_OPERATION_MEMCPY);
	assert_int_equal(engine.made, 0);
	assert_string_equal(destination, "");
}

static void cancelled_after_a_refusal_it_gives_back_what_op_new_made(void **state)
{
	(void)state;
	engine.refusals = 1;
	struct vdm_operation_future copy = copy_of_source();
	poll(&copy);
	future_cancel(FUTURE_AS_RUNNABLE(&copy));

	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_ERROR_CANCELED);
	assert_int_equal(engine.started, 1);
	assert_int_equal(engine.made, 1);
	assert_int_equal(engine.deleted, 1);
}

static void cancelled_while_it_runs_it_ends_as_the_engine_says(void **state)
{
	(void)state;
	engine.busy_checks = 1;
	struct vdm_operation_future copy = copy_of_source();
	poll(&copy);
	future_cancel(FUTURE_AS_RUNNABLE(&copy));

	assert_int_equal(poll(&copy), FUTURE_STATE_COMPLETE);

	assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_SUCCESS);
	assert_string_equal(destination, source);
}

struct redirected_copies {
	FUTURE_CHAIN_ENTRY(struct vdm_operation_future, first);
	FUTURE_CHAIN_ENTRY_LAST(struct vdm_operation_future, second);
};
struct no_output {
	char unused;
};
FUTURE(redirected_future, struct redirected_copies, struct no_output);

static void aim_the_next_copy(struct future_context *lhs, struct future_context *rhs, void *arg)
{
	(void)lhs;
	struct vdm_operation_data *data = future_context_get_data(rhs);
	data->operation.data.memcpy.dest = arg;
}

static void a_map_function_may_change_the_next_destination(void **state)
{
	(void)state;
	char elsewhere[16] = "";
	struct redirected_future chain;
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.first, copy_of_source(), aim_the_next_copy, elsewhere);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.second,
				vdm_memcpy(engine.vdm, NULL, source, sizeof(source), 0), NULL,
				NULL);
	FUTURE_CHAIN_INIT(&chain);

	FUTURE_BUSY_POLL(&chain);

	assert_string_equal(elsewhere, source);
	assert_ptr_equal(FUTURE_OUTPUT(&chain.data.second.fut)->output.memcpy.dest, elsewhere);
}

static void supported_means_every_bit_asked_for(void **state)
{
	(void)state;
	static const struct {
		unsigned has, asked;
		int answer;
	} truth[] = {
		{0, 0, 1}, {0, 1, 0}, {0, 3, 0}, {1, 0, 1}, {1, 1, 1},     {1, 2, 0},
		{1, 3, 0}, {2, 1, 0}, {2, 2, 1}, {2, 3, 0}, {3, 0, 1},     {3, 1, 1},
		{3, 2, 1}, {3, 3, 1}, {3, 4, 0}, {3, 7, 0}, {~0U, ~0U, 1},
	};
	for (size_t i = 0; i < COUNT_OF(truth); i++) {
		engine.vdm->capabilities = truth[i].has;
		assert_int_equal(vdm_is_supported(engine.vdm, truth[i].asked), truth[i].answer);
	}
}

static int always_async(void *future, enum future_property property)
{
	(void)future;
	return property == FUTURE_PROPERTY_ASYNC;
}

static int is_async(struct vdm_operation_future *future)
{
	return future_has_property(FUTURE_AS_RUNNABLE(future), FUTURE_PROPERTY_ASYNC);
}

static void an_engine_without_a_property_function_has_no_property(void **state)
{
	(void)state;
	struct vdm_operation_future copy = copy_of_source();
	assert_int_equal(is_async(&copy), 0);
}

static void an_operation_has_its_engines_property(void **state)
{
	(void)state;
	engine.vdm->has_property = always_async;
	struct vdm_operation_future copy = copy_of_source();

	assert_int_equal(is_async(&copy), 1);
	poll(&copy);
	assert_int_equal(is_async(&copy), 0);
}

static void one_operation_may_be_given_another_property_function(void **state)
{
	(void)state;
	struct vdm_operation_future copy = copy_of_source();
	struct vdm_operation_future other = copy_of_source();

	vdm_set_has_property_fn(&copy, always_async);

	assert_int_equal(is_async(&copy), 1);
	assert_int_equal(is_async(&other), 0);
}

static void a_generic_operation_takes_type_and_data_as_they_are(void **state)
{
	(void)state;
	struct vdm_operation_future future;
	memset(&future, 0xA5, sizeof(future));
	future.data.operation.type = VDM_OPERATION_MEMCPY;
	future.data.operation.data.memcpy =
		(struct vdm_operation_data_memcpy){destination, source, sizeof(source), 0};
	memset(destination, 0, sizeof(destination));

	vdm_generic_operation(engine.vdm, &future);

	assert_int_equal(FUTURE_STATE(&future), FUTURE_STATE_IDLE);
	assert_int_equal(future.data.operation.progress, 0);
	assert_int_equal(FUTURE_OUTPUT(&future)->type, VDM_OPERATION_MEMCPY);
	assert_int_equal(poll(&future), FUTURE_STATE_COMPLETE);
	assert_string_equal(destination, source);
}

static void every_result_has_words_of_its_own(void **state)
{
	(void)state;
	for (unsigned result = VDM_SUCCESS; result <= VDM_ERROR_CANCELED + 1; result++) {
		const char *words = vdm_result_string((enum vdm_operation_result)result);
		assert_non_null(words);
		assert_true(strlen(words) > 0);
		for (unsigned other = VDM_SUCCESS; other < result; other++)
			assert_string_not_equal(
				words, vdm_result_string((enum vdm_operation_result)other));
	}
}

#define engine_test(_test) cmocka_unit_test_setup_teardown(_test, engine_set_up, engine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		engine_test(a_users_own_table_moves_memory),
		engine_test(making_an_operation_asks_nothing_of_the_engine),
		engine_test(each_operation_carries_its_arguments),
		engine_test(before_it_starts_an_output_says_its_type_success_and_null),
		engine_test(no_memory_is_a_result_of_the_first_poll),
		engine_test(a_refused_start_is_tried_again_with_what_op_new_made),
		engine_test(a_check_that_answers_idle_is_started_again),
		engine_test(a_running_operation_is_checked_not_started_again),
		engine_test(the_engine_sees_the_notifier_and_answers_it),
		engine_test(the_engines_result_is_the_operations),
		engine_test(cancelled_before_its_start_it_never_reaches_the_engine),
		engine_test(cancelled_after_a_refusal_it_gives_back_what_op_new_made),
		engine_test(cancelled_while_it_runs_it_ends_as_the_engine_says),
		engine_test(a_map_function_may_change_the_next_destination),
		engine_test(supported_means_every_bit_asked_for),
		engine_test(an_engine_without_a_property_function_has_no_property),
		engine_test(an_operation_has_its_engines_property),
		engine_test(one_operation_may_be_given_another_property_function),
		engine_test(a_generic_operation_takes_type_and_data_as_they_are),
		cmocka_unit_test(every_result_has_words_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
