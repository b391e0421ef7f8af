import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateEventBusCommand, type Level } from "@aws-sdk/client-eventbridge";
import { until } from "../../../test/until.ts";
import { eventsCloud, type World } from "./fixture.test.ts";

const GROUP = "/aws/vendedlogs/events/event-bus/orders";

/** A bus whose logs of all levels come to a group; one rule sends its events to a queue, another to a queue that is not there. */
async function logging(world: World, LogConfig: { Level: Level; IncludeDetail: "FULL" | "NONE" }) {
  const call = <O>(operation: string, input: object) =>
    world.cloud.call<O>("logs", operation, input, { account: world.account });
  const { EventBusArn } = await world.events.send(new CreateEventBusCommand({ Name: "orders", LogConfig }));
  await call("CreateLogGroup", { logGroupName: GROUP });
  const { deliveryDestination } = await call<{ deliveryDestination: { arn: string } }>(
    "PutDeliveryDestination",
    {
      name: "group",
      deliveryDestinationConfiguration: {
        destinationResourceArn: `arn:aws:logs:us-east-1:${world.account}:log-group:${GROUP}:*`,
      },
    },
  );
  for (const level of ["ERROR", "INFO", "TRACE"]) {
    const name = `orders-${level}`;
    await call("PutDeliverySource", { name, logType: `${level}_LOGS`, resourceArn: EventBusArn });
    await call("CreateDelivery", {
      deliverySourceName: name,
      deliveryDestinationArn: deliveryDestination.arn,
    });
  }
  const fine = await world.queue("fine");
  const dead = await world.queue("dead");
  const gone = fine.replace("fine", "gone");
  await world.rule("fine", { "detail-type": ["fine"] }, [{ Id: "q", Arn: fine }], "orders");
  const DeadLetterConfig = { Arn: dead };
  await world.rule("gone", { "detail-type": ["lost"] }, [{ Id: "q", Arn: gone, DeadLetterConfig }], "orders");
  return async (count: number) => {
    const { events } = await until(
      () =>
        call<{ events: { logStreamName: string; message: string }[] }>("FilterLogEvents", {
          logGroupName: GROUP,
        }),
      (answer) => answer.events.length >= count,
    );
    assert.ok(events.every(({ logStreamName }) => logStreamName === "EventBridgeEventBusLogs"));
    return events.map(({ message }) => JSON.parse(message) as Record<string, unknown>);
  };
}

const RECEIVED = ["EVENT_RECEIPT TRACE", "EVENT_INGEST_SUCCESS INFO", "RULE_MATCH_START TRACE"];
const STEPS: Readonly<Record<string, readonly string[]>> = {
  fine: [
    ...RECEIVED,
    "RULE_MATCH INFO",
    "INVOCATION_START TRACE",
    "INVOCATION_ATTEMPT_START TRACE",
    "INVOCATION_ATTEMPT_SUCCESS TRACE",
    "INVOCATION_SUCCESS INFO",
  ],
  lost: [
    ...RECEIVED,
    "RULE_MATCH INFO",
    "INVOCATION_START TRACE",
    "INVOCATION_ATTEMPT_START TRACE",
    "INVOCATION_ATTEMPT_PERMANENT_FAILURE ERROR",
    "INVOCATION_FAILURE ERROR",
    "INVOCATION_DLQ ERROR",
  ],
  unwanted: [...RECEIVED, "NO_STANDARD_RULES_MATCHED INFO"],
};
const TOLD: readonly (readonly [level: Level, levels: readonly string[]])[] = [
  ["OFF", []],
  ["ERROR", ["ERROR"]],
  ["INFO", ["ERROR", "INFO"]],
  ["TRACE", ["ERROR", "INFO", "TRACE"]],
];

for (const [Level, levels] of TOLD)
  test(`a bus that logs ${Level} tells its log group what it does with each event`, async () => {
    await using world = await eventsCloud();
    const IncludeDetail = Level === "TRACE" ? "FULL" : "NONE";
    const told = await logging(world, { Level, IncludeDetail });
    let before = 0;
    for (const [DetailType, steps] of Object.entries(STEPS)) {
      const { Entries } = await world.put({ n: 1 }, { EventBusName: "orders", DetailType });
      const expected = steps.filter((step) => levels.includes(step.split(" ")[1]!));
      await world.cloud.settle("1s");
      const records = (await told(before + expected.length)).slice(before);
      before += records.length;
      // Those of one moment are in no order.
      const said = records.map((record) => `${record["message_type"]} ${record["log_level"]}`);
      assert.deepEqual(said.sort(), [...expected].sort(), DetailType);
      for (const record of records) assert.equal(record["event_id"], Entries![0]!.EventId);
      const ingested = records.find((record) => record["message_type"] === "EVENT_INGEST_SUCCESS");
      if (ingested) {
        const { event_detail, source, detail_type } = ingested["details"] as Record<string, unknown>;
        assert.deepEqual([source, detail_type], ["shop", DetailType]);
        assert.equal(event_detail, Level === "TRACE" ? '{"n":1}' : undefined);
      }
      const failed = records.find((record) => record["message_type"] === "INVOCATION_FAILURE");
      if (failed) {
        const { rule_arn, final_invocation_status } = failed["details"] as Record<string, unknown>;
        assert.equal(rule_arn, `arn:aws:events:us-east-1:${world.account}:rule/orders/gone`);
        assert.equal(final_invocation_status, "NO_RESOURCE");
        assert.match(String((failed["error"] as { error_message: string }).error_message), /does not exist/);
      }
    }
  });
