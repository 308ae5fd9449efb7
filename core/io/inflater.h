// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <memory>
#include <span>

namespace qs::io {

/// A raw deflate stream (no zlib or gzip frame) over bytes in memory, of any length. Can be copied in mid-stream, which
/// makes random access cheap.
class Inflater {
public:
    explicit Inflater(std::span<const std::byte> in);
    Inflater(Inflater&& other) noexcept;
    Inflater& operator=(Inflater&& other) noexcept;
    ~Inflater();

    /// Fills `out` as far as the stream goes; `written` tells how far. False where the stream is broken or cut off.
    bool read(std::span<std::byte> out, std::size_t& written);
    /// True where the content ends here and no input is left over.
    bool finished();
    /// A stream that goes on from the same place; not valid() where memory lacks.
    Inflater clone() const;
    bool valid() const;

private:
    struct State;
    Inflater() = default;
    std::unique_ptr<State> m_state;
};

} // namespace qs::io
