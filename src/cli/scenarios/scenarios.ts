import { azPower } from "./az-power.ts";
import { crossRegionConnectivity } from "./cross-region-connectivity.ts";
import { ec2Stress } from "./ec2-stress.ts";
import type { Scenario } from "./scenario.ts";

/** Those of AWS's scenario library whose actions act here. */
export const SCENARIOS: readonly Scenario[] = [azPower, crossRegionConnectivity, ...ec2Stress];
