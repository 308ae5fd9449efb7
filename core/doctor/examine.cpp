// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/doctor/examine.h"

#include "core/base/format.h"
#include "core/base/sha256.h"
#include "core/doctor/check_structure.h"
#include "core/doctor/scan_tensor.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace qs::doctor {
namespace {

/// A weight this many times the tensor's root mean square ruins the group that it lies in, at any number of bits: a 4-bit
/// group that it scales leaves one level for everything else.
constexpr double kFarOut = 60;
/// Root mean squares of one role differ from block to block by small factors; above this one, somebody multiplied.
constexpr double kUnlikePeers = 8;
constexpr std::size_t kFewestPeers = 4;

std::string place(Index flat, Index cols)
{
    return "[" + std::to_string(flat / cols) + ", " + std::to_string(flat % cols) + "]";
}

std::string share(Index n, Index of, const char* what)
{
    return formatCount(static_cast<std::uint64_t>(n)) + " of " + formatCount(static_cast<std::uint64_t>(of)) + " " + what;
}

void judge(const io::TensorInfo& t, const TensorScan& s, std::vector<Finding>& out)
{
    const auto add = [&](Severity severity, const char* kind, std::optional<Index> row, std::optional<Index> column, std::string text) {
        out.push_back({severity, kind, t.name, row, column, std::move(text)});
    };
    if (s.nans + s.infs > 0)
        add(Severity::Problem, "non_finite", s.firstBad / s.cols, s.firstBad % s.cols,
            formatCount(s.nans) + " NaN and " + formatCount(s.infs) + " infinite values, the first at " + place(s.firstBad, s.cols));
    if (t.dtype == DType::F16 && s.atLimit > 0)
        add(Severity::Warning, "f16_limit", s.firstLargest / s.cols, s.firstLargest % s.cols,
            formatCount(s.atLimit) + " values lie at F16's limit of 65504: they were cut when this was written");
    const bool matrix = s.rows > 1 && s.cols > 1;
    if (s.largest == 0 && s.nans + s.infs == 0 && s.finite > 0) {
        // A bias of zeros is common and harmless.
        if (t.place.role != io::Role::Bias) add(Severity::Warning, "zero_tensor", {}, {}, "every value is zero");
        return;
    }
    if (matrix && s.zeroRows > 0)
        add(Severity::Warning, "zero_rows", s.firstZeroRow, {},
            share(s.zeroRows, s.rows, "rows") + " are all zero (output channels that say nothing), the first is row " + std::to_string(s.firstZeroRow));
    if (matrix && s.zeroColumns > 0)
        add(Severity::Warning, "dead_columns", {}, s.firstZeroColumn,
            share(s.zeroColumns, s.cols, "columns") + " are all zero (input channels that nothing reads), the first is column "
                + std::to_string(s.firstZeroColumn));
    if (s.finite > 1 && s.smallestValue == s.largestValue && t.place.role != io::Role::Norm && t.place.role != io::Role::Bias)
        add(Severity::Warning, "constant", {}, {}, "every value is " + formatNumber(s.smallestValue));
    if (matrix && io::isLinearRole(t.place.role) && s.rms() > 0 && s.largest > kFarOut * s.rms())
        add(Severity::Note, "far_out", s.firstLargest / s.cols, s.firstLargest % s.cols,
            "the weight at " + place(s.firstLargest, s.cols) + " is " + formatNumber(s.largest / s.rms(), 3)
                + " times the root mean square: its group keeps almost no resolution; keep it as an outlier");
}

// Tensors of one role against the median of all blocks.
void comparePeers(const io::ModelSource& source, const std::map<std::size_t, double>& rms, std::vector<Finding>& out)
{
    std::map<std::pair<io::Role, bool>, std::vector<std::size_t>> peers;
    for (const auto& [i, value] : rms) {
        const io::Place& p = source.tensors[i].place;
        if (p.block >= 0 && io::isLinearRole(p.role) && value > 0) peers[{p.role, p.expert >= 0}].push_back(i);
    }
    for (const auto& [role, members] : peers) {
        if (members.size() < kFewestPeers) continue;
        std::vector<double> values;
        for (const std::size_t i : members) values.push_back(rms.at(i));
        std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
        const double median = values[values.size() / 2];
        for (const std::size_t i : members) {
            const double ratio = rms.at(i) / median;
            if (ratio < kUnlikePeers && ratio > 1 / kUnlikePeers) continue;
            out.push_back({Severity::Warning, "unlike_peers", source.tensors[i].name, {}, {},
                           "its root mean square " + formatNumber(rms.at(i)) + " is " + formatNumber(ratio, 3) + " times the median "
                               + formatNumber(median) + " of " + std::string(io::roleName(role.first)) + " in all blocks"});
        }
    }
}

Result<std::string> digest(const io::ModelSource& source, const io::TensorInfo& t, const Context& context)
{
    Sha256 sha;
    const auto bytes = source.mapped(t);
    constexpr std::size_t kStep = std::size_t(1) << 22;
    if (!bytes.empty()) {
        for (std::size_t at = 0; at < bytes.size(); at += kStep) {
            if (context.stopped()) return cancelled();
            sha.update(bytes.subspan(at, std::min(kStep, bytes.size() - at)));
        }
        QS_TRY(source.files[t.file]->check());
        return sha.finish();
    }
    std::vector<std::byte> all(byteSize(t.dtype, t.shape.elements()).value_or(0));
    QS_TRY(source.readBytes(t, 0, t.shape.elements(), all));
    return sha256Hex(all);
}

// Same type, same shape, same sums: only then are the bytes compared, by their digests.
Status findDuplicates(const io::ModelSource& source, const std::map<std::size_t, TensorScan>& scans, const Context& context,
                      std::vector<Finding>& out)
{
    std::map<std::tuple<DType, Index, Index, double, double>, std::vector<std::size_t>> alike;
    for (const auto& [i, s] : scans)
        if (s.rows > 1 && s.cols > 1 && s.largest > 0) alike[{source.tensors[i].dtype, s.rows, s.cols, s.sum, s.squares}].push_back(i);
    for (const auto& [key, members] : alike) {
        if (members.size() < 2) continue;
        std::map<std::string, std::size_t> first;
        for (const std::size_t i : members) {
            QS_ASSIGN(const std::string sum, digest(source, source.tensors[i], context));
            const auto [it, fresh] = first.emplace(sum, i);
            if (fresh) continue;
            const auto& a = source.tensors[it->second];
            const auto& b = source.tensors[i];
            const auto outer = [](const io::TensorInfo& t) { return t.place.role == io::Role::Embedding || t.place.role == io::Role::LmHead; };
            if (outer(a) && outer(b))
                out.push_back({Severity::Note, "tied", b.name, {}, {}, "the same values as " + escapeText(a.name) + ": tied embeddings, stored twice"});
            else
                out.push_back({Severity::Warning, "duplicate", b.name, {}, {}, "the same values, byte for byte, as " + escapeText(a.name)});
        }
    }
    return {};
}

} // namespace

