// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/export_format.h"

namespace qs::exporting {

Result<ExportFormat> ExportFormat::parse(std::string_view text)
{
    ExportFormat f;
    const auto colon = text.find(':');
    const std::string name(text.substr(0, colon));
    if (name == "safetensors") f.kind = Safetensors;
    else if (name == "quantoscope") f.kind = Quantoscope;
    else if (name == "npz") f.kind = Npz;
    else
        return fail(Error(ErrorCode::Usage, "no export format of this name")
                        .wanted("safetensors, quantoscope or npz")
                        .got("'" + name + "'"));
    std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        const std::string_view pair = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        const auto equals = pair.find('=');
        const std::string_view key = pair.substr(0, equals);
        const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        const auto wrong = [&](const char* wanted) {
            return fail(Error(ErrorCode::Usage, "wrong value of " + std::string(key) + " in the format")
                            .wanted(wanted)
                            .got("'" + std::string(value) + "'"));
        };
        if (f.kind == Safetensors && key == "dtype") {
            if (f.dtype) return fail(ErrorCode::Usage, "dtype is given twice in the format");
            if (value == "f32") f.dtype = DType::F32;
            else if (value == "f16") f.dtype = DType::F16;
            else if (value == "bf16") f.dtype = DType::BF16;
            else return wrong("f32|f16|bf16");
        } else if (f.kind == Safetensors && key == "names") {
            if (value != "keep" && value != "hf") return wrong("keep|hf");
            f.hfNames = value == "hf";
        } else {
            return fail(Error(ErrorCode::Usage, "format " + name + " has no key '" + std::string(key) + "'")
                            .wanted(f.kind == Safetensors ? "dtype=f32|f16|bf16, names=keep|hf" : "no keys"));
        }
    }
    return f;
}

std::string ExportFormat::text() const
{
    if (kind == Quantoscope) return "quantoscope";
    if (kind == Npz) return "npz";
    std::string out;
    if (dtype) out += std::string("dtype=") + (*dtype == DType::F32 ? "f32" : *dtype == DType::F16 ? "f16" : "bf16");
    if (hfNames) out += (out.empty() ? "" : ",") + std::string("names=hf");
    return out.empty() ? "safetensors" : "safetensors:" + out;
}

bool ExportFormat::isFileTarget(const std::filesystem::path& target) const
{
    if (kind == Npz) return target.extension() == ".npz";
    return kind == Quantoscope && target.extension() == ".safetensors";
}

} // namespace qs::exporting
