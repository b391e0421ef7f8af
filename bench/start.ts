import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Figure, median, residentMiB } from "./tools.ts";

const ROUNDS = 5;
const IDLE_MS = 3000;

/** From the start of the built package's process to Ready, what it takes in memory after that, and its first call. */
export default async function bench(): Promise<Figure[]> {
  const command = fileURLToPath(new URL("../bin/squall.js", import.meta.url));
  if (!existsSync(new URL("../dist/cli/main.js", import.meta.url)))
    return [{ name: "Start", value: "not measured: run npm run build first" }];
  const ready: number[] = [];
  const first: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [command, "start", "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let text = "";
      for await (const chunk of child.stdout) {
        text += chunk;
        if (text.includes("Ready.")) break;
      }
      ready.push(performance.now() - startedAt);
      await pause(IDLE_MS);
      memory.push(residentMiB(child.pid!));
      const calledAt = performance.now();
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
      first.push(performance.now() - calledAt);
    } finally {
      child.kill();
      await once(child, "exit");
    }
  }
  const inProcess = await createMs();
  const [readyMs, firstMs, mib] = [median(ready), median(first), median(memory)];
  return [
    {
      name: "Start to Ready",
      value: `${Math.round(readyMs)} ms`,
      target: "≤ 150 ms",
      reached: readyMs <= 150,
    },
    {
      name: "Idle memory 3 s after it",
      value: `${Math.round(mib)} MB`,
      target: "≤ 65 MB",
      reached: mib <= 65,
    },
    { name: "First call after that", value: `${Math.round(firstMs)} ms` },
    {
      name: "createCloud() in a process that has imported it",
      value: `${Math.round(inProcess)} ms`,
      target: "< 100 ms",
      reached: inProcess < 100,
    },
  ];
}

/** What a test file waits for: the first cloud of a process, import aside. */
async function createMs(): Promise<number> {
  const { createCloud } = (await import("../dist/index.js" as string)) as typeof import("../src/index.ts");
  const startedAt = performance.now();
  await using _cloud = await createCloud({ port: 0 });
  return performance.now() - startedAt;
}
