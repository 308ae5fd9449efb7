// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/gguf_builder.h"

namespace qs::test {

std::string ggufString(std::string_view s) { return leBytes<std::uint64_t>(s.size()) + std::string(s); }

GgufBuilder& GgufBuilder::raw(std::string_view key, std::uint32_t type, std::string_view bytes)
{
    m_entries += ggufString(key) + leBytes(type);
    m_entries += bytes;
    ++m_entryCount;
    return *this;
}

GgufBuilder& GgufBuilder::text(std::string_view key, std::string_view value) { return raw(key, 8, ggufString(value)); }
GgufBuilder& GgufBuilder::u16(std::string_view key, std::uint16_t v) { return raw(key, 2, leBytes(v)); }
GgufBuilder& GgufBuilder::u32(std::string_view key, std::uint32_t v) { return raw(key, 4, leBytes(v)); }
GgufBuilder& GgufBuilder::i32(std::string_view key, std::int32_t v) { return raw(key, 5, leBytes(v)); }

GgufBuilder& GgufBuilder::array(std::string_view key, GgufType element, std::uint64_t count, std::string_view bytes)
{
    return raw(key, 9, leBytes(static_cast<std::uint32_t>(element)) + leBytes(count) + std::string(bytes));
}

GgufBuilder& GgufBuilder::texts(std::string_view key, const std::vector<std::string>& values)
{
    std::string bytes;
    for (const auto& v : values) bytes += ggufString(v);
    return array(key, GgufType::String, values.size(), bytes);
}

GgufBuilder& GgufBuilder::tensor(Tensor t)
{
    m_tensors.push_back(std::move(t));
    return *this;
}

GgufBuilder& GgufBuilder::f32(std::string_view name, std::vector<std::uint64_t> ne, const std::vector<float>& values)
{
    std::string data;
    for (float v : values) data += leBytes(v);
    return tensor({std::string(name), std::move(ne), 0, std::move(data)});
}

std::string GgufBuilder::build() const
{
    std::string out = magic + leBytes(version) + leBytes<std::uint64_t>(tensorCount.value_or(m_tensors.size()))
                      + leBytes<std::uint64_t>(entryCount.value_or(m_entryCount)) + m_entries;
    const auto pad = [&](std::string& s) { s.append((alignment - s.size() % alignment) % alignment, '\0'); };
    std::string data;
    for (const Tensor& t : m_tensors) {
        out += ggufString(t.name) + leBytes<std::uint32_t>(t.rank.value_or(static_cast<std::uint32_t>(t.ne.size())));
        for (std::uint64_t n : t.ne) out += leBytes(n);
        out += leBytes(t.type) + leBytes<std::uint64_t>(t.offset.value_or(data.size()));
        data += t.data;
        pad(data);
    }
    if (!m_tensors.empty()) pad(out);
    return out + data;
}

GgufBuilder ggufSample()
{
    GgufBuilder b;
    b.text("general.architecture", "llama").text("general.name", "small").u32("llama.block_count", 1);
    b.text("tokenizer.ggml.model", "llama").texts("tokenizer.ggml.tokens", {"<unk>", "<s>", "\xFF\xFE"});
    b.array("tokenizer.ggml.scores", GgufType::F32, 3, leBytes(0.F) + leBytes(-1.F) + leBytes(-2.F));
    b.array("tokenizer.ggml.token_type", GgufType::I32, 3, leBytes(2) + leBytes(3) + leBytes(1));
    b.u32("tokenizer.ggml.bos_token_id", 1);
    b.f32("blk.0.attn_q.weight", {4, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
    std::string block = leBytes<std::uint16_t>(0x3800); // 0.5
    for (int i = 0; i < 32; ++i) block += static_cast<char>(i - 16);
    b.tensor({"output.weight", {32}, 8, block});
    return b;
}

} // namespace qs::test
