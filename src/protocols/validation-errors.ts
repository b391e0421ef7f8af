import { AwsError } from "../core/aws-error.ts";
import type { ServiceModel } from "../models/model.ts";
import { malformedXml } from "./errors.ts";

/** One broken constraint. */
export interface Problem {
  readonly kind: "required" | "value";
  /** The member's own name. */
  readonly member: string;
  /** `attributeDefinitions.1.member.attributeName` */
  readonly path: string;
  /** The value as AWS shows it: `null`, or in quotes. */
  readonly value: string;
  readonly text: string;
  /** What stands instead of value, path and text. */
  readonly whole?: string;
}

/** What a service calls the error, where it is not its protocol's name for it. */
const CODES: Readonly<Record<string, string>> = {
  "API Gateway": "BadRequestException",
  ApiGatewayV2: "BadRequestException",
  ApiGatewayManagementApi: "BadRequestException",
  "CloudWatch Logs": "InvalidParameterException",
};

/** The error for broken constraints in the words of the service's family. */
export function validationError(model: ServiceModel, problems: readonly Problem[]): AwsError {
  const { serviceId, protocol, protocols } = model.metadata;
  const first = problems[0]!;
  if (protocol === "ec2") return ec2Error(first);
  if (serviceId === "S3") return s3Error(first);
  if (serviceId === "SQS" && first.kind === "required") return missingParameter(first.member);
  const code =
    CODES[serviceId] ??
    ([protocol, ...(protocols ?? [])].includes("query") ? "ValidationError" : "ValidationException");
  const plural = problems.length === 1 ? "" : "s";
  const texts = problems.map(
    ({ value, path, text, whole }) =>
      whole ?? `Value ${value} at '${path}' failed to satisfy constraint: ${text}`,
  );
  return new AwsError(code, `${problems.length} validation error${plural} detected: ${texts.join("; ")}`, {
    status: 400,
  });
}

const missingParameter = (member: string) =>
  new AwsError("MissingParameter", `The request must contain the parameter ${member}.`, { status: 400 });

/** S3 checks XML against a schema and has nothing to say but that it does not fit. */
function s3Error(problem: Problem): AwsError {
  if (problem.path.includes(".")) return malformedXml();
  if (problem.kind === "required")
    return new AwsError("MissingRequestBodyError", "Request Body is empty", { status: 400 });
  return new AwsError("InvalidArgument", `Argument ${problem.member} is invalid`, { status: 400 });
}

function ec2Error(problem: Problem): AwsError {
  if (problem.kind === "required") {
    return new AwsError("MissingParameter", `The request must contain the parameter ${problem.member}`, {
      status: 400,
    });
  }
  const value = problem.value.slice(1, -1);
  return new AwsError("InvalidParameterValue", `Value (${value}) for parameter ${problem.path} is invalid.`, {
    status: 400,
  });
}
