import type { Context } from "../../core/service.ts";
import { clusterAt } from "./cluster.ts";
import { secretOf } from "./login.ts";
import type { Target } from "./running/sessions.ts";

interface Asked {
  readonly resourceArn: string;
  readonly secretArn: string;
  readonly database?: string;
}

/** What a call is about. @throws AwsError of a cluster that takes no statements, and of a secret that lets nobody in */
export async function targetOf({ resourceArn, secretArn, database }: Asked, ctx: Context): Promise<Target> {
  const { account, region } = ctx;
  const cluster = await clusterAt(resourceArn, ctx);
  return {
    place: { account, region },
    cluster,
    secret: await secretOf(secretArn, ctx),
    database: database || undefined,
  };
}
