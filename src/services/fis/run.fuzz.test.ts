import assert from "node:assert/strict";
import { test } from "node:test";
import { type CreateExperimentTemplateActionInput, StopExperimentCommand } from "@aws-sdk/client-fis";
import fc from "fast-check";
import { laboratory } from "./fixture.test.ts";

/** An action: how long it lasts, what it does, and after which of those before it it starts. */
const anAction = fc.record({
  seconds: fc.integer({ min: 1, max: 30 }),
  kind: fc.constantFrom("wait", "fault", "log", "fails"),
  after: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
});

type AnAction = typeof anAction extends fc.Arbitrary<infer A> ? A : never;

function templateAction({ seconds, kind, after }: AnAction, at: number): CreateExperimentTemplateActionInput {
  const duration = `PT${seconds}S`;
  const startAfter = [...new Set(after.filter((other) => other < at).map((other) => `a${other}`))];
  switch (kind) {
    case "wait":
      return { actionId: "aws:fis:wait", parameters: { duration }, startAfter };
    case "fault":
      return { actionId: "squall:api:reset", parameters: { duration, service: "s3" }, startAfter };
    case "log":
      return { actionId: "localstack:log-debug", parameters: { duration }, startAfter };
    default: {
      const parameters = { documentArn: "arn:aws:ssm:us-east-1::document/x", maxDuration: duration };
      return { actionId: "aws:ssm:start-automation-execution", parameters, startAfter };
    }
  }
}

const TERMINAL = ["completed", "stopped", "failed", "cancelled", "skipped"];

test("whatever the actions and whenever it is stopped, an experiment ends in order and undoes all once", async () => {
  const lines: string[] = [];
  await using lab = await laboratory({ log: ({ message }) => lines.push(message) });
  const runs = Number(process.env["SQUALL_TEST_SCALE"] ?? 1) * 25;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anAction, { minLength: 1, maxLength: 10 }),
      fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
      async (given, stopAtSeconds) => {
        lines.length = 0;
        const actions = Object.fromEntries(given.map((action, at) => [`a${at}`, templateAction(action, at)]));
        const id = await lab.start({ actions });
        if (stopAtSeconds !== undefined) {
          await lab.cloud.clock.advance(`PT${stopAtSeconds}S`);
          await lab.fis.send(new StopExperimentCommand({ id })).catch(() => {});
        }
        await lab.cloud.clock.advance("PT10M");

        const experiment = await lab.get(id);
        assert.deepEqual(lab.cloud.faults.list(), []);
        assert.ok(["completed", "stopped", "failed"].includes(experiment.state!.status!));
        const all = Object.values(experiment.actions!);
        for (const action of all) {
          assert.ok(TERMINAL.includes(action.state!.status!), action.state!.status);
          for (const before of action.startTime === undefined ? [] : (action.startAfter ?? [])) {
            const { state, endTime } = experiment.actions![before]!;
            assert.equal(state!.status, "completed");
            assert.ok(endTime! <= action.startTime!, "it starts when what it starts after has ended");
          }
        }
        const every = (status: string) => all.every(({ state }) => state!.status === status);
        assert.equal(experiment.state!.status === "completed", every("completed"));
        const said = (what: string) => lines.filter((line) => line.endsWith(`of ${id} ${what}.`)).length;
        assert.equal(said("starts"), said("ends"));
      },
    ),
    { numRuns: runs },
  );
});
