import { zonalShifts } from "../../aws/zonal-shifts.ts";
import type { Service, ServiceFactory } from "../../core/service.ts";
import { practiceRunHandlers } from "./practice-runs.ts";
import { follow, shiftRecords } from "./shift.ts";
import { shiftHandlers } from "./zonal-shifts.ts";

/** ARC's zonal shift and zonal autoshift, of Squall's own load balancers: https://docs.aws.amazon.com/arc-zonal-shift/latest/api/ */
const arcZonalShift: ServiceFactory = (host): Service => ({
  name: "arc-zonal-shift",
  operations: { ...shiftHandlers, ...practiceRunHandlers },
  start() {
    for (const { account, region } of host.scopes()) {
      const store = host.store(account, region);
      for (const { resource } of store.collection(shiftRecords).values())
        follow(resource, store, host, region);
    }
  },
  stop: () => zonalShifts(host).clear(),
});

export default arcZonalShift;
