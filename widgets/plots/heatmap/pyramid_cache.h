// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/pyramid/pyramid.h"
#include "widgets/selection/services.h"

#include <list>

namespace qs::gui {

using PyramidPtr = std::shared_ptr<const metrics::MatrixPyramid>;

/// Which matrix of a tensor a map shows.
enum class HeatSource {
    Original,
    Decoded,       ///< of A
    Error,         ///< decoded − original
    RelativeError, ///< (decoded − original) / |original|; NaN where the original is 0 and the error is not
    ErrorGain      ///< |error of A| − |error of B|: negative where A is better
};

/// Mean/max pyramids of the selected tensor, built once each in a worker, kept for the last few. GUI thread only.
class PyramidCache : public QObject {
    Q_OBJECT
public:
    PyramidCache(const Services& services, QObject* parent);
    /// The one of these services: maps of all pages share what was built.
    static PyramidCache* of(const Services& services);
    /// The pyramid, or null while it is being made; ready() follows.
    PyramidPtr get(HeatSource source, TensorRef tensor, const ResultPtr& a, const ResultPtr& b = nullptr);
    bool busy() const { return !m_pending.isEmpty(); }

signals:
    void ready();
    void failed(const QString& text);

private:
    struct Entry {
        QString key;
        ResultPtr a, b; ///< keep the addresses in the key unique
        PyramidPtr pyramid;
    };
    Services m_services;
    std::list<Entry> m_entries;
    QStringList m_pending;
};

} // namespace qs::gui
