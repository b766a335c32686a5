#pragma once
/// \file  The JSON header of a safetensors file: what it may say, checked before anything is believed.
/// Layer `checkpoint`, tier 2.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/checkpoint/dtype.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/json_depth.hpp>

namespace hpo::checkpoint {

/// One tensor of a file.
struct Entry {
  std::string name;
  Dtype dtype;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  // bytes from the start of the data

  [[nodiscard]] std::uint64_t bytes() const { return end - begin; }
};

/// A whole header: entries sorted by name, and the strings of `__metadata__`.
struct Header {
  std::vector<Entry> entries;
  std::map<std::string, std::string> metadata;
};

inline constexpr std::size_t longest_name = 4096;  ///< of a tensor

/// Whether hpo reads and writes a tensor of this name. The format would take any text.
[[nodiscard]] inline bool is_tensor_name(std::string_view name) {
  if (name.empty() || name.size() > longest_name) return false;
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) return false;
  return concat('/', name, '/').find("/../") == std::string::npos;
}

namespace detail {

inline constexpr std::size_t deepest_header = 127;  // what the reference's JSON parser enters
inline constexpr std::size_t shortest_entry =
    std::string_view(R"("a":{"dtype":"U8","shape":[],"data_offsets":[0,0]})").size();
inline constexpr std::size_t highest_rank = 64;  // what libtorch's kernels can walk

/// Receives the JSON as it is read: no tree is built, and a duplicate is seen that a tree would hide.
class HeaderReader {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = std::string;
  using binary_t = Json::binary_t;

  /// `most`: entries that there can be at most; room for them is made at once.
  HeaderReader(std::string where, std::size_t most) : where_(std::move(where)) { header_.entries.reserve(most); }

  [[nodiscard]] Header take() {
    std::ranges::sort(header_.entries, {}, &Entry::name);
    const auto twice = std::ranges::adjacent_find(header_.entries, {}, &Entry::name);
    require<CheckpointError>(twice == header_.entries.end(), where_, ": ",
                             twice == header_.entries.end() ? std::string() : twice->name.substr(0, 200),
                             ": expected each name once, got it twice");
    return std::move(header_);
  }

  bool null() { return scalar("null"); }
  bool boolean(bool value) { return scalar(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) { return scalar(concat(value)); }  // negative, "-0" included
  bool number_float(number_float_t, const string_t& text) { return scalar(text); }
  bool binary(binary_t&) { return scalar("binary"); }

  bool number_unsigned(number_unsigned_t value) {
    if (state_ == State::shape) {
      complain(current_.shape.size() < highest_rank, "shape", concat("at most ", highest_rank, " dimensions"), "more");
      complain(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()), "shape",
               "dimensions below 2^63", concat(value));
      current_.shape.push_back(static_cast<std::int64_t>(value));
      return true;
    }
    if (state_ == State::offsets) {
      complain(offsets_.size() < 2, "data_offsets", "two numbers", "more");
      offsets_.push_back(value);
      return true;
    }
    return scalar(concat(value));
  }

  bool string(string_t& value) {
    if (state_ == State::metadata) {
      require<CheckpointError>(header_.metadata.emplace(field_, value).second, where_, ": __metadata__.",
                               printable(field_), ": is given twice");
    } else if (state_ == State::entry && known_ == Field::dtype) {
      const auto dtype = find_dtype(value);
      complain(dtype.has_value(), "dtype", "an element type of the safetensors format", "'" + value + "'");
      current_.dtype = *dtype;
    } else {
      return scalar("'" + value.substr(0, 40) + "'");
    }
    return true;
  }

  bool start_object(std::size_t) {
    if (skipping_ > 0 || in_unknown_field()) return skip(+1);
    if (state_ == State::outside) {
      state_ = State::top;
    } else if (state_ == State::top) {
      state_ = current_.name == "__metadata__" ? State::metadata : State::entry;
    } else {
      return scalar("an object");
    }
    return true;
  }

