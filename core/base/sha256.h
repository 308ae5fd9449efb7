// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace qs {

/// Incremental SHA-256 (FIPS 180-4, by OpenSSL).
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void update(std::span<const std::byte> bytes);
    /// The digest as 64 lower-case hexadecimal digits; ends the computation.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Digest of one buffer, as hexadecimal digits.
std::string sha256Hex(std::span<const std::byte> bytes);

} // namespace qs
