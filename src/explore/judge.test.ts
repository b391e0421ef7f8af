import assert from "node:assert/strict";
import { test } from "node:test";
import { callAt, sitesAt } from "../../test/explore/sites.ts";
import type { DigestEntry, ResourceDigest } from "../aws/digest.ts";
import { faultKinds } from "./fault-kinds.ts";
import { failuresIn, judge, type Verdict } from "./judge.ts";
import { single } from "./plan.ts";
import type { Trial } from "./trial.ts";
import { FaultFreeWorld } from "./world.ts";

const JOBS = "arn:aws:sqs:us-east-1:000000000000:jobs";
const DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";

const message = (body: string): DigestEntry => ({ text: JSON.stringify({ body }) });
const queue = (arn: string, contents: readonly DigestEntry[], record: object = {}): ResourceDigest => ({
  arn,
  service: "sqs",
  type: "queue",
  text: JSON.stringify(record),
  contents,
});
const world = (jobs: readonly string[], dead: readonly string[] = []): ResourceDigest[] => [
  queue(JOBS, jobs.map(message), { RedrivePolicy: { deadLetterTargetArn: DEAD } }),
  queue(DEAD, dead.map(message)),
];
const table = (n: number, mails?: readonly string[]): ResourceDigest => ({
  arn: "arn:aws:dynamodb:us-east-1:000000000000:table/stats",
  service: "dynamodb",
  type: "table",
  text: "{}",
  contents: [{ id: "count", text: JSON.stringify({ n, ...(mails && { mails }) }) }],
});

/** A state machine with one execution. */
const machine = (status: string): ResourceDigest => ({
  arn: "arn:aws:states:us-east-1:000000000000:stateMachine:bill",
  service: "stepfunctions",
  type: "state-machine",
  text: "{}",
  contents: [{ id: "*", text: JSON.stringify({ status }) }],
});

/** What a run has left in the queue, in its dead-letter queue, in the table and of the execution; as without faults where not said. */
const left = ({
  jobs = ["a", "b"],
  dead = [],
  n = 1,
  status = "SUCCEEDED",
}: {
  jobs?: readonly string[];
  dead?: readonly string[];
  n?: number;
  status?: string;
} = {}) => [...world(jobs, dead), table(n), machine(status)];
const SAME = left();

const sends = (body: string) =>
  callAt("test > sqs.SendMessage@jobs~2#1", {
    input: { QueueUrl: "http://localhost/0/jobs", MessageBody: body },
  });

const faultFree = new FaultFreeWorld([SAME, SAME], [sends("taken"), sends("a")]);

/** A run that succeeded, and was struck. */
const trialWith = (trial: Partial<Trial>): Trial => ({
  exitCode: 0,
  isCut: false,
  tookMs: 1000,
  calls: [],
  struck: new Set(["explore"]),
  world: SAME,
  gone: new Set(),
  isQuiet: true,
  refuted: [],
  output: "",
  ...trial,
});

function verdictOf(fault: string, trial: Partial<Trial>): Verdict {
  const [site] = sitesAt("test > sqs.SendMessage@jobs~1#1");
  const [kind] = faultKinds(fault);
  const whole = trialWith({ calls: site!.attempts, ...trial });
  return judge(single(site!, kind!), whole, faultFree);
}

const titleOf = (verdict: Verdict): string => (verdict.kind === "finding" ? verdict.title : verdict.kind);

