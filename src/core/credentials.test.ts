import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "./clock.ts";
import { Credentials } from "./credentials.ts";
import { MemoryStorage } from "./memory.ts";
import { Random } from "./random.ts";

const worker = {
  account: "111122223333",
  arn: "arn:aws:sts::111122223333:assumed-role/r/s",
  userId: "AROA:s",
};

test("an ended session is known as expired for a day, then forgotten", async () => {
  const clock = new Clock({ rate: 0 });
  const credentials = new Credentials(new MemoryStorage(), new Random("credentials"), clock);
  const session = credentials.issue(worker, 900_000);
  const user = credentials.issue(worker);
  await clock.advance(24 * 3_600_000);
  for (let i = 0; i < 1000; i++) credentials.issue(worker, 900_000);
  assert.equal(credentials.find(session.accessKeyId)?.sessionToken, session.sessionToken);
  await clock.advance(900_001);
  for (let i = 0; i < 1000; i++) credentials.issue(worker, 900_000);
  assert.equal(credentials.find(session.accessKeyId), undefined);
  assert.ok(credentials.find(user.accessKeyId));
});
