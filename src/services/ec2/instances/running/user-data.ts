import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zlib } from "../../../../core/zlib.ts";

const SHEBANG = "#!";
const GZIP = [0x1f, 0x8b];

/**
 * What an instance runs of its user data: a script, as cloud-init runs it, with its own interpreter.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 * @param base64 as it was given
 * @param say hears why user data is not run
 * @returns a command; empty when there is nothing to run
 */
export function userDataCommand(
  base64: string | undefined,
  folder: string,
  say: (line: string) => void,
): readonly string[] {
  if (base64 === undefined) return [];
  const bytes = Buffer.from(base64, "base64");
  const isPacked = bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
  const script = isPacked ? zlib().gunzipSync(bytes) : bytes;
  if (script.toString("latin1", 0, SHEBANG.length) !== SHEBANG) {
    say(
      "Squall runs user data that is a script and begins with #!; cloud-config and MIME parts it leaves alone: the instance is idle.",
    );
    return [];
  }
  const file = join(folder, "user-data");
  writeFileSync(file, script);
  chmodSync(file, 0o700);
  return [file];
}
