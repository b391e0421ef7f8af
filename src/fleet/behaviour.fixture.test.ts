// Not tests but the behaviour that every store has; named so that the build leaves it out.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { describe, test } from "node:test";
import { until } from "../../test/until.ts";
import type { FleetExperiment, FleetStore, GatewayReport, Snapshot } from "./port.ts";
import { ruleKey } from "./rule-key.ts";

/** A version with one rule. */
export const snapshotOf = (version: number, { id = "rule-1", ...others } = {}): Snapshot => ({
  version,
  seed: "the fleet's",
  rules: [
    {
      rule: {
        id,
        owner: "user",
        point: "api",
        match: { service: "sqs" },
        effect: "reset",
        params: {},
        percentage: 30,
      },
      since: 1,
      changed: version,
    },
  ],
  tokens: [],
  atMs: 1_790_000_000_000 + version,
  ...others,
});

const reportOf = (gateway: string, counts: GatewayReport["counts"] = {}): GatewayReport => ({
  gateway,
  name: `${gateway}.example:4566`,
  squall: "0.1.0",
  startedAtMs: 1_790_000_000_000,
  version: 1,
  calls: 3,
  counts,
});

const noted = (what: string) => ({ atMs: 1_790_000_000_000, who: "ada", gateway: "front", what });

/**
 * Holds a store to what its port says.
 * @param open a fleet that nobody has used yet, as two gateways see it
 */
