import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesOf } from "./differences.ts";

test("two answers differ where what they say differs, and not in what is made anew each time", () => {
  const there = {
    output: { Attributes: { DelaySeconds: "5" }, MessageId: "0a2c3b5e-9f0e-4a3a-8a55-0a3f4d2b6c11" },
  };
  const here = {
    output: { Attributes: { DelaySeconds: "0" }, MessageId: "1b2c3b5e-9f0e-4a3a-8a55-0a3f4d2b6c22" },
  };
  assert.deepEqual(differencesOf(there, here), ['output.Attributes.DelaySeconds: "5" there, "0" here']);
});

test("of texts that only their maker understands, whether there is one is compared", () => {
  for (const name of ["ReceiptHandle", "ShardIterator", "NextToken", "nextToken", "UploadId", "NextMarker"]) {
    const answer = (text?: string) => ({ output: { Items: [text === undefined ? {} : { [name]: text }] } });
    assert.deepEqual(differencesOf(answer("qwertyuiop"), answer("AQEB short")), [], name);
    assert.deepEqual(differencesOf(answer("qwertyuiop"), answer()), [
      `output.Items.0.${name}: "qwertyuiop" there, "nothing" here`.replace('"nothing"', "nothing"),
    ]);
  }
});
