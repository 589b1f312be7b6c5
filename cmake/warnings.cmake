# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# What our own code is compiled with. Users of the library inherit none of it.

option(MINIASYNC_WERROR "Treat warnings in our own code as errors" ${PROJECT_IS_TOP_LEVEL})

add_library(miniasync_warnings INTERFACE)
target_compile_options(miniasync_warnings INTERFACE
  -Wall -Wextra -Wpedantic
  -Wconversion -Wsign-conversion # sizes and counts are mixed everywhere; none may be cut silently
  -Wshadow                       # one name, one thing
  # A function that others call is declared in a header; C++ has no other way.
  "$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes>"
  -Wundef -Wvla -Wpointer-arith -Wcast-align -Wwrite-strings
  -Wformat=2 -Wimplicit-fallthrough
  $<$<BOOL:${MINIASYNC_WERROR}>:-Werror>)
