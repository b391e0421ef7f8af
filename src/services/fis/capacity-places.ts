import type { ActionRun } from "./action.ts";
import type { Subnet } from "./networks.ts";

interface Zone {
  readonly ZoneName: string;
  readonly ZoneId: string;
}

/** The zones by name and id, the subnets in them and, if there is no other zone, what names none. */
export async function placesIn(identifiers: readonly string[], run: ActionRun) {
  const isServed = run.host.serves("ec2");
  const ask = async <T>(operation: string, account = run.experiment.account): Promise<readonly T[]> => {
    if (!isServed) return [];
    try {
      const output = await run.call<Record<string, T[]>>("ec2", operation, {}, { account });
      return output[operation.slice("Describe".length)] ?? [];
    } catch (error) {
      // An upstream that answers nobody but its own users: the zones are taken as they were given.
      run.log.warn(`${operation} did not say which subnets and zones are meant: ${(error as Error).message}`);
      return [];
    }
  };
  const zones = await ask<Zone>("DescribeAvailabilityZones");
  const isNamed = ({ ZoneName, ZoneId }: Zone) =>
    identifiers.includes(ZoneName) || identifiers.includes(ZoneId);
  const meant = zones.filter(isNamed);
  const names = meant.length > 0 ? meant.map(({ ZoneName }) => ZoneName) : [...identifiers];
  const subnets: Subnet[] = [];
  for (const account of run.experiment.accounts)
    subnets.push(...(await ask<Subnet>("DescribeSubnets", account)));
  const inside = subnets.filter(({ AvailabilityZone }) => names.includes(AvailabilityZone));
  const isEverywhere = zones.length > 0 && meant.length === zones.length;
  return {
    names,
    places: [
      ...identifiers,
      ...meant.flatMap(({ ZoneName, ZoneId }) => [ZoneName, ZoneId]),
      ...inside.map(({ SubnetId }) => SubnetId),
      ...(isEverywhere ? [""] : []),
    ],
  };
}

export const literal = (value: unknown): string => `\`${JSON.stringify(value).replaceAll("`", "\\`")}\``;
