import type { StreamSettings } from "../event-source-records.ts";
import type { EventSource, Mapping } from "./event-source.ts";

export class StreamSource implements EventSource {
  constructor(_mapping: Mapping, _settings: StreamSettings) {}
  start(): void {}
  stop(): void {}
}
