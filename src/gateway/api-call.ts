import type { Call, Caller } from "../core/call.ts";

/** A signal that is never aborted. */
export const NEVER: AbortSignal = new AbortController().signal;

/** A call as the gateway makes it; its signal is only made when somebody asks for it. */
export class ApiCall implements Call {
  readonly id: string;
  readonly parentId?: string;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly account: string;
  readonly region: string;
  readonly caller: Caller;
  readonly headers: Readonly<Record<string, string>>;
  readonly #signal: () => AbortSignal;

  constructor(
    id: string,
    parentId: string | undefined,
    service: string,
    operation: string,
    input: Record<string, unknown>,
    account: string,
    region: string,
    caller: Caller,
    headers: Readonly<Record<string, string>>,
    signal: () => AbortSignal,
  ) {
    this.id = id;
    this.parentId = parentId;
    this.service = service;
    this.operation = operation;
    this.input = input;
    this.account = account;
    this.region = region;
    this.caller = caller;
    this.headers = headers;
    this.#signal = signal;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }
}
