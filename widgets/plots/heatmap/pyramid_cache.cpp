// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/heatmap/pyramid_cache.h"

#include "core/exec/parallel_for.h"
#include "widgets/common/core_text.h"

#include <cmath>
#include <limits>

namespace qs::gui {
namespace {

constexpr std::size_t kKept = 8;

// One value per element from up to three matrices, in parallel.
template <class F>
Result<std::shared_ptr<const Matrix>> combine(Index rows, Index cols, const Context& context, F&& f)
{
    auto out = std::make_shared<Matrix>(rows, cols);
    const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, cols));
    const bool done = parallelFor(context, rows, grain, [&](Index b, Index e) {
        for (Index r = b; r < e; ++r)
            for (Index c = 0; c < cols; ++c) out->at(r, c) = f(r, c);
    });
    if (!done) return cancelled();
    return std::shared_ptr<const Matrix>(out);
}

float relativeError(float original, float decoded)
{
    const float e = decoded - original;
    if (original == 0) return e == 0 ? 0.0F : std::numeric_limits<float>::quiet_NaN();
    return e / std::fabs(original);
}

} // namespace

PyramidCache::PyramidCache(const Services& services, QObject* parent) : QObject(parent), m_services(services)
{
    connect(&services.cache, &TensorCache::ready, this, &PyramidCache::ready); // matrices that a get() waited for
    connect(&services.cache, &TensorCache::failed, this, &PyramidCache::failed);
    connect(&services.workspace, &Workspace::checkpointsChanged, this, [this] { m_entries.clear(); });
}

PyramidCache* PyramidCache::of(const Services& services)
{
    if (auto* known = services.cache.findChild<PyramidCache*>(QString(), Qt::FindDirectChildrenOnly)) return known;
    return new PyramidCache(services, &services.cache);
}

PyramidPtr PyramidCache::get(HeatSource source, TensorRef tensor, const ResultPtr& a, const ResultPtr& b)
{
    if (!tensor.valid()) return nullptr;
    const bool needsA = source != HeatSource::Original;
    const bool needsB = source == HeatSource::ErrorGain;
    if ((needsA && !a) || (needsB && !b)) return nullptr;
    const Checkpoint* checkpoint = m_services.workspace.checkpoint(tensor.checkpoint);
    if (!checkpoint) return nullptr;
    const QString key = QStringLiteral("%1/%2/%3/%4/%5/%6")
                            .arg(static_cast<int>(source)).arg(tensor.checkpoint).arg(tensor.tensor)
                            .arg(reinterpret_cast<quintptr>(checkpoint->source.get()), 0, 16)
                            .arg(needsA ? reinterpret_cast<quintptr>(a.get()) : 0, 0, 16)
                            .arg(needsB ? reinterpret_cast<quintptr>(b.get()) : 0, 0, 16);
    for (auto it = m_entries.begin(); it != m_entries.end(); ++it)
        if (it->key == key) {
            m_entries.splice(m_entries.begin(), m_entries, it);
            return m_entries.front().pyramid;
        }
    if (m_pending.contains(key)) return nullptr;
    const bool needsOriginal = source != HeatSource::Decoded;
    const auto original = needsOriginal ? m_services.cache.original(tensor) : nullptr;
    const auto da = needsA ? m_services.cache.decoded(a) : nullptr;
    const auto db = needsB ? m_services.cache.decoded(b) : nullptr;
    if ((needsOriginal && !original) || (needsA && !da) || (needsB && !db)) return nullptr;
    m_pending.append(key);
    m_services.jobs.request<PyramidPtr>(
        this, key,
        [=](const Context& context) -> Result<PyramidPtr> {
            std::shared_ptr<const Matrix> values = source == HeatSource::Decoded ? da : original;
            if (source == HeatSource::Error) {
                QS_ASSIGN(values, metrics::difference(*da, *original, context));
            } else if (source == HeatSource::RelativeError) {
                QS_ASSIGN(values, combine(original->rows(), original->cols(), context,
                                          [&](Index r, Index c) { return relativeError(original->at(r, c), da->at(r, c)); }));
            } else if (source == HeatSource::ErrorGain) {
                QS_ASSIGN(values, combine(original->rows(), original->cols(), context, [&](Index r, Index c) {
                              const float w = original->at(r, c);
                              return std::fabs(da->at(r, c) - w) - std::fabs(db->at(r, c) - w);
                          }));
            }
            return metrics::buildPyramid(std::move(values), context);
        },
        [this, key, a, b](Result<PyramidPtr> made) {
            m_pending.removeAll(key);
            if (!made) {
                if (made.error().code != ErrorCode::Cancelled) emit failed(errorText(made.error()));
                return;
            }
            m_entries.push_front({key, a, b, *made});
            while (m_entries.size() > kKept) m_entries.pop_back();
            emit ready();
        });
    return nullptr;
}

} // namespace qs::gui
