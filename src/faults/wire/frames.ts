import { isEventStreamType } from "../../core/event-message.ts";
import type { HttpResponse } from "../../core/http.ts";

const PRELUDE_BYTES = 12;
/** Event streams have messages of at most 16 MiB: what says to be longer is none. */
const LONGEST_FRAME = 16 * 1024 * 1024 + 1024;

/** Does a request or an answer consist of an event stream's messages? */
export function isEventStream(one: Pick<HttpResponse, "headers" | "isEventStream">): boolean {
  return one.isEventStream === true || isEventStreamType(String(one.headers["content-type"] ?? ""));
}

/** The messages of an event stream, whole, wherever its pieces end; what is no message comes as it is. */
export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    for (;;) {
      if (pending.length < PRELUDE_BYTES) break;
      const length = pending.readUInt32BE(0);
      const isFrame = length > PRELUDE_BYTES && length <= LONGEST_FRAME;
      if (isFrame && pending.length < length) break;
      const end = isFrame ? length : pending.length;
      yield pending.subarray(0, end);
      pending = pending.subarray(end);
    }
  }
  if (pending.length > 0) yield pending;
}
