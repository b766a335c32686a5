// Encodes texts with the reference tokenizers, for tests/text/tokenizer_fuzz_test.cpp.
//   node encode.js REQUESTS REPLIES
// REQUESTS   lines of JSON. An object is a tokenizer.json, a text the path of one: the tokenizer of what follows. A list is
//            a text to encode: [first, second or null, add_special, max_length, stride, strategy, left, pad_to]
// REPLIES    a line for each list: the windows, '|' between them, each "ids;type ids;offsets;special", or "E <reason>".
//            Cut texts have no type ids: the reference leaves those of further windows unset
const fs = require('fs');
const {Tokenizer} = require('tokenizers');

const show = (e, types) =>
  [e.getIds().join(), types ? e.getTypeIds().join() : '', e.getOffsets().join(), e.getSpecialTokensMask().join()].join(';');
const showAll = (e, types) => [e, ...e.getOverflowing()].map(one => show(one, types)).join('|');

// How many tokens each text keeps; null if the strategy cannot.
function keptLengths(first, second, room, strategy) {
  if (room <= 0) return [0, 0];
  const over = first + (second ?? 0) - room;
  if (over <= 0) return [first, second];
  if (strategy === 'only_first') return first > over ? [first - over, second] : null;
  if (strategy === 'only_second') return second !== null && second > over ? [first, second - over] : null;
  if (second === null) return [room, null];
  let [small, large] = first > second ? [second, first] : [first, second];
  large = small > room ? small : Math.max(small, room - small);
  if (small + large > room) [small, large] = [Math.floor(room / 2), Math.floor(room / 2) + room % 2];
  return first > second ? [large, small] : [small, large];
}

class Reference {
  // Version 0.23.2 loses windows when it truncates (huggingface/tokenizers#2091): they are cut here, from encodings that
  // no post-processor has touched, and dressed by the post-processor.
  static async load(source) {
    const json = typeof source === 'string' ? fs.readFileSync(source, 'utf8') : JSON.stringify(source);
    const reference = new Reference();
    reference.whole = Tokenizer.fromString(json);
    reference.bare = Tokenizer.fromString(JSON.stringify({...JSON.parse(json), post_processor: null}));
    reference.specials = [];
    for (const pair of [null, '']) reference.specials.push((await reference.whole.encode('', pair, {addSpecialTokens: true})).getLength());
    return reference;
  }

  async truncated([first, second, special, length, stride, strategy, left]) {
    const parts = [await this.bare.encode(first, null, {addSpecialTokens: false})];
    if (second !== null) parts.push(await this.bare.encode(second, null, {addSpecialTokens: false}));
    const room = length - (special ? this.specials[parts.length - 1] : 0);
    if (room < 0) throw new Error('no room for the special tokens');
    const kept = keptLengths(parts[0].getLength(), second === null ? null : parts[1].getLength(), room, strategy);
    if (kept === null) throw new Error('too short to be cut');
    for (let i = 0; i < parts.length; ++i) {
      if (kept[i] >= parts[i].getLength()) continue;
      if (kept[i] > 0 && stride >= kept[i]) throw new Error('stride too long');  // the reference stops the process
      parts[i].truncate(kept[i], stride, left ? 'left' : 'right');
    }
    return this.whole.postProcess(parts[0], parts[1], special);
  }

  async reply(request) {
    const [first, second, special, length, , , , padTo] = request;
    try {
      const cut = length > 0;
      const encoding = cut ? await this.truncated(request) : await this.whole.encode(first, second, {addSpecialTokens: special});
      if (padTo > 0) encoding.pad(padTo, {direction: 'right', padId: 1, padTypeId: 0, padToken: '<pad>'});
      return showAll(encoding, !cut);
    } catch (error) {
      return 'E ' + String(error.message ?? error).replace(/\n/g, ' ');
    }
  }
}

(async () => {
  const [requests, replies] = process.argv.slice(2);
  const lines = fs.readFileSync(requests, 'utf8').split('\n').filter(line => line !== '');
  const out = [];
  let reference = null;
  let waiting = [];
  const flush = async () => {
    out.push(...await Promise.all(waiting.map(request => reference.reply(request))));
    waiting = [];
  };
  for (const line of lines) {
    const request = JSON.parse(line);
    if (Array.isArray(request)) {
      if (waiting.push(request) === 64) await flush();
      continue;
    }
    await flush();
    try {
      reference = await Reference.load(request);
    } catch (error) {
      const reason = 'E load: ' + String(error.message ?? error).replace(/\n/g, ' ');
      reference = {reply: () => reason};
    }
  }
  await flush();
  fs.writeFileSync(replies, out.map(line => line + '\n').join(''));
})();
