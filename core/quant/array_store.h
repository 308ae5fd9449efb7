// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qs::quant {

/// One stored array of an artefact, named as in our container without the tensor's prefix ("codes", "grid.scale").
struct Array {
    std::string name;
    DType dtype = DType::U8;
    Shape shape;
    std::vector<std::byte> bytes; ///< little-endian, C order; exactly byteSize(dtype, shape.elements())

    /// Value of element i as float (F16, BF16, F32, F8, integer types).
    float value(std::size_t i) const;
    /// The array's elements as T, by a plain view; T must have the dtype's size.
    template <class T>
    std::span<const T> as() const
    {
        return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
    }
};

/// The arrays of one artefact, in the order in which they were stored. What is here is what is counted and exported.
class ArrayStore {
public:
    void add(Array array);
    /// Adds floats stored as F32, F16 or BF16.
    void addFloats(std::string name, DType dtype, Shape shape, std::span<const float> values);
    template <class T>
    void add(std::string name, DType dtype, Shape shape, std::span<const T> values)
    {
        Array a{std::move(name), dtype, shape, {}};
        a.bytes.resize(values.size_bytes());
        if (!values.empty()) std::memcpy(a.bytes.data(), values.data(), values.size_bytes());
        add(std::move(a));
    }
    const Array* find(std::string_view name) const;
    /// The array, checked: present, of this type, of this shape. Errors say what was wanted and found.
    Result<const Array*> get(std::string_view name, DType dtype, const Shape& shape) const;
    /// Floats of an array of F16, BF16 or F32 of this shape, each finite.
    Result<std::vector<float>> getFloats(std::string_view name, const Shape& shape) const;
    std::span<const Array> arrays() const { return m_arrays; }
    std::uint64_t totalBytes() const;

private:
    std::vector<Array> m_arrays;
};

} // namespace qs::quant
