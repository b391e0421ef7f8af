/** An HTTP server that takes what SNS sends and answers as a test wants. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { SNSClient } from "@aws-sdk/client-sns";
import { clientOptions, newAccount } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  /** The statuses of the next answers; then 200. */
  readonly statuses: number[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      this.received.push({
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      response.statusCode = this.statuses.shift() ?? 200;
      response.end("done");
      for (const { count, resolve } of this.#waiting) if (this.received.length >= count) resolve();
    });
  });
  #waiting: { count: number; resolve: () => void }[] = [];

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** What has been received once it is `count` requests. */
  async atLeast(count: number): Promise<Received[]> {
    if (this.received.length < count)
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    return this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A client of its own account. */
export function snsClient(cloud: Cloud, account = newAccount()): SNSClient {
  return new SNSClient(clientOptions(cloud, account));
}
