/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/base.h -- what every public header leans on: linkage, layout checks, C and C++.
 */

#ifndef LIBMINIASYNC_BASE_H
#define LIBMINIASYNC_BASE_H 1

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define MINIASYNC_BEGIN_DECLARATIONS extern "C" {
#define MINIASYNC_END_DECLARATIONS }
#else
#define MINIASYNC_BEGIN_DECLARATIONS
#define MINIASYNC_END_DECLARATIONS
#endif

/* A function that lives in the library. */
#if defined(__GNUC__)
#define MINIASYNC_API __attribute__((visibility("default")))
#else
#define MINIASYNC_API
#endif

/*
 * A function whose body is in the header. Every program compiles a copy of its own; the one
 * translation unit of the library that defines MINIASYNC_EMIT_INLINE makes them real symbols as
 * well, for languages that bind to symbols and cannot read headers.
 */
#ifdef MINIASYNC_EMIT_INLINE
#define MINIASYNC_INLINE MINIASYNC_API
#else
#define MINIASYNC_INLINE static inline
#endif

/* A function that is rarely called: kept apart, so that its callers stay short. */
#if defined(__GNUC__)
#define MINIASYNC_OUT_OF_LINE static __attribute__((noinline, unused))
#else
#define MINIASYNC_OUT_OF_LINE static inline
#endif

/*
 * MINIASYNC_STATIC_ASSERT(condition, message) -- refuses to compile; usable among the members of a
 * struct, whose layout it leaves alone. C99 has only a bit-field of negative width to say it with.
 */
#if defined(__cplusplus)
#define MINIASYNC_STATIC_ASSERT(_condition, _message) static_assert(_condition, _message)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define MINIASYNC_STATIC_ASSERT(_condition, _message) _Static_assert(_condition, _message)
#else
#define MINIASYNC_STATIC_ASSERT(_condition, _message) unsigned : (_condition) ? 0 : -1
#endif

/* The alignment of a type, in every dialect that the headers serve. */
#if defined(__cplusplus)
#define MINIASYNC_ALIGNOF(_type) alignof(_type)
#elif defined(__GNUC__)
#define MINIASYNC_ALIGNOF(_type) __alignof__(_type)
#else
#define MINIASYNC_ALIGNOF(_type) _Alignof(_type)
#endif

/* Anonymous unions give old members new names; C99 knows them only as an extension. */
#if defined(__GNUC__)
#define MINIASYNC_EXTENSION __extension__
#else
#define MINIASYNC_EXTENSION
#endif

#endif /* LIBMINIASYNC_BASE_H */
