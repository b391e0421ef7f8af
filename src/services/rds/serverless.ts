import type * as RDS from "../../models/generated/rds.ts";
import type { DbClusterRecord } from "./db-cluster.ts";
import { clusterState, invalidParameterValue } from "./errors.ts";

export const SERVERLESS = "db.serverless";

/** How far the instances of a cluster scale that are serverless, in Aurora capacity units: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html */
export interface Scaling {
  readonly least: number;
  readonly most: number;
  /** Of one that scales to nothing: how long without a connection it goes on. */
  readonly secondsUntilPause?: number;
}

const MOST_CAPACITY = 256;
const DEFAULT_SECONDS = 300;
const MOST_SECONDS = 86_400;

/** @param current what it is so far @throws InvalidParameterValue: the texts are inferred */
export function scalingOf(
  wish: RDS.ServerlessV2ScalingConfiguration | undefined,
  current?: Scaling,
): Scaling | undefined {
  if (!wish) return current;
  const { MinCapacity: least = current?.least, MaxCapacity: most = current?.most } = wish;
  if (least === undefined || !isCapacity(least, 0))
    throw invalidParameterValue(`Serverless v2 minimum capacity ${least} isn't valid.`);
  if (most === undefined || !isCapacity(most, 1))
    throw invalidParameterValue(`Serverless v2 maximum capacity ${most} isn't valid.`);
  if (least > most)
    throw invalidParameterValue(
      `Serverless v2 minimum capacity ${least} isn't valid: it is more than the maximum capacity ${most}.`,
    );
  if (least > 0) {
    if (wish.SecondsUntilAutoPause !== undefined)
      throw invalidParameterValue("SecondsUntilAutoPause is for a minimum capacity of 0.");
    return { least, most };
  }
  const secondsUntilPause = wish.SecondsUntilAutoPause ?? current?.secondsUntilPause ?? DEFAULT_SECONDS;
  if (secondsUntilPause < DEFAULT_SECONDS || secondsUntilPause > MOST_SECONDS)
    throw invalidParameterValue(`SecondsUntilAutoPause ${secondsUntilPause} isn't valid.`);
  return { least, most, secondsUntilPause };
}

/** Half units are units, too. */
const isCapacity = (units: number, least: number): boolean =>
  units >= least && units <= MOST_CAPACITY && Number.isInteger(units * 2);

export const describeScaling = ({
  least,
  most,
  secondsUntilPause,
}: Scaling): RDS.ServerlessV2ScalingConfigurationInfo => ({
  MinCapacity: least,
  MaxCapacity: most,
  ...(secondsUntilPause !== undefined && { SecondsUntilAutoPause: secondsUntilPause }),
});

/** @throws InvalidDBClusterStateFault for an instance that does not know how far it scales */
export function checkServerless(instanceClass: string, cluster: DbClusterRecord | undefined): void {
  if (instanceClass === SERVERLESS && cluster && !cluster.scaling)
    throw clusterState(
      "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
    );
}
