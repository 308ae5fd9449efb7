// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/device_module.h"

#include <QtTest>

using namespace qs;

/// The loader: what can't be used is refused with its reason, and without a device the reason is told.
class TestDeviceModule : public QObject {
    Q_OBJECT
private slots:
    void load_missingFile_saysSo()
    {
        const auto m = cuda::DeviceModule::load("/nonexistent/libquantoscope_cuda.so");
        QVERIFY(!m);
        QCOMPARE(m.error().code, ErrorCode::Lacking);
        QVERIFY(QString::fromStdString(m.error().text()).contains("/nonexistent"));
    }
    void load_otherVersion_isRefused()
    {
        const auto m = cuda::DeviceModule::load(QS_STUB_OTHER_VERSION);
        QVERIFY(!m);
        QCOMPARE(m.error().code, ErrorCode::Lacking);
        QVERIFY(QString::fromStdString(m.error().text()).contains("version 2"));
    }
    void load_noTable_isRefused()
    {
        const auto m = cuda::DeviceModule::load(QS_STUB_NO_TABLE);
        QVERIFY(!m);
        QVERIFY(QString::fromStdString(m.error().text()).contains("qsCudaTable"));
    }
    void devices_eitherListedOrReasonGiven()
    {
        const auto d = cuda::devices();
        if (d) {
            QVERIFY(!d->empty());
            for (const auto& device : *d) {
                QVERIFY(!device.name.empty());
                QVERIFY(device.memoryBytes > 0);
                QVERIFY(device.computeMajor >= 7);
            }
            return;
        }
        QCOMPARE(d.error().code, ErrorCode::Lacking);
        QVERIFY(!d.error().remedy.empty());
#ifdef QS_CUDA_MODULE_FILE
        // The module is there, so the reason must be the driver's or the device's, not the module's.
        QVERIFY2(cuda::deviceModule(), cuda::deviceModule() ? "" : cuda::deviceModule().error().text().c_str());
#endif
    }
};

QTEST_GUILESS_MAIN(TestDeviceModule)
#include "tst_device_module.moc"
