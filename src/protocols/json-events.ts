import type { EventPayloads } from "./event-stream.ts";
import type { StructuredCodecs } from "./structured.ts";

/** Events whose payload is JSON. */
export function jsonEvents(codecs: StructuredCodecs): EventPayloads {
  return {
    contentType: "application/json",
    payloadWriter(shape, include) {
      const write = codecs.structureWriter(shape, include);
      return (value) => Buffer.from(JSON.stringify(write(value)), "utf8");
    },
  };
}
