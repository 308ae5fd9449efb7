// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/tensor_cache.h"

#include "widgets/common/core_text.h"

namespace qs::gui {

TensorCache::TensorCache(Workspace& workspace, JobRunner& jobs, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_jobs(jobs)
{
    connect(&workspace, &Workspace::checkpointsChanged, this, &TensorCache::clear);
}

std::shared_ptr<const Matrix> TensorCache::lookUp(const QString& key)
{
    for (auto it = m_entries.begin(); it != m_entries.end(); ++it)
        if (it->key == key) {
            m_entries.splice(m_entries.begin(), m_entries, it);
            return m_entries.front().matrix;
        }
    return nullptr;
}

void TensorCache::keep(Entry entry)
{
    m_entries.push_front(std::move(entry));
    while (m_entries.size() > 1 && bytes() > m_limit) m_entries.pop_back();
}

std::shared_ptr<const Matrix> TensorCache::original(TensorRef tensor)
{
    const Checkpoint* c = m_workspace.checkpoint(tensor.checkpoint);
    if (!c || !tensor.valid()) return nullptr;
    // The source's address: what is still being read when a checkpoint is read anew is not taken for the new one.
    const QString key = QStringLiteral("o/%1/%2/%3").arg(tensor.checkpoint).arg(tensor.tensor).arg(reinterpret_cast<quintptr>(c->source.get()), 0, 16);
    if (auto m = lookUp(key)) return m;
    if (m_pending.contains(key)) return nullptr;
    m_pending.append(key);
    m_jobs.request<Matrix>(
        this, key,
        [source = c->source, i = static_cast<std::size_t>(tensor.tensor)](const Context& context) {
            return source->readMatrix(source->tensors[i], context);
        },
        [this, key](Result<Matrix> r) {
            m_pending.removeAll(key);
            if (r) {
                keep({key, nullptr, std::make_shared<const Matrix>(std::move(*r))});
                emit ready();
            } else if (r.error().code != ErrorCode::Cancelled) {
                emit failed(errorText(r.error()));
            }
        });
    return nullptr;
}

std::shared_ptr<const Matrix> TensorCache::decoded(const ResultPtr& result)
{
    if (!result || !result->hasValues()) return nullptr;
    const QString key = QStringLiteral("d/%1").arg(reinterpret_cast<quintptr>(result.get()), 0, 16);
    if (auto m = lookUp(key)) return m;
    if (m_pending.contains(key)) return nullptr;
    m_pending.append(key);
    m_jobs.request<Matrix>(
        this, key, [result](const Context& context) { return result->decodeAll(context); },
        [this, key, result](Result<Matrix> r) {
            m_pending.removeAll(key);
            if (r) {
                keep({key, result, std::make_shared<const Matrix>(std::move(*r))});
                emit ready();
            } else if (r.error().code != ErrorCode::Cancelled) {
                emit failed(errorText(r.error()));
            }
        });
    return nullptr;
}

std::uint64_t TensorCache::bytes() const
{
    std::uint64_t n = 0;
    for (const auto& e : m_entries) n += e.matrix->data().size_bytes();
    return n;
}

void TensorCache::clear() { m_entries.clear(); }

} // namespace qs::gui
