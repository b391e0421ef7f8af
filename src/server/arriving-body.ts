import type { IncomingMessage } from "node:http";
import type { HttpResponse } from "../core/http.ts";
import { mayHaveBody } from "./incoming.ts";

/** The answer to a request whose body has so many bytes; undefined when it may have them. */
export type BodyLimit = (bytes: number) => HttpResponse | undefined;

/** The whole body; "gone" when the client left on the way, or has sent nothing for too long. */
export function readBody(
  incoming: IncomingMessage,
  limit: BodyLimit,
  patienceMs: number,
): Promise<Uint8Array | HttpResponse | "gone"> {
  if (incoming.httpVersionMajor < 2 && mayHaveBody(incoming)) {
    const { socket } = incoming;
    const leave = () => socket.destroy();
    socket.setTimeout(patienceMs, leave);
    incoming.once("end", () => {
      socket.removeListener("timeout", leave);
      socket.setTimeout(0);
    });
  }
  return new Promise((resolve) => {
    let first: Buffer | undefined;
    let rest: Buffer[] | undefined;
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      const refusal = limit(size);
      if (refusal) {
        incoming.removeAllListeners("data");
        resolve(refusal);
      } else if (!first) first = chunk;
      else {
        rest ??= [first];
        rest.push(chunk);
      }
    });
    incoming.on("end", () => resolve(rest ? Buffer.concat(rest, size) : (first ?? new Uint8Array())));
    incoming.on("error", () => resolve("gone"));
    incoming.on("close", () => resolve("gone"));
  });
}
