import type { Bus } from "../core/bus.ts";

/** A shift of a load balancer's traffic away from a zone, until a moment. */
export interface StandingShift {
  /** The zone's name: `us-east-1a`. */
  readonly zone: string;
  /** Epoch milliseconds of the clock. */
  readonly untilMs: number;
}

/** From which zones traffic is shifted away, by the ARN of the resource: what ARC has begun, for the services whose traffic it is. */
class ZonalShifts {
  readonly #standing = new Map<string, readonly StandingShift[]>();

  set(arn: string, shifts: readonly StandingShift[]): void {
    if (shifts.length > 0) this.#standing.set(arn, shifts);
    else this.#standing.delete(arn);
  }

  clear(): void {
    this.#standing.clear();
  }

  /** Is traffic to a zone shifted away? */
  isAway(arn: string, zone: string | undefined, nowMs: number): boolean {
    return this.#standing.get(arn)?.some((shift) => shift.zone === zone && shift.untilMs > nowMs) === true;
  }
}

const clouds = new WeakMap<Bus, ZonalShifts>();

/** The zonal shifts of the cloud of a service. */
export function zonalShifts({ bus }: { readonly bus: Bus }): ZonalShifts {
  const known = clouds.get(bus) ?? new ZonalShifts();
  clouds.set(bus, known);
  return known;
}
