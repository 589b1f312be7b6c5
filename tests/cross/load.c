/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* load.c -- runs smoke.c as a plug-in: not every libc loads what every linker makes. */

#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char *argv[])
{
	void *plugin = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
	int (*use_everything)(void) = NULL;
	if (plugin != NULL)
		*(void **)(void *)&use_everything = dlsym(plugin, "use_everything");
	if (use_everything != NULL)
		return use_everything();
	fprintf(stderr, "%s\n", dlerror());
	return 1;
}
