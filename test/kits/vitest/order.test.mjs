import { test } from "squall/vitest";
import { describe, expect } from "vitest";
import { store } from "../orders.cjs";

const throttled = (times) => ({ service: "dynamodb", operation: "PutItem", error: "throttle", times });

test("the SDK retries, and the calls say so", async ({ squall }) => {
  await squall.faults.add(throttled(2));
  await store();
  const puts = (await squall.calls()).of("dynamodb", "PutItem");
  expect(puts.statuses).toEqual([400, 400, 200]);
  expect(puts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect((await squall.retries("attempts<=3")).retried[0].attempts).toEqual([400, 400, 200]);
  await expect(squall.retries("attempts<=2")).rejects.toThrow("attempts was 3 (attempts<=2)");
});

test("each test has its own, and does not find what another has left", async ({ squall }) => {
  expect(await squall.faults.list()).toEqual([]);
  await store();
  expect((await squall.calls()).of("dynamodb").statuses).toEqual([200, 200]);
});

test("a rule that cannot match is refused in Squall's words", async ({ squall }) => {
  await expect(squall.faults.add({ service: "dynamobd", error: "throttle" })).rejects.toThrow(
    'There is no service "dynamobd". Did you mean "dynamodb"?',
  );
});

test("what is refused is refused at the line of the test", async ({ squall }) => {
  const where = async () => {
    try {
      await squall.faults.add({ service: "dynamobd", error: "throttle" });
    } catch (error) {
      return error.stack;
    }
  };
  expect(await where()).toMatch(/at (?:async )?where \(.*order\.test\.mjs:\d+/);
});

describe.concurrent("at the same time", () => {
  for (const times of [1, 2, 1, 2])
    test(`throttled ${times} times`, async ({ squall }) => {
      await squall.faults.add(throttled(times));
      await store(squall.client());
      expect((await squall.calls()).of("dynamodb", "PutItem")).toHaveLength(times + 1);
    });
});
