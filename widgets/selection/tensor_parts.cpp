// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/tensor_parts.h"

#include "core/diff/match_tensors.h"

#include <QCoreApplication>

namespace qs::gui {
namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(TensorParts)
};

} // namespace

std::vector<Region> namedParts(const io::ModelSource& source, const io::TensorInfo& tensor)
{
    std::vector<Region> out;
    const auto shape = io::matrixShape(tensor);
    const auto cut = [&](Index count, bool rows, const QString& name) {
        const Index all = rows ? shape.rows : shape.cols;
        if (count < 2 || all % count != 0) return;
        const Index size = all / count;
        for (Index i = 0; i < count; ++i)
            out.push_back({rows ? i * size : 0, rows ? (i + 1) * size : shape.rows, rows ? 0 : i * size, rows ? shape.cols : (i + 1) * size, name.arg(i)});
    };
    if (tensor.shape.rank() == 3 && tensor.place.expert < 0) {
        cut(static_cast<Index>(tensor.shape[0]), true, Texts::tr("expert %1"));
        return out;
    }
    switch (tensor.place.role) {
    case io::Role::QProj:
    case io::Role::KProj:
    case io::Role::VProj: cut(diff::headCount(source, tensor.place.role), true, Texts::tr("head %1")); break;
    case io::Role::OProj: cut(diff::headCount(source, io::Role::QProj), false, Texts::tr("head %1")); break;
    default: break;
    }
    return out;
}

QString regionText(const Region& r)
{
    const QString place = Texts::tr("rows %1–%2, columns %3–%4").arg(r.row0).arg(r.row1 - 1).arg(r.col0).arg(r.col1 - 1);
    return r.label.isEmpty() ? place : r.label + QStringLiteral(", ") + place;
}

} // namespace qs::gui
