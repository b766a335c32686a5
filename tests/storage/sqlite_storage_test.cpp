// Mirrors include/hpo/storage/sqlite_storage.hpp.
#include <hpo/core/file.hpp>
#include <hpo/storage/sqlite_storage.hpp>

#include <csignal>
#include <memory>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <hpo/testing/storage_contract.hpp>

#include "../check.hpp"

namespace hpo::storage {
namespace {

/// Runs `body` in a child process. \return its pid.
template <class Body>
pid_t in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  int code = 1;
  try {
    code = body();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "child: %s\n", error.what());
  }
  ::_exit(code);
}

int exit_code(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string one_value(const std::filesystem::path& path, const std::string& sql) {
  Connection db(path);
  auto row = db.query(sql);
  return row.step() ? std::string(row.text(0)) : "";
}

TEST_SUITE("storage/sqlite_storage") {
  TEST_CASE("SqliteStorage obeys the storage contract, for each Optuna it is made for") {
    test::TemporaryFolder folder;
    int files = 0;
    for (const auto compat : {OptunaCompat::current, OptunaCompat::v3_1, OptunaCompat::any})
      test::obeys_storage_contract([&] {
        return std::make_unique<SqliteStorage>((folder / concat(files++, ".db")).string(),
                                               SqliteOptions{.optuna_compat = compat});
      });
  }

  TEST_CASE("the rows are those that Optuna writes") {
    test::TemporaryFolder folder;
    const auto path = folder / "a.db";
    SqliteStorage storage(path.string());
    const auto study = storage.create_study("demo", {Direction::minimize});
    auto trial = test::full_trial();
    trial.started = *time_from_text("2026-01-31 23:59:59.000012");
    static_cast<void>(storage.create_trial(study, trial));
    CHECK(one_value(path, "SELECT version_num FROM alembic_version") == "v3.2.0.a");
    CHECK(one_value(path, "SELECT version_info_id || '|' || schema_version FROM version_info") == "1|12");
    CHECK(one_value(path, "PRAGMA journal_mode") == "wal");
    CHECK(one_value(path, "SELECT number || state || datetime_start FROM trials") ==
          "0COMPLETE2026-01-31 23:59:59.000012");
    CHECK(one_value(path, "SELECT group_concat(param_name || '=' || param_value) FROM trial_params") ==
          "optim.lr=0.001,aux=0.75,head.layers=3.0,pooling=1.0");
    CHECK(one_value(path, "SELECT distribution_json FROM trial_params WHERE param_name='aux'") ==
          R"({"name": "FloatDistribution", "attributes": {"step": 0.25, "low": 0.0, "high": 1.0, "log": false}})");
    CHECK(one_value(path,
                    "SELECT group_concat(step || ifnull(intermediate_value, '') || intermediate_value_type) FROM "
                    "trial_intermediate_values") == "03.5FINITE,1INF_POS,2INF_NEG,71.5FINITE");
  }

  TEST_CASE("compat decides on the version row, and an existing file keeps its own") {
    test::TemporaryFolder folder;
    const auto old = folder / "old.db", any = folder / "any.db";
    { SqliteStorage storage(old.string(), {.optuna_compat = OptunaCompat::v3_1}); }
    { SqliteStorage storage(old.string()); }
    CHECK(one_value(old, "SELECT version_num FROM alembic_version") == "v3.0.0.d");
    { SqliteStorage storage(any.string(), {.optuna_compat = OptunaCompat::any}); }
    { SqliteStorage storage(any.string()); }
    CHECK(one_value(any, "SELECT count(*) FROM alembic_version") == "0");
  }

  TEST_CASE("what is not a usable database is refused in one line, untouched") {
    test::TemporaryFolder folder;
    const auto refusal = [](const std::filesystem::path& path) -> std::string {
      try {
        SqliteStorage storage(path.string());
        return "";
      } catch (const StorageError& error) {
        return error.what();
      }
    };
    const auto path = folder / "x.db";
    CHECK(refusal(folder.path()) == folder.path().string() + ": expected a file, got a folder; name a file in it: " +
                                        (folder / "study.db").string());
    CHECK(refusal(folder / "no" / "x.db").find("its folder does not exist: mkdir -p ") != std::string::npos);
    AtomicFile::write(path, "this is text, not a database at all");
    CHECK(refusal(path) ==
          path.string() + ": expected an SQLite database, got another kind of file; choose another path");
    CHECK(read_file<StorageError>(path) == "this is text, not a database at all");
    AtomicFile::write(path, "short");
    CHECK(refusal(path).find("got another kind of file") != std::string::npos);

    const auto other = folder / "other.db";
    { Connection(other).execute("CREATE TABLE songs (title TEXT)"); }
    CHECK(refusal(other).find("got an SQLite database of something else") != std::string::npos);
    const auto versioned = folder / "v.db";
    { SqliteStorage storage(versioned.string()); }
    for (const auto& [version, words] :
         {std::pair{"v9.0.0.a", "got v9.0.0.a (12), made by a newer Optuna: use a new file"},
          std::pair{"v2.6.0.a", "made by an older Optuna: run `optuna storage upgrade"}}) {
      Connection(versioned).execute("UPDATE alembic_version SET version_num='" + std::string(version) +
                                    "'; PRAGMA journal_mode=DELETE");
      const auto bytes = read_file<StorageError>(versioned);
      CHECK_MESSAGE(refusal(versioned).find(words) != std::string::npos, refusal(versioned));
      CHECK(read_file<StorageError>(versioned) == bytes);
    }
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 3);  // no logs or half files left
  }

  TEST_CASE("network file systems are known by their numbers") {
    CHECK(network_file_system(0x6969) == "NFS");
    CHECK(network_file_system(0xFF534D42) == "CIFS");
    CHECK(network_file_system(0xEF53).empty());  // ext4
  }

  TEST_CASE("a full disk is said, and nothing of the step is written") {
    test::TemporaryFolder folder;
    const auto path = folder / "full.db";
    Connection db(path);
    prepare_schema(db, OptunaCompat::current);
    db.execute("PRAGMA max_page_count=1");  // SQLite then answers as on a full disk
    const auto fill = [&] {
      Transaction transaction(db);
      for (int i = 0; i < 10000; ++i) db.query("INSERT INTO studies (study_name) VALUES (hex(randomblob(100)))").run();
      transaction.commit();
    };
    CHECK_THROWS_WITH_AS(fill(), doctest::Contains("the disk is full: nothing of this step was written"), StorageError);
    CHECK(one_value(path, "SELECT count(*) FROM studies") == "0");
  }

  TEST_CASE("four processes create 200 trials: numbers without gap or repetition, no lock error") {
    test::TemporaryFolder folder;
    const auto path = (folder / "p.db").string();
    std::int64_t study = 0;
    {
      SqliteStorage storage(path);
      study = storage.create_study("s", {Direction::minimize});
    }
    std::vector<pid_t> children;
    for (int child = 0; child < 4; ++child)
      children.push_back(in_child([&] {
        SqliteStorage storage(path);
        for (int i = 0; i < 50; ++i) {
          const auto trial = storage.create_trial(study, {});
          static_cast<void>(storage.report(trial.id, 1, 0.5));
          storage.finish(trial.id, {TrialState::complete, {1.0 * i}, {}});
        }
        return 0;
      }));
    for (const auto child : children) CHECK(exit_code(child) == 0);
    SqliteStorage storage(path);
    History history;
    storage.refresh(study, history);
    REQUIRE(history.trials().size() == 200);
    for (std::size_t i = 0; i < 200; ++i) CHECK(history.trials()[i].number == static_cast<std::int64_t>(i));
    CHECK(history.finished().size() == 200);
  }

  TEST_CASE("kill -9 loses no finished trial and leaves no half one") {
    test::TemporaryFolder folder;
    const auto path = (folder / "k.db").string();
    std::int64_t study = 0;
    {
      SqliteStorage storage(path);
      study = storage.create_study("s", {Direction::minimize});
    }
    int told[2];
    REQUIRE(::pipe(told) == 0);
    const pid_t child = in_child([&]() -> int {
      SqliteStorage storage(path);
      for (;;) {
        const auto trial = storage.create_trial(study, test::full_trial());
        if (::write(told[1], &trial.number, sizeof trial.number) < 0) return 1;
      }
    });
    ::close(told[1]);
    std::int64_t number = -1, last = -1;
    while (last < 200 && ::read(told[0], &number, sizeof number) == sizeof number) last = number;
    ::kill(child, SIGKILL);
    while (::read(told[0], &number, sizeof number) == sizeof number) last = number;  // what it had been promised
    ::close(told[0]);
    exit_code(child);
    SqliteStorage storage(path);
    History history;
    storage.refresh(study, history);
    REQUIRE(history.trials().size() > static_cast<std::size_t>(last));
    CHECK(one_value(path, "PRAGMA integrity_check") == "ok");
    for (const auto& trial : history.trials()) {
      auto expected = test::full_trial();
      CHECK(trial.params == expected.params);
      CHECK(trial.intermediate == expected.intermediate);
    }
  }

  TEST_CASE("a lock that another process holds is waited for") {
    test::TemporaryFolder folder;
    const auto path = (folder / "w.db").string();
    SqliteStorage storage(path);
    const auto study = storage.create_study("s", {Direction::minimize});
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = in_child([&] {
      Connection db(path);
      db.execute("BEGIN IMMEDIATE");
      if (::write(ready[1], "x", 1) != 1) return 1;
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      db.execute("COMMIT");
      return 0;
    });
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK_NOTHROW(static_cast<void>(storage.create_trial(study, {})));
    CHECK(exit_code(child) == 0);

    Connection holder{std::filesystem::path(path)};
    holder.execute("BEGIN IMMEDIATE");
    SqliteStorage hasty(path, {.patience = std::chrono::milliseconds(50)});
    CHECK_THROWS_WITH_AS(static_cast<void>(hasty.create_trial(study, {})),
                         doctest::Contains("another process has held the database for"), StorageError);
    holder.execute("COMMIT");
    CHECK_NOTHROW(static_cast<void>(hasty.create_trial(study, {})));
  }

  TEST_CASE("a child process may not use its parent's object, and may use one that was disconnected") {
    test::TemporaryFolder folder;
    SqliteStorage storage((folder / "c.db").string());
    const auto study = storage.create_study("s", {Direction::minimize});
    CHECK(exit_code(in_child([&] {
            try {
              static_cast<void>(storage.studies());
              return 1;
            } catch (const StorageError& error) {
              return std::string(error.what()).find("open it again in the child") != std::string::npos ? 0 : 2;
            }
          })) == 0);
    storage.disconnect();
    CHECK(exit_code(in_child([&] { return storage.create_trial(study, {}).number == 0 ? 0 : 1; })) == 0);
    CHECK(storage.create_trial(study, {}).number == 1);
  }

  TEST_CASE("threads may share an object") {
    test::TemporaryFolder folder;
    SqliteStorage storage((folder / "t.db").string());
    const auto study = storage.create_study("s", {Direction::minimize});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i) storage.atomically([&] { static_cast<void>(storage.create_trial(study, {})); });
      });
    for (auto& thread : threads) thread.join();
    CHECK(storage.create_trial(study, {}).number == 100);
  }
}

}  // namespace
}  // namespace hpo::storage
