// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/evaluation/figures.h"

#include <QDateTime>
#include <QJsonObject>
#include <QStringList>
#include <map>
#include <memory>
#include <string>

namespace qs::gui {

/// One evaluation: which mixture, on which tokens, and what came out. Immutable once it is in the workspace.
struct EvaluationRecord {
    std::string source;                        ///< checkpoint path
    QString mixture;                           ///< for people: "original", a recipe's label, "3 recipes"
    std::map<std::string, std::string> layers; ///< tensor → key of the result that stood for it
    int slot = 0;                              ///< colour, as of recipes; 0: the original
    double bitsPerWeight = 0;                  ///< over the layers that are quantized by default
    int quantized = 0;                         ///< of so many tensors
    int tensors = 0;
    QStringList texts;                         ///< files
    QString textHash;
    qint64 length = 0;
    qint64 stride = 0;                         ///< 0: windows one after another
    QString activations;                       ///< "a8_token", "a8_tensor", or empty
    bool kv8 = false;
    QDateTime when;
    double seconds = 0;
    model::EvaluationFigures figures;
    std::shared_ptr<const model::Evaluation> tokens; ///< losses of every token; null: only figures were kept
    bool stale = false;                        ///< checkpoint, text or results are others now

    /// Whether the same tokens were scored in the same windows, so that losses can be compared token by token.
    bool sameTokens(const EvaluationRecord& other) const
    {
        return source == other.source && textHash == other.textHash && length == other.length && stride == other.stride
            && figures.tokens == other.figures.tokens;
    }
};
using EvaluationPtr = std::shared_ptr<const EvaluationRecord>;

/// For session files. `withTokens`: the losses too, packed.
QJsonObject toJson(const EvaluationRecord& record, bool withTokens);
/// Null where it is not one.
EvaluationPtr evaluationFromJson(const QJsonObject& object);

/// The difference of two evaluations of the same tokens, paired by token: a − b. Nothing where they are not comparable.
std::optional<model::Estimate> pairedDifference(const EvaluationRecord& a, const EvaluationRecord& b);

} // namespace qs::gui
