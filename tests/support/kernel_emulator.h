// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <algorithm>
#include <barrier>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

/// Runs the body of a kernel on the host, as core/cuda/launch.cuh does on a device: real threads for the threads of a
/// block, a barrier for sync(), blocks in a shuffled order, shared memory that starts as garbage. So an index that is
/// out of bounds, a missing barrier or a read of unset shared memory shows up under ASan, TSan or in the values.
namespace qs::test {

class EmulatedTeam {
public:
    EmulatedTeam(int rank, int size, std::int64_t block, std::int64_t blocks, std::barrier<>& barrier)
        : m_rank(rank), m_size(size), m_block(block), m_blocks(blocks), m_barrier(barrier)
    {
    }
    int rank() const { return m_rank; }
    int size() const { return m_size; }
    std::int64_t block() const { return m_block; }
    std::int64_t blocks() const { return m_blocks; }
    void sync() const { m_barrier.arrive_and_wait(); }

private:
    int m_rank;
    int m_size;
    std::int64_t m_block;
    std::int64_t m_blocks;
    std::barrier<>& m_barrier;
};

/// `threads`: width of a block, at most Kernel::kThreads.
template <class Kernel>
void emulate(std::int64_t blocks, int threads, const typename Kernel::Args& args, std::uint32_t seed = 1)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(blocks));
    std::iota(order.begin(), order.end(), std::int64_t(0));
    std::mt19937 random(seed);
    std::shuffle(order.begin(), order.end(), random);
    auto shared = std::make_unique<typename Kernel::Shared>();
    std::barrier<> barrier(threads);
    const auto thread = [&](int rank) {
        for (const std::int64_t block : order) {
            if (rank == 0) std::memset(static_cast<void*>(shared.get()), 0xA5, sizeof(typename Kernel::Shared));
            barrier.arrive_and_wait();
            Kernel::run(EmulatedTeam(rank, threads, block, blocks, barrier), *shared, args);
            barrier.arrive_and_wait();
        }
    };
    std::vector<std::jthread> team;
    for (int rank = threads - 1; rank >= 0; --rank) team.emplace_back(thread, rank);
}

} // namespace qs::test
