/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* needs_cxx.cpp -- makes a static model need the runtime of C++, as a static DML does. */

extern "C" int *dml_model_needs_cxx(void);

extern "C" int *dml_model_needs_cxx(void)
{
	return new int;
}
