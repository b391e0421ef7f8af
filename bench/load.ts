/** What to send: complete HTTP requests in which `{number}` (eight characters wide when filled) stands for a running number. */
export interface Load {
  readonly port: number;
  /** Requests are sent in turn. */
  readonly requests: readonly { readonly head: string; readonly body: string }[];
  readonly connections: number;
  /** Before anything counts; 0 for a server that is warm. */
  readonly warmupMs: number;
  readonly durationMs: number;
  /** Where the running number starts, so that two loads do not collide. */
  readonly firstNumber?: number;
  /** Numbers wrap here. Default: never. */
  readonly numbers?: number;
}

/** What a generator found out. */
export interface Sent {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  /** Answers with a status that is an error's, and connections that broke. */
  readonly failed: number;
}

export interface LoadResult extends Sent {
  /** Microseconds of the processor that the server took for one call, all its threads together; not its children's. */
  readonly cpuMicros: number;
}

/** The digits of a running number take the place of this. */
export const NUMBER = "{number}";

/** Something that sends requests as fast as they are answered: each connection its next when it has the answer to the last. */
export interface Generator {
  readonly name: string;
  /** False for what it cannot send. */
  sends(load: Load): boolean;
  run(load: Load): Promise<Sent>;
}

/** A whole request, its `{number}`s still in it. */
export const requestText = ({ head, body }: { readonly head: string; readonly body: string }): string =>
  `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
