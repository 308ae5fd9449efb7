// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/form_scroll.h"

#include <QResizeEvent>
#include <QTest>
#include <QVBoxLayout>

using namespace qs::gui;

namespace {

// Asks for another height than it has, whatever it has, as wrapped notes do whose width the scroll bar takes and gives back.
class Restless : public QWidget {
public:
    using QWidget::QWidget;
    QSize sizeHint() const override { return {100, height() >= 500 ? 450 : 500}; }
    QSize minimumSizeHint() const override { return sizeHint(); }
    int resizes() const { return m_resizes; }

protected:
    bool event(QEvent* event) override
    {
        if (event->type() == QEvent::Resize) ++m_resizes;
        return QWidget::event(event);
    }

private:
    int m_resizes = 0;
};

} // namespace

class TestFormScroll : public QObject {
    Q_OBJECT
private slots:
    void contentThatNeverSettles_isLaidOutAndLeftAlone()
    {
        FormScroll scroll(nullptr);
        auto* content = new Restless;
        scroll.setWidget(content);
        scroll.resize(200, 300);
        scroll.show();
        QVERIFY(QTest::qWaitForWindowExposed(&scroll));
        const int before = content->resizes();
        scroll.resize(210, 310);
        QVERIFY(content->resizes() > before);
        QVERIFY(content->resizes() < before + 10);
    }
    void form_widthOfItsPlace_heightOfItsContent()
    {
        FormScroll scroll(nullptr);
        auto* column = new QVBoxLayout(scroll.body());
        column->setContentsMargins(0, 0, 0, 0);
        auto* tall = new QWidget;
        tall->setMinimumHeight(700);
        column->addWidget(tall);
        scroll.resize(240, 300);
        scroll.show();
        QVERIFY(QTest::qWaitForWindowExposed(&scroll));
        QTRY_COMPARE(scroll.body()->width(), scroll.viewport()->width());
        QVERIFY(scroll.body()->height() >= 700);
    }
};

QTEST_MAIN(TestFormScroll)
#include "tst_form_scroll.moc"
