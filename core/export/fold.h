// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/export/export_model.h"
#include "core/model/input_scale_sites.h"

#include <map>
#include <optional>

namespace qs::exporting {

/// What becomes of the input scales of one chosen tensor.
struct Fold {
    std::string into;   ///< the tensor that is divided by them; empty: they stay with the artefact
    std::string reason; ///< why they stay
    std::size_t site = 0;
    bool folds() const { return !into.empty(); }
};

/// Which input scales (AWQ, SmoothQuant) an export folds into what precedes the layers, known from recipes and
/// architecture alone. That siblings' scales are equal is seen when they are there (ExportJob).
class FoldPlan {
public:
    FoldPlan() = default;
    explicit FoldPlan(const ExportRequest& request);

    /// Of a chosen tensor whose recipe scales inputs; null for any other.
    const Fold* of(const std::string& tensor) const;
    /// The place that divides this tensor (a norm's or a linear layer's weight or bias); null: none does.
    const model::InputScaleSite* divides(const std::string& tensor) const;
    std::size_t indexOf(const model::InputScaleSite& site) const { return static_cast<std::size_t>(&site - m_sites.data()); }
    const std::vector<model::InputScaleSite>& sites() const { return m_sites; }

private:
    std::vector<model::InputScaleSite> m_sites;
    std::map<std::string, Fold> m_folds;
    std::map<std::string, std::size_t> m_divided;
};

/// The recipe of what is written: without the transform whose scales are folded.
quant::Recipe withoutTransform(quant::Recipe recipe);
/// The artefact of it: without the scales. `scale` gets them; nothing where it has none.
std::shared_ptr<const quant::QuantizedTensor> withoutScales(const quant::QuantizedTensor& artefact, std::vector<float>& scale);

/// Divides a norm's elements (plusOne: 1 + w is what is divided), a bias's elements or a matrix's rows.
void divideBy(Matrix& values, std::span<const float> scale, bool isVector, bool plusOne);
/// Values of an export brought back to the checkpoint's: columns of a folded layer divided, rows or elements that were
/// divided multiplied. `columns`: the scales of a folded layer; may be empty. Within a rounding of the originals.
void undoFold(const ExportedTensor& entry, std::span<const float> columns, Matrix& values);

} // namespace qs::exporting
