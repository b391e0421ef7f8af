import { putLogEvents } from "../../../aws/log-group.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { type CommandRecord, type InvocationRecord, outputKey, type PluginRecord } from "./command.ts";

/** What GetCommandInvocation shows of each, in characters. */
const SHOWN = { stdout: 24_000, stderr: 8_000 };
/** What is handed on at most. */
const LONGEST = 2_000_000;

/** What a step has written so far. */
class Written {
  readonly #shown: number;
  #text = "";

  constructor(shown: number) {
    this.#shown = shown;
  }

  add(text: string): void {
    if (this.#text.length < LONGEST) this.#text += text.slice(0, LONGEST - this.#text.length);
  }

  get whole(): string {
    return this.#text;
  }

  get beginning(): string {
    return this.#text.slice(0, this.#shown);
  }
}

export interface KeptOutput {
  readonly command: CommandRecord;
  readonly invocation: InvocationRecord;
  readonly plugin: PluginRecord;
  readonly output: Output;
  readonly role?: string;
}

/** What a step of a command writes, and where it is kept: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-rc-setting-up-cwlogs.html */
export class Output {
  readonly out = new Written(SHOWN.stdout);
  readonly err = new Written(SHOWN.stderr);

  /** @throws AwsError of S3 or Logs */
  async handOut({ command, invocation, plugin, role }: KeptOutput, host: ServiceHost): Promise<void> {
    const { bucket, logGroup, account, region, callId } = command;
    const place = { account, region, parentId: callId, ...(role && { as: role }) };
    const written = [
      ["stdout", this.out.whole],
      ["stderr", this.err.whole],
    ] as const;
    for (const [what, text] of written) {
      if (text === "") continue;
      if (bucket) {
        const Key = outputKey(command, invocation, plugin, what);
        await host.call("s3", "PutObject", { Bucket: bucket.name, Key, Body: Buffer.from(text) }, place);
      }
      if (logGroup !== undefined) {
        const stream = `${command.id}/${invocation.instanceId}/${plugin.name.replaceAll(":", "-")}/${what}`;
        const timestamp = host.clock.now();
        const lines = text.split("\n").filter((line) => line !== "");
        await putLogEvents(
          host,
          { account: place.account, region: place.region, group: logGroup, stream, makesGroup: true },
          lines.map((message) => ({ timestamp, message })),
          (operation, input) => host.call("logs", operation, input, place),
        );
      }
    }
  }
}
