import { sure } from "../src/core/sure.ts";
import type { LoadResult } from "./load.ts";
import { ask, type Figure, jsonHead, load, median, perSecond, type Server, serve } from "./tools.ts";

const ROUNDS = 5;
const LEAST = 0.45;

/** Calls that applications make again and again, and what has to be there for them. */
const CALLS = [
  {
    name: "SSM GetParameter",
    service: "ssm",
    target: "AmazonSSM.GetParameter",
    prepare: (port: number) =>
      ask(port, "ssm", "AmazonSSM.PutParameter", { Name: "/bench", Value: "x".repeat(200), Type: "String" }),
    body: () => ({ Name: "/bench" }),
  },
  {
    name: "Secrets Manager GetSecretValue",
    service: "secretsmanager",
    target: "secretsmanager.GetSecretValue",
    prepare: (port: number) =>
      ask(port, "secretsmanager", "secretsmanager.CreateSecret", {
        Name: "bench",
        SecretString: "x".repeat(200),
        ClientRequestToken: "t".repeat(32),
      }),
    body: () => ({ SecretId: "bench" }),
  },
  {
    name: "KMS GenerateDataKey",
    service: "kms",
    target: "TrentService.GenerateDataKey",
    prepare: (port: number) => ask(port, "kms", "TrentService.CreateKey", {}),
    body: (made: Record<string, unknown>) => ({
      KeyId: (made["KeyMetadata"] as { KeyId: string }).KeyId,
      KeySpec: "AES_256",
    }),
  },
] as const;

/** Parameters, secrets and data keys, each beside a bare `node:http` server that parses and answers the same JSON. */
export default async function bench(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const call of CALLS) {
    await using squall = await serve("squall");
    await using bare = await serve("bare");
    const body = JSON.stringify(call.body(await call.prepare(squall.port)));
    const rates: number[] = [];
    const cpus: number[] = [];
    let said = "";
    for (let round = 0; round < ROUNDS; round++) {
      // Whoever is first meets another machine than whoever is second.
      const turn = round % 2 === 0 ? ([bare, squall] as const) : ([squall, bare] as const);
      const results = new Map<Server, LoadResult>();
      for (const server of turn) {
        const head = jsonHead({ port: server.port, service: call.service, target: call.target });
        const result = await load({
          port: server.port,
          requests: [{ head, body }],
          connections: 16,
          warmupMs: 500,
          durationMs: 2000,
        });
        if (result.failed > 0) throw new Error(`${call.name}: ${result.failed} calls have failed.`);
        results.set(server, result);
      }
      const [ours, limit] = [sure(results.get(squall)), sure(results.get(bare))];
      rates.push(ours.perSecond / limit.perSecond);
      cpus.push(limit.cpuMicros / ours.cpuMicros);
      said = perSecond(ours);
    }
    figures.push({ name: call.name, value: said });
    // Other work on the machine moves the rates more than what a call takes of the processor.
    for (const [what, shares] of [
      ["calls, squall / bare node:http", rates],
      ["CPU a call, bare node:http / squall", cpus],
    ] as const) {
      const share = median(shares);
      figures.push({
        name: `${call.name}, ${what}`,
        value: `${share.toFixed(2)} (${Math.min(...shares).toFixed(2)}–${Math.max(...shares).toFixed(2)})`,
        target: `≥ ${LEAST}`,
        reached: share >= LEAST,
      });
    }
  }
  return figures;
}
