import type { ConnectionFaults } from "../core/connection-faults.ts";
import { addressOf, Endpoint } from "./endpoint.ts";

/** The endpoints of a service's servers, each made when it is first asked for. */
export class Endpoints {
  readonly #endpoints = new Map<string, Endpoint>();

  /**
   * @param arn of what it leads to
   * @param faults what rules do to those who connect
   * @param isReader it leads to those that are read from
   */
  of(arn: string, port: number, faults: () => ConnectionFaults, isReader = false): Endpoint {
    const key = `${arn} ${isReader}`;
    const known = this.#endpoints.get(key);
    if (known) return known;
    const endpoint = new Endpoint(addressOf(arn, isReader), port, faults());
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
