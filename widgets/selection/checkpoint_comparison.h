// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/services.h"

namespace qs::gui {

/// Compares an opened checkpoint with another one of any format: its tensors become results of ours (foreign ones), the
/// selected tensor first, then all matrices that both have, as listed jobs. Nothing here blocks. GUI thread only.
class CheckpointComparison : public QObject {
    Q_OBJECT
public:
    explicit CheckpointComparison(const Services& services, QObject* parent = nullptr);
    /// Opens the other checkpoint in a worker; started() or failed() follows.
    void start(int checkpoint, const QString& path);

signals:
    /// So many tensors are compared.
    void started(const QString& path, int tensors);
    void failed(const QString& text);

private:
    struct Opened;
    void compareAll(int checkpoint, const QString& path, const Opened& opened);
    Services m_services;
};

} // namespace qs::gui
