const { squall } = require("squall/jest");
const { store } = require("../orders.cjs");

const throttled = (times) => ({ service: "dynamodb", operation: "PutItem", error: "throttle", times });

test("the SDK retries, and the calls say so", async () => {
  await squall().faults.add(throttled(2));
  await store();
  const puts = (await squall().calls()).of("dynamodb", "PutItem");
  expect(puts.statuses).toEqual([400, 400, 200]);
  expect(puts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect((await squall().retries("attempts<=3")).retried[0].attempts).toEqual([400, 400, 200]);
  await expect(squall().retries("attempts<=2")).rejects.toThrow("attempts was 3 (attempts<=2)");
});

test("each test has its own, and does not find what another has left", async () => {
  expect(await squall().faults.list()).toEqual([]);
  await store();
  expect((await squall().calls()).of("dynamodb").statuses).toEqual([200, 200]);
});
