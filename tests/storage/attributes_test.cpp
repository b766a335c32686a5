// Mirrors include/hpo/storage/attributes.hpp.
#include <hpo/storage/attributes.hpp>

#include <limits>

#include "../check.hpp"

namespace hpo::storage {
namespace {

TEST_SUITE("storage/attributes") {
  TEST_CASE("values are written as Python's json writes them: ASCII, bare NaN and Infinity") {
    CHECK(json_text("é\n\"") == "\"\\u00e9\\n\\\"\"");
    CHECK(json_text(std::string("bad \xff byte")) == "\"bad \\ufffd byte\"");
    CHECK(json_text(std::numeric_limits<double>::quiet_NaN()) == "NaN");
    CHECK(json_text(-std::numeric_limits<double>::infinity()) == "-Infinity");
    CHECK(json_text(0.1) == "0.1");
    CHECK(json_text(std::int64_t{7}) == "7");
    CHECK(json_text(true) == "true");
  }
  TEST_CASE("the values of an enqueued trial come back with their kinds") {
    const space::Assignment values{{"a", 1.0},
                                   {"b", std::int64_t{1}},
                                   {"c", true},
                                   {"d", std::monostate{}},
                                   {"e", std::string("NaN")},
                                   {"f", std::numeric_limits<double>::infinity()}};
    CHECK(json_text(values) == R"({"a": 1.0, "b": 1, "c": true, "d": null, "e": "NaN", "f": Infinity})");
    CHECK(assignment_from_json(json_text(values)) == values);
    CHECK_THROWS_AS(static_cast<void>(assignment_from_json("{")), StorageError);
  }
  TEST_CASE("a cause is read as the words it holds") {
    FrozenTrial trial;
    CHECK(cause_of(trial).empty());
    trial.user_attrs["hpo:cause"] = json_text("NaN loss at step 3");
    CHECK(cause_of(trial) == "NaN loss at step 3");
  }
  TEST_CASE("an attribute is read, or is nothing: other programs write what they like") {
    const Attributes attributes{{"list", "[1, 2.5]"}, {"broken", "[1, 2"}, {"far", "[1, Infinity]"}, {"word", "\"w\""}};
    CHECK(read_attribute(attributes, "list")->finite_numbers(2) == std::vector{1, 2.5});
    CHECK_FALSE(read_attribute(attributes, "list")->finite_numbers(3));
    CHECK_FALSE(read_attribute(attributes, "far")->finite_numbers(2));
    CHECK_FALSE(read_attribute(attributes, "word")->finite_numbers(1));
    CHECK_FALSE(read_attribute(attributes, "broken"));
    CHECK_FALSE(read_attribute(attributes, "absent"));
  }
}

}  // namespace
}  // namespace hpo::storage