  bool end_object() {
    if (skipping_ > 0) return skip(-1);
    if (state_ == State::entry) finish_entry();
    state_ = state_ == State::top ? State::outside : State::top;
    return true;
  }

  bool start_array(std::size_t) {
    if (skipping_ > 0 || in_unknown_field()) return skip(+1);
    if (state_ == State::entry && known_ == Field::shape) {
      state_ = State::shape;
    } else if (state_ == State::entry && known_ == Field::data_offsets) {
      state_ = State::offsets;
    } else {
      return scalar("a list");
    }
    return true;
  }

  bool end_array() {
    if (skipping_ > 0) return skip(-1);
    if (state_ == State::offsets)
      complain(offsets_.size() == 2, "data_offsets", "two numbers", concat(offsets_.size()));
    state_ = State::entry;
    return true;
  }

  bool key(string_t& name) {
    if (skipping_ > 0) return true;
    if (state_ == State::top) return start_entry(std::move(name));
    field_ = std::move(name);
    if (state_ != State::entry) return true;
    const auto found = std::ranges::find(field_names, field_);
    known_ = static_cast<Field>(found - field_names.begin());
    if (known_ == Field::other) return true;
    bool& seen = seen_[static_cast<std::size_t>(known_)];
    complain(!seen, field_, "it once", "it twice");
    seen = true;
    return true;
  }

  bool parse_error(std::size_t position, const string_t&, const Json::exception&) {
    fail<CheckpointError>(where_, ": header: expected JSON, got something else at byte ", position);
  }

 private:
  enum class State { outside, top, entry, metadata, shape, offsets };
  enum class Field : std::size_t { dtype, shape, data_offsets, other };
  static constexpr std::array<std::string_view, 3> field_names{"dtype", "shape", "data_offsets"};

  [[nodiscard]] bool in_unknown_field() const { return state_ == State::entry && known_ == Field::other; }

  void complain(bool holds, std::string_view field, std::string_view expected, std::string_view got) const {
    require<CheckpointError>(holds, where_, ": ", current_.name.substr(0, 200), ".", field, ": expected ", expected,
                             ", got ", got);
  }

  bool skip(int change) {  // a value under a key that the format does not know
    skipping_ += change;
    return true;
  }

  // A value that may stand under an unknown key of an entry, and nowhere else.
  bool scalar(std::string_view value) {
    if (skipping_ > 0 || in_unknown_field()) return true;
    switch (state_) {
      case State::outside:
        fail<CheckpointError>(where_, ": header: expected an object of tensors, got ", value);
      case State::top:
        fail<CheckpointError>(where_, ": ", current_.name.substr(0, 200), ": expected an object, got ", value);
      case State::metadata:
        fail<CheckpointError>(where_, ": __metadata__.", printable(field_), ": expected a string, got ", value);
      case State::entry:
        complain(false, field_, known_ == Field::dtype ? "a name in quotes" : "a list of whole numbers", value);
        break;
      case State::shape:
        complain(false, "shape", "whole numbers, 0 or more", value);
        break;
      case State::offsets:
        complain(false, "data_offsets", "whole numbers, 0 or more", value);
        break;
    }
    return false;
  }

  bool start_entry(std::string name) {
    require<CheckpointError>(name != "__metadata__" || !std::exchange(has_metadata_, true), where_,
                             ": __metadata__: expected each name once, got it twice");
    require<CheckpointError>(is_tensor_name(name), where_, ": header: expected names of 1 to ", longest_name,
                             " characters without control characters and '..' steps, got '", printable(name), "'");
    current_ = Entry{.name = std::move(name), .dtype = {}, .shape = {}};
    offsets_.clear();
    seen_ = {};
    return true;
  }

  [[nodiscard]] static std::string printable(std::string_view name) {
    std::string out(name.substr(0, 80));
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
    return out;
  }

