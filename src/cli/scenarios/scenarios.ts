import { azPower } from "./az-power.ts";
import { crossRegionConnectivity } from "./cross-region-connectivity.ts";
import { ec2Stress } from "./ec2-stress.ts";
import { eksStress } from "./eks-stress.ts";
import { regionOutage } from "./region-outage.ts";
import type { Scenario } from "./scenario.ts";

/** Those of AWS's scenario library whose actions act here, and a Region's outage, which is none of them. */
export const SCENARIOS: readonly Scenario[] = [
  azPower,
  regionOutage,
  crossRegionConnectivity,
  ...ec2Stress,
  ...eksStress,
];