export function behavesAsAStore(name: string, open: () => Promise<readonly [FleetStore, FleetStore]>): void {
  describe(name, () => {
    const withFleet = (title: string, check: (one: FleetStore, other: FleetStore) => Promise<void>) =>
      test(title, async () => {
        const stores = await open();
        try {
          await check(...stores);
        } finally {
          await Promise.all(stores.map((store) => store.close()));
        }
      });

    withFleet("there is no snapshot before the first, and then the newest, whole", async (one, other) => {
      assert.equal(await one.snapshot(0), undefined);
      assert.equal(await one.publish(snapshotOf(1), []), true);
      assert.equal(await other.publish(snapshotOf(2, { id: "rule-2" }), []), true);
      assert.deepEqual(await one.snapshot(0), snapshotOf(2, { id: "rule-2" }));
      assert.deepEqual(await other.snapshot(1), snapshotOf(2, { id: "rule-2" }));
      assert.equal(await one.snapshot(2), undefined);
    });

    withFleet(
      "of those who publish after the same version one is first, and the others hear that they were not",
      async (one, other) => {
        await one.publish(snapshotOf(1), []);
        const stores = [one, other, one, other, one, other];
        const were = await Promise.all(
          stores.map((store, at) => store.publish(snapshotOf(2, { id: `rule-${at}` }), [])),
        );
        assert.equal(were.filter(Boolean).length, 1);
        const newest = await other.snapshot(0);
        assert.equal(newest?.rules[0]?.rule.id, `rule-${were.indexOf(true)}`);
        assert.equal(await one.publish(snapshotOf(2), []), false);
        assert.equal(await one.publish(snapshotOf(4), []), false);
        assert.equal((await one.snapshot(0))?.version, 2);
      },
    );

    withFleet("a thousand rules are a snapshot like any other", async (one, other) => {
      const [rule] = snapshotOf(1).rules;
      assert.ok(rule);
      assert.equal(ruleKey(rule), "rule-1@1");
      const rules = Array.from({ length: 1000 }, (_, at) => ({
        ...rule,
        rule: { ...rule.rule, id: `rule-${at}`, note: "n".repeat(at) },
      }));
      await one.publish({ ...snapshotOf(1), rules }, []);
      assert.deepEqual((await other.snapshot(0))?.rules, rules);
    });

    withFleet("who watches hears of versions that others make, until they end it", async (one, other) => {
      const heard = new EventEmitter();
      const end = await other.watch((version) => heard.emit(`version ${version}`));
      const [first, second] = [once(heard, "version 1"), once(heard, "version 2")];
      await one.publish(snapshotOf(1), []);
      await first;
      await one.publish(snapshotOf(2), []);
      await second;
      end();
    });

    withFleet(
      "reports are the newest of each gateway, and counts their sum, also of those that have gone",
      async (one, other) => {
        await one.report(reportOf("a", { "rule-1@1": [10, 3], "rule-2@1": [1, 1] }));
        await other.report(reportOf("b", { "rule-1@1": [5, 2] }));
        await one.report({
          ...reportOf("a", { "rule-1@1": [20, 6], "rule-2@1": [1, 1] }),
          calls: 21,
          isGone: true,
        });
        const gateways = [...(await other.gateways())].sort((x, y) => x.gateway.localeCompare(y.gateway));
        const { counts: _counts, ...expected } = reportOf("a");
        assert.deepEqual(
          gateways.map(({ ageMs, ...report }) => {
            assert.ok(ageMs >= 0 && ageMs < 60_000, `${ageMs}`);
            return report;
          }),
          [
            { ...expected, calls: 21, isGone: true },
            { ...expected, gateway: "b", name: "b.example:4566" },
          ],
        );
        assert.deepEqual(
          (await one.gateways(["b", "c"])).map(({ gateway }) => gateway),
          ["b"],
        );
        assert.deepEqual({ ...(await one.counts()) }, { "rule-1@1": [25, 8], "rule-2@1": [1, 1] });
      },
    );

    withFleet(
      "no more is leased than there is, however many ask at once, and what is given back is there again",
      async (one, other) => {
        const ask = async (
          store: FleetStore,
          wants: number,
          { of = "rule-1@1", gateway = "a", total = 10 } = {},
        ) => (await store.lease([{ of, gateway, total, wants, comesBack: false }]))[0];
        const given = await Promise.all(
          Array.from({ length: 8 }, (_, at) =>
            ask(at % 2 ? one : other, 3, { gateway: `gateway-${at % 2}` }),
          ),
        );
        assert.equal(
          given.reduce((sum, answer) => sum + (answer?.got ?? 0), 0),
          10,
        );
        const of = "rule-2@1#arn:aws:iam::1:user/ada";
        assert.deepEqual(await ask(one, 9, { of }), { got: 9, isShort: false });
        assert.deepEqual(await ask(other, 2, { of, gateway: "b" }), { got: 1, isShort: true });
        assert.deepEqual(await ask(one, 0, { of }), { got: 0, isShort: true });
        assert.deepEqual(await ask(other, -2, { of, gateway: "b" }), { got: 0, isShort: true });
        assert.deepEqual(await ask(one, 2, { of }), { got: 1, isShort: true });
        assert.deepEqual(await ask(one, -4, { of }), { got: 0, isShort: true });
        // The rule has been changed meanwhile: less is shared out than is held.
        assert.deepEqual(await ask(one, 1, { of, total: 5 }), { got: 0, isShort: true });
        assert.deepEqual(await ask(one, 2, { of }), { got: 2, isShort: true });
      },
    );

    withFleet("several leases are asked for at once, and answered in their order", async (one) => {
      const request = (of: string, wants: number) => ({ of, gateway: "a", total: 5, wants, comesBack: true });
      const answers = await one.lease([
        request("b@1", 2),
        request("a@1", 9),
        request("b@1", 9),
        request("c@1", -1),
      ]);
      assert.deepEqual(
        answers.map(({ got, isShort }) => (isShort ? `${got}, short` : `${got}`)),
        ["2", "5, short", "3, short", "0"],
      );
      assert.deepEqual(await one.lease([]), []);
    });

    withFleet("experiments are kept as they are last, the newest first", async (one, other) => {
      const experiment = (id: string, startedAtMs: number, status: string): FleetExperiment => ({
        arn: `arn:aws:fis:us-east-1:000000000000:experiment/${id}`,
        gateway: "a",
        status,
        startedAtMs,
        rules: [`fis/act@${startedAtMs}`],
      });
      await one.keepExperiment(experiment("EXP1", 1000, "running"));
      await other.keepExperiment(experiment("EXP2", 2000, "running"));
      await one.keepExperiment({ ...experiment("EXP1", 1000, "completed"), endedAtMs: 3000, struck: [4, 2] });
      assert.deepEqual(await other.experiments(10), [
        experiment("EXP2", 2000, "running"),
        { ...experiment("EXP1", 1000, "completed"), endedAtMs: 3000, struck: [4, 2] },
      ]);
      assert.deepEqual(
        (await one.experiments(1)).map(({ arn }) => arn.slice(-4)),
        ["EXP2"],
      );
    });

    withFleet(
      "the journal has what was published, and nothing of what was not, the newest first",
      async (one, other) => {
        await one.publish(snapshotOf(1), [noted("made the fleet")]);
        await one.publish(snapshotOf(1), [noted("came second")]);
        await other.publish(snapshotOf(2), [noted("added rule-1"), noted("added rule-2")]);
        const all = await until(
          () => one.journal(10),
          (entries) => entries.length === 3,
        );
        assert.deepEqual(all, [noted("added rule-2"), noted("added rule-1"), noted("made the fleet")]);
        assert.deepEqual(await other.journal(1), [noted("added rule-2")]);
      },
    );

    withFleet(
      "what belongs to rules that are gone is dropped: leases, and reports of gateways that are",
      async (one) => {
        await one.report(reportOf("a", { "rule-1@1": [10, 3] }));
        await one.report(reportOf("b", { "rule-2@1": [5, 2] }));
        await one.lease([
          { of: "rule-1@1", gateway: "a", total: 10, wants: 10, comesBack: false },
          { of: "rule-2@1#unit", gateway: "a", total: 10, wants: 10, comesBack: false },
        ]);
        await one.tidy(["rule-1@1"], 3_600_000);
        assert.deepEqual({ ...(await one.counts()) }, { "rule-1@1": [10, 3], "rule-2@1": [5, 2] });
        await until(async () => {
          await one.tidy(["rule-1@1"], 0);
          return (await one.gateways()).length === 1;
        });
        assert.deepEqual({ ...(await one.counts()) }, { "rule-1@1": [10, 3] });
        assert.deepEqual(
          (
            await one.lease([
              { of: "rule-1@1", gateway: "a", total: 10, wants: 1, comesBack: false },
              { of: "rule-2@1#unit", gateway: "a", total: 10, wants: 1, comesBack: false },
            ])
          ).map(({ got }) => got),
          [0, 1],
        );
      },
    );
  });
}
