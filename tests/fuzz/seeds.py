#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: valid files, and each way of being malformed that we know of, named by it.

Usage: python3 tests/fuzz/seeds.py [FOLDER]     default: tests/fuzz/corpus

`valid_*` must be read and `bad_*` refused (tests/checkpoint/corpus_test.cpp); `found_*`, which a fuzzer found, are kept.
"""
import base64
import json
import pathlib
import struct
import sys


def safetensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else header.encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(dtype="U8", shape="[4]", offsets="[0,4]", name="a"):
    return f'"{name}":{{"dtype":{json.dumps(dtype)},"shape":{shape},"data_offsets":{offsets}}}'


def one(data=b"\0\1\2\3", **fields):
    return safetensors("{" + entry(**fields) + "}", data)


def two(a, b, data):
    return safetensors("{" + entry(offsets=a) + "," + entry(offsets=b, name="b") + "}", bytes(data))


def of_safetensors():
    yield "valid_empty", safetensors("{}")
    yield "valid_trailing_spaces", safetensors("{}      ")
    yield "valid_metadata", safetensors('{"__metadata__":{"format":"pt","note":"\\u00e9"}}')
    yield "valid_one", one()
    yield "valid_rank_0", one(dtype="F32", shape="[]")
    yield "valid_two_empty_at_one_offset", safetensors(
        "{" + entry("F32", "[0,5]", "[0,0]") + "," + entry("I8", "[5,0]", "[0,0]", "b") + "}")
    yield "valid_empty_between", safetensors(
        "{" + entry() + "," + entry("F32", "[0]", "[4,4]", "b") + "," + entry("U8", "[1]", "[4,5]", "c") + "}", b"\0" * 5)
    yield "valid_any_order", two("[4,8]", "[0,4]", 8)
    for spaces in range(4):
        yield f"valid_unaligned_{spaces}", safetensors("{" + entry("F32", "[1]") + "}" + " " * spaces, b"\0\0\x80\x3f")
    yield "valid_unknown_key", safetensors(
        '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":{"x":[1,{"y":null}],"x":-1.5}}}', b"\0\1\2\3")
    yield "valid_nan", one(dtype="F32", shape="[1]", data=b"\0\0\xc0\x7f")
    yield "valid_half_byte", one(dtype="F4", shape="[2]", offsets="[0,1]", data=b"\x21")
    yield "valid_of_many_types", safetensors(
        "{" + ",".join(entry(t, "[1]", f"[{i * 8},{i * 8 + 8}]", t) for i, t in enumerate(["I64", "F64", "U64", "C64"])) +
        "," + entry("F16", "[2]", "[32,36]", "h") + "," + entry("BF16", "[1,1]", "[36,38]", "g") + "," +
        entry("BOOL", "[2]", "[38,40]", "f") + "}", bytes(range(38)) + b"\0\1")

    yield "bad_nothing", b""
    yield "bad_seven_bytes", b"1234567"
    for name, length in [("0", 0), ("2_to_63", 2**63), ("2_to_64_less_1", 2**64 - 1), ("1000_of_50", 1000), ("43_of_42", 43)]:
        yield f"bad_length_{name}", safetensors(" " * 42, length=length)
    yield "bad_length_above_the_limit", safetensors("{}", length=100_000_001)
    yield "bad_cut_short", two("[0,4]", "[4,8]", 7)
    yield "bad_one_byte_more", two("[0,4]", "[4,8]", 9)
    yield "bad_begin_after_end", two("[0,4]", "[4,3]", 4)
    yield "bad_hole", two("[0,4]", "[5,9]", 9)
    yield "bad_hole_in_front", two("[1,5]", "[5,9]", 9)
    yield "bad_overlap", two("[0,4]", "[3,7]", 7)
    yield "bad_same_range", two("[0,4]", "[0,4]", 4)
    yield "bad_same_range_often", safetensors("{" + ",".join(entry(name=str(i)) for i in range(300)) + "}", b"\0\1\2\3")
    yield "bad_beyond_the_file", two("[0,4]", "[4,18446744073709551615]", 8)
    yield "bad_size_and_shape", one(shape="[5]")
    yield "bad_size_and_dtype", one(dtype="F32")
    for name, shape in [("2_x_2_to_63", "[2,9223372036854775808]"), ("2_x_2_to_64_less_2", "[2,18446744073709551614]"),
                        ("4_x_2_to_62", "[4,4611686018427387904]"), ("then_0", "[4611686018427387904,4611686018427387904,0]"),
                        ("in_bytes", "[4611686018427387904]"), ("of_rank_65", json.dumps([1] * 65))]:
        yield f"bad_shape_{name}", one(dtype="F32", shape=shape, offsets="[0,0]", data=b"")
    for name, shape in [("nested", "[[4]]"), ("null", "null"), ("of_null", "[null]"), ("negative", "[-4]"), ("float", "[4.0]"),
                        ("text", '["4"]'), ("number", "4"), ("object", "{}")]:
        yield f"bad_shape_{name}", one(shape=shape)
    for name, offsets in [("float", "[0.0,4]"), ("exponent", "[0,4e0]"), ("text", '["0","4"]'), ("negative", "[-1,3]"),
                          ("minus_0", "[-0,4]"), ("3_items", "[0,4,4]"), ("1_item", "[4]"), ("none", "[]"), ("null", "null"),
                          ("nested", "[0,[4]]"), ("2_to_64", "[0,18446744073709551616]")]:
        yield f"bad_offsets_{name}", one(offsets=offsets)
    for name, dtype in [("lower_case", "u8"), ("f128", "F128"), ("empty", ""), ("number", 8), ("null", None), ("list", ["U8"])]:
        yield f"bad_dtype_{name}", one(dtype=dtype)
    yield "bad_half_a_byte", one(dtype="F4", shape="[3]", offsets="[0,1]", data=b"\0")
    fields = {"dtype": '"U8"', "shape": "[4]", "data_offsets": "[0,4]"}
    for missing in fields:
        rest = ",".join(f'"{k}":{v}' for k, v in fields.items() if k != missing)
        yield f"bad_without_{missing}", safetensors('{"a":{' + rest + "}}", b"\0\1\2\3")
        twice = ",".join(f'"{k}":{v}' for k, v in fields.items()) + f',"{missing}":{fields[missing]}'
        yield f"bad_{missing}_twice", safetensors('{"a":{' + twice + "}}", b"\0\1\2\3")
    yield "bad_name_twice", safetensors("{" + entry() + "," + entry() + "}", b"\0\1\2\3")
    yield "bad_name_twice_by_escape", safetensors("{" + entry() + "," + entry(name="\\u0061") + "}", b"\0\1\2\3")
    yield "bad_empty_name_twice_at_one_offset", safetensors(
        "{" + entry("U8", "[0]", "[0,0]") + "," + entry("U8", "[0]", "[0,0]") + "}")
    yield "bad_metadata_twice", safetensors('{"__metadata__":{},"__metadata__":{}}')
    yield "bad_metadata_key_twice", safetensors('{"__metadata__":{"a":"1","a":"2"}}')
    for name, value in [("number", "1"), ("null", "null"), ("object", "{}"), ("list", "[]"), ("bool", "true")]:
        yield f"bad_metadata_of_{name}", safetensors('{"__metadata__":{"a":' + value + "}}")
        yield f"bad_entry_{name}", safetensors('{"a":' + (value if name != "object" else "{}") + "}")
    for name, text in [("empty", ""), ("long", "n" * 5000), ("nul", "a\\u0000b"), ("dots", "../x"), ("inner_dots", "a/../x")]:
        yield f"bad_name_{name}", one(name=text)
    for name, text in [("list", "[]"), ("number", "1"), ("text", '"x"'), ("null", "null"), ("comment", "{/* c */}"),
                       ("line_comment", "// c\n{}"), ("trailing_comma", '{"__metadata__":{"a":"1",}}'),
                       ("nan", '{"__metadata__":{"a":NaN}}'), ("control", '{"__metadata__":{"a":"\x01"}}'),
                       ("surrogate", '{"__metadata__":{"a":"\\ud800"}}'), ("bom", "\ufeff{}"), ("two", "{}{}"), ("open", "{"),
                       ("spaces", "    "), ("deep_lists", '{"a":{"x":' + "[" * 3000), ("deep_objects", '{"a":' * 1000)]:
        yield f"bad_header_{name}", safetensors(text)
    yield "bad_header_invalid_utf8", safetensors(b'{"__metadata__":{"a":"\xff"}}')
    yield "bad_header_overlong_utf8", safetensors(b'{"__metadata__":{"a":"\xc0\xaf"}}')
    yield "bad_header_utf16", safetensors("{}".encode("utf-16-le"))
    yield "bad_header_nul_behind", safetensors(b"{}\0")
    yield "bad_pickle", b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." + b"x" * 40
    yield "bad_zip", b"PK\x03\x04\x14\0\0\0" + b"x" * 40
    yield "bad_git_lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 498661169\n"


bert = {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": 100, "hidden_size": 8, "num_hidden_layers": 1,
        "num_attention_heads": 2, "intermediate_size": 16, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0,
        "max_position_embeddings": 32, "type_vocab_size": 2, "initializer_range": 0.02, "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1, "position_embedding_type": "absolute", "id2label": {"0": "no", "1": "yes"},
        "label2id": {"no": 0, "yes": 1}, "problem_type": "single_label_classification", "torch_dtype": "float32"}


def of_config_json():
    def variant(**changes):
        return json.dumps({**bert, **changes}).encode()
    yield "valid_bert", json.dumps(bert, indent=2).encode()
    yield "valid_roberta", variant(model_type="roberta", pad_token_id=1)
    yield "valid_xlm_roberta", variant(model_type="xlm-roberta", pad_token_id=1)
    yield "valid_electra", variant(model_type="electra", embedding_size=4)
    yield "valid_distilbert", json.dumps({"model_type": "distilbert", "dim": 8, "n_layers": 1, "n_heads": 2, "hidden_dim": 16,
                                          "activation": "gelu", "sinusoidal_pos_embds": False}).encode()
    yield "valid_empty", b"{}"
    yield "valid_unknown", variant(unknown={"deep": [1, 2.5, None, {"x": []}]})
    for name, text in [("nothing", b""), ("list", b"[]"), ("open", b"{"), ("behind", b'{"a":1}x'), ("byte", b"\xff"),
                       ("number_too_large", b'{"vocab_size":1e999}'), ("bom", b"\xef\xbb\xbf{}"),
                       ("deep_lists", b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"),
                       ("deep_objects", b'{"a":' * 5000 + b"1" + b"}" * 5000), ("surrogate", b'{"a":"\\ud800"}')]:
        yield f"bad_{name}", text
    for key, value in [("vocab_size", 2**63), ("vocab_size", -1), ("hidden_size", 1.5), ("num_attention_heads", 0),
                       ("num_attention_heads", 3), ("pad_token_id", 100), ("hidden_act", "none"), ("layer_norm_eps", "x"),
                       ("id2label", {"1": "x"}), ("id2label", ["x"]), ("hidden_dropout_prob", 1), ("num_labels", 2**30),
                       ("type_vocab_size", 2**64 - 1), ("problem_type", "regression"), ("pruned_heads", {"0": [1]})]:
        changes = {key: value}
        if key == "num_labels":
            changes["id2label"] = None
        yield f"bad_{key}_{value if not isinstance(value, (dict, list)) else 'kind'}", variant(**changes)


def charsmap():
    """A table that maps "A" to "b": root, its child at 'A', and the leaf."""
    def unit(offset, label=0, leaf=0):
        return offset << 10 | leaf << 8 | label
    units = [0] * 256
    units[0] = unit(1)
    units[1 ^ 0x41] = unit(2, 0x41, 1)
    units[(1 ^ 0x41) ^ 2] = 0x80000000 | 0
    table = struct.pack("<256I", *units)
    return struct.pack("<I", len(table)) + table + b"b\0"


def tokenizer(model, **more):
    value = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
             "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model, **more}
    return json.dumps(value, ensure_ascii=False).encode()


def of_tokenizer_json():
    special = [{"id": i, "content": c, "single_word": False, "lstrip": c == "[MASK]", "rstrip": False, "normalized": False,
                "special": True} for i, c in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])]
    words = {c: i for i, c in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "##s", "a", "##a", "!"])}
    word_piece = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": words}
    template = {"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                           {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                         {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {t: {"id": t, "ids": [words[t]], "tokens": [t]} for t in ["[CLS]", "[SEP]"]}}
    yield "valid_word_piece", tokenizer(
        word_piece, added_tokens=special, post_processor=template, pre_tokenizer={"type": "BertPreTokenizer"},
        normalizer={"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
                    "lowercase": True})
    letters = {c: i for i, c in enumerate(["<s>", "</s>", "<unk>", "H", "e", "l", "o", "\u0120", "a", "aa", "He", "ll", "aaaa"])}
    yield "valid_bpe", tokenizer(
        {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": "", "end_of_word_suffix": "",
         "fuse_unk": True, "byte_fallback": False, "vocab": letters, "merges": [["H", "e"], ["l", "l"], "a a", ["aa", "aa"]]},
        pre_tokenizer={"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        post_processor={"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": True,
                        "add_prefix_space": True})
    yield "valid_unigram", tokenizer(
        {"type": "Unigram", "unk_id": 0, "byte_fallback": True,
         "vocab": [["<unk>", 0.0], ["\u2581", -1.5], ["\u2581Hello", -3.25], ["a", -2], ["aa", -2.5], ["<0xE9>", -9]]},
        normalizer={"type": "Sequence", "normalizers": [
            {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap()).decode()},
            {"type": "Strip", "strip_left": True, "strip_right": True},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
        pre_tokenizer={"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True})
    yield "valid_many_steps", tokenizer(
        word_piece,
        normalizer={"type": "Sequence", "normalizers": [{"type": t} for t in ["NFC", "NFD", "NFKC", "NFKD", "Lowercase",
                                                                              "StripAccents", "Nmt"]]
                    + [{"type": "Prepend", "prepend": "_"}, {"type": "Replace", "pattern": {"String": "a"}, "content": "bb"}]},
        pre_tokenizer={"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"}, {"type": "Punctuation", "behavior": "contiguous"},
            {"type": "Digits", "individual_digits": True}, {"type": "CharDelimiterSplit", "delimiter": "-"},
            {"type": "Split", "pattern": {"Regex": "x+"}, "behavior": "MergedWithPrevious", "invert": True},
            {"type": "Whitespace"}]},
        added_tokens=special + [{"id": 11, "content": "wor", "single_word": True, "lstrip": True, "rstrip": True,
                                 "normalized": True, "special": False}],
        padding={"strategy": "BatchLongest", "pad_id": 0}, truncation={"max_length": 8, "strategy": "LongestFirst", "stride": 2})
    yield "valid_old", json.dumps({"model": {"vocab": letters, "merges": ["H e"]},
                                   "pre_tokenizer": {"type": "Metaspace", "str_rep": "_", "replacement": "_",
                                                     "add_prefix_space": True}}).encode()
    yield "bad_nothing", b""
    yield "bad_empty", b"{}"
    yield "bad_list", b"[]"
    yield "bad_deep_lists", b'{"model":' + b"[" * 5000 + b"]" * 5000 + b"}"
    yield "bad_deep_sequences", tokenizer(word_piece, normalizer=json.loads(
        '{"type":"Sequence","normalizers":[' * 200 + "]}" * 200))
    yield "bad_model_list", tokenizer([])
    yield "bad_model_type", tokenizer({"type": "WordLevel", "vocab": {}})
    yield "bad_id_negative", tokenizer({**word_piece, "vocab": {"[UNK]": -1}})
    yield "bad_id_large", tokenizer({**word_piece, "vocab": {"[UNK]": 2**31 - 1}})
    yield "bad_id_larger", tokenizer({**word_piece, "vocab": {"[UNK]": 2**63}})
    yield "bad_unknown_missing", tokenizer({**word_piece, "unk_token": "?"})
    yield "bad_merge", tokenizer({"type": "BPE", "vocab": letters, "merges": [["H", "x"]]})
    yield "bad_merge_of_three", tokenizer({"type": "BPE", "vocab": letters, "merges": ["H e l"]})
    yield "bad_unk_id", tokenizer({"type": "Unigram", "unk_id": 7, "vocab": [["a", -1.0]]})
    yield "bad_score", tokenizer({"type": "Unigram", "unk_id": 0, "vocab": [["a", "-1"]]})
    yield "bad_regex", tokenizer(word_piece, pre_tokenizer={"type": "Split", "pattern": {"Regex": "(a+)+b"},
                                                            "behavior": "Isolated", "invert": False})
    yield "bad_base64", tokenizer(word_piece, normalizer={"type": "Precompiled", "precompiled_charsmap": "*"})
    yield "bad_charsmap", tokenizer(word_piece, normalizer={
        "type": "Precompiled", "precompiled_charsmap": base64.b64encode(b"\xff\xff\xff\x7f").decode()})
    yield "charsmap_of_wild_links", tokenizer(word_piece, normalizer={
        "type": "Precompiled", "precompiled_charsmap": base64.b64encode(struct.pack("<I", 64) + b"\xff" * 64 + b"x\0").decode()})
    yield "template_of_large_ids", tokenizer(word_piece, post_processor={
        **template, "special_tokens": {t: {"id": t, "ids": [2**31 - 1], "tokens": [t]} for t in ["[CLS]", "[SEP]"]}})


def field(number, value):
    def varint(v):
        out = b""
        while v > 127:
            out += bytes([v & 127 | 128])
            v >>= 7
        return out + bytes([v])
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    return varint(number << 3) + varint(value)


def of_sentencepiece():
    def piece(text, score=0.0, kind=None):
        return field(1, field(1, text.encode()) + field(2, score) + (field(3, kind) if kind is not None else b""))
    pieces = b"".join([piece("<unk>", 0.0, 2), piece("<s>", 0.0, 3), piece("</s>", 0.0, 3), piece("\u2581", -2.0),
                       piece("\u2581Hello", -3.5), piece("a", -2.5), piece("aa", -3.0), piece("<0xE9>", 0.0, 6)])
    trainer = field(2, field(3, 1) + field(35, 1) + field(40, 0))
    normalizer = field(3, field(1, b"nmt_nfkc") + field(2, charsmap()) + field(3, 1) + field(4, 1) + field(5, 1))
    yield "valid_unigram", pieces + trainer + normalizer
    yield "valid_without_normalizer", pieces + trainer
    yield "valid_no_dummy_prefix", pieces + trainer + field(3, field(3, 0))
    yield "valid_deberta", b"".join(piece(t, 0.0, k) for t, k in [("[PAD]", 3), ("[CLS]", 3), ("[SEP]", 3), ("[UNK]", 2),
                                                                  ("[MASK]", 4)]) + piece("\u2581a", -1.0) + field(2, field(40, 3))
    yield "bad_nothing", b""
    yield "bad_bpe", pieces + field(2, field(3, 2))
    yield "bad_no_pieces", trainer + normalizer
    yield "bad_length_beyond", b"\x0a\xff\xff\xff\xff\x7f"
    yield "bad_number_without_end", b"\x10" + b"\xff" * 12
    yield "bad_kind", piece("a", 0.0, 9)
    yield "bad_group", b"\x0b\x0c"
    yield "bad_charsmap", pieces + field(3, field(2, b"\xff\xff\xff\x7f"))
    yield "bad_unk_id", pieces + field(2, field(3, 1) + field(40, 99))
    yield "text_not_utf8", pieces + field(1, field(1, b"\xff\xc0\xaf") + field(2, -1.0)) + trainer
    yield "score_nan", pieces + piece("b", float("nan")) + piece("c", float("inf")) + trainer
    yield "charsmap_of_wild_links", pieces + field(3, field(2, struct.pack("<I", 64) + b"\xff" * 64 + b"x\0"))


def of_data():
    yield "valid.csv", b'text,pair,label,group,id\r\n"a, ""b""\nc",x,yes,g,1\r\n\r\nna\xc3\xafve,,no,h,2\r\n'
    yield "valid.tsv", b"text\tlabel\na b\t0\nc\t1\n"
    yield "valid.jsonl", b'{"text":"a","label":1}\n\n{"text":"\\u00e9","label":0,"more":[1]}\n'
    yield "valid_spans.csv", b"context,question,answer,start\nParis is a city.,What?,Paris,0\nNone.,Who?,,\n"
    yield "valid_spans.jsonl", b'{"context":"Paris is","question":"?","answer":"is","start":6}\n'
    yield "valid_squad.json", json.dumps({"version": "v2.0", "data": [{"title": "t", "paragraphs": [
        {"context": "Paris is a city.", "qas": [{"id": "1", "question": "What?", "is_impossible": False,
                                                 "answers": [{"text": "Paris", "answer_start": 0}]},
                                                {"id": "2", "question": "?", "is_impossible": True, "answers": []}]}]}]}).encode()
    yield "nothing", b""
    yield "bom.csv", b"\xef\xbb\xbftext,label\na,b\n"
    yield "utf16.csv", "text,label\na,b\n".encode("utf-16")
    yield "latin1.csv", b"text,label\nna\xefve,b\n"
    yield "nul.csv", b"text,label\na\0,b\n"
    yield "open_quote.csv", b'text,label\n"a,b\n'
    yield "text_behind_quote.csv", b'text,label\n"a"x,b\n'
    yield "ragged.csv", b"text,label\na\nb,c,d\n"
    yield "column_twice.csv", b"text,text,label\na,b,c\n"
    yield "lone_cr.csv", b"text,label\ra,b\r"
    yield "header_only.csv", b"text,label"
    yield "wide.csv", b"text,label" + b"," * 4000 + b"\n" + b"," * 4001 + b"\n"
    yield "deep.jsonl", b'{"text":' + b"[" * 5000 + b"]" * 5000 + b"}\n"
    yield "number_too_large.jsonl", b'{"text":"a","label":1e999}\n'
    yield "surrogate.jsonl", b'{"text":"\\ud800","label":1}\n'
    yield "key_twice.jsonl", b'{"text":"a","text":"b","label":1}\n'
    yield "list.jsonl", b"[1]\n"
    yield "start_beyond.csv", b"context,question,answer,start\nab,?,b,9223372036854775807\nab,?,b,-1\nab,?,b,1.5\n"
    yield "squad_start_beyond.json", json.dumps({"data": [{"paragraphs": [{"context": "a", "qas": [
        {"id": "1", "question": "?", "answers": [{"text": "a", "answer_start": 2**63}]}]}]}]}).encode()


def of_config_toml():
    yield "valid", b"""[study]
