import { ask, type Figure, jsonHead, load, median, perSecond, serve } from "./tools.ts";

const ROUNDS = 3;
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
    const shares: number[] = [];
    let said = "";
    for (let round = 0; round < ROUNDS; round++) {
      const rates: number[] = [];
      for (const { port } of [bare, squall]) {
        const head = jsonHead({ port, service: call.service, target: call.target });
        const result = await load({
          port,
          requests: [{ head, body }],
          connections: 16,
          warmupMs: 1000,
          durationMs: 3000,
        });
        if (result.failed > 0) throw new Error(`${call.name}: ${result.failed} calls have failed.`);
        rates.push(result.perSecond);
        said = perSecond(result);
      }
      shares.push(rates[1]! / rates[0]!);
    }
    const share = median(shares);
    figures.push(
      { name: call.name, value: said },
      {
        name: `${call.name}, squall / bare node:http`,
        value: share.toFixed(2),
        target: `≥ ${LEAST}`,
        reached: share >= LEAST,
      },
    );
  }
  return figures;
}
