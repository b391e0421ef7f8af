import { createTable, headFor, OPERATIONS, putMany } from "./dynamodb.ts";
import { create, head as invocation, nodeProgram } from "./lambda.ts";
import type { Load } from "./load.ts";
import { ask, atOnce, type Figure, jsonHead, load, median, type Server, serve } from "./tools.ts";

const ITEMS = Number(process.env["BENCH_LARGE_TABLE_ITEMS"] ?? 1_000_000);
const MESSAGES = 1_000_000;
const FUNCTIONS = 5000;
const ROUNDS = 7;
const WARM_UP_FILLS = 5000;
const TARGET = 0.9;

/** What is sent to a store of so many. */
type Sent = (server: Server, many: number) => Pick<Load, "requests" | "numbers">;

/** Calls keep their speed as what is stored grows: a server with little and one with much, in turns. S3's pages: `s3.ts`. */
export default async function bench(): Promise<Figure[]> {
  return [...(await items()), ...(await messages()), ...(await functions())];
}

async function items(): Promise<Figure[]> {
  const item =
    (name: string): Sent =>
    (server, many) => {
      const { operation, body } = OPERATIONS[name]!;
      return { requests: [{ head: headFor(server, operation), body: JSON.stringify(body) }], numbers: many };
    };
  const calls = { PutItem: item("PutItem"), GetItem: item("GetItem"), Query: item("Query of one item") };
  let bytes = 0;
  const figures = await flat("items", [100, ITEMS], calls, async (server, many) => {
    await createTable(server.port);
    // What a process takes anyhow, it has by now: compiled code, and the calls that it remembers.
    for (let times = 0; times < WARM_UP_FILLS; times++) await putMany(server.port, 100);
    const before = await server.restingMiB();
    await putMany(server.port, many);
    bytes = (((await server.restingMiB()) - before) * 1024 * 1024) / many;
  });
  return [
    ...figures,
    {
      name: "Memory of a stored item of 150 bytes",
      value: `${Math.round(bytes)} bytes`,
      target: "≤ 260 bytes",
      reached: bytes <= 260,
    },
  ];
}

function messages(): Promise<Figure[]> {
  const sqs = ({ port }: Server, operation: string, body: object) =>
    ask(port, "sqs", `AmazonSQS.${operation}`, body);
  const url = ({ port }: Server) => `http://127.0.0.1:${port}/000000000000/flat`;
  const call =
    (operation: string, body: object): Sent =>
    (server) => {
      const head = jsonHead({ port: server.port, service: "sqs", target: `AmazonSQS.${operation}` });
      return { requests: [{ head, body: JSON.stringify({ QueueUrl: url(server), ...body }) }] };
    };
  const calls = {
    SendMessage: call("SendMessage", { MessageBody: "x".repeat(200) }),
    // They can be received again at once.
    ReceiveMessage: call("ReceiveMessage", { MaxNumberOfMessages: 1, VisibilityTimeout: 0 }),
  };
  return flat("queued messages", [100, MESSAGES], calls, async (server, many) => {
    await sqs(server, "CreateQueue", { QueueName: "flat" });
    const Entries = Array.from({ length: 10 }, (_, at) => ({
      Id: String(at),
      MessageBody: "x".repeat(200),
    }));
    await atOnce(many / 10, () =>
      sqs(server, "SendMessageBatch", { QueueUrl: url(server), Entries }).then(() => {}),
    );
  });
}

async function functions(): Promise<Figure[]> {
  const program = await nodeProgram();
  const name = (at: number) => `flat-${String(at).padStart(8, "0")}`;
  const calls: Record<string, Sent> = {
    Invoke: (server) => ({ requests: [{ head: invocation(server, name(0)), body: "{}" }] }),
    GetFunction: (server, many) => {
      const head = invocation(server, "flat-{number}").replace("/invocations", "").replace(/^POST/, "GET");
      return { requests: [{ head, body: "" }], numbers: many };
    },
  };
  return flat("functions", [1, FUNCTIONS], calls, (server, many) =>
    atOnce(many, (at) => create(server, name(at), program)),
  );
}

async function flat(
  what: string,
  [few, many]: readonly [number, number],
  calls: Readonly<Record<string, Sent>>,
  fill: (server: Server, many: number) => Promise<void>,
): Promise<Figure[]> {
  await using small = await serve("squall");
  await using large = await serve("squall");
  await fill(small, few);
  await fill(large, many);
  const figures: Figure[] = [];
  for (const [name, sent] of Object.entries(calls)) {
    let number = 0;
    const measure = (server: Server, count: number, warmupMs: number) =>
      load({
        ...{ port: server.port, connections: 16, warmupMs, durationMs: 1000, firstNumber: number },
        ...sent(server, count),
      });
    const rates: number[] = [];
    const costs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const warmupMs = round === 0 ? 1000 : 0;
      const ofFew = await measure(small, few, warmupMs);
      const ofMany = await measure(large, many, warmupMs);
      for (const { failed } of [ofFew, ofMany])
        if (failed > 0) throw new Error(`${name} with ${what}: ${failed} answers were errors.`);
      number += ofMany.requests + 16;
      rates.push(ofMany.perSecond / ofFew.perSecond);
      costs.push(ofMany.cpuMicros / ofFew.cpuMicros);
    }
    const rate = median(rates);
    const counts = `${many.toLocaleString("en")} ${what} / with ${few}`;
    figures.push(
      {
        name: `${name}, with ${counts}`,
        value: rate.toFixed(2),
        target: `≥ ${TARGET.toFixed(2)}`,
        reached: rate >= TARGET,
      },
      { name: `${name}, CPU with ${counts}`, value: median(costs).toFixed(2) },
    );
  }
  return figures;
}
