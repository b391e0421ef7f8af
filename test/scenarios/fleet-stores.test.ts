import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hanging } from "../../src/fleet/member.fixture.test.ts";
import { openStore } from "../../src/fleet/open.ts";
import type { Cloud } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";
import { askAdmin, fleetGateway } from "../fleet.ts";
import { TestNats } from "../nats.ts";
import { needs, type ToolName } from "../needs.ts";
import { TestPostgres } from "../postgres.ts";
import { until } from "../until.ts";

/** A server that fleets meet at, and that can be gone for a while. */
interface Server extends AsyncDisposable {
  url(fleet: string): string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const SERVERS: readonly [tool: ToolName, start: () => Promise<Server>][] = [
  ["postgres", () => TestPostgres.start()],
  ["nats-server", () => TestNats.start()],
];

const GATEWAYS = 20;
const RULES = 1000;
const CHANGES = 5;

const ruleFor = (at: number) => ({
  service: "dynamodb",
  operation: "GetItem",
  resource: `arn:aws:dynamodb:*:*:table/orders-${at}`,
  error: "throttle",
  percentage: 10,
});

for (const [tool, start] of SERVERS) {
  describe(`a fleet that meets at a real ${tool}`, needs(tool), () => {
    let server: Server;
    let upstream: Cloud;
    before(async () => {
      server = await start();
      upstream = await testCloud();
    });
    after(async () => {
      await upstream?.stop();
      await server?.[Symbol.asyncDispose]();
    });

    async function gateways(fleet: string, count: number): Promise<Cloud[]> {
      const made: Cloud[] = [];
      for (let at = 0; at < count; at++)
        made.push(await fleetGateway(await openStore(server.url(fleet)), upstream.url, {}, `front-${at}`));
      return made;
    }

    const listTables = async (cloud: Cloud): Promise<number> => {
      const response = await fetch(cloud.url, {
        method: "POST",
        headers: {
          "x-amz-target": "DynamoDB_20120810.ListTables",
          "content-type": "application/x-amz-json-1.0",
        },
        body: "{}",
      });
      await response.arrayBuffer();
      return response.status;
    };

    // How long it takes stands in docs/guide/fleet.md: bench/fleet.ts measures it, with a process for each gateway.
    test(`${GATEWAYS} gateways with ${RULES} rules: what any of them is told is in force on all`, async () => {
      const fleet = await gateways("many", GATEWAYS);
      const first = fleet[0] as Cloud;
      try {
        const body = Array.from({ length: RULES }, (_, at) => ruleFor(at));
        assert.equal((await askAdmin(first, "POST", "/_squall/faults", { body })).status, 201);
        await until(() => fleet.every((gateway) => gateway.faults.list().length === RULES));
        for (let change = 0; change < CHANGES; change++) {
          const told = fleet[change] as Cloud;
          const rule = { id: `change-${change}`, service: "sqs", reset: true, ttl: "10m" };
          assert.equal((await askAdmin(told, "POST", "/_squall/faults", { body: rule })).status, 201);
        }
        await until(() => fleet.every((gateway) => gateway.faults.list().length === RULES + CHANGES));
        const ids = JSON.stringify(first.faults.list().map(({ id }) => id));
        for (const gateway of fleet)
          assert.equal(JSON.stringify(gateway.faults.list().map(({ id }) => id)), ids);
      } finally {
        for (const gateway of fleet) await gateway.stop();
      }
    });

    test("what the store makes though it has not answered in time is taken back from all gateways", async () => {
      const stores = [await openStore(server.url("hung")), await openStore(server.url("hung"))] as const;
      const [first, second] = [
        await fleetGateway(stores[0], upstream.url, {}, "front-0"),
        await fleetGateway(stores[1], upstream.url, {}, "front-1"),
      ];
      try {
        const add = (id: string) =>
          askAdmin(first, "POST", "/_squall/faults", {
            body: { id, service: "dynamodb", error: "throttle" },
          });
        const hung = hanging(stores[0]);
        assert.equal((await add("vain")).status, 503);
        assert.equal(await listTables(first), 200);
        hung.answers();
        assert.equal(await hung.make(), true);
        await until(async () => {
          const { answer } = await askAdmin<{ journal: { what: string }[] }>(
            second,
            "GET",
            "/_squall/fleet/journal",
          );
          return answer.journal.some(({ what }) => what.startsWith("took back the change of vain"));
        });
        await until(() => [first, second].every((gateway) => gateway.faults.list().length === 0));
        assert.equal((await add("vain")).status, 201);
        await until(() => second.faults.list().length === 1);
      } finally {
        await first.stop();
        await second.stop();
      }
    });

    test("the store is gone: traffic flows, rules end at their deadlines, nothing is added; it comes back, and all hear of everything again", async () => {
      const fleet = await gateways("outage", 3);
      const [first, second, third] = fleet as [Cloud, Cloud, Cloud];
      try {
        const add = (cloud: Cloud, rule: object) =>
          askAdmin(cloud, "POST", "/_squall/faults", {
            body: { service: "dynamodb", error: "throttle", ...rule },
          });
        await add(first, { id: "short", ttl: "1h" });
        await until(() => fleet.every((gateway) => gateway.faults.list().length === 1));
        await server.stop();
        assert.deepEqual(await Promise.all(fleet.map(listTables)), [400, 400, 400]);
        const refused = await add(second, { id: "vain" });
        assert.equal(refused.status, 503);
        assert.match(String(refused.answer["message"]), /nothing was added/);
        // The hour passes on all of them.
        for (const gateway of fleet) await gateway.clock.advance("PT1H");
        assert.deepEqual(await Promise.all(fleet.map(listTables)), [200, 200, 200]);
        await server.start();
        await until(async () => (await add(second, { id: "after" })).status === 201);
        await until(() =>
          [first, third].every((gateway) => gateway.faults.list().some(({ id }) => id === "after")),
        );
        assert.deepEqual(
          third.faults.list().map(({ id }) => id),
          ["after"],
        );
        await until(async () => {
          const { answer } = await askAdmin<{ gateways: { version: number }[]; version: number }>(
            third,
            "GET",
            "/_squall/fleet",
          );
          return (
            answer.gateways.length === 3 && answer.gateways.every(({ version }) => version === answer.version)
          );
        });
      } finally {
        for (const gateway of fleet) await gateway.stop();
      }
    });
  });
}
