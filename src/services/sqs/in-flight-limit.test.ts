import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "../../core/bus.ts";
import { Clock } from "../../core/clock.ts";
import { MemoryStorage } from "../../core/memory.ts";
import { Random } from "../../core/random.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { OpenQueues } from "./open-queues.ts";
import { queues } from "./queues.ts";
import { receiving } from "./receiving.ts";
import { sending } from "./sending.ts";

const MOST = 120_000;

/** The handlers on their own: nobody wants to receive 120,000 messages through a socket. */
function handlers() {
  const storage = new MemoryStorage();
  const clock = new Clock();
  const random = new Random("test");
  const host = {
    clock,
    random,
    bus: new Bus(),
    strict: false,
    store: (account: string, region: string) => storage.store("sqs", account, region),
    setting: () => "path",
    endpoint: { host: () => "localhost:4566" },
  } as unknown as ServiceHost;
  const where = { account: "000000000000", region: "us-east-1" };
  const ctx = {
    ...where,
    clock,
    random,
    host,
    store: host.store(where.account, where.region),
    caller: { userId: "me" },
    headers: {},
    signal: new AbortController().signal,
    hits: () => [],
  } as unknown as Context;
  const open = new OpenQueues(host);
  return { ...queues(host, open), ...sending(open), ...receiving(open), open, ctx, clock };
}

for (const fifo of [false, true]) {
  const kind = fifo ? "FIFO" : "standard";
  test(`A ${kind} queue has ${MOST} messages in flight at most`, async () => {
    const sqs = handlers();
    const { ctx } = sqs;
    const QueueName = fifo ? "q.fifo" : "q";
    const attributes: Record<string, string> = fifo
      ? { FifoQueue: "true", ContentBasedDeduplication: "true" }
      : {};
    await sqs.CreateQueue!({ QueueName, Attributes: attributes }, ctx);
    const { counts } = sqs.open.byUrl(QueueName, ctx).backlog;
    for (const MessageBody of ["last", "one-too-many"]) {
      await sqs.SendMessage!(
        { QueueUrl: QueueName, MessageBody, ...(fifo && { MessageGroupId: MessageBody }) },
        ctx,
      );
    }
    counts.inflight += MOST - 1;
    const receive = async (more: object = {}) => {
      const output = await sqs.ReceiveMessage!(
        { QueueUrl: QueueName, MaxNumberOfMessages: 10, ...more },
        ctx,
      );
      return (output?.Messages ?? []).map(({ Body }) => Body);
    };
    assert.deepEqual(await receive(), ["last"]);
    if (fifo) assert.deepEqual(await receive(), []);
    else await assert.rejects(receive(), { name: "OverLimit" });
    const waiting = receive({ WaitTimeSeconds: 1 });
    await sqs.clock.advance(1000);
    assert.deepEqual(await waiting, [], "who waits is told nothing");
    counts.inflight -= 1;
    assert.deepEqual(await receive(), ["one-too-many"]);
  });
}
