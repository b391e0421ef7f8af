import { ask, type Figure, jsonHead, load, median, serve } from "./tools.ts";

const ROUNDS = 3;
const RULES = 100;
const LEAST_PER_SECOND = 3000;

/** PutEvents of one event on a bus with a hundred rules, one of which it matches and sends to a queue. */
export default async function bench(): Promise<Figure[]> {
  await using squall = await serve("squall");
  const { port } = squall;
  await ask(port, "sqs", "AmazonSQS.CreateQueue", { QueueName: "bench" });
  for (let n = 0; n < RULES; n++) {
    const EventPattern = JSON.stringify({
      source: ["bench"],
      "detail-type": [{ prefix: "order" }],
      detail: { shop: [`shop-${n}`], total: [{ numeric: [">", 0] }] },
    });
    await ask(port, "events", "AWSEvents.PutRule", { Name: `r${n}`, EventPattern });
  }
  const Arn = "arn:aws:sqs:us-east-1:000000000000:bench";
  await ask(port, "events", "AWSEvents.PutTargets", { Rule: "r7", Targets: [{ Id: "q", Arn }] });
  const figures: Figure[] = [];
  for (const [what, shop] of [
    ["that no rule wants", "none"],
    ["that one rule sends to a queue", "shop-7"],
  ] as const) {
    const Detail = JSON.stringify({ shop, total: 5, note: "x".repeat(200) });
    const entry = { Source: "bench", DetailType: "order placed", Detail };
    const head = jsonHead({ port, service: "events", target: "AWSEvents.PutEvents" });
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const result = await load({
        port,
        requests: [{ head, body: JSON.stringify({ Entries: [entry] }) }],
        connections: 16,
        warmupMs: 1000,
        durationMs: 3000,
      });
      if (result.failed > 0) throw new Error(`PutEvents: ${result.failed} calls have failed.`);
      rates.push(result.perSecond);
    }
    const rate = median(rates);
    figures.push({
      name: `PutEvents with ${RULES} rules, an event ${what}`,
      value: `${Math.round(rate)}/s`,
      target: `≥ ${LEAST_PER_SECOND}/s`,
      reached: rate >= LEAST_PER_SECOND,
    });
  }
  return figures;
}
