// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/attention.h"

#include "core/exec/parallel_for.h"
#include "core/linalg/gemm.h"
#include "core/model/row_kernels.h"

#include <algorithm>

namespace qs::model {
namespace {

using linalg::gemmHere;
using linalg::Operand;

constexpr Index kQueries = 128;

Operand rowsOf(HeadView x, Index row, Index head)
{
    return {x.at(row, head), x.rowStep, 1};
}
Operand columnsOf(HeadView x, Index row, Index head)
{
    return {x.at(row, head), 1, x.rowStep};
}

// A block of queries [first, last) of one text and the keys [low, last) that any of them sees.
struct Block {
    Index first;
    Index last;
    Index low;
    Index queries() const { return last - first; }
    Index keys() const { return last - low; }
};

Block blockAt(const AttentionShape& s, Index first)
{
    Block b;
    b.first = first;
    b.last = std::min(s.length, first + kQueries);
    b.low = s.window > 0 ? std::max<Index>(0, first - s.window + 1) : 0;
    return b;
}

// Keys of one query, as offsets from block.low: [from, to).
struct Span {
    Index from;
    Index to;
};

Span seen(const AttentionShape& s, const Block& b, Index query)
{
    const Index from = s.window > 0 ? std::max<Index>(0, query - s.window + 1) : 0;
    return {from - b.low, query + 1 - b.low};
}

// Probabilities [queries, keys] of one head; `capped` keeps the capped scores where the gradient needs them.
void probabilities(const AttentionShape& s, const Block& b, HeadView q, HeadView k, Index row0, Index head,
                   Index kvHead, float* p, float* capped)
{
    const RowKernels& rows = rowKernels();
    const Index keys = b.keys();
    gemmHere(b.queries(), keys, s.headDim, rowsOf(q, row0 + b.first, head), columnsOf(k, row0 + b.low, kvHead), p,
             keys);
    for (Index i = 0; i < b.queries(); ++i) {
        float* row = p + i * keys;
        const Span span = seen(s, b, b.first + i);
        for (Index j = span.from; j < span.to; ++j) row[j] *= s.scale;
        if (s.cap > 0) {
            rows.softCap(row + span.from, span.to - span.from, s.cap);
            if (capped) std::copy(row, row + keys, capped + i * keys);
        }
        rows.softmax(row + span.from, span.to - span.from);
        std::fill(row, row + span.from, 0.0F);
        std::fill(row + span.to, row + keys, 0.0F);
    }
}

float* scratch(std::vector<float>& v, Index n)
{
    if (static_cast<Index>(v.size()) < n) v.resize(static_cast<std::size_t>(n));
    return v.data();
}

} // namespace

bool attentionForward(const Context& context, const AttentionShape& s, HeadView q, HeadView k, HeadView v, Matrix& out)
{
    ensure(out, s.sequences * s.length, s.heads * s.headDim);
    const Index blocks = (s.length + kQueries - 1) / kQueries;
    const Index group = s.heads / s.kvHeads;
    return parallelFor(context, s.sequences * s.heads * blocks, 1, [&](Index begin, Index end) {
        thread_local std::vector<float> buffer;
        for (Index t = begin; t < end; ++t) {
            // The longest blocks first, so that the last tasks are short.
            const Block b = blockAt(s, (blocks - 1 - t / (s.sequences * s.heads)) * kQueries);
            const Index head = t % s.heads;
            const Index row0 = t / s.heads % s.sequences * s.length;
            float* p = scratch(buffer, b.queries() * b.keys());
            probabilities(s, b, q, k, row0, head, head / group, p, nullptr);
            gemmHere(b.queries(), s.headDim, b.keys(), {p, b.keys(), 1}, rowsOf(v, row0 + b.low, head / group),
                     out.data().data() + (row0 + b.first) * out.cols() + head * s.headDim, out.cols());
        }
    });
}

bool attentionBackward(const Context& context, const AttentionShape& s, HeadView q, HeadView k, HeadView v,
                       const Matrix& dOut, HeadView dq, HeadView dk, HeadView dv)
{
    const RowKernels& rows = rowKernels();
    const Index group = s.heads / s.kvHeads;
    // One task per key head: dk and dv sum over its query heads and over blocks of queries, in order.
    return parallelFor(context, s.sequences * s.kvHeads, 1, [&](Index begin, Index end) {
        thread_local std::vector<float> bufferP, bufferD, bufferC;
        for (Index t = begin; t < end; ++t) {
            const Index kvHead = t % s.kvHeads;
            const Index row0 = t / s.kvHeads * s.length;
            for (Index head = kvHead * group; head < (kvHead + 1) * group; ++head)
                for (Index first = 0; first < s.length; first += kQueries) {
                    const Block b = blockAt(s, first);
                    const Index keys = b.keys();
                    const Index queries = b.queries();
                    float* p = scratch(bufferP, queries * keys);
                    float* d = scratch(bufferD, queries * keys);
                    float* capped = s.cap > 0 ? scratch(bufferC, queries * keys) : nullptr;
                    probabilities(s, b, q, k, row0, head, kvHead, p, capped);
                    const Operand dO{dOut.data().data() + (row0 + first) * dOut.cols() + head * s.headDim, dOut.cols(),
                                     1};
                    gemmHere(queries, keys, s.headDim, dO, columnsOf(v, row0 + b.low, kvHead), d, keys);
                    for (Index i = 0; i < queries; ++i) {
                        float* di = d + i * keys;
                        const Span span = seen(s, b, first + i);
                        const Index n = span.to - span.from;
                        std::fill(di, di + span.from, 0.0F);
                        std::fill(di + span.to, di + keys, 0.0F);
                        rows.softmaxBack(p + i * keys + span.from, di + span.from, n);
                        for (Index j = span.from; j < span.to; ++j) {
                            if (s.cap > 0) {
                                const float c = capped[i * keys + j] / s.cap;
                                di[j] *= 1.0F - c * c;
                            }
                            di[j] *= s.scale;
                        }
                    }
                    gemmHere(queries, s.headDim, keys, {d, keys, 1}, rowsOf(k, row0 + b.low, kvHead),
                             dq.at(row0 + first, head), dq.rowStep);
                    gemmHere(keys, s.headDim, queries, {d, 1, keys}, rowsOf(q, row0 + first, head),
                             dk.at(row0 + b.low, kvHead), dk.rowStep, true);
                    gemmHere(keys, s.headDim, queries, {p, 1, keys}, {dO.data, dO.rowStep, 1},
                             dv.at(row0 + b.low, kvHead), dv.rowStep, true);
                }
        }
    });
}

} // namespace qs::model
