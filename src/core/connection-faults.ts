import type { Clock } from "./clock.ts";
import type { Hit } from "./fault.ts";
import type { Log } from "./log.ts";

/** What rules do to those who connect to a server that stands behind an endpoint. */
export interface ConnectionFaults {
  readonly clock: Clock;
  readonly log: Log;
  /** Is nobody to be let in while the endpoint leads to these? Asked anew when rules come and go. */
  gate(sockets: readonly string[]): { isClosed(): boolean };
  /** What acts on one connection, asked anew when rules come and go: the same hits as long as they act. */
  connection(socket: string): { look(): readonly Hit[] };
  /** Calls when rules come and go. @returns how that is ended */
  watch(look: () => void): () => void;
}
