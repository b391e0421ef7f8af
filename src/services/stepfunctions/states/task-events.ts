import type { TaskResource } from "../integrations/integration.ts";
import type { StateFailure } from "../language/failure.ts";
import type { Json } from "../language/json.ts";
import { Payload } from "../language/payload.ts";
import type { Visit } from "../run/visit.ts";

/** What the history tells of a task: as a function, as an activity, or as a task of a service. */
export class TaskEvents {
  readonly #visit: Visit;
  readonly #resource: TaskResource;
  readonly #prefix: string;
  /** Members of every event of a service's task. */
  readonly #of: Readonly<Record<string, unknown>>;

  constructor(visit: Visit, resource: TaskResource) {
    this.#visit = visit;
    this.#resource = resource;
    const { kind } = resource.integration;
    this.#prefix = kind === "function" ? "LambdaFunction" : kind === "activity" ? "Activity" : "Task";
    this.#of = kind === "service" ? { resourceType: resource.resourceType, resource: resource.resource } : {};
  }

  scheduled(
    parameters: Payload,
    more: {
      readonly role: string | undefined;
      readonly timeoutS: number | undefined;
      readonly heartbeatS: number | undefined;
    },
  ): void {
    const isService = this.#resource.integration.kind === "service";
    this.#record("Scheduled", {
      ...(isService
        ? { ...this.#of, region: this.#visit.run.execution.region, parameters: parameters.text }
        : { resource: this.#resource.arn, input: parameters.text }),
      ...(more.timeoutS !== undefined && { timeoutInSeconds: more.timeoutS }),
      ...(more.heartbeatS !== undefined &&
        this.#resource.integration.kind !== "function" && { heartbeatInSeconds: more.heartbeatS }),
      ...(more.role !== undefined && { taskCredentials: { roleArn: more.role } }),
    });
  }

  started(): void {
    const { kind } = this.#resource.integration;
    if (kind === "function") this.#visit.branch.record("LambdaFunctionStarted");
    else this.#record("Started", this.#of);
  }

  submitted(answer: Json): void {
    this.#record("Submitted", { ...this.#of, output: Payload.of(answer).text });
  }

  succeeded(result: Payload): void {
    this.#record("Succeeded", { ...this.#of, output: result.text });
  }

  failed({ error, reason }: StateFailure): void {
    this.#record("Failed", {
      ...this.#of,
      ...(error !== undefined && { error }),
      ...(reason !== undefined && { cause: reason }),
    });
  }

  timedOut({ error, reason }: StateFailure): void {
    this.#record("TimedOut", { ...this.#of, error, ...(reason !== undefined && { cause: reason }) });
  }

  #record(type: string, details: Readonly<Record<string, unknown>>): void {
    this.#visit.branch.record(`${this.#prefix}${type}`, details);
  }
}
