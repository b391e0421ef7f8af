import { ask, type Figure, jsonHead, load, median, perSecond, serve } from "./tools.ts";

const ROUNDS = 3;
const PASS = { Type: "Pass", Result: { a: 1 } };
const DEFINITION = JSON.stringify({
  StartAt: "A",
  States: { A: { ...PASS, Next: "B" }, B: { ...PASS, Next: "C" }, C: { ...PASS, End: true } },
});

/** Executions of three Pass states a second: Express until they are answered, Standard until they are kept. */
const KINDS = [
  { type: "EXPRESS", operation: "StartSyncExecution", target: 1000 },
  { type: "STANDARD", operation: "StartExecution", target: 300 },
] as const;

export default async function bench(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { type, operation, target } of KINDS) {
    const rounds: number[] = [];
    let last = "";
    for (let round = 0; round < ROUNDS; round++) {
      await using squall = await serve("squall");
      const { stateMachineArn } = await ask(squall.port, "states", "AWSStepFunctions.CreateStateMachine", {
        name: `bench-${round}`,
        type,
        definition: DEFINITION,
        roleArn: "arn:aws:iam::000000000000:role/machine",
      });
      const head = jsonHead({
        port: squall.port,
        service: "states",
        target: `AWSStepFunctions.${operation}`,
      });
      const result = await load({
        port: squall.port,
        requests: [{ head, body: JSON.stringify({ stateMachineArn }) }],
        connections: 16,
        warmupMs: 1000,
        durationMs: 3000,
      });
      // Standard executions that are still on their way have not been done.
      const behind = type === "STANDARD" ? await unfinished(squall.port, stateMachineArn as string) : 0;
      rounds.push(result.perSecond * (1 - behind));
      last = perSecond(result);
    }
    const rate = median(rounds);
    figures.push({
      name: `Step Functions, ${type} executions of three Pass states`,
      value: `${Math.round(rate)}/s (${last})`,
      target: `≥ ${target}/s`,
      reached: rate >= target,
    });
  }
  return figures;
}

/** The share of the newest thousand executions that is still under way. */
async function unfinished(port: number, stateMachineArn: string): Promise<number> {
  const { executions } = await ask(port, "states", "AWSStepFunctions.ListExecutions", {
    stateMachineArn,
    maxResults: 1000,
  });
  const all = executions as readonly { readonly status: string }[];
  return all.filter(({ status }) => status === "RUNNING").length / all.length;
}