  void finish_entry() {
    for (std::size_t i = 0; i < seen_.size(); ++i) complain(seen_[i], field_names[i], "a value", "nothing");
    current_.begin = offsets_[0];
    current_.end = offsets_[1];
    header_.entries.push_back(std::move(current_));
  }

  std::string where_;
  Header header_;
  State state_ = State::outside;
  int skipping_ = 0;
  Entry current_;
  std::string field_;
  std::vector<std::uint64_t> offsets_;
  Field known_ = Field::other;  // what field_ is
  std::array<bool, 3> seen_{};
  bool has_metadata_ = false;
};

/// Bytes that an entry's shape and dtype ask for, or nothing if the number does not fit or is not whole.
[[nodiscard]] inline std::optional<std::uint64_t> bytes_wanted(const Entry& entry) {
  std::uint64_t bits = 1;
  for (const std::int64_t size : entry.shape)
    if (__builtin_mul_overflow(bits, static_cast<std::uint64_t>(size), &bits)) return std::nullopt;
  if (__builtin_mul_overflow(bits, std::uint64_t{entry.dtype.bits}, &bits)) return std::nullopt;
  return bits % 8 == 0 ? std::optional(bits / 8) : std::nullopt;
}

/// The tensors must tile the data: no hole, no overlap, nothing after the last.
inline void check_layout(const Header& header, std::uint64_t data_bytes, const std::string& where) {
  std::vector<const Entry*> order;
  for (const Entry& entry : header.entries) order.push_back(&entry);
  std::ranges::sort(
      order, [](const Entry* a, const Entry* b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
  std::uint64_t at = 0;
  for (const Entry* entry : order) {
    require<CheckpointError>(entry->begin == at && entry->end >= entry->begin, where, ": ", entry->name,
                             ".data_offsets: expected to begin at ", at, " and to end there or later, got [",
                             entry->begin, ", ", entry->end, "]");
    const auto wanted = bytes_wanted(*entry);
    require<CheckpointError>(wanted == entry->bytes(), where, ": ", entry->name, ": expected ",
                             wanted ? concat(*wanted) : std::string("a countable number of"),
                             " bytes from its shape and dtype, got ", entry->bytes());
    at = entry->end;
  }
  require<CheckpointError>(at == data_bytes, where, ": expected ", at, " bytes of data, got ", data_bytes,
                           at > data_bytes ? " (the file is cut short)" : " (something follows the last tensor)");
}

}  // namespace detail

/// Reads a header and checks it against the size of the data behind it.
/// Errors   CheckpointError for everything the format forbids, naming the tensor.
/// Source   safetensors 0.8, `Metadata::validate`; stricter in refusing duplicate names, which its specification
///          forbids.
[[nodiscard]] inline Header parse_header(std::string_view json, std::uint64_t data_bytes, const std::string& where) {
  // The JSON library would take both for harmless: a byte order mark, and a zero byte as the end of the text.
  require<CheckpointError>(!json.starts_with("\xEF\xBB\xBF"), where, ": header: expected JSON, got a byte order mark");
  require<CheckpointError>(json.find('\0') == std::string_view::npos, where,
                           ": header: expected JSON, got a zero byte in it");
  const std::size_t depth = json_depth(json);
  require<CheckpointError>(depth <= detail::deepest_header, where, ": header: expected at most ",
                           detail::deepest_header, " lists and objects in each other, got ", depth);
  // Room for the entries is taken once: a vector that grows would need three times as much for a while.
  const auto objects = static_cast<std::size_t>(std::ranges::count(json, '{'));
  detail::HeaderReader reader(where, std::min(objects, json.size() / detail::shortest_entry));
  Json::sax_parse(json.begin(), json.end(), &reader);
  Header header = reader.take();
  detail::check_layout(header, data_bytes, where);
  return header;
}

}  // namespace hpo::checkpoint
