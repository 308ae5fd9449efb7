// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/io/mapped_file.h"
#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qs::io {

/// The part of a GGUF file before its data (formats.md A2.1): metadata with the types that llama.cpp insists on, and
/// the list of tensors in the order of their data.
class GgufHeader {
public:
    static constexpr std::uint64_t kAlignment = 32;

    void text(std::string_view key, std::string_view value);
    void u32(std::string_view key, std::uint32_t value);
    void f32(std::string_view key, float value);
    void flag(std::string_view key, bool value);
    void texts(std::string_view key, std::span<const std::string> values);
    void floats(std::string_view key, std::span<const float> values);
    void integers(std::string_view key, std::span<const std::int32_t> values);
    /// The metadata of another GGUF file, byte for byte, of the keys that are wanted. Malformed where it is no such file.
    Status copyMetadata(const MappedFile& file, const std::function<bool(std::string_view key)>& wanted);

    /// Error NotRepresentable: a name that GGUF can't hold, a type or rank that it lacks, rows that don't fill blocks.
    Status tensor(const std::string& name, DType type, const Shape& shape);
    /// Header and padding up to the data; the length does not depend on the tensors' types.
    Result<std::string> bytes() const;
    std::uint64_t tensorBytes(std::size_t index) const { return m_tensors[index].bytes; }
    /// Drops the tensors, to list them again with other types.
    void clearTensors() { m_tensors.clear(); }

private:
    struct Tensor {
        std::string name;
        DType type;
        Shape shape;
        std::uint64_t bytes;
    };
    void key(std::string_view name, std::int32_t type);
    std::string m_entries;
    std::uint64_t m_count = 0;
    std::vector<Tensor> m_tensors;
};

} // namespace qs::io
