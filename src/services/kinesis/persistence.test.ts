import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";

const folder = mkdtempSync(join(tmpdir(), "squall-kinesis-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("streams, records and places to read from outlive the process", async () => {
  const account = newAccount();
  const StreamName = "kept";
  const Data = new Uint8Array([0, 255, 1]);
  const place = { StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" } as const;
  const first = await testCloud({ dataDir: folder });
  let kinesis = new Kinesis(clientOptions(first, account));
  await kinesis.createStream({ StreamName, ShardCount: 1 });
  const before = await kinesis.putRecord({ StreamName, Data, PartitionKey: "p" });
  const { ShardIterator } = await kinesis.getShardIterator(place);
  kinesis.destroy();
  await first.stop();

  await using cloud = await testCloud({ dataDir: folder });
  kinesis = new Kinesis(clientOptions(cloud, account));
  const later = await kinesis.putRecord({ StreamName, Data, PartitionKey: "p" });
  assert.ok(later.SequenceNumber! > before.SequenceNumber!);
  const { Records } = await kinesis.getRecords({ ShardIterator });
  assert.deepEqual(
    Records!.map((record) => [record.SequenceNumber, [...record.Data!]]),
    [before, later].map(({ SequenceNumber }) => [SequenceNumber, [0, 255, 1]]),
  );
  kinesis.destroy();
});
