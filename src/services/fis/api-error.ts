import type { FisAction } from "./action.ts";
import { byRoles } from "./caller-roles.ts";
import { commaList, inRegion, servicesNamed, unknownOperation } from "./service-names.ts";

/** What AWS itself takes as `service`. */
const AWS_SERVICES: readonly string[] = ["ec2", "kinesis"];

const PERMISSIONS = {
  internal: "fis:InjectApiInternalError",
  throttle: "fis:InjectApiThrottleError",
  unavailable: "fis:InjectApiUnavailableError",
} as const;

/**
 * One of the three `aws:fis:inject-api-*` actions. AWS has them for EC2 and Kinesis; here they are for every service,
 * in the service's own error form. They strike calls *by* the target roles, not calls about a resource.
 */
export function injectApiError(
  kind: "internal" | "throttle" | "unavailable",
  id: string,
  description: string,
): FisAction {
  return {
    id,
    description,
    how: "The operations answer the error to the roles, in every service and in the service's own words.",
    permissions: [{ action: PERMISSIONS[kind], on: "experiment" }],
    targets: { Roles: "aws:iam:role" },
    optionalTargets: ["Roles"],
    parameters: {
      duration: {
        type: "duration",
        required: true,
        description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      },
      service: { type: "string", required: true, description: "Service whose operations answer the error." },
      percentage: {
        type: "integer",
        required: true,
        min: 1,
        max: 100,
        description: "Share of calls that answer the error.",
      },
      operations: {
        type: "list",
        required: true,
        description: "Operations that answer the error, with commas between them.",
      },
    },

    check({ service = "", operations }, strict) {
      if (strict && !AWS_SERVICES.includes(service)) {
        return `Unsupported service "${service}"; AWS supports ${AWS_SERVICES.join(" and ")}`;
      }
      const services = servicesNamed(service);
      if (services.length === 0) return `Unknown service "${service}"`;
      if (services.includes("fis")) return "The API of fis is exempt from experiments";
      const unknown = unknownOperation(services, commaList(operations));
      return unknown && `Unknown operation "${unknown}" of the service "${service}"`;
    },

    async start(run) {
      const { service = "", operations, percentage = "100" } = run.parameters;
      const services = servicesNamed(service);
      // A service that is here knows best what its errors are called.
      for (const name of services) await run.host.load(name);
      run.addRule({
        effect: "error",
        params: { kind },
        match: {
          service: services,
          operation: commaList(operations),
          ...inRegion(services, run.experiment.region),
          ...byRoles(run),
        },
        percentage: Number(percentage),
      });
    },
  };
}
