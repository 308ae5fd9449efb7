// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/gui/main_window.h"
#include "app/gui/settings.h"
#include "app/gui/workbench.h"
#include "tests/support/window_thread.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

namespace qs::test {

/// A window of its own with settings of its own, for one test function.
struct WindowFixture {
    std::unique_ptr<QTemporaryDir> dir = std::make_unique<QTemporaryDir>();
    std::unique_ptr<gui::Settings> settings = std::make_unique<gui::Settings>(dir->filePath(QStringLiteral("settings.ini")));
    std::unique_ptr<gui::Workbench> work = std::make_unique<gui::Workbench>(nullptr, 2);
    std::unique_ptr<gui::MainWindow> window;

    explicit WindowFixture(QSize size = {1440, 900})
    {
        forbidWorkInWindow();
        for (const char* hint : {"pick", "compare", "palette"}) settings->setHintSeen(QString::fromLatin1(hint), true);
        work->theme().setMode(gui::Theme::Light);
        window = std::make_unique<gui::MainWindow>(*work, *settings);
        window->confirmClose = [](int) { return true; };
        window->resize(size);
        window->show();
        [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(window.get());
    }
    ~WindowFixture()
    {
        window.reset();
        work.reset();
    }
    /// Until nothing is under way for a while; work begets work.
    bool settle(int milliseconds = 30000) const
    {
        int calm = 0;
        QElapsedTimer clock;
        clock.start();
        while (calm < 5 && clock.elapsed() < milliseconds) {
            QTest::qWait(20);
            const bool now = work->jobs().activeJobs() == 0 && work->jobs().activeRequests() == 0 && !work->opening() && !work->theme().restyling();
            calm = now ? calm + 1 : 0;
        }
        return calm >= 5;
    }
    bool open(const QString& path) const
    {
        window->openPath(path);
        return QTest::qWaitFor([this] { return work->selection().tensor().valid(); }, 20000) && settle();
    }
    bool choose(const char* tensor) const
    {
        const auto& c = work->workspace().checkpoints().front();
        const auto at = c.source->find(tensor);
        work->selection().setTensor({c.id, at});
        return at >= 0 && settle();
    }
    static quant::Recipe recipe(const char* text) { return *quant::parseRecipe(text); }
};

} // namespace qs::test
