#pragma once
/// \file  A value of a JSON file that knows its place, so that whatever is wrong with it can be said.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json_depth.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::text {

/// nlohmann's sorted object: the one that keeps order takes quadratic time for a vocabulary.
using SortedJson = nlohmann::json;

/// Errors   TokenizerError with the path if the file cannot be read or is not JSON.
[[nodiscard]] inline SortedJson read_json(const std::filesystem::path& path) {
  const std::string bytes = read_file<TokenizerError>(path);
  const std::size_t depth = json_depth(bytes);
  require<TokenizerError>(depth <= deepest_json, path, ": expected at most ", deepest_json,
                          " lists and objects in each other, got ", depth);
  try {
    return SortedJson::parse(bytes);
  } catch (const nlohmann::json::exception& error) {
    fail<TokenizerError>(path, ": expected JSON, got text that breaks off: ", error.what());
  }
}

/// A value and its place, `<file>: <keys>`. Every reader throws TokenizerError with that place.
class JsonField {
 public:
  /// `where`: the file for its whole content, or the file and the keys that lead to the value.
  JsonField(const SortedJson& value, std::string where, bool whole = false)
      : value_(&value), where_(std::move(where)), separator_(whole ? ": " : ".") {}

  [[nodiscard]] const SortedJson& value() const { return *value_; }
  [[nodiscard]] const std::string& where() const { return where_; }

  /// The value under a key; absent and null alike are nothing.
  [[nodiscard]] std::optional<JsonField> find(std::string_view key) const {
    (void)object();
    const auto found = value_->find(std::string(key));
    if (found == value_->end() || found->is_null()) return std::nullopt;
    return JsonField(*found, place(key));
  }

  [[nodiscard]] JsonField at(std::string_view key) const {
    auto found = find(key);
    require<TokenizerError>(found.has_value(), place(key), ": expected a value, got nothing");
    return *std::move(found);
  }

  /// An element of this object that the caller has found.
  [[nodiscard]] JsonField child(const SortedJson& value, std::string_view key) const { return {value, place(key)}; }

  [[nodiscard]] const SortedJson& object() const { return expect(value_->is_object(), "an object"); }
  [[nodiscard]] const SortedJson& array() const { return expect(value_->is_array(), "a list"); }
  [[nodiscard]] const std::string& text() const {
    return expect(value_->is_string(), "a text").get_ref<const std::string&>();
  }
  [[nodiscard]] bool boolean() const { return expect(value_->is_boolean(), "true or false").get<bool>(); }
  [[nodiscard]] double number() const { return expect(value_->is_number(), "a number").get<double>(); }
  [[nodiscard]] std::int32_t integer() const {
    expect(value_->is_number_integer(), "a whole number");
    const bool fits = value_->is_number_unsigned()
                          ? value_->get<std::uint64_t>() <= max_int
                          : value_->get<std::int64_t>() >= std::numeric_limits<std::int32_t>::min();
    expect(fits, "a number of 32 bits");
    return value_->get<std::int32_t>();
  }

  [[nodiscard]] std::string text_or(std::string_view key, std::string_view otherwise) const {
    const auto field = find(key);
    return field ? field->text() : std::string(otherwise);
  }
  [[nodiscard]] bool boolean_or(std::string_view key, bool otherwise) const {
    const auto field = find(key);
    return field ? field->boolean() : otherwise;
  }
  [[nodiscard]] std::int32_t integer_or(std::string_view key, std::int32_t otherwise) const {
    const auto field = find(key);
    return field ? field->integer() : otherwise;
  }

  /// Calls `visit(JsonField)` for each element of a list.
  template <class Visit>
  void for_each(Visit visit) const {
    std::size_t index = 0;
    for (const SortedJson& element : array()) visit(JsonField(element, concat(where_, "[", index++, "]")));
  }

  template <class Names>
  [[noreturn]] void fail_unknown(std::string_view what, const Names& known) const {
    const std::string name = value_->is_string() ? value_->get<std::string>() : short_form();
    fail<TokenizerError>(where_, ": expected ", what, ", got '", name, "'", known_names(name, known));
  }

 private:
  static constexpr std::uint64_t max_int = std::numeric_limits<std::int32_t>::max();

  [[nodiscard]] std::string place(std::string_view key) const { return concat(where_, separator_, key); }

  [[nodiscard]] std::string short_form() const {
    if (value_->is_object()) return "an object";
    if (value_->is_array()) return "a list";
    const std::string text = value_->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return text.size() <= 40 ? text : text.substr(0, 40) + "...";
  }

  const SortedJson& expect(bool holds, std::string_view what) const {
    if (!holds) fail<TokenizerError>(where_, ": expected ", what, ", got ", short_form());
    return *value_;
  }

  const SortedJson* value_;
  std::string where_;
  std::string_view separator_;
};

}  // namespace hpo::text
