import { joined } from "../src/fleet/join.ts";
import type { FleetStore } from "../src/fleet/port.ts";
import type { Cloud, CloudOptions } from "../src/index.ts";
import { testCloud } from "./cloud.ts";

/** A gateway of a fleet, in this process. */
export async function fleetGateway(
  store: FleetStore,
  upstream: string,
  options: CloudOptions = {},
  name?: string,
): Promise<Cloud> {
  return await testCloud(await gatewayOptions(store, upstream, options, name));
}

/** What makes a cloud a gateway of a fleet. */
export async function gatewayOptions(
  store: FleetStore,
  upstream: string,
  { seed, ...options }: CloudOptions = {},
  name?: string,
): Promise<CloudOptions> {
  const snapshot = await joined(store, Date.now(), seed);
  return {
    isGateway: true,
    services: [],
    allowAnyRegion: true,
    upstreams: { "*": { url: upstream } },
    seed: snapshot.seed,
    fleet: { store, snapshot, ...(name !== undefined && { name }) },
    ...options,
  };
}

/** Asks a gateway's admin API; the answer's status and JSON. */
export async function askAdmin<T = Record<string, unknown>>(
  cloud: Cloud,
  method: string,
  path: string,
  { body, token }: { body?: unknown; token?: string } = {},
): Promise<{ readonly status: number; readonly answer: T }> {
  const response = await fetch(cloud.url + path, {
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, answer: (await response.json()) as T };
}
