// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/verify_export.h"

#include "core/export/fold.h"
#include "core/export/tensor_values.h"

#include <algorithm>
#include <cmath>

namespace qs::exporting {
namespace {

// The measured error may differ from the recorded one by rounding of sums only.
constexpr double kSlack = 1e-9;

Status compareWith(const io::ModelSource& exported, const io::TensorInfo& stored, const ExportedTensor& entry,
                   const Manifest& manifest, const io::ModelSource& against, VerifiedTensor& out, const Context& context)
{
    const auto wrong = [&](std::string what) {
        out.ok = false;
        out.problem = std::move(what);
    };
    auto at = against.find(entry.sourceName);
    if (at < 0) at = against.find(entry.name);
    if (at < 0) {
        wrong("the other checkpoint has no such tensor");
        return {};
    }
    const io::TensorInfo& original = against.tensors[static_cast<std::size_t>(at)];
    if (!traits(original.dtype).decodable || entry.hashOfBytes) {
        QS_ASSIGN(const auto hash, hashTensor(against, original, context));
        if (hash.sha256 != out.sha256) wrong("differs from the other checkpoint");
        return {};
    }
    const auto a = io::matrixShape(original);
    const auto b = io::matrixShape(stored);
    if (a.rows * a.cols != b.rows * b.cols || (a.rows != b.rows && a.rows != 1 && b.rows != 1)) {
        wrong("has another shape than in the other checkpoint");
        return {};
    }
    QS_ASSIGN(auto values, exported.readMatrix(stored, context));
    // Back to the other checkpoint's order of rows; of a bias every value is a row.
    const Index rows = original.shape.rank() < 2 ? values.rows() * values.cols() : values.rows();
    std::vector<Index> order;
    if (entry.rotaryHeadRows > 0 && rows % entry.rotaryHeadRows == 0 && entry.rotaryHeadRows % 2 == 0) {
        order = rotaryOrder(rows, entry.rotaryHeadRows);
        if (entry.rotaryToGguf) order = inverseOrder(order);
    } else if (entry.fusedHeads > 0 && rows % (3 * entry.fusedHeads) == 0) {
        order = inverseOrder(fusedOrder(rows, entry.fusedHeads));
    }
    if (!order.empty()) {
        const Matrix moved = takeRows(MatrixView{values.data(), rows, values.rows() * values.cols() / rows}, order);
        std::copy(moved.data().begin(), moved.data().end(), values.data().begin());
    }
    if (entry.added != 0)
        for (float& v : values.data()) v = static_cast<float>(static_cast<double>(v) - entry.added);
    std::span<const float> columns;
    if (!entry.foldedInto.empty()) {
        const auto into = std::find_if(manifest.tensors.begin(), manifest.tensors.end(), [&](const ExportedTensor& t) { return t.sourceName == entry.foldedInto; });
        if (into == manifest.tensors.end() || static_cast<Index>(into->dividedBy.size()) != a.cols) {
            wrong("its input scales are folded into a tensor that does not tell them");
            return {};
        }
        columns = into->dividedBy;
    }
    if (!columns.empty() || !entry.dividedBy.empty()) {
        Matrix undone(a.rows, a.cols);
        std::copy(values.data().begin(), values.data().end(), undone.data().begin());
        undoFold(entry, columns, undone);
        values = std::move(undone);
    }
    QS_ASSIGN(const auto error, errorAgainst(against, original, MatrixView{values.data(), a.rows, a.cols}, context));
    out.maxAbs = error.maxAbs;
    out.relativeMse = error.relativeMse();
    const double allowed = entry.measured ? entry.error.relativeMse() : 0;
    const double allowedAbs = entry.measured ? entry.error.maxAbs : 0;
    if (!(*out.relativeMse <= allowed * (1 + kSlack) + 1e-300) && std::isfinite(allowed))
        wrong("is farther from the other checkpoint than the manifest says");
    else if (!(*out.maxAbs <= allowedAbs * (1 + kSlack)) && std::isfinite(allowedAbs))
        wrong("has a larger single error than the manifest says");
    return {};
}

} // namespace

Result<Verification> verifyExport(const io::ModelSource& exported, const Manifest& manifest,
                                  const io::ModelSource* against, const Context& context)
{
    const io::ModelSource* source = &exported;
    Verification out;
    std::size_t seen = 0;
    for (const auto& entry : manifest.tensors) {
        if (context.stopped()) return cancelled();
        VerifiedTensor v;
        v.name = entry.name;
        v.foldedInto = entry.foldedInto;
        const auto at = source->find(entry.storedAs);
        if (at < 0) {
            v.ok = false;
            v.problem = "is missing in the export";
        } else {
            ++seen;
            const io::TensorInfo& stored = source->tensors[static_cast<std::size_t>(at)];
            QS_ASSIGN(const auto hash, hashTensor(*source, stored, context));
            v.sha256 = hash.sha256;
            if (hash.sha256 != entry.sha256 || hash.ofBytes != entry.hashOfBytes) {
                v.ok = false;
                v.problem = "decodes to other values than the manifest says";
            } else if (!(stored.shape == entry.shape) || stored.dtype != entry.dtype) {
                v.ok = false;
                v.problem = "has another type or shape than the manifest says";
            }
            if (against && v.ok && !entry.made) QS_TRY(compareWith(*source, stored, entry, manifest, *against, v, context));
            context.advance(entry.shape.elements());
        }
        out.ok = out.ok && v.ok;
        out.tensors.push_back(std::move(v));
    }
    // .npz files hold the artefacts' arrays beside the decoded values
    if (source->format != "npz" && seen < source->tensors.size()) {
        out.ok = false;
        out.problems.push_back("the export holds " + std::to_string(source->tensors.size() - seen)
                               + " tensors that its manifest does not know");
    }
    return out;
}

} // namespace qs::exporting
