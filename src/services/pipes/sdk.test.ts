import assert from "node:assert/strict";
import { test } from "node:test";
import { NotFoundException, Pipes } from "@aws-sdk/client-pipes";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { allCalled } from "../../../test/every-operation.ts";
import { until } from "../../../test/until.ts";

/** EventBridge Pipes as its SDK sees it: every operation that is served. */
const cloud = await testCloud();
const account = newAccount();
const pipes = new Pipes(clientOptions(cloud, account));
test.after(async () => {
  pipes.destroy();
  await cloud.stop();
});

test("a pipe is made, changed, stopped, started, tagged, listed and deleted", async () => {
  const queue = async (QueueName: string) => {
    await cloud.call("sqs", "CreateQueue", { QueueName }, { account });
    return `arn:aws:sqs:us-east-1:${account}:${QueueName}`;
  };
  const [from, to, other] = [await queue("from"), await queue("to"), await queue("other")];
  const RoleArn = `arn:aws:iam::${account}:role/pipe`;
  const is = (state: string) =>
    until(
      () => pipes.describePipe({ Name: "p" }),
      ({ CurrentState }) => CurrentState === state,
    );
  const { Arn = "", DesiredState } = await pipes.createPipe({
    Name: "p",
    Source: from,
    Target: to,
    RoleArn,
    Description: "first",
    SourceParameters: { SqsQueueParameters: { BatchSize: 2 } },
    Tags: { team: "a" },
  });
  assert.equal(Arn, `arn:aws:pipes:us-east-1:${account}:pipe/p`);
  assert.equal(DesiredState, "RUNNING");
  const made = await is("RUNNING");
  assert.deepEqual(
    [made.Source, made.Target, made.Description, made.SourceParameters, made.Tags],
    [from, to, "first", { SqsQueueParameters: { BatchSize: 2 } }, { team: "a" }],
  );
  await pipes.stopPipe({ Name: "p" });
  await is("STOPPED");
  const updated = await pipes.updatePipe({ Name: "p", RoleArn, Target: other, DesiredState: "STOPPED" });
  assert.equal(updated.DesiredState, "STOPPED");
  assert.equal((await is("STOPPED")).Target, other);
  await pipes.startPipe({ Name: "p" });
  await is("RUNNING");
  await pipes.tagResource({ resourceArn: Arn, tags: { cost: "7" } });
  await pipes.untagResource({ resourceArn: Arn, tagKeys: ["team"] });
  assert.deepEqual((await pipes.listTagsForResource({ resourceArn: Arn })).tags, { cost: "7" });
  const listed = async (filter: object) =>
    (await pipes.listPipes(filter)).Pipes?.map(({ Name, Enrichment }) => [Name, Enrichment]);
  assert.deepEqual(await listed({ SourcePrefix: from, CurrentState: "RUNNING" }), [["p", undefined]]);
  assert.deepEqual(await listed({ TargetPrefix: to }), []);
  await pipes.deletePipe({ Name: "p" });
  await until(
    () => pipes.listPipes({}),
    ({ Pipes: left = [] }) => left.length === 0,
  );
  await assert.rejects(pipes.describePipe({ Name: "p" }), NotFoundException);
});

test("every operation has been called by the SDK", async () => {
  await allCalled(cloud, "pipes");
});
