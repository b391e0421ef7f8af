import type { ServiceHost, Setting } from "../core/service.ts";

/** How fast AWS lets some operations be called, together. */
export interface Quota {
  readonly operations: readonly string[];
  /** Calls a second. */
  readonly rate: number;
}

/** The setting that has a service keep to its quotas. */
export const quotaSetting: Setting = {
  description:
    "Throttle at AWS's default request quotas, for all accounts and Regions together. Each is a rule that faults list shows.",
  type: "boolean",
  default: false,
};

/** With the setting `quotas`, a rule for each quota of a service. */
export function keepToQuotas(host: ServiceHost, service: string, quotas: readonly Quota[]): void {
  if (!host.setting<boolean>("quotas")) return;
  const owner = `quotas:${service}`;
  host.faults.removeOwner(owner);
  for (const { operations, rate } of quotas)
    host.faults.add({
      id: `${service}-quota-${operations[0]}`,
      owner,
      effect: "rate-limit",
      params: { rate },
      match: { service, operation: [...operations] },
    });
}
