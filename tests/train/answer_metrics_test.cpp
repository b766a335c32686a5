// Mirrors include/hpo/train/answer_metrics.hpp.
#include <hpo/train/answer_metrics.hpp>

#include "../check.hpp"

namespace hpo::train {
namespace {
using Words = std::vector<std::string>;

TEST_SUITE("train/answer_metrics") {
  TEST_CASE("case, punctuation, articles and spaces do not count") {
    CHECK(answer_words("The  Cat, the\tHAT!") == Words{"cat", "hat"});
    CHECK(answer_words("An apple a day") == Words{"apple", "day"});
    CHECK(answer_words("theatre Ana") == Words{"theatre", "ana"});  // articles inside words stay
    CHECK(answer_words("a.m. A-ha") == Words{"am", "aha"});         // punctuation goes first and joins
    CHECK(answer_words("$5.5 million") == Words{"55", "million"});
    CHECK(answer_words("the an a ...").empty());
  }
  TEST_CASE("Unicode follows the rules of the Python script") {
    CHECK(answer_words("ÉCOLE Ümlaut") == Words{"école", "ümlaut"});
    CHECK(answer_words("\u00a0x\u3000y") == Words{"x", "y"});  // no-break and ideographic spaces split
    CHECK(answer_words("a\u2019b") == Words{"\u2019b"});       // U+2019 is no ASCII punctuation but ends a word
    CHECK(answer_words("the\u00e9") == Words{"the\u00e9"});    // a letter follows: no article
    CHECK(answer_words("ΟΔΟΣ") == Words{"οδος"});              // final sigma
    CHECK(answer_words("1990–1995") == Words{"1990–1995"});    // en dash stays
  }
  TEST_CASE("F1 is over words, each counted as often as it occurs") {
    CHECK(score_answer("Denver Broncos", "The Denver Broncos!").exact == 1.0);
    CHECK(score_answer("Broncos", "Denver Broncos").exact == 0.0);
    CHECK(score_answer("Broncos", "Denver Broncos").f1 == doctest::Approx(2.0 / 3));
    CHECK(score_answer("x x y", "x y y").f1 == doctest::Approx(2.0 / 3));
    CHECK(score_answer("dog", "cat").f1 == 0.0);
    CHECK(score_answer("b a c", "c b").exact == 0.0);
    CHECK(score_answer("b a c", "c b").f1 == 1.0);  // the order does not count
  }
  TEST_CASE("no answer is right only where there is none") {
    CHECK(score_answer("", "").f1 == 1.0);
    CHECK(score_answer("", "").exact == 1.0);
    CHECK(score_answer("", "cat").f1 == 0.0);
    CHECK(score_answer("cat", "").f1 == 0.0);
    CHECK(score_answer("the", "").exact == 1.0);  // nothing is left of it
  }
  TEST_CASE("the best of several true answers counts, for each score by itself") {
    const Words truths = {"Santa Clara, California", "Levi's Stadium", "Levi's Stadium in Santa Clara"};
    CHECK(score_answer("Levi's Stadium", truths).exact == 1.0);
    CHECK(score_answer("Stadium in Santa Clara", truths).f1 == doctest::Approx(8.0 / 9));
    CHECK(score_answer("", Words{}).exact == 1.0);
    CHECK(score_answer("x", Words{}).f1 == 0.0);
    CHECK(score_answer("", Words{"a", "cat"}).f1 == 0.0);  // "a" normalizes to nothing and is not an answer
  }
  TEST_CASE("a tally keeps answerable and unanswerable examples apart") {
    AnswerTally tally;
    tally.add("cat", Words{"cat"});
    tally.add("cat dog", Words{"cat"});
    tally.add("", Words{});
    tally.add("cat", Words{""});
    CHECK(tally.answerable() == 2);
    CHECK(tally.unanswerable() == 2);
    CHECK(tally.of_answerable().exact == 0.5);
    CHECK(tally.of_answerable().f1 == doctest::Approx((1.0 + 2.0 / 3) / 2));
    CHECK(tally.of_unanswerable().exact == 0.5);
    CHECK(tally.overall().exact == 0.5);
    CHECK(AnswerTally().overall().f1 == 0.0);
  }
}
}  // namespace
}  // namespace hpo::train
