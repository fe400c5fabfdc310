// What replication costs elsewhere: documents from a PouchDB on the disk to the router of pouchdb-server, on the disk
// too, over loopback in one process. LevelDB as PouchDB uses it does not sync to the disk.
//
//   node replicate.js FOLDER COUNT BYTES      → {"rate": documents a second}
"use strict";
const PouchDB = require("pouchdb");
const express = require("express");

const [folder, count, bytes] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

async function main() {
  const Hall = PouchDB.defaults({ prefix: `${folder}/hall-` });
  const router = require("express-pouchdb")(Hall, {
    mode: "minimumForPouchDB",
    logPath: `${folder}/log.txt`,
    configPath: `${folder}/config.json`,
  });
  const server = express().use("/", router).listen(0, "127.0.0.1");
  await new Promise((ready) => server.on("listening", ready));
  const terminal = new PouchDB(`${folder}/terminal`);
  const sealed = "x".repeat(bytes);
  const documents = Array.from({ length: count }, (_, at) => ({ _id: String(at).padStart(8, "0"), sealed }));
  await terminal.bulkDocs(documents);
  const begun = process.hrtime.bigint();
  const hall = `http://127.0.0.1:${server.address().port}/applications`;
  const done = await terminal.replicate.to(hall, { batch_size: 64 });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  if (done.docs_written !== count) throw new Error(JSON.stringify(done));
  console.log(JSON.stringify({ rate: count / seconds }));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
