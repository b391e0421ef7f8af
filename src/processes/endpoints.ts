import type { ConnectionFaults } from "../core/connection-faults.ts";
import type { Door } from "./connections/door.ts";
import { addressOf, Endpoint } from "./endpoint.ts";

interface Options {
  /** It leads to those that are read from. */
  readonly isReader?: boolean;
  /** What stands between those who connect and the server, by the endpoint's address. */
  readonly door?: (address: string) => Door;
}

/** The endpoints of a service's servers, each made when it is first asked for. */
export class Endpoints {
  readonly #endpoints = new Map<string, Endpoint>();

  /**
   * @param arn of what it leads to
   * @param faults what rules do to those who connect
   */
  of(
    arn: string,
    port: number,
    faults: () => ConnectionFaults,
    { isReader = false, door }: Options = {},
  ): Endpoint {
    const key = `${arn} ${isReader}`;
    const known = this.#endpoints.get(key);
    if (known) return known;
    const address = addressOf(arn, isReader);
    const endpoint = new Endpoint(address, port, faults(), door?.(address));
    this.#endpoints.set(key, endpoint);
    return endpoint;
  }

  close(arn: string): void {
    for (const isReader of [false, true]) this.#endpoints.get(`${arn} ${isReader}`)?.close();
  }

  closeAll(): void {
    for (const endpoint of this.#endpoints.values()) endpoint.close();
  }

  /** What it leads to is gone. */
  forget(arn: string): void {
    this.close(arn);
    for (const isReader of [false, true]) this.#endpoints.delete(`${arn} ${isReader}`);
  }
}