test("how a run ended and what it left behind make the verdict", () => {
  const cases: [string, Partial<Trial>, string][] = [
    ["outage", {}, "survived"],
    ["outage", { struck: new Set() }, "not-reached"],
    ["outage", { exitCode: 1 }, "failed-cleanly"],
    ["outage", { exitCode: 1, world: left({ jobs: ["a"] }) }, "failed-cleanly"],
    ["outage", { exitCode: 1, world: left({ jobs: ["a", "b", "c"] }) }, "HALF DONE"],
    ["outage", { exitCode: 1, world: left({ jobs: ["a", "b", "taken"] }) }, "failed-cleanly"],
    ["outage", { exitCode: 1, world: left({ jobs: ["a", "b", "taken", "taken"] }) }, "HALF DONE"],
    ["outage", { world: left({ n: 0, status: "FAILED" }) }, "failed-cleanly"],
    ["transient", { world: left({ n: 0, status: "FAILED" }) }, "NOT SURVIVED"],
    ["outage", { world: left({ jobs: ["a"] }) }, "LOST EFFECT"],
    ["outage", { world: left({ jobs: ["a"], dead: ["b"] }) }, "failed-cleanly"],
    ["outage", { isQuiet: false, world: left({ jobs: ["a", "b", "again"], n: 0 }) }, "failed-cleanly"],
    ["transient", { isQuiet: false, world: left({ jobs: ["a", "b", "again"], n: 0 }) }, "LOST EFFECT"],
    ["outage", { isCut: true, exitCode: undefined as never }, "HANG"],
    ["outage", { refuted: [{ name: "all paid", why: "it is false" }] }, "REFUTED"],
    ["outage", { exitCode: 1, refuted: [{ name: "all paid", why: "it is false" }] }, "failed-cleanly"],
    ["transient", { exitCode: 1 }, "NOT SURVIVED"],
    ["lost-reply", { exitCode: 1 }, "failed-cleanly"],
    ["lost-reply", { world: left({ jobs: ["a", "b", "b"] }) }, "DOUBLED EFFECT"],
    ["lost-reply", { world: left({ n: 2 }) }, "DOUBLED EFFECT"],
    ["lost-reply", { world: left({ n: 0 }) }, "LOST EFFECT"],
    ["lost-reply", { world: left({ jobs: ["a", "x"] }) }, "LOST EFFECT"],
    ["duplicate", { world: left({ dead: ["b"] }) }, "DOUBLED EFFECT"],
  ];
  for (const [fault, trial, title] of cases)
    assert.equal(
      titleOf(verdictOf(fault, trial)),
      title,
      JSON.stringify([fault, trial.exitCode, trial.world]),
    );
});

test("a task that ends with an exit code has failed for all to see, unless a moment's fault was to be survived", () => {
  const [site] = sitesAt("test > ecs.RunTask~1a#1 > s3.PutObject@thumbs~1#1");
  const cluster = (...exitCodes: number[]): ResourceDigest => ({
    arn: "arn:aws:ecs:us-east-1:000000000000:cluster/default",
    ...{ service: "ecs", type: "cluster", text: "{}" },
    contents: exitCodes.map((app) => ({
      text: JSON.stringify({ exitCodes: { app }, group: "family:thumb" }),
    })),
  });
  const done = new FaultFreeWorld([[cluster(0, 0)], [cluster(0, 0)]]);
  const under = (fault: string, ...exitCodes: number[]) =>
    titleOf(judge(single(site!, faultKinds(fault)[0]!), trialWith({ world: [cluster(...exitCodes)] }), done));
  assert.equal(under("outage", 0, 1), "failed-cleanly");
  assert.equal(under("transient", 0, 137), "NOT SURVIVED");
  assert.equal(under("transient", 0, 0), "survived");
  assert.equal(under("outage", 0), "LOST EFFECT");
});

test("what fails without any fault is told", () => {
  assert.deepEqual(failuresIn(left({ jobs: ["a"] })), []);
  assert.deepEqual(failuresIn(left({ jobs: ["a"], dead: ["b"], status: "FAILED" })), [
    "1 in the dead-letter queue dead",
    "1 of bill failed",
  ]);
});

test("a list that has grown is an effect that was doubled, and one that is shorter was lost", () => {
  const [site] = sitesAt("test > sqs.SendMessage@jobs~1#1");
  const [kind] = faultKinds("duplicate");
  const one = new FaultFreeWorld([[table(1, ["hello"])], [table(1, ["hello"])]]);
  const under = (...mails: string[]) =>
    titleOf(judge(single(site!, kind!), trialWith({ world: [table(1, mails)] }), one));
  assert.equal(under("hello", "hello"), "DOUBLED EFFECT");
  assert.equal(under(), "LOST EFFECT");
  assert.equal(under("bye"), "DIFFERENT EFFECT");
});

test("the story says what is not as it was", () => {
  const verdict = verdictOf("lost-reply", { world: left({ n: 2 }) });
  assert.ok(verdict.kind === "finding");
  assert.match(verdict.story, /exit 0, but stats\[count\]\.n is 2 \(fault-free: 1\)/);
});
