// Times the reference tokenizers, for tokenizers_bench.cpp.
//   node tokenizers_reference.js TOKENIZER.json TEXTS.json REPETITIONS
// Prints the number of tokens, then the seconds of each repetition: all texts in one call, and a call for each text. Seconds
// are those of the clock or of the processor, whichever are fewer: others may use the machine too.
const fs = require('fs');
const {Tokenizer} = require('tokenizers');

const [json, texts, repetitions] = process.argv.slice(2);
const tokenizer = Tokenizer.fromFile(json);
const list = JSON.parse(fs.readFileSync(texts, 'utf8'));

async function seconds(work) {
  const start = process.hrtime.bigint();
  const used = process.cpuUsage();
  await work();
  const {user, system} = process.cpuUsage(used);
  return Math.min(Number(process.hrtime.bigint() - start) / 1e9, (user + system) / 1e6);
}

(async () => {
  const all = await tokenizer.encodeBatch(list, {addSpecialTokens: true});
  console.log(all.reduce((sum, one) => sum + one.getLength(), 0));
  const batch = [], single = [];
  for (let i = 0; i < Number(repetitions); ++i) {
    batch.push(await seconds(() => tokenizer.encodeBatch(list, {addSpecialTokens: true})));
    single.push(await seconds(async () => { for (const text of list) await tokenizer.encode(text, null, {addSpecialTokens: true}); }));
  }
  console.log(batch.join(' '));
  console.log(single.join(' '));
})();
