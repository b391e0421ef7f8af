/** Log groups of CloudWatch Logs, as services that write to them find and make them. */
import { AwsError } from "../core/aws-error.ts";

/** A group's name. @param resource of its ARN: `log-group:/aws/states/orders:*` */
export const groupNameIn = (resource: string): string =>
  resource.replace(/^log-group:/, "").replace(/:\*$/, "");

/** Waits until a group or a stream is made. One that is there already is as good. */
export async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof AwsError && error.code === "ResourceAlreadyExistsException")) throw error;
  }
}
