// Mirrors include/hpo/data/answer_alignment.hpp.
#include <hpo/data/answer_alignment.hpp>

#include <string>
#include <vector>

#include "../check.hpp"

namespace hpo::data {
namespace {

const std::string context = "At 60 °C the pump leaks. The pump stalls.";

AlignedAnswer aligned(const StatedAnswer& stated) {
  return align_answer(context, text::CodePointMap(context), stated);
}

TEST_SUITE("data/answer_alignment") {
  TEST_CASE("a start where the text stands; starts count code points, not bytes") {
    CHECK(aligned({"pump leaks", 13}).answer == SpanExample::Answer{"pump leaks", 13});
    CHECK(aligned({"At", 0}).answer.has_value());
    CHECK(aligned({"stalls.", 34}).answer.has_value());
    CHECK(aligned({.start = 6, .end = 8}).answer == SpanExample::Answer{"°C", 6});
    CHECK(aligned({"°C", 6, 8}).answer.has_value());
  }
  TEST_CASE("a start where something else stands is never corrected") {
    CHECK(aligned({"pump leaks", 14}).reason == "expected 'pump leaks' at 14, got 'ump leaks.'");
    CHECK(aligned({"leaks", 33}).reason == "expected 'leaks' at 33, got 'stall'");
    CHECK(aligned({"°C", 6, 10}).reason == "expected '°C' at 6, got '°C t'");
    CHECK(aligned({"stalls.", 35}).reason == "expected 'stalls.' at 35, got 'talls.'");
    CHECK(aligned({"x", 41}).reason == "expected a start within the context's 41 characters, got 41");
    CHECK(aligned({"x", -2}).reason == "expected a start within the context's 41 characters, got -2");
    CHECK(aligned({.start = 8, .end = 9}).reason == "expected an answer, got white space");
    CHECK(aligned({.start = 8, .end = 8}).reason == "expected an end after 8 and at most 41, got 8");
    CHECK(aligned({.start = 8, .end = 42}).reason == "expected an end after 8 and at most 41, got 42");
    CHECK(aligned({"pump", 12, 12}).reason == "expected an end after 12 and at most 41, got 12");
  }
  TEST_CASE("white space around an answer does not count") {
    const SpanExample::Answer leaks{"leaks", 18};
    for (const StatedAnswer& stated : std::vector<StatedAnswer>{
             {" leaks", 17}, {" leaks", 18}, {"leaks", 17}, {"leaks\n", 18}, {" leaks "}, {.start = 17, .end = 23}})
      CHECK(aligned(stated).answer == leaks);
    CHECK(aligned({"leaks", 16}).reason == "expected 'leaks' at 16, got 'p lea'");
  }
  TEST_CASE("exact is to the character; other answers differ in white space, are elsewhere, or nowhere") {
    const auto fit = [](const StatedAnswer& stated) { return aligned(stated).fit; };
    CHECK(fit({"leaks", 18}) == AnswerFit::exact);
    CHECK(fit({" leaks", 17}) == AnswerFit::exact);
    CHECK(fit({"leaks", 18, 23}) == AnswerFit::exact);
    CHECK(fit({.start = 18, .end = 23}) == AnswerFit::exact);
    CHECK(fit({"leaks"}) == AnswerFit::exact);
    CHECK(fit({" leaks", 18}) == AnswerFit::white_space);
    CHECK(fit({"leaks", 17}) == AnswerFit::white_space);
    CHECK(fit({.start = 17, .end = 23}) == AnswerFit::white_space);
    CHECK(fit({"leaks\n"}) == AnswerFit::white_space);
    CHECK(fit({"leaks", 16}) == AnswerFit::elsewhere);
    CHECK(fit({"leaks", 99}) == AnswerFit::elsewhere);
    CHECK(fit({"pump"}) == AnswerFit::elsewhere);
    CHECK(fit({"Leaks", 18}) == AnswerFit::absent);
    CHECK(fit({.start = 8, .end = 9}) == AnswerFit::absent);
    CHECK(fit({" "}) == AnswerFit::absent);
  }
  TEST_CASE("a report adds up") {
    AlignmentReport report{.rows = 2};
    for (const auto fit :
         {AnswerFit::exact, AnswerFit::white_space, AnswerFit::elsewhere, AnswerFit::absent, AnswerFit::absent})
      report.count(fit);
    AlignmentReport both = report;
    both.add(report);
    CHECK(both.answers() == 10);
    CHECK(both.misaligned() == 8);
    CHECK(both.rows == 4);
    CHECK(AlignmentReport{.rows = 5, .exact = 5}.summary().empty());
    CHECK(AlignmentReport{.rows = 5, .exact = 4, .white_space = 1}.summary() ==
          "1 of 5 answers are not exactly where they should be: 1 but for white space around them (used without it), 0 "
          "elsewhere in their context, 0 not in it (0 of 5 rows dropped, 0 counted as unanswerable)");
  }
  TEST_CASE("without a start the text must occur exactly once") {
    CHECK(aligned({"leaks"}).answer == SpanExample::Answer{"leaks", 18});
    CHECK(aligned({"pump"}).reason == "expected one 'pump' in the context or a start, got 2 of them");
    CHECK(aligned({"Leaks"}).reason == "expected a context that holds 'Leaks', got none");
    CHECK(align_answer("aaa", text::CodePointMap("aaa"), {"aa"}).reason ==
          "expected one 'aa' in the context or a start, got 2 of them");
    CHECK(aligned({" "}).reason == "expected a text, or a start and an end, got neither");
    CHECK(aligned({.start = 3}).reason == "expected a text, or a start and an end, got neither");
  }
  TEST_CASE("long texts are cut in messages, between code points") {
    const std::string long_text(100, 'x');
    CHECK(aligned({"°" + long_text}).reason ==
          "expected a context that holds '°" + std::string(39, 'x') + "...', got none");
  }
  TEST_CASE("policies: drop, count as unanswerable, stop") {
    const std::vector<StatedAnswer> wrong{{"leaks", 3}, {"pump"}};
    for (const auto policy : {UnalignedPolicy::drop, UnalignedPolicy::unanswerable}) {
      AlignmentReport report;
      SpanExample example{.id = "q1", .context = context, .row = 7};
      CHECK(align(example, wrong, policy, "x.csv:8", report) == (policy == UnalignedPolicy::unanswerable));
      CHECK(example.impossible);
      CHECK(example.answers.empty());
      CHECK(report.dropped == (policy == UnalignedPolicy::drop ? 1 : 0));
      CHECK(report.made_unanswerable == (policy == UnalignedPolicy::drop ? 0 : 1));
      REQUIRE(report.unaligned.size() == 2);
      CHECK(report.unaligned[1].id == "q1");
      CHECK(report.unaligned[1].row == 7);
    }
    AlignmentReport report;
    SpanExample example{.context = context};
    CHECK_THROWS_WITH_AS(
        align(example, wrong, UnalignedPolicy::error, "x.csv:8: data.answer: row 7", report),
        "x.csv:8: data.answer: row 7: expected 'leaks' at 3, got '60 °C'; to go on without such rows, set "
        "data.unaligned = \"drop\"",
        DataError);
  }
  TEST_CASE("a row keeps the answers that fit; one that has none by its file is no fault") {
    AlignmentReport report;
    SpanExample example{.id = "q1", .context = context, .row = 1};
    CHECK(align(example, {{"leaks", 3}, {"leaks", 18}}, UnalignedPolicy::drop, "x", report));
    CHECK(example.answers == std::vector<SpanExample::Answer>{{"leaks", 18}});
    CHECK(!example.impossible);
    SpanExample none{.id = "q2", .context = context, .row = 2};
    CHECK(align(none, {}, UnalignedPolicy::drop, "x", report));
    CHECK(none.impossible);
    CHECK(report.dropped == 0);
    CHECK(report.summary() ==
          "1 of 2 answers are not exactly where they should be: 0 but for white space around them (used without it), 1 "
          "elsewhere in their context, 0 not in it (0 of 2 rows dropped, 0 counted as unanswerable): row 1 (q1): "
          "expected "
          "'leaks' at 3, got '60 °C'");
    CHECK(AlignmentReport{.rows = 5}.summary().empty());
  }
}
}  // namespace
}  // namespace hpo::data
