/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * dpdk.cpp -- DPDK's dmadev with its software device, a thread that copies; completions are polled
 * for, as DPDK's users do. The device needs neither huge pages nor hardware.
 */

#include "peers.h"

#include <cstring>

#include <sched.h>

#include <rte_config.h>
#include <rte_dmadev.h>
#include <rte_eal.h>

namespace bench
{

namespace
{

constexpr uint16_t DESCRIPTORS = 1024;

/* The device, once in a process; negative: there is none. */
int16_t open_device()
{
	static char arguments[][24] = {"bench_peers",         "--no-huge",      "--no-pci",
				       "--vdev=dma_skeleton", "--no-telemetry", "--no-shconf",
				       "--log-level=3"};
	constexpr int COUNT = sizeof(arguments) / sizeof(arguments[0]);
	char *argv[COUNT];
	for (int i = 0; i < COUNT; i++)
		argv[i] = arguments[i];

	/* DPDK keeps the calling thread on one CPU; the other contenders are to have all. */
	cpu_set_t usable;
	sched_getaffinity(0, sizeof(usable), &usable);
	int initialised = rte_eal_init(COUNT, argv);
	sched_setaffinity(0, sizeof(usable), &usable);
	if (initialised < 0)
		return -1;

	int16_t device = int16_t(rte_dma_get_dev_id_by_name("dma_skeleton"));
	rte_dma_conf configuration = {};
	configuration.nb_vchans = 1;
	rte_dma_vchan_conf channel = {};
	channel.direction = RTE_DMA_DIR_MEM_TO_MEM;
	channel.nb_desc = DESCRIPTORS;
	if (device < 0 || rte_dma_configure(device, &configuration) != 0 ||
	    rte_dma_vchan_setup(device, 0, &channel) != 0)
		return -1;
	return device;
}

class Dpdk : public Copier
{
      public:
	explicit Dpdk(int16_t device) : device(device)
	{
		rte_dma_start(device);
	}

	~Dpdk() override
	{
		rte_dma_stop(device);
	}

	void copy(char *dest, char *src, size_t size, size_t count) override
	{
		size_t completed = 0;
		for (size_t i = 0; i < count; i++)
			while (rte_dma_copy(device, 0, rte_iova_t(src + i * size),
					    rte_iova_t(dest + i * size), uint32_t(size),
					    0) == -ENOSPC)
				completed += complete();
		rte_dma_submit(device, 0);
		while (completed < count)
			completed += complete();
	}

      private:
	size_t complete()
	{
		uint16_t last;
		bool failed;
		return rte_dma_completed(device, 0, DESCRIPTORS, &last, &failed);
	}

	int16_t device;
};

} // namespace

std::unique_ptr<Copier> make_dpdk(size_t count)
{
	static const int16_t device = open_device();
	if (device < 0 || count >= DESCRIPTORS)
		return nullptr;
	return std::make_unique<Dpdk>(device);
}

} // namespace bench
