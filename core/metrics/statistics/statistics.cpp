// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/statistics/statistics.h"

#include "core/metrics/statistics/passes.h"

#include <limits>

namespace qs::metrics {
namespace {

using detail::Elements;

Result<Elements> elementsOf(const io::ModelSource& source, const io::TensorInfo& tensor)
{
    if (!traits(tensor.dtype).decodable)
        return fail(Error(ErrorCode::Unsupported, "this type has no decoding to numbers")
                        .ofTensor(tensor.name)
                        .got(std::string(dtypeName(tensor.dtype))));
    Elements e;
    e.count = tensor.shape.elements();
    const auto bytes = source.mapped(tensor);
    const bool plain = !bytes.empty() && !tensor.reader;
    if (plain && (tensor.dtype == DType::F32 || tensor.dtype == DType::F16 || tensor.dtype == DType::BF16)
        && bytes.size() == e.count * traits(tensor.dtype).blockBytes) {
        e.kind = tensor.dtype == DType::F32 ? Elements::F32 : tensor.dtype == DType::F16 ? Elements::F16 : Elements::BF16;
        e.bytes = bytes.data();
        e.check = [file = source.files[tensor.file]] { return file->check(); };
    } else {
        e.kind = Elements::Decoded;
        e.read = [&source, &tensor](std::uint64_t b, std::uint64_t end, std::span<float> out) {
            return source.readFloats(tensor, b, end, out);
        };
    }
    return e;
}

Elements elementsOf(MatrixView values)
{
    Elements e;
    e.kind = Elements::F32;
    e.count = values.data.size();
    e.bytes = reinterpret_cast<const std::byte*>(values.data.data());
    return e;
}

// What the first pass says; what it counted by value stays in `values`.
Result<TensorStatistics> moments(const Elements& elements, const Context& context, std::vector<std::uint64_t>& values)
{
    TensorStatistics out;
    out.count = elements.count;
    out.patternCounts.assign(kPatternBins, 0);
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    out.min = out.max = out.mean = out.std = out.skewness = out.kurtosis = kNone;
    out.absPercentiles.fill(kNone);
    if (elements.count == 0) return out;
    QS_ASSIGN(auto pass, detail::firstPass(elements, context));
    const detail::Sums& s = pass.sums;
    out.patternCounts = std::move(pass.counts);
    values = std::move(pass.values);
    out.zeros = s.zeros;
    out.nans = s.nans;
    out.infs = s.infs;
    out.finite = out.count - s.nans - s.infs;
    if (out.finite == 0) return out;
    const auto n = static_cast<double>(out.finite);
    const double d = s.s1 / n;
    out.min = s.min;
    out.max = s.max;
    out.mean = static_cast<double>(pass.shift) + d;
    const double m2 = std::max(0.0, s.s2 / n - d * d);
    const double m3 = s.s3 / n - 3 * d * (s.s2 / n) + 2 * d * d * d;
    const double m4 = s.s4 / n - 4 * d * (s.s3 / n) + 6 * d * d * (s.s2 / n) - 3 * d * d * d * d;
    if (s.min == s.max) {
        out.mean = s.min;
        out.std = 0;
        return out;
    }
    out.std = std::sqrt(m2);
    if (m2 > 0) {
        out.skewness = m3 / (m2 * out.std);
        out.kurtosis = m4 / (m2 * m2) - 3;
    }
    return out;
}

Result<TensorStatistics> both(const Elements& elements, int bins, const Context& context)
{
    std::vector<std::uint64_t> values;
    QS_ASSIGN(auto out, moments(elements, context, values));
    QS_TRY(detail::secondPass(elements, values, bins, context, out));
    return out;
}

} // namespace

Result<TensorStatistics> statistics(const io::ModelSource& source, const io::TensorInfo& tensor, int bins,
                                    const Context& context)
{
    QS_ASSIGN(auto elements, elementsOf(source, tensor));
    return both(elements, bins, context);
}

Result<TensorStatistics> statistics(MatrixView values, int bins, const Context& context)
{
    return both(elementsOf(values), bins, context);
}

Result<TensorStatistics> momentsOnly(const io::ModelSource& source, const io::TensorInfo& tensor,
                                     const Context& context)
{
    QS_ASSIGN(auto elements, elementsOf(source, tensor));
    std::vector<std::uint64_t> values;
    return moments(elements, context, values);
}

Result<TensorStatistics> momentsOnly(MatrixView values, const Context& context)
{
    std::vector<std::uint64_t> counted;
    return moments(elementsOf(values), context, counted);
}

} // namespace qs::metrics
