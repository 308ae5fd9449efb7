// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_runner.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace qs;
using test::runCli;

class TestCliTokenize : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString write(const char* name, const QByteArray& bytes) const
    {
        QFile f(m_dir.filePath(QLatin1String(name)));
        if (!f.open(QIODevice::WriteOnly) || f.write(bytes) != bytes.size()) qFatal("cannot write");
        return f.fileName();
    }

private slots:
    void text_andBack_isTheSame()
    {
        const QByteArray text = "In the beginning\n  wörld 🙂 2026!";
        const auto run = runCli({"tokenize", test::sampleFolder(), "--text", write("a.txt", text), "--json"});
        QCOMPARE(run.exitCode, 0);
        const auto ids = run.json()["ids"].toArray();
        QVERIFY(ids.size() > 5);
        QCOMPARE(run.json()["tokens"].toArray().size(), ids.size());
        QByteArray list;
        for (const auto& id : ids) list += QByteArray::number(id.toInt()) + "\n";
        const auto back = runCli({"tokenize", test::sampleFolder(), "--ids", write("ids.txt", list), "--json"});
        QCOMPARE(back.exitCode, 0);
        QCOMPARE(back.json()["text"].toString().toUtf8(), text);
    }

    void tokenizerFile_needsNoWeights()
    {
        QTemporaryDir folder;
        QVERIFY(QFile::copy(test::sampleFolder() + "/tokenizer.json", folder.filePath("tokenizer.json")));
        const QString text = write("b.txt", "light");
        for (const QString& path : {folder.path(), folder.filePath("tokenizer.json")})
            QCOMPARE(runCli({"tokenize", path, "--text", text, "--json"}).json()["ids"], runCli({"tokenize", test::sampleFolder(), "--text", text, "--json"}).json()["ids"]);
    }

    void wrongUse_hasItsExitCode()
    {
        const QString text = write("c.txt", "x");
        QCOMPARE(runCli({"tokenize", test::sampleFolder()}).exitCode, 2);
        QCOMPARE(runCli({"tokenize", test::sampleFolder(), "--text", text, "--special", "2"}).exitCode, 2);
        QCOMPARE(runCli({"tokenize", m_dir.path() + "/nothing", "--text", text}).exitCode, 1);
        QCOMPARE(runCli({"tokenize", test::sampleFolder(), "--text", m_dir.path() + "/nothing"}).exitCode, 1);
        QCOMPARE(runCli({"tokenize", test::sampleFolder(), "--text", write("d.txt", "a\xFF")}).exitCode, 3);
        QCOMPARE(runCli({"tokenize", test::sampleFolder(), "--ids", write("e.txt", "1, -2")}).exitCode, 3);
        QCOMPARE(runCli({"tokenize", test::sampleFolder(), "--ids", write("f.txt", "1 999999")}).exitCode, 1);
    }
};

QTEST_GUILESS_MAIN(TestCliTokenize)
#include "tst_cli_tokenize.moc"
