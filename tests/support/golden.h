// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/matrix.h"

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace qs::test {

/// A small, plain safetensors reader of the tests' own, so that golden data don't depend on the reader under test.
class Golden {
public:
    /// `relative` below the shared golden folder: "methods/rtn.safetensors". ok() is false where it is absent:
    /// under CI the test must then fail (QVERIFY2(g.ok(), ...)); QS_SKIP_UNLESS_GOLDEN does both.
    explicit Golden(const std::string& relative);
    bool ok() const { return m_ok; }
    bool has(const std::string& key) const { return m_entries.contains(key); }
    std::vector<std::string> keys() const;
    std::vector<std::int64_t> shape(const std::string& key) const;
    std::vector<double> doubles(const std::string& key) const;  ///< any numeric dtype
    std::vector<float> floats(const std::string& key) const;
    std::vector<std::uint8_t> bytes(const std::string& key) const; ///< raw bytes
    Matrix matrix(const std::string& key) const;
    /// A value of __metadata__ ("" if absent).
    std::string meta(const std::string& key) const;

private:
    struct Entry {
        std::string dtype;
        std::vector<std::int64_t> shape;
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    bool m_ok = false;
    std::string m_data;
    std::map<std::string, Entry> m_entries;
    std::map<std::string, std::string> m_meta;
};

/// True where extra reference data must be there (CI is set).
bool goldenRequired();

/// i.i.d. N(0,1) rows with a fixed seed.
Matrix gaussian(Index rows, Index cols, std::uint64_t seed, float sigma = 1.0F);

} // namespace qs::test

/// Skips where the golden file is absent, fails under CI.
#define QS_NEED_GOLDEN(golden)                                                                                         \
    do {                                                                                                               \
        if (!(golden).ok()) {                                                                                          \
            QVERIFY2(!qs::test::goldenRequired(), "reference data are absent under CI");                               \
            QSKIP("reference data are absent (QS_SHARED_DIR)");                                                        \
        }                                                                                                              \
    } while (false)
