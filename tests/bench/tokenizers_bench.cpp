// Tokenizers against the reference through node, one thread each, on public texts: MB a second, and the ratio.
// Usage: HPO_TOKENIZERS_ORACLE=<folder with node_modules> tokenizers_bench
// The folder is build/<preset>/oracle after ctest -R text/fetch_reference. Vocabularies and texts are those beside the
// checkout (../shared/data). Ours and theirs take turns; the median of all repetitions counts, in seconds of the
// processor; of theirs the better of one call for all texts and a call for each.
#include <hpo/core/file.hpp>
#include <hpo/text/tokenizer.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "../text/word_piece_json.hpp"

namespace {

using namespace hpo;
using nlohmann::json;
using Seconds = std::vector<double>;

const std::filesystem::path root(HPO_SOURCE_DIR);
const std::filesystem::path shared = root.parent_path() / "shared";

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double median(Seconds values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> contexts_of(const std::filesystem::path& file) {
  std::vector<std::string> contexts;
  std::ifstream in(file);
  const json all = json::parse(in);
  for (const json& article : all["data"])
    for (const json& paragraph : article["paragraphs"]) contexts.push_back(paragraph["context"]);
  return contexts;
}

struct Texts {
  std::string name;
  std::vector<std::string> list;
};

std::vector<Texts> all_texts() {
  std::vector<std::string> bundled = lines_of(root / "examples/data/criteria.csv");
  for (std::string& line : lines_of(root / "examples/data/evidence.csv")) bundled.push_back(std::move(line));
  return {{"bundled", std::move(bundled)},
          {"banking77", lines_of(shared / "data/banking77/train.csv")},
          {"xquad.en", contexts_of(shared / "data/xquad/xquad.en.json")},
          {"xquad.zh", contexts_of(shared / "data/xquad/xquad.zh.json")}};
}

struct Theirs {
  std::size_t tokens = 0;
  Seconds batch, single;
};

void run_reference(const std::filesystem::path& tokenizer, const std::filesystem::path& texts, int repetitions,
                   Theirs& theirs) {
  const std::filesystem::path out = texts.string() + ".out";
  const std::string command = concat("NODE_PATH='", std::getenv("HPO_TOKENIZERS_ORACLE"),
                                     "/node_modules' RAYON_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false node '",
                                     root / "tests/bench/tokenizers_reference.js", "' '", tokenizer, "' '", texts, "' ",
                                     repetitions, " > '", out, "'");
  if (std::system(command.c_str()) != 0) fail<Error>("node failed: ", command);
  std::ifstream in(out);
  in >> theirs.tokens;
  std::string line;
  std::getline(in, line);
  for (Seconds* seconds : {&theirs.batch, &theirs.single}) {
    std::getline(in, line);
    std::istringstream values(line);
    for (double value = 0; values >> value;) seconds->push_back(value);
  }
}

std::size_t run_ours(const text::Tokenizer& tokenizer, const std::vector<std::string>& texts, int repetitions,
                     Seconds& seconds) {
  std::size_t tokens = 0;
  for (int i = 0; i < repetitions; ++i) {
    tokens = 0;
    const double start = processor_seconds();
    for (const std::string& one : texts) tokens += tokenizer.encode(one).size();
    seconds.push_back(processor_seconds() - start);
  }
  return tokens;
}

void compare(const std::string& name, const std::filesystem::path& folder, const std::vector<Texts>& sets,
             const std::filesystem::path& work) {
  const text::Tokenizer tokenizer = text::Tokenizer::load(folder);
  double log_sum = 0;
  for (const Texts& texts : sets) {
    AtomicFile::write(work / "texts.json", json(texts.list).dump());
    std::size_t bytes = 0;
    for (const std::string& one : texts.list) bytes += one.size();
    Theirs theirs;
    Seconds ours;
    std::size_t tokens = 0;
    for (int turn = 0; turn < 3; ++turn) {
      tokens = run_ours(tokenizer, texts.list, 3, ours);
      run_reference(folder / "tokenizer.json", work / "texts.json", 3, theirs);
    }
    if (tokens != theirs.tokens)
      fail<Error>(name, ", ", texts.name, ": ", tokens, " tokens, the reference has ", theirs.tokens);
    const double best = std::min(median(theirs.batch), median(theirs.single));
    const double megabytes = static_cast<double>(bytes) / 1e6;
    std::printf("%-16s %-10s %8zu tokens  ours %7.2f MB/s  theirs %6.2f (batch) %6.2f (single)  ratio %5.2f\n",
                name.c_str(), texts.name.c_str(), tokens, megabytes / median(ours), megabytes / median(theirs.batch),
                megabytes / median(theirs.single), best / median(ours));
    std::fflush(stdout);
    log_sum += std::log(best / median(ours));
  }
  std::printf("%-16s geometric mean of the ratios %.2f\n", name.c_str(),
              std::exp(log_sum / static_cast<double>(sets.size())));
}

}  // namespace

int main() {
  if (std::getenv("HPO_TOKENIZERS_ORACLE") == nullptr || !std::filesystem::exists(shared / "data")) {
    std::fprintf(stderr, "expected HPO_TOKENIZERS_ORACLE, and public data in %s\n", shared.c_str());
    return 2;
  }
  const std::filesystem::path work = std::filesystem::temp_directory_path() / "hpo-tokenizers-bench";
  std::filesystem::create_directories(work / "bert");
  AtomicFile::write(work / "bert/tokenizer.json",
                    test::word_piece_json(shared / "data/vocab/bert-base-uncased/vocab.txt", true).dump());
  const std::vector<Texts> sets = all_texts();
  compare("WordPiece bert", work / "bert", sets, work);
  compare("BPE roberta", shared / "data/vocab/roberta-base", sets, work);
  compare("Unigram t5", shared / "data/vocab/t5-small", sets, work);
  compare("Unigram xlm-r", shared / "fixtures/hf/tokenizers/xlm-roberta-test", sets, work);
  compare("Unigram deberta", shared / "fixtures/hf/tokenizers/deberta-v3-test", sets, work);
  std::filesystem::remove_all(work);
}
