import { CliError } from "./cli-error.ts";

const DEFAULT_URL = "http://127.0.0.1:4566";

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
  async ask<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.fetch(method, path, body === undefined ? undefined : JSON.stringify(body));
    const text = await response.text();
    if (!response.ok) throw new CliError(messageOf(text) ?? `${method} ${path} answered ${response.status}.`);
    return JSON.parse(text) as T;
  }

  async fetch(method: string, path: string, body?: string | Blob): Promise<Response> {
    const token = process.env["SQUALL_ADMIN_TOKEN"];
    try {
      return await fetch(this.url + path, {
        method,
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(token && { authorization: `Bearer ${token}` }),
        },
        ...(body !== undefined && { body }),
      });
    } catch (error) {
      const why = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
      throw new CliError(
        `No squall answers at ${this.url} (${why}). Start one with "squall start", or say where it is with --url.`,
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
    return (JSON.parse(text) as { message?: string }).message;
  } catch {
    return undefined;
  }
}
