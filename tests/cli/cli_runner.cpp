// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_runner.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>

namespace qs::test {

QJsonObject CliRun::json() const { return QJsonDocument::fromJson(out).object(); }

CliRun runCli(const QStringList& arguments)
{
    QProcess process;
    process.start(QStringLiteral(QS_CLI), arguments);
    process.waitForFinished(120'000);
    CliRun run;
    run.exitCode = process.exitCode();
    run.crashed = process.exitStatus() == QProcess::CrashExit;
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
}

QString sampleFolder() { return QStringLiteral(QS_SOURCE_DIR "/resources/sample"); }

QByteArray fingerprint(const QString& path)
{
    QStringList files;
    if (QFileInfo(path).isDir()) {
        QDirIterator it(path, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (it.hasNext()) files << it.next();
        files.sort();
    } else {
        files << path;
    }
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QString& name : files) {
        QFile file(name);
        if (!file.open(QIODevice::ReadOnly)) continue;
        hash.addData(name.toUtf8());
        hash.addData(file.readAll());
    }
    return hash.result().toHex();
}

} // namespace qs::test
