import { ask, type Figure, jsonHead, load, median, perSecond, serve } from "./tools.ts";

const BODY = JSON.stringify({
  id: "prod-{number}",
  name: "Super Widget",
  price: "29.99",
  description: "x".repeat(120),
});
const ROUNDS = 3;

/** SQS SendMessage through the whole pipeline, beside a bare `node:http` server that parses and answers the same JSON. */
export default async function bench(): Promise<Figure[]> {
  await using squall = await serve("squall");
  await using ruled = await serve("squall", JSON.stringify({ faults: otherServicesRules(100) }));
  await using bare = await serve("bare");
  const runs: Record<"squall" | "ruled" | "bare", number[]> = { squall: [], ruled: [], bare: [] };
  const last: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, server] of Object.entries({ bare, squall, ruled })) {
      let url = "http://bare/queue";
      if (name !== "bare") {
        const created = await ask(server.port, "sqs", "AmazonSQS.CreateQueue", {
          QueueName: `bench-${round}`,
        });
        url = created["QueueUrl"] as string;
      }
      const head = jsonHead({ port: server.port, service: "sqs", target: "AmazonSQS.SendMessage" });
      const result = await load({
        port: server.port,
        requests: [{ head, body: JSON.stringify({ QueueUrl: url, MessageBody: BODY }) }],
        connections: 16,
        warmupMs: 1000,
        durationMs: 3000,
      });
      runs[name as keyof typeof runs].push(result.perSecond);
      if (round === ROUNDS - 1) last.push(`${name} ${perSecond(result)}`);
    }
  }
  const share = median(runs.squall.map((value, round) => value / runs.bare[round]!));
  const ruledShare = median(runs.ruled.map((value, round) => value / runs.squall[round]!));
  return [
    ...last.map((value) => ({ name: "SQS SendMessage", value })),
    {
      name: "SQS SendMessage, squall / bare node:http",
      value: share.toFixed(2),
      target: "≥ 0.60",
      reached: share >= 0.6,
    },
    {
      name: "SQS SendMessage, with 100 rules of other services / without",
      value: ruledShare.toFixed(2),
      target: "≥ 0.95",
      reached: ruledShare >= 0.95,
    },
  ];
}

function otherServicesRules(count: number) {
  const services = ["kms", "s3", "kinesis", "ec2", "sts"];
  return Array.from({ length: count }, (_, i) => ({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: services[i % services.length]! },
    percentage: 50,
  }));
}
