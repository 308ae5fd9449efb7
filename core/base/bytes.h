// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

/// Unaligned little-endian loads and stores. The program runs on little-endian machines only.
namespace qs {

template <class T>
T loadLe(const std::byte* p)
{
    static_assert(std::is_trivially_copyable_v<T>);
    T v;
    std::memcpy(&v, p, sizeof(T));
    return v;
}

template <class T>
void storeLe(std::byte* p, T v)
{
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(p, &v, sizeof(T));
}

template <class T>
std::span<const std::byte> asBytes(std::span<const T> s)
{
    return std::as_bytes(s);
}

} // namespace qs
