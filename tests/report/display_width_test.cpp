// Mirrors include/hpo/report/display_width.hpp.
#include <hpo/report/display_width.hpp>

#include <limits>

#include "../check.hpp"

namespace hpo::report {
namespace {
using namespace std::chrono_literals;

TEST_SUITE("report/display_width") {
  TEST_CASE("durations") {
    CHECK(clock_text(0) == "00:00:00");
    CHECK(clock_text(9667.4) == "02:41:07");
    CHECK(clock_text(360000) == "100:00:00");
    CHECK(clock_text(-1) == "00:00:00");
    CHECK(clock_text(std::numeric_limits<double>::infinity()) == "00:00:00");
    CHECK(duration_text(3.44) == "3.4 s");
    CHECK(duration_text(59.97) == "1 min 0 s");
    CHECK(duration_text(725) == "12 min 5 s");
    CHECK(duration_text(9667) == "2 h 41 min");
  }

  TEST_CASE("metrics and times") {
    CHECK(metric_text(0.84123) == "0.8412");
    CHECK(metric_text(-0.5) == "-0.5000");
    CHECK(metric_text(0) == "0.0000");
    CHECK(metric_text(0.0000213) == "2.13e-05");
    CHECK(metric_text(123456789) == "1.235e+08");
    CHECK(metric_text(std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(time_text(std::chrono::system_clock::time_point(1'700'000'000'123ms)) == "2023-11-14T22:13:20.123Z");
    CHECK(time_text(std::chrono::system_clock::time_point(-1ms)) == "1969-12-31T23:59:59.999Z");
  }

  TEST_CASE("text of others is one line of UTF-8 that steers nothing") {
    CHECK(clean("plain é 研究") == "plain é 研究");
    CHECK(clean("a\nb\tc\x1b[2Jd\x7f") == "a b c [2Jd ");
    CHECK(clean("\xC2\x9B"
                "31m") == " 31m");                           // U+009B, the one-byte escape of old terminals
    CHECK(clean("x\xE2\x80\xAEy\xE2\x80\xA8z") == "x y z");  // right-to-left override, line separator
    CHECK(clean("bad \xff\xC3 end") == "bad \xEF\xBF\xBD\xEF\xBF\xBD end");
    CHECK(clean(std::string_view("a\0b", 3)) == "a b");
  }

  TEST_CASE("width is counted in columns and text is cut between characters") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("研究") == 4);
    CHECK(display_width("e\xCC\x81") == 1);  // e with a combining acute
    CHECK(cut("abc", 2) == "ab");
    CHECK(cut("研究", 3) == "研");
    CHECK(cut("e\xCC\x81x", 1) == "e\xCC\x81");
    CHECK(cut("abc", 9) == "abc");
    CHECK(cut("abc", 0).empty());
  }
}
}  // namespace
}  // namespace hpo::report
