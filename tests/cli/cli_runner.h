// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace qs::test {

/// What one call of quantoscope-cli did.
struct CliRun {
    int exitCode = -1;
    bool crashed = false;
    QByteArray out;
    QByteArray err;
    QJsonObject json() const; ///< of standard output; empty where it is no JSON object
};

CliRun runCli(const QStringList& arguments);
/// The bundled sample model's folder.
QString sampleFolder();
/// SHA-256 of every file below a path, by relative name: what "as it was" means.
QByteArray fingerprint(const QString& path);

} // namespace qs::test
