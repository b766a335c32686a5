// Mirrors include/hpo/checkpoint/safetensors.hpp and safetensors_header.hpp.
#include <hpo/checkpoint/safetensors.hpp>

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>

#include "files.hpp"

#include "../check.hpp"

namespace hpo::checkpoint {
namespace {

using test::safetensors_bytes;

class Folder : public test::TemporaryFolder {
 public:
  std::filesystem::path file(std::string_view header, std::size_t data_bytes) const {
    return raw(safetensors_bytes(header, data_bytes));
  }
  std::filesystem::path raw(std::string_view bytes) const {
    const auto path = this->path() / "x.safetensors";
    test::write_bytes(path, bytes);
    return path;
  }
  std::string refusal(std::string_view header, std::size_t data_bytes) const {
    return refusal_of(file(header, data_bytes));
  }
  std::string refusal_of(const std::filesystem::path& path) const {
    try {
      (void)SafetensorsFile::open(path);
    } catch (const CheckpointError& error) {
      const std::string text = error.what();
      CHECK(text.starts_with(path.string()));
      CHECK(text.find('\n') == std::string::npos);
      return text.substr(path.string().size());
    }
    return "accepted";
  }
};

TEST_SUITE("checkpoint/safetensors") {
  TEST_CASE("what the format allows is read") {
    const Folder folder;
    const auto opens = [&](std::string_view header, std::size_t bytes) {
      CAPTURE(header);
      CHECK_NOTHROW((void)SafetensorsFile::open(folder.file(header, bytes)));
    };
    opens("{}", 0);
    opens("{}      ", 0);
    opens(" \t\r\n{}", 0);
    opens(R"({"__metadata__":{}})", 0);
    opens(R"({"__metadata__":{"format":"pt","note":"x"}})", 0);
    opens(R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4);
    opens(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})", 0);
    opens(
        R"({"a":{"dtype":"F32","shape":[0,5],"data_offsets":[0,0]},"b":{"dtype":"I8","shape":[5,0],"data_offsets":[0,0]}})",
        0);
    opens(
        R"({"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
        6);
    opens(R"({"a":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}})", 4);
    opens(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":{"x":[1,{"y":null}],"x":-1.5}}})", 4);
    opens(R"({"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}})", 1);
    opens(R"({"grad/encoder.w":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}})", 8);
    opens(R"({"\u00e9":{"dtype":"U8","shape":[1,1,1],"data_offsets":[0,1]}})", 1);
  }

  TEST_CASE("lengths that cannot be are refused before anything is allocated") {
    const Folder folder;
    const auto with_length = [](std::uint64_t length, std::size_t rest) {
      const auto bytes = std::bit_cast<std::array<char, 8>>(length);
      return std::string(bytes.data(), 8) + std::string(rest, ' ');
    };
    CHECK(folder.refusal_of(folder.raw("")) == ": expected a safetensors file, got 0 bytes");
    CHECK(folder.refusal_of(folder.raw("1234567")) == ": expected a safetensors file, got 7 bytes");
    for (const std::uint64_t length :
         {std::uint64_t{0}, std::uint64_t{1} << 63, ~std::uint64_t{0}, std::uint64_t{1000}, std::uint64_t{43}})
      CHECK(folder.refusal_of(folder.raw(with_length(length, 42))) ==
            concat(": expected a safetensors file, got a header length of ", length, " in a file of 50 bytes"));
    CHECK(folder.refusal_of(folder.path() / "none").find("cannot be opened: No such file") != std::string::npos);
    CHECK(folder.refusal_of(folder.path()).find("got a folder") != std::string::npos);
  }

  TEST_CASE("a header above the limit is refused although the file is that long") {
    const Folder folder;
    const auto path = folder.raw(safetensors_bytes("{}", 0));
    std::filesystem::resize_file(path, 100'000'100);  // sparse: takes no room on the disk
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const auto length = std::bit_cast<std::array<char, 8>>(std::uint64_t{100'000'001});
    file.write(length.data(), 8);
    file.close();
    CHECK(folder.refusal_of(path).find("header length of 100000001") != std::string::npos);
  }

  TEST_CASE("a pickle is refused with the command that converts it") {
    const Folder folder;
    for (const auto* bytes : {"PK\x03\x04", "\x80\x02", "\x80\x04"}) {
      const std::string text = folder.refusal_of(folder.raw(bytes + std::string(60, 'x')));
      CHECK(text.starts_with(concat(": expected a safetensors file, got a pickle of Python's; convert it with: cd ",
                                    folder.path(), " && python3 -c ")));
      CHECK(text.find("glob.glob('x.safetensors')") != std::string::npos);
      CHECK(text.find("}, 'x.safetensors', metadata=") != std::string::npos);
    }
  }

  TEST_CASE("what else a file of that name may be is said") {
    const Folder folder;
    const auto got = [&](const std::string& bytes) {
      const std::string text = folder.refusal_of(folder.raw(bytes + std::string(60, ' ')));
      return text.substr(text.find("got "));
    };
    CHECK(got("version https://git-lfs.github.com/spec/v1\noid sha256:0\n") ==
          "got a pointer of Git LFS; fetch the file itself with: git lfs pull");
    CHECK(got("<!DOCTYPE html>") == "got a web page; download the file itself");
    CHECK(got("\n {\"error\": 1}") == "got JSON text; the weights are another file");
    CHECK(got("\x89HDF\r\n\x1a\n").starts_with("got an HDF5 file"));
    CHECK(got("GGUF\x03\x01\x01\x01").starts_with("got a GGUF file"));
    CHECK(got("anything").starts_with("got a header length of "));
  }

  TEST_CASE("a header of 640 bytes begins like a pickle, and is none") {
    const Folder folder;
    CHECK_NOTHROW((void)SafetensorsFile::open(folder.file("{}" + std::string(0x280 - 2, ' '), 0)));
  }

  TEST_CASE("tensors that do not tile the data are refused") {
    const Folder folder;
    const auto two = [](std::string_view a, std::string_view b) {
      return concat(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)", a,
                    R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)", b, "}}");
    };
    CHECK(folder.refusal(two("[0,4]", "[4,8]"), 8) == "accepted");
    CHECK(folder.refusal(two("[0,4]", "[4,8]"), 7) == ": expected 8 bytes of data, got 7 (the file is cut short)");
    CHECK(folder.refusal(two("[0,4]", "[4,8]"), 9) ==
          ": expected 8 bytes of data, got 9 (something follows the last tensor)");
    CHECK(folder.refusal(two("[0,4]", "[5,9]"), 9) ==
          ": b.data_offsets: expected to begin at 4 and to end there or later, got [5, 9]");
    CHECK(folder.refusal(two("[0,4]", "[3,7]"), 7) ==
          ": b.data_offsets: expected to begin at 4 and to end there or later, got [3, 7]");
    CHECK(folder.refusal(two("[1,5]", "[5,9]"), 9).starts_with(": a.data_offsets: expected to begin at 0"));
    CHECK(folder.refusal(two("[0,4]", "[4,3]"), 4).starts_with(": b.data_offsets"));
    CHECK(folder.refusal(two("[0,4]", "[0,4]"), 4).starts_with(": b.data_offsets"));
    CHECK(folder.refusal(two("[0,3]", "[3,7]"), 7) == ": a: expected 4 bytes from its shape and dtype, got 3");
    CHECK(folder.refusal(two("[0,4]", "[4,18446744073709551615]"), 8).starts_with(": b: expected 4 bytes"));
    CHECK(folder.refusal(R"({"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}})", 1)
              .starts_with(": a: expected a countable"));
  }

  TEST_CASE("shapes whose product overflows are refused") {
    const Folder folder;
    const auto shape = [&](std::string_view text) {
      return folder.refusal(concat(R"({"a":{"dtype":"F32","shape":)", text, R"(,"data_offsets":[0,0]}})"), 0);
    };
    CHECK(shape("[2, 9223372036854775808]").find("expected dimensions below 2^63") != std::string::npos);
    CHECK(shape("[2, 18446744073709551614]").find("expected dimensions below 2^63") != std::string::npos);
    CHECK(shape("[4, 4611686018427387904]").find("a countable number of bytes") != std::string::npos);
    CHECK(shape("[4611686018427387904, 4611686018427387904, 0]").find("a countable number of bytes") !=
          std::string::npos);
    CHECK(shape("[4611686018427387904]").find("a countable number of bytes") != std::string::npos);
    std::string many = "[1";
    for (int i = 0; i < 64; ++i) many += ",1";
    CHECK(shape(many + "]").find("at most 64 dimensions") != std::string::npos);
  }

  TEST_CASE("a hundred thousand tensors on one range are refused soon") {
    const Folder folder;
    std::string header = "{";
    for (int i = 0; i < 100'000; ++i)
      header += concat(i == 0 ? "" : ",", "\"", i, R"(":{"dtype":"U8","shape":[4],"data_offsets":[0,4]})");
    CHECK(folder.refusal(header + "}", 4).find("data_offsets: expected to begin at 4") != std::string::npos);
  }

  TEST_CASE("values of the wrong kind are refused by name") {
    const Folder folder;
    const auto entry = [&](std::string_view dtype, std::string_view shape, std::string_view offsets) {
      return folder.refusal(
          concat(R"({"a":{"dtype":)", dtype, ",\"shape\":", shape, ",\"data_offsets\":", offsets, "}}"), 4);
    };
    CHECK(entry("\"F32\"", "[1]", "[0,4]") == "accepted");
    for (const auto* offsets :
         {"[0.0,4]", "[0,4.0]", "[\"0\",4]", "[-0,4]", "[0,-4]", "[0,4,4]", "[4]", "[]", "[0,[4]]", "[0,{}]",
          "[0,null]", "[0,true]", "[0,4e0]", "[0,18446744073709551616]", "4", "null", "{}", "\"0,4\""})
      CHECK_MESSAGE(entry("\"F32\"", "[1]", offsets).starts_with(": a.data_offsets: expected "), offsets);
    for (const auto* shape :
         {"[[1]]", "null", "[null]", "[-1]", "[1.0]", "[\"1\"]", "1", "{}", "[{}]", "true", "\"1\""})
      CHECK_MESSAGE(entry("\"F32\"", shape, "[0,4]").starts_with(": a.shape: expected "), shape);
    CHECK(entry("\"f32\"", "[1]", "[0,4]") ==
          ": a.dtype: expected an element type of the safetensors format, got 'f32'");
    for (const auto* dtype : {"\"F128\"", "\"\"", "32", "null", "[]", "{}", "[\"F32\"]"})
      CHECK_MESSAGE(entry(dtype, "[1]", "[0,4]").starts_with(": a.dtype: expected "), dtype);
    CHECK(folder.refusal(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4) ==
          ": a.dtype: expected a value, got nothing");
    CHECK(folder.refusal(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4) ==
          ": a.shape: expected a value, got nothing");
    CHECK(folder.refusal(R"({"a":{"dtype":"F32","shape":[1]}})", 4) ==
          ": a.data_offsets: expected a value, got nothing");
    for (const auto* value : {"1", "null", "[]", "\"x\"", "true", "-1", "1.5"})
      CHECK_MESSAGE(folder.refusal(concat(R"({"a":)", value, "}"), 0).starts_with(": a: expected an object"), value);
    for (const auto* value : {"1", "null", "{}", "[]", "true", "-1", "1.5"})
      CHECK_MESSAGE(folder.refusal(concat(R"({"__metadata__":{"k":)", value, "}}"), 0)
                        .starts_with(": __metadata__.k: expected a string"),
                    value);
    CHECK(folder.refusal(R"({"__metadata__":null})", 0).find("expected an object") != std::string::npos);
  }

  TEST_CASE("what is given twice is refused") {
    const Folder folder;
    const std::string a = R"("a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]})";
    CHECK(folder.refusal("{" + a + "," + a + "}", 4) == ": a: expected each name once, got it twice");
    CHECK(folder.refusal(R"({"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 4) ==
          ": a.dtype: expected it once, got it twice");
    CHECK(folder.refusal(R"({"a":{"dtype":"U8","shape":[4],"shape":[4],"data_offsets":[0,4]}})", 4).find("twice") !=
          std::string::npos);
    CHECK(folder.refusal(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"data_offsets":[0,4]}})", 4)
              .find("twice") != std::string::npos);
    CHECK(folder.refusal(R"({"__metadata__":{},"__metadata__":{}})", 0) ==
          ": __metadata__: expected each name once, got it twice");
    CHECK(folder.refusal(R"({"__metadata__":{"a":"1","a":"2"}})", 0).find("given twice") != std::string::npos);
  }

  TEST_CASE("names that no model has are refused") {
    const Folder folder;
    const auto named = [&](std::string_view name) {
      return folder.refusal(concat("{\"", name, R"(":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})"), 4);
    };
    CHECK(named("") != "accepted");
    CHECK(named(std::string(5000, 'n')) != "accepted");
    CHECK(named("a\\u0000b") != "accepted");
    CHECK(named("../x") != "accepted");
    CHECK(named("a/../x") != "accepted");
    CHECK(named("a..b") == "accepted");
  }

  TEST_CASE("what is not JSON is refused") {
    const Folder folder;
    for (const std::string& header : {std::string("[]"),
                                      std::string("1"),
                                      std::string("\"x\""),
                                      std::string("null"),
                                      std::string("true"),
                                      std::string("{} x"),
                                      std::string("{"),
                                      std::string("{\"a\"}"),
                                      std::string("{,}"),
                                      std::string("{}{}"),
                                      std::string("{/* c */}"),
                                      std::string("// c\n{}"),
                                      std::string(R"({"__metadata__":{"a":"1",}})"),
                                      std::string(R"({"__metadata__":{"a":NaN}})"),
                                      std::string(R"({"__metadata__":{'a':"1"}})"),
                                      std::string("{\"__metadata__\":{\"a\":\"\x01\"}}"),
                                      std::string("{\"__metadata__\":{\"a\":\"\xFF\"}}"),
                                      std::string("{\"__metadata__\":{\"a\":\"\xC0\xAF\"}}"),
                                      std::string(R"({"__metadata__":{"a":"\ud800"}})"),
                                      std::string(R"({"__metadata__":{"a":"\udc00x"}})"),
                                      std::string("\xEF\xBB\xBF{}"),
                                      std::string("{}\0", 3),
                                      std::string("{}\0garbage", 10),
                                      std::string("    "),
                                      std::string("\xFF\xFE{\0}\0", 6)})
      CHECK_MESSAGE(folder.refusal(header, 0) != "accepted", header);
    const std::string deep = R"({"a":{"x":)" + std::string(1'000'000, '[');
    CHECK(folder.refusal(deep, 0) == ": header: expected at most 127 lists and objects in each other, got 1000002");
    CHECK(folder.refusal(std::string(1'000'000, '{'), 0).find("expected at most 127") != std::string::npos);
  }

  TEST_CASE("a tensor is viewed where it lies, and the view keeps the file alive") {
    const Folder folder;
    at::Tensor view;
    {
      const auto file =
          SafetensorsFile::open(folder.file(R"({"a":{"dtype":"U8","shape":[2,3],"data_offsets":[0,6]}}   )", 6));
      view = file.view("a");
      CHECK(view.data_ptr() == file.view("a").data_ptr());
    }
    std::filesystem::remove(folder.path() / "x.safetensors");
    CHECK(at::equal(view, at::arange(6, at::kByte).view({2, 3})));
  }

  TEST_CASE("two mappings of one file do not share what is written to them") {
    const Folder folder;
    const auto file = SafetensorsFile::open(folder.file(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 4));
    const at::Tensor one = file.view("a", file.map()), two = file.view("a", file.map());
    one.fill_(9);
    CHECK(at::equal(two, at::arange(4, at::kByte)));
    CHECK(at::equal(file.read("a"), at::arange(4, at::kByte)));
  }

  TEST_CASE("an unaligned tensor is read all the same") {
    const Folder folder;
    const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    for (std::size_t spaces = 0; spaces < 4; ++spaces) {
      const auto file = SafetensorsFile::open(folder.file(header + std::string(spaces, ' '), 4));
      CHECK(file.view("a").item<float>() == std::bit_cast<float>(0x03020100));
    }
  }

  TEST_CASE("a type that libtorch lacks is listed, and refused by name when asked for") {
    const Folder folder;
    const auto file =
        SafetensorsFile::open(folder.file(R"({"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})", 4));
    CHECK(file.entry("a").dtype.name == "F8_E4M3");
    CHECK_THROWS_WITH_AS((void)file.view("a"),
                         concat(file.path(), ": a: element type F8_E4M3 cannot be held by libtorch").c_str(),
                         CheckpointError);
    CHECK_THROWS_AS((void)file.read("a"), CheckpointError);
    CHECK_THROWS_WITH_AS((void)file.view("b"), concat(file.path(), ": b: no such tensor; the file has 1").c_str(),
                         CheckpointError);
  }

  TEST_CASE("a file that shrinks after it was opened is an error, not a crash") {
    const Folder folder;
    const auto path = folder.file(R"({"a":{"dtype":"U8","shape":[9000],"data_offsets":[0,9000]}})", 9000);
    const auto file = SafetensorsFile::open(path);
    const auto before = file.map();
    std::filesystem::resize_file(path, 200);
    CHECK_THROWS_AS((void)file.view("a", before), CheckpointError);
    CHECK_THROWS_WITH_AS((void)file.read("a"), concat(path, ": the file shrank since it was opened").c_str(),
                         CheckpointError);
    CHECK_THROWS_AS((void)file.view("a"), CheckpointError);
  }

  TEST_CASE("values are converted while they are read") {
    const Folder folder;
    const auto path = folder.file(R"({"a":{"dtype":"U8","shape":[300,10],"data_offsets":[0,3000]}})", 3000);
    const auto file = SafetensorsFile::open(path);
    at::Tensor out = at::empty({300, 10}, at::kFloat);
    file.read_into("a", out);
    CHECK(at::equal(out, file.read("a").to(at::kFloat)));
    at::Tensor wrong = at::empty({10, 300}, at::kFloat);
    CHECK_THROWS_AS(file.read_into("a", wrong), CheckpointError);
  }
}

}  // namespace
}  // namespace hpo::checkpoint
