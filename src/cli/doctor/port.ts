import { once } from "node:events";
import { createServer } from "node:net";
import { runningRecord } from "../running/run-records.ts";
import { type Finding, good, hint, wrong } from "./finding.ts";
import { listenerOn } from "./listener.ts";

/** Can Squall listen there? If not, who does, and how that is ended. */
export async function checkPort(port: number, host: string): Promise<Finding> {
  const refusal = await refusalOf(port, host);
  if (refusal === undefined) return good(`Port ${port} is free.`);
  if (refusal === "EACCES")
    return wrong(
      `Listening on port ${port} is not permitted.`,
      "Choose one above 1023: squall start --port 4566",
    );
  if (refusal !== "EADDRINUSE")
    return wrong(
      `${host}:${port} cannot be listened on (${refusal}).`,
      "Choose another address with --host, or another port.",
    );
  return await whoHas(port);
}

async function refusalOf(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

async function whoHas(port: number): Promise<Finding> {
  const record = runningRecord(port);
  if (record)
    return hint(
      `Squall has port ${port} already (process ${record.pid}).`,
      `squall stop --port ${port} ends it.`,
    );
  const who = listenerOn(port);
  const process = who === undefined ? "another process" : `${who.command} (process ${who.pid})`;
  const another = `squall start --port ${port + 1} takes another one.`;
  const health = await healthAt(port);
  if (health?.edition === "squall")
    return hint(
      `A squall that was started in the foreground has port ${port}: ${process}.`,
      `End it there with Ctrl-C, or: ${another}`,
    );
  if (health !== undefined)
    return wrong(
      `LocalStack ${health.version ?? ""} has port ${port}: ${process}.`,
      `localstack stop ends it; ${another}`,
    );
  const end = who === undefined ? "" : `kill ${who.pid} ends it; `;
  return wrong(`Port ${port} is taken by ${process}.`, `${end}${another}`);
}

async function healthAt(port: number): Promise<{ edition?: string; version?: string } | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/_localstack/health`, {
      signal: AbortSignal.timeout(1000),
    });
    return (await response.json()) as { edition?: string; version?: string };
  } catch {
    // It is neither.
    return undefined;
  }
}
