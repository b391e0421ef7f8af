import { readFileSync } from "node:fs";

/** Where a service is that is not at `<endpoint prefix>.<region>.<suffix>`. */
export interface EndpointException {
  /** One endpoint for the whole partition, and the region that calls to it are signed for. */
  readonly global?: { readonly host: string; readonly region?: string };
  /** Host names by region. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The host's form in every other region: `s3-control.{region}.amazonaws.com`. */
  readonly form?: string;
}

export interface Partition {
  readonly partition: string;
  readonly suffix: string;
  /** Which regions are in it. */
  readonly regions: RegExp;
  readonly services: Readonly<Record<string, EndpointException>>;
}

interface Endpoints {
  readonly partitions: readonly Partition[];
  readonly hostPrefixes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

let read: Endpoints | undefined;

/** Read when the first call goes to AWS itself. */
function endpoints(): Endpoints {
  if (read !== undefined) return read;
  const text = readFileSync(new URL("./generated/endpoints.json", import.meta.url), "utf8");
  const given = JSON.parse(text) as Omit<Endpoints, "partitions"> & {
    readonly partitions: readonly (Omit<Partition, "regions"> & { readonly regions: string })[];
  };
  const partitions = given.partitions.map((partition) => ({
    ...partition,
    regions: new RegExp(partition.regions),
  }));
  read = { ...given, partitions };
  return read;
}

/** AWS's partitions, the ordinary one first. */
export const awsPartitions = (): readonly Partition[] => endpoints().partitions;

/** What operations put before their service's host name, by service: `{ stepfunctions: { StartSyncExecution: "sync-" } }`. */
export const hostPrefixes = (): Endpoints["hostPrefixes"] => endpoints().hostPrefixes;