Result<std::vector<Finding>> examine(const io::ModelSource& source, const std::vector<std::size_t>& tensors, const Context& context)
{
    std::vector<std::size_t> chosen = tensors;
    if (chosen.empty()) {
        chosen.resize(source.tensors.size());
        std::iota(chosen.begin(), chosen.end(), std::size_t(0));
    }
    std::vector<Finding> out = checkStructure(source);
    const auto whole = static_cast<std::ptrdiff_t>(out.size());
    std::map<std::size_t, TensorScan> scans;
    std::map<std::size_t, double> rms;
    if (context.progress)
        for (const std::size_t i : chosen) context.progress->expect(source.tensors[i].shape.elements());
    for (const std::size_t i : chosen) {
        const io::TensorInfo& t = source.tensors[i];
        if (t.shape.elements() == 0) continue;
        if (!traits(t.dtype).decodable) {
            out.push_back({Severity::Note, "not_examined", t.name, {}, {}, "type " + std::string(dtypeName(t.dtype)) + " has no decoding to numbers"});
            context.advance(t.shape.elements());
            continue;
        }
        if (traits(t.dtype).kind == DTypeKind::Integer) {
            context.advance(t.shape.elements());
            continue;
        }
        QS_ASSIGN(const TensorScan s, scanTensor(source, t, context));
        judge(t, s, out);
        rms[i] = s.rms();
        scans.emplace(i, s);
    }
    comparePeers(source, rms, out);
    QS_TRY(findDuplicates(source, scans, context, out));
    std::stable_sort(out.begin() + whole, out.end(), [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
    return out;
}

} // namespace qs::doctor
