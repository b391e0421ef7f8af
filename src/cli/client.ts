import { CliError } from "./cli-error.ts";

const DEFAULT_URL = "http://127.0.0.1:4566";

/** Somebody else has the port. */
export class NoSquall extends CliError {
  constructor(what: string) {
    super(`What answers at ${what} is no squall.`);
  }
}

/** The running squall that commands talk to. */
export class SquallClient {
  readonly url: string;

  /** @param url default: SQUALL_URL, AWS_ENDPOINT_URL or http://127.0.0.1:4566 */
  constructor(url?: string) {
    this.url = (url ?? process.env["SQUALL_URL"] ?? process.env["AWS_ENDPOINT_URL"] ?? DEFAULT_URL).replace(
      /\/$/,
      "",
    );
  }

  /** The JSON answer of an admin route. @throws CliError that says what is wrong */
  async ask<T = unknown>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const given = body === undefined ? undefined : JSON.stringify(body);
    const response = await this.fetch(method, path, given, signal);
    const text = await this.#orNoAnswer(response.text());
    const said = messageOf(text);
    if (!response.ok && said !== undefined) throw new CliError(said);
    if (!response.ok) throw new NoSquall(`${this.url} (${method} ${path} answered ${response.status})`);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new NoSquall(`${this.url} (${method} ${path} gave no JSON)`);
    }
  }

  /** Where it is. @throws CliError when what was given is no URL */
  place(): string {
    if (!URL.canParse(this.url))
      throw new CliError(`"${this.url}" is no URL: say http://127.0.0.1:4566, for example.`);
    return this.url;
  }

  fetch(method: string, path: string, body?: string | Blob, signal?: AbortSignal): Promise<Response> {
    const token = process.env["SQUALL_ADMIN_TOKEN"];
    return this.#orNoAnswer(
      fetch(this.place() + path, {
        method,
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(token && { authorization: `Bearer ${token}` }),
        },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      }),
    );
  }

  async #orNoAnswer<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const why = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
      const others = await otherRuns(this.url);
      throw new CliError(
        `No squall answers at ${this.url} (${why}). ${others ?? `Start one with "squall start", or say where it is with --url.`}`,
      );
    }
  }

  /** Server-sent events of a route, until it ends. */
  async *events(path: string): AsyncIterable<{ event: string; id?: string; data: unknown }> {
    const response = await this.fetch("GET", path);
    if (!response.ok || !response.body)
      throw new CliError(messageOf(await response.text()) ?? `${path} answered ${response.status}.`);
    let text = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const fields = new Map(
          text
            .slice(0, end)
            .split("\n")
            .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
        );
        text = text.slice(end + 2);
        const [event, id, data] = [fields.get("event"), fields.get("id"), fields.get("data")];
        if (event && data) yield { event, ...(id && { id }), data: JSON.parse(data) };
      }
    }
  }
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Who started one at another port has forgotten to say so. */
async function otherRuns(url: string): Promise<string | undefined> {
  const { runningRecords } = await import("./running/run-records.ts");
  const others = runningRecords().filter((record) => record.url !== url);
  return others.length === 0
    ? undefined
    : `There is one at ${others.map((record) => record.url).join(", ")}: say so with --url.`;
}
