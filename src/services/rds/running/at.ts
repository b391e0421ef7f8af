import type { Place } from "../../../aws/arn-template.ts";
import { partsOf } from "../../../core/arn.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";

/** An account and a Region, and what is kept there. */
export interface At extends Place {
  readonly store: Store;
}

export const atPlace = (host: ServiceHost, { account, region }: Place): At => ({
  account,
  region,
  store: host.store(account, region),
});

export const placeOf = (arn: string): Place => {
  const { account, region } = partsOf(arn);
  return { account, region };
};

export const nameIn = (arn: string): string => arn.split(":").at(-1) ?? "";
