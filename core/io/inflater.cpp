// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/inflater.h"

#include <algorithm>
#include <zlib.h>

namespace qs::io {

namespace {
constexpr std::size_t kChunk = std::size_t(1) << 28; // zlib counts in 32 bits
}

struct Inflater::State {
    std::span<const std::byte> in;
    z_stream stream{};
    bool ready = false;
    bool ended = false;
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        if (ready) inflateEnd(&stream);
    }
    void feed()
    {
        if (stream.avail_in != 0 || in.empty()) return;
        const std::size_t n = std::min(in.size(), kChunk);
        stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
        stream.avail_in = static_cast<uInt>(n);
        in = in.subspan(n);
    }
};

Inflater::Inflater(std::span<const std::byte> in) : m_state(std::make_unique<State>())
{
    m_state->in = in;
    m_state->ready = inflateInit2(&m_state->stream, -MAX_WBITS) == Z_OK;
}
Inflater::Inflater(Inflater&& other) noexcept = default;
Inflater& Inflater::operator=(Inflater&& other) noexcept = default;
Inflater::~Inflater() = default;

bool Inflater::valid() const { return m_state && m_state->ready; }

bool Inflater::read(std::span<std::byte> out, std::size_t& written)
{
    written = 0;
    if (!valid()) return false;
    State& s = *m_state;
    while (written < out.size() && !s.ended) {
        s.feed();
        const std::size_t room = std::min(out.size() - written, kChunk);
        s.stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
        s.stream.avail_out = static_cast<uInt>(room);
        const int code = ::inflate(&s.stream, Z_NO_FLUSH);
        const std::size_t made = room - s.stream.avail_out;
        written += made;
        if (code == Z_STREAM_END) s.ended = true;
        else if (code != Z_OK && code != Z_BUF_ERROR) return false;
        else if (made == 0 && s.stream.avail_in == 0 && s.in.empty()) return false;
    }
    return true;
}

bool Inflater::finished()
{
    if (!valid()) return false;
    std::byte one{};
    std::size_t n = 0;
    if (!m_state->ended && (!read({&one, 1}, n) || n != 0)) return false;
    return m_state->ended && m_state->stream.avail_in == 0 && m_state->in.empty();
}

Inflater Inflater::clone() const
{
    Inflater copy;
    if (!valid()) return copy;
    copy.m_state = std::make_unique<State>();
    copy.m_state->in = m_state->in;
    copy.m_state->ended = m_state->ended;
    copy.m_state->ready = inflateCopy(&copy.m_state->stream, &m_state->stream) == Z_OK;
    return copy;
}

} // namespace qs::io
