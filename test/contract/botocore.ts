import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { botocoreFolder } from "../../scripts/botocore.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/http.ts";

type Answer = { id: number; failed?: string } & Record<string, unknown>;

/** botocore in a process of its own, as the client on the other side of our protocols. */
export class Botocore implements Disposable {
  #process: ChildProcessWithoutNullStreams | undefined;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 0;
  /** Why it answers no more. */
  #ended = "";

  /** The HTTP request that botocore makes for an operation. */
  async serialize(
    service: string,
    operation: string,
    protocol: string,
    params: unknown,
  ): Promise<HttpRequest> {
    const answer = await this.#ask({ do: "serialize", service, operation, protocol, params: toWire(params) });
    const url = answer["url"] as string;
    const [path, query] = url.slice("http://localhost".length).split(/\?(.*)/s);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer["headers"] as Record<string, string>)) {
      headers[name.toLowerCase()] = value;
    }
    return {
      method: answer["method"] as string,
      path: path || "/",
      query: query ?? "",
      headers,
      body: Buffer.from(answer["body"] as string, "base64"),
    };
  }

  /** What botocore understands of a response. */
  async parse(
    service: string,
    operation: string,
    protocol: string,
    response: HttpResponse,
  ): Promise<Record<string, unknown>> {
    const body = Buffer.from((response.body ?? "") as Uint8Array).toString("base64");
    const answer = await this.#ask({
      do: "parse",
      service,
      operation,
      protocol,
      status: response.status,
      headers: response.headers,
      body,
    });
    return fromWire(answer["parsed"]) as Record<string, unknown>;
  }

  async #ask(job: Record<string, unknown>): Promise<Answer> {
    if (this.#ended) throw new Error(this.#ended);
    this.#process ??= this.#start();
    const { stdin } = this.#process;
    const id = this.#next++;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      stdin.write(`${JSON.stringify({ ...job, id })}\n`);
    });
    if (answer.failed !== undefined)
      throw new Error(`${job["service"]}.${job["operation"]}: ${answer.failed}`);
    return answer;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn("python3", [fileURLToPath(new URL("./botocore_judge.py", import.meta.url))], {
      env: { ...process.env, PYTHONPATH: botocoreFolder() },
    });
    child.stderr.pipe(process.stderr);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    child.once("error", (error) => this.#end(`python3 with botocore does not start: ${error.message}`));
    child.once("exit", (code) => this.#end(`python3 with botocore ended (${code})`));
    // What is written to a process that has ended: said by "error" or "exit".
    child.stdin.on("error", () => {});
    return child;
  }

  /** Fails everything that waits, and everything that will be asked. */
  #end(why: string): void {
    this.#ended ||= why;
    for (const [id, settle] of this.#waiting) settle({ id, failed: why });
    this.#waiting.clear();
  }

  [Symbol.dispose](): void {
    this.#process?.kill();
  }
}

function toWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $blob: Buffer.from(value).toString("base64") };
  if (value instanceof Date) return { $time: value.getTime() / 1000 };
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toWire(entry)]));
  }
  return value;
}

function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (typeof record["$blob"] === "string") return new Uint8Array(Buffer.from(record["$blob"], "base64"));
  if (typeof record["$time"] === "number") return new Date(record["$time"] * 1000);
  return Object.fromEntries(Object.entries(record).map(([key, entry]) => [key, fromWire(entry)]));
}
