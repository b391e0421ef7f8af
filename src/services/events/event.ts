/** An event as rules see it and targets get it: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface Event {
  readonly version: string;
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  /** Of an event that an archive has given back. */
  readonly "replay-name"?: string;
}

/** What a bus hands to another beside an entry of PutEvents: the event is the same one there. Clients cannot say it. */
export interface Forwarded {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly time: string;
  /** How many buses it has been on. */
  readonly hops: number;
}
