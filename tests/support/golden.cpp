// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/golden.h"

#include "core/tensor/convert.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace qs::test {

Golden::Golden(const std::string& relative)
{
    std::ifstream in(std::string(QS_SHARED_DIR) + "/golden/" + relative, std::ios::binary);
    if (!in) return;
    std::string all((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::uint64_t n = 0;
    std::memcpy(&n, all.data(), 8);
    const auto header = nlohmann::json::parse(all.substr(8, n));
    m_data = all.substr(8 + n);
    for (const auto& [key, value] : header.items()) {
        if (key == "__metadata__") {
            for (const auto& [k, v] : value.items()) m_meta[k] = v.get<std::string>();
            continue;
        }
        m_entries[key] = {value["dtype"], value["shape"], value["data_offsets"][0], value["data_offsets"][1]};
    }
    m_ok = true;
}

std::vector<std::string> Golden::keys() const
{
    std::vector<std::string> out;
    for (const auto& [k, e] : m_entries) out.push_back(k);
    return out;
}

std::vector<std::int64_t> Golden::shape(const std::string& key) const { return m_entries.at(key).shape; }

std::vector<std::uint8_t> Golden::bytes(const std::string& key) const
{
    const Entry& e = m_entries.at(key);
    const auto* p = reinterpret_cast<const std::uint8_t*>(m_data.data());
    return {p + e.begin, p + e.end};
}

std::vector<float> Golden::floats(const std::string& key) const
{
    const Entry& e = m_entries.at(key);
    const DType type = *dtypeFromName(e.dtype);
    std::vector<float> out((e.end - e.begin) / traits(type).blockBytes);
    plainToFloat(type, std::as_bytes(std::span(m_data).subspan(e.begin, e.end - e.begin)), out);
    return out;
}

std::vector<double> Golden::doubles(const std::string& key) const
{
    const Entry& e = m_entries.at(key);
    if (e.dtype != "F64") {
        const auto f = floats(key);
        return {f.begin(), f.end()};
    }
    std::vector<double> out((e.end - e.begin) / 8);
    std::memcpy(out.data(), m_data.data() + e.begin, e.end - e.begin);
    return out;
}

Matrix Golden::matrix(const std::string& key) const
{
    const auto s = shape(key);
    Matrix m(s.at(0), s.at(1));
    const auto f = floats(key);
    std::copy(f.begin(), f.end(), m.data().begin());
    return m;
}

std::string Golden::meta(const std::string& key) const
{
    const auto it = m_meta.find(key);
    return it == m_meta.end() ? "" : it->second;
}

bool goldenRequired()
{
    const char* ci = std::getenv("CI");
    return ci && *ci && std::string(ci) != "false" && std::string(ci) != "0";
}

Matrix gaussian(Index rows, Index cols, std::uint64_t seed, float sigma)
{
    std::mt19937_64 engine(seed);
    std::normal_distribution<float> normal(0, sigma);
    Matrix m(rows, cols);
    for (float& v : m.data()) v = normal(engine);
    return m;
}

} // namespace qs::test
