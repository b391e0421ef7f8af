import type * as ECS from "../../../models/generated/ecs.ts";
import type { Machine } from "../../../processes/machine.ts";
import type { Ended } from "../../../processes/program.ts";
import type { PortFront } from "./port-front.ts";

/** A container whose process has been started. */
export interface LiveContainer {
  readonly definition: ECS.ContainerDefinition;
  readonly machine: Machine;
  /** By the container's port. */
  readonly fronts: ReadonlyMap<number, PortFront>;
  /** How its own command ended, or why it could not be started. */
  readonly ended: Promise<Ended | Error>;
}

/** What a container waits for before it starts: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html */
export class Milestones {
  readonly #reached = new Map<string, Promise<boolean>>();
  readonly #resolve = new Map<string, (isGood: boolean) => void>();

  /** @returns whether it was reached, and not missed */
  of(container: string, condition: ECS.ContainerCondition): Promise<boolean> {
    const key = `${condition} ${container}`;
    let reached = this.#reached.get(key);
    if (!reached) {
      reached = new Promise((resolve) => this.#resolve.set(key, resolve));
      this.#reached.set(key, reached);
    }
    return reached;
  }

  reach(container: string, condition: ECS.ContainerCondition, isGood = true): void {
    void this.of(container, condition);
    this.#resolve.get(`${condition} ${container}`)?.(isGood);
  }

  /** A container has ended: what it has not reached by now it never will. */
  end(container: string, code: number): void {
    this.reach(container, "START", false);
    this.reach(container, "COMPLETE");
    this.reach(container, "SUCCESS", code === 0);
    this.reach(container, "HEALTHY", false);
  }
}
