#pragma once
/// \file  JSON of a data file, with errors that say where.
/// Layer `data`, tier 0.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/json_depth.hpp>
#include <hpo/data/source_text.hpp>

namespace hpo::data {

/// Parses checked text that begins at `line` of a file.
/// Errors   DataError with file and line, and the parser's reason.
[[nodiscard]] inline Json parse_json(const std::filesystem::path& path, std::int64_t line, std::string_view text) {
  require_moderate_json<DataError>(text, concat(path, ":", line));
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const std::size_t at = error.byte == 0 ? 0 : error.byte - 1;
    const std::string_view what = error.what();
    const std::size_t reason = what.find(": ");  // after "[json.exception...] parse error at line 1, column 2"
    fail<DataError>(path, ":", line + line_of(text, at) - 1,
                    ": expected JSON: ", reason == std::string_view::npos ? what : what.substr(reason + 2));
  } catch (const Json::out_of_range&) {
    fail<DataError>(path, ":", line, ": expected JSON: got a number that is too large");
  }
}

/// A JSON value as the text of a cell: text as it is, numbers and bools as JSON writes them, null as nothing.
/// Errors   DataError at `place` for an array or object, and for a NUL character.
[[nodiscard]] inline std::string json_cell(const Json& value, std::string_view place) {
  if (value.is_null()) return {};
  if (!value.is_string()) {
    require<DataError>(value.is_primitive(), place, ": expected text or a number, got an ", value.type_name());
    return value.dump();
  }
  const auto& text = value.get_ref<const std::string&>();
  require<DataError>(text.find('\0') == std::string::npos, place, ": expected text, got a NUL character");
  return text;
}

}  // namespace hpo::data
