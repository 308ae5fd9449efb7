// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/checkpoint_comparison.h"

#include "core/base/format.h"
#include "core/diff/foreign_cell.h"
#include "core/export/open_any.h"
#include "widgets/common/core_text.h"

#include <QFileInfo>
#include <algorithm>

namespace qs::gui {

struct CheckpointComparison::Opened {
    std::shared_ptr<const io::ModelSource> original;
    std::shared_ptr<const io::ModelSource> other;
    std::vector<diff::ForeignPair> pairs;
};

CheckpointComparison::CheckpointComparison(const Services& services, QObject* parent) : QObject(parent), m_services(services) {}

void CheckpointComparison::start(int checkpoint, const QString& path)
{
    const Checkpoint* c = m_services.workspace.checkpoint(checkpoint);
    if (!c) return emit failed(tr("Open a checkpoint first: the other one is compared with it."));
    const QString absolute = QFileInfo(path).absoluteFilePath();
    using Made = std::shared_ptr<const Opened>;
    m_services.jobs.request<Made>(
        this, QStringLiteral("compare/") + absolute,
        [source = c->source, file = std::filesystem::path(absolute.toStdString())](const Context& context) -> Result<Made> {
            auto out = std::make_shared<Opened>();
            out->original = source;
            QS_ASSIGN(out->other, exporting::openAny(file, context));
            if (std::filesystem::weakly_canonical(file) == std::filesystem::weakly_canonical(source->path))
                return fail(Error(ErrorCode::Mismatch, "this is the checkpoint itself").inFile(file.string()).fix("choose another one"));
            out->pairs = diff::foreignPairs(*source, *out->other);
            // Matrices that quantizers touch; norms and biases would only lengthen every list.
            std::erase_if(out->pairs, [&](const diff::ForeignPair& p) {
                const io::TensorInfo& t = source->tensors[p.tensor];
                return t.shape.rank() < 2 || t.place.role == io::Role::Norm || t.place.role == io::Role::Bias;
            });
            if (out->pairs.empty())
                return fail(Error(ErrorCode::Mismatch, "the two checkpoints have no matrix in common")
                                .inFile(file.string())
                                .wanted("tensors of the same names (or their GGUF names) and shapes")
                                .fix("choose a quantized form of the same model"));
            return Made(out);
        },
        [this, checkpoint, absolute](Result<Made> opened) {
            if (opened) compareAll(checkpoint, absolute, **opened);
            else if (opened.error().code != ErrorCode::Cancelled) emit failed(errorText(opened.error()));
        });
}

void CheckpointComparison::compareAll(int checkpoint, const QString& path, const Opened& opened)
{
    auto pairs = opened.pairs;
    const TensorRef now = m_services.selection.tensor();
    std::stable_partition(pairs.begin(), pairs.end(), [&](const diff::ForeignPair& p) {
        return now.checkpoint == checkpoint && static_cast<std::ptrdiff_t>(p.tensor) == now.tensor;
    });
    emit started(path, static_cast<int>(pairs.size()));
    const QString name = QFileInfo(path).fileName();
    for (const auto& pair : pairs) {
        const io::TensorInfo& info = opened.original->tensors[pair.tensor];
        m_services.jobs.start<ResultPtr>(
            tr("%1 · against %2").arg(QString::fromStdString(escapeText(info.name)), name),
            [original = opened.original, other = opened.other, pair](const Context& context) {
                return diff::foreignCell(*original, pair.tensor, other, pair.other, context);
            },
            [this, checkpoint, tensor = static_cast<std::ptrdiff_t>(pair.tensor)](Result<ResultPtr> r) {
                if (!r) {
                    if (r.error().code != ErrorCode::Cancelled) emit failed(errorText(r.error()));
                    return;
                }
                m_services.workspace.addResult(*r);
                auto& s = m_services.selection;
                // The other checkpoint stands as B; alone it is A against the original.
                if (s.tensor() == TensorRef{checkpoint, tensor} && s.a() && s.a() != *r) s.setB(*r);
            });
    }
}

} // namespace qs::gui
