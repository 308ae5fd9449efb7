// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/array_store.h"

#include "core/tensor/convert.h"

#include <cmath>

namespace qs::quant {

float Array::value(std::size_t i) const
{
    const std::size_t width = traits(dtype).blockBytes;
    float v = 0;
    plainToFloat(dtype, std::span(bytes).subspan(i * width, width), {&v, 1});
    return v;
}

void ArrayStore::add(Array array) { m_arrays.push_back(std::move(array)); }

void ArrayStore::addFloats(std::string name, DType dtype, Shape shape, std::span<const float> values)
{
    Array a{std::move(name), dtype, shape, {}};
    a.bytes.resize(values.size() * traits(dtype).blockBytes);
    floatToPlain(dtype, values, a.bytes);
    add(std::move(a));
}

const Array* ArrayStore::find(std::string_view name) const
{
    for (const Array& a : m_arrays)
        if (a.name == name) return &a;
    return nullptr;
}

Result<const Array*> ArrayStore::get(std::string_view name, DType dtype, const Shape& shape) const
{
    const Array* a = find(name);
    if (!a) return fail(Error(ErrorCode::Malformed, "array " + std::string(name) + " is missing"));
    if (a->dtype != dtype || !(a->shape == shape) || a->bytes.size() != byteSize(dtype, shape.elements()))
        return fail(Error(ErrorCode::Malformed, "array " + std::string(name) + " has the wrong type or shape")
                        .wanted(std::string(dtypeName(dtype)) + " " + shape.text())
                        .got(std::string(dtypeName(a->dtype)) + " " + a->shape.text()));
    return a;
}

Result<std::vector<float>> ArrayStore::getFloats(std::string_view name, const Shape& shape) const
{
    const Array* a = find(name);
    const DType type = a && (a->dtype == DType::BF16 || a->dtype == DType::F32) ? a->dtype : DType::F16;
    QS_ASSIGN(a, get(name, type, shape));
    std::vector<float> out(shape.elements());
    plainToFloat(type, a->bytes, out);
    for (const float v : out)
        if (!std::isfinite(v))
            return fail(Error(ErrorCode::Malformed, "array " + std::string(name) + " holds a value that is not finite"));
    return out;
}

std::uint64_t ArrayStore::totalBytes() const
{
    std::uint64_t n = 0;
    for (const Array& a : m_arrays) n += a.bytes.size();
    return n;
}

} // namespace qs::quant
