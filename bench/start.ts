import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Figure, median, residentMiB } from "./tools.ts";

const ROUNDS = 5;

/** From the start of the built package's process to its first answered call, and what it takes in memory then. */
export default async function bench(): Promise<Figure[]> {
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  if (!existsSync(main)) return [{ name: "Start", value: "not measured: run npm run build first" }];
  const times: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [main, "start", "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let text = "";
      for await (const chunk of child.stdout) {
        text += chunk;
        if (text.includes("Ready.")) break;
      }
      const url = /listens on (\S+),/.exec(text)![1]!;
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "AmazonSQS.ListQueues",
          authorization:
            "AWS4-HMAC-SHA256 Credential=1/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
        },
        body: "{}",
      });
      await response.text();
      times.push(performance.now() - startedAt);
      memory.push(residentMiB(child.pid!));
    } finally {
      child.kill();
      await once(child, "exit");
    }
  }
  const inProcess = await createMs();
  const ms = median(times);
  const mib = median(memory);
  return [
    {
      name: "Start to first answered call",
      value: `${Math.round(ms)} ms`,
      target: "< 400 ms",
      reached: ms < 400,
    },
    {
      name: "createCloud() in a process that has imported it",
      value: `${Math.round(inProcess)} ms`,
      target: "< 100 ms",
      reached: inProcess < 100,
    },
    { name: "Idle memory after it", value: `${Math.round(mib)} MB`, target: "≤ 65 MB", reached: mib <= 65 },
  ];
}

/** What a test file waits for: the first cloud of a process, import aside. */
async function createMs(): Promise<number> {
  const { createCloud } = (await import("../dist/index.js" as string)) as typeof import("../src/index.ts");
  const startedAt = performance.now();
  await using _cloud = await createCloud({ port: 0 });
  return performance.now() - startedAt;
}
