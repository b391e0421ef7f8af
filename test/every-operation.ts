import assert from "node:assert/strict";
import type { Cloud } from "../src/index.ts";

/** Every operation of a service that Squall has is one that somebody has called by now, and not in vain. */
export async function allCalled(
  cloud: Cloud,
  service: string,
  exceptions: readonly string[] = [],
): Promise<void> {
  const response = await fetch(`${cloud.url}/_squall/services`);
  const { services } = (await response.json()) as { services: { service: string; implemented: string[] }[] };
  const implemented = services.find((one) => one.service === service)?.implemented ?? [];
  assert.ok(implemented.length > 0, service);
  const called = new Set(
    cloud.calls.of(service).flatMap(({ operation, status }) => (status < 300 ? [operation] : [])),
  );
  assert.deepEqual(
    implemented.filter((operation) => !called.has(operation) && !exceptions.includes(operation)),
    [],
    "no client has called these with success",
  );
}
