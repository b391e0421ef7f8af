import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";

export function tell(
  _host: ServiceHost,
  _place: Place,
  _of: "group" | "cluster",
  _id: string,
  _what: string,
  _message?: string,
): void {}
