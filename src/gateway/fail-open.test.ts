import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../core/aws-error.ts";
import type { Next, Outcome } from "../core/call.ts";
import { failOpen } from "./fail-open.ts";

/** What comes of a call that `strike` is around: how it ended, how often it went on, and what was said to have failed. */
async function run(
  strike: (next: Next) => Promise<Outcome>,
  answer: () => Promise<Outcome> = async () => OUTPUT,
) {
  let went = 0;
  const failures: unknown[] = [];
  const next = () => {
    went++;
    return answer();
  };
  const outcome = await failOpen(strike, next, (error) => failures.push(error)).catch(
    (error: Error) => error.message,
  );
  return { outcome, went, failures: failures.length };
}

const OUTPUT: Outcome = { kind: "output", output: {} };
const bug = () => {
  throw new TypeError("a bug");
};

test("what fails before a call has gone on lets it go on; what fails behind it gives the answer that came", async () => {
  assert.deepEqual(await run(bug), { outcome: OUTPUT, went: 1, failures: 1 });
  assert.deepEqual(await run(async (next) => next().then(bug)), { outcome: OUTPUT, went: 1, failures: 1 });
});

test("a call goes on once, however often an effect asks", async () => {
  assert.equal((await run(async (next) => next().then(next))).went, 1);
});

test("what the endpoint says, and what a rule answers, stays said", async () => {
  const refuse = async () => {
    throw new AwsError("Throttling", "slow down");
  };
  assert.deepEqual(await run(refuse), { outcome: "slow down", went: 0, failures: 0 });
  const broken = async () => {
    throw new Error("the endpoint's");
  };
  assert.deepEqual(await run((next) => next(), broken), { outcome: "the endpoint's", went: 1, failures: 0 });
});