name = "s"
trials = 12
metric = "accuracy"
[data]
train = "x.csv"
[encoder]
model = "bert"
[space]
"head.layers" = 2
optim.lr = [1e-4, 1e-3]
encoder = { dropout = { low = 0.0, high = 0.25, step = 0.05 } }
[space.head]
pooling = ["cls", "mean"]
[sampler]
name = "tpe"
[pruner]
name = "median"
[train]
epochs = 3
[train.schedule]
warmup = 0.25
[output]
dir = "out"
"""
    least = b'[data]\ntrain = "x"\n[encoder]\nmodel = "m"\n'
    yield "valid_set", b"study.trials=3\n" + least
    yield "set_list", b"space.optim.lr=[1e-4, 1e-3]\n" + least
    yield "nothing", b""
    yield "bom", b"\xef\xbb\xbf" + least
    yield "crlf", least.replace(b"\n", b"\r\n")
    yield "latin1", b'[study]\nname = "na\xefve"\n'
    yield "deep_lists", b"a = " + b"[" * 3000 + b"]" * 3000
    yield "deep_tables", b"a = " + b"{a=" * 2000 + b"1" + b"}" * 2000
    yield "deep_dotted_key", b".".join([b"a"] * 2000) + b" = 1"
    yield "deep_dotted_header", b"[" + b".".join([b"a"] * 2000) + b"]"
    yield "deep_dotted_set", b".".join([b"a"] * 500) + b"=1\n"
    yield "many_arrays_of_tables", b"[[a]]\n" * 500
    yield "escape", b'[study]\nname = "\\U0010FFFF\\u0000\\uD800"\n'
    yield "numbers", b"a = 99999999999999999999\nb = 0x\nc = 1e999\nd = -nan\ne = 1__0\nf = 0b12\n"
    yield "dates", b"a = 2026-13-45\nb = 1979-05-27T07:32:00-99:99\nc = 25:61:61\n"
    yield "multi_line", b'[study]\nname = """\\\n   x\n"""\nd = \'\'\'\ny\'\'\'\n'
    yield "key_twice", b"[study]\nname = 'a'\nname = 'b'\n[study]\n"
    yield "infinite_range", least + b"[space]\noptim.lr = [-inf, nan]\n"
    yield "huge_range", least + b"[space]\nhead.layers = [-9223372036854775808, 9223372036854775807]\n"
    yield "zero_step", least + b"[space.encoder.dropout]\nlow = 0.0\nhigh = 1.0\nstep = 0.0\n"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus"
    for target, seeds in [("safetensors", of_safetensors), ("config_json", of_config_json),
                          ("tokenizer_json", of_tokenizer_json), ("sentencepiece", of_sentencepiece), ("data", of_data),
                          ("config_toml", of_config_toml)]:
        folder = root / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if not old.name.startswith("found_"):
                old.unlink()
        for name, data in seeds():
            (folder / name).write_bytes(data)
        print(target, len(list(folder.iterdir())))


main()
