// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/config.h"

namespace qs::model {

/// Loops over one row of floats, for one instruction set each; all give the same bits. Sums run in 16 lanes of float
/// that are flushed to double every 1024 elements.
struct RowKernels {
    void (*softmax)(float* s, Index n);                     ///< in place; n >= 1
    void (*softmaxBack)(const float* p, float* d, Index n); ///< d = p·(d − p·d): gradient of the scores
    double (*logSumExp)(const float* s, Index n);
    double (*dot)(const float* a, const float* b, Index n);
    void (*softCap)(float* s, Index n, float cap); ///< cap · tanh(s / cap)
    void (*activate)(Activation act, const float* x, float* y, Index n);
    void (*slope)(Activation act, const float* x, float* y, Index n); ///< y = act'(x)
    /// y = (x − mean) · inverse · (weight + plus) (+ bias where it is not null)
    void (*scaleNorm)(const float* x, const float* weight, const float* bias, float mean, float inverse, float plus,
                      float* y, Index n);
};

const RowKernels& rowKernels();

extern const RowKernels kPortableRows;
extern const RowKernels kAvx2Rows;   ///< x86-64 only
extern const RowKernels kAvx512Rows; ///< x86-64 only

} // namespace qs::model
