// The same texts and queries for flexsearch, with every part of every word as a token, so that it can find what
// begins inside a name.
//
//   node flexsearch.js FILE      one round: FILE has {"texts":[…],"kinds":[[{"text":…,"from":…}]]}
//                                → {"build": ms, "micros": [[µs of each query]], "found": [share of each kind]}
"use strict";
const fs = require("fs");
const { Index } = require("flexsearch");

const PAGE = 20;
const { texts, kinds } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const begun = process.hrtime.bigint();
const index = new Index({ tokenize: "full", encode: (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean) });
texts.forEach((text, at) => index.add(at, text));
const build = Number(process.hrtime.bigint() - begun) / 1e6;
// Compiled code, as it would be after a while.
for (const queries of kinds) for (const query of queries) index.search(query.text, PAGE);
const micros = kinds.map((queries) =>
  queries.map((query) => {
    const asked = process.hrtime.bigint();
    index.search(query.text, PAGE);
    return Number(process.hrtime.bigint() - asked) / 1e3;
  }),
);
const found = kinds.map((queries) => {
  const hits = queries.filter((query) => index.search(query.text, texts.length).includes(query.from));
  return hits.length / queries.length;
});
console.log(JSON.stringify({ build, micros, found }));
