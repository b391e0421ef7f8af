import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../core/aws-error.ts";
import { Clock } from "../core/clock.ts";
import { MemoryStorage } from "../core/memory.ts";
import type { ServiceHost } from "../core/service.ts";
import { Outbox, type RetryPolicy } from "./outbox.ts";

const PLACE = { account: "123456789012", region: "us-east-1" };
const down = new AwsError("ServiceUnavailable", "down", { status: 503 });

function world(policy: RetryPolicy, answers: (attempt: number) => Error | undefined) {
  const clock = new Clock({ rate: 0, startMs: 0 });
  const storage = new MemoryStorage();
  const host = {
    clock,
    log: { warn() {} },
    storage,
    atWork: () => ({ [Symbol.dispose]() {} }),
    store: (account: string, region: string) => storage.store("s", account, region),
    scopes: () => storage.scopes("s"),
  } as unknown as ServiceHost;
  const seen: string[] = [];
  const outbox = () =>
    new Outbox<string>(host, "outbox", {
      policyOf: () => policy,
      async send(_, item, attempt) {
        seen.push(`${clock.now()} ${item}#${attempt}`);
        const error = answers(attempt);
        if (error) throw error;
      },
      giveUp: (_, item, { attempts }) => void seen.push(`${clock.now()} gave up ${item} after ${attempts}`),
    });
  return { clock, seen, outbox };
}

test("what fails for a passing reason is tried again, later each time, until it arrives", async () => {
  const { clock, seen, outbox } = world({ longestMs: 60_000 }, (attempt) => (attempt < 4 ? down : undefined));
  outbox().put(PLACE, "m");
  await clock.advance(60_000);
  assert.deepEqual(seen, ["0 m#1", "1000 m#2", "3000 m#3", "7000 m#4"]);
});

test("it is given up after the most attempts, after the longest time, and at once for a lasting reason", async () => {
  const most = world({ longestMs: 60_000, mostAttempts: 2, delayMs: () => 5 }, () => down);
  most.outbox().put(PLACE, "m");
  await most.clock.advance(60_000);
  assert.deepEqual(most.seen, ["0 m#1", "5 m#2", "5 gave up m after 2"]);

  const longest = world({ longestMs: 10, delayMs: () => 10 }, () => down);
  longest.outbox().put(PLACE, "m");
  await longest.clock.advance(60_000);
  assert.deepEqual(longest.seen, ["0 m#1", "10 m#2", "10 gave up m after 2"]);

  const lasting = world({ longestMs: 60_000 }, () => new AwsError("QueueDoesNotExist", "", { status: 400 }));
  lasting.outbox().put(PLACE, "m");
  await lasting.clock.advance(60_000);
  assert.deepEqual(lasting.seen, ["0 m#1", "0 gave up m after 1"]);
});

test("a restart takes up what was on its way, with the attempts that were made", async () => {
  const { clock, seen, outbox } = world({ longestMs: 60_000, mostAttempts: 3 }, () => down);
  const first = outbox();
  first.put(PLACE, "m");
  await clock.advance(0);
  first.stop();
  outbox().resume();
  await clock.advance(60_000);
  assert.deepEqual(seen, ["0 m#1", "1000 m#2", "3000 m#3", "3000 gave up m after 3"]);
});
