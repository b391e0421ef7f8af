import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { disownGroup } from "../../../../core/process-groups.ts";
import { readJson } from "../../../../core/read-json.ts";
import { reaper } from "../../../../core/reaper.ts";
import type { ServiceHost } from "../../../../core/service.ts";
import { runProgram } from "../../../../processes/program.ts";

import { type AttachmentRecord, attachmentRecords } from "../../attachments.ts";
import type { ExecutionRecord, StepAction } from "../execution.ts";
import { select } from "../selector.ts";

const BOOTSTRAP = fileURLToPath(new URL("../../../../../runtimes/execute_script.py", import.meta.url));
const LONGEST_MS = 600_000;
const LONGEST_TRACE = 2000;

/**
 * `aws:executeScript`: Python by the machine's own python3, with Squall's endpoint and the role's credentials in its environment.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
 */
export const executeScript: StepAction = async ({ step, inputs, execution, host, signal }) => {
  const { Runtime, Handler, Script, InputPayload = {}, Attachment } = inputs;
  if (!/^python3/i.test(String(Runtime)))
    throw new Error(`Squall runs scripts in Python, and not in ${String(Runtime)}.`);
  const attachment = Attachment === undefined ? undefined : attachmentOf(String(Attachment), execution, host);
  // Its time is the machine's: who moves the clock waits for it.
  using _work = host.atWork();
  const folder = host.scratch("scripts");
  const answer = join(folder, randomUUID());
  const credential = credentialOf(execution, host);
  const late = new AbortController();
  const timer = host.clock.setTimer(LONGEST_MS, () => late.abort());
  let group: number | undefined;
  let trace = "";
  const files = `${answer}-files`;
  try {
    if (attachment) {
      mkdirSync(files);
      writeFileSync(join(files, attachment.name), Buffer.from(attachment.content, "base64"));
    }
    const { code } = await runProgram(["python3", BOOTSTRAP, answer], {
      cwd: folder,
      environment: { ...environmentOf(execution, host), ...credential.variables, ...reaper.environment },
      input: JSON.stringify({
        ...(Script !== undefined && { script: Script }),
        ...(attachment && { attachment: join(files, attachment.name) }),
        handler: String(Handler),
        payload: InputPayload,
        global: { REGION: execution.region, ACCOUNT_ID: execution.account },
      }),
      signal: AbortSignal.any([signal, late.signal]),
      err: (chunk) => {
        trace = (trace + chunk.toString("utf8")).slice(-LONGEST_TRACE);
      },
      started: (pid) => {
        group = pid;
      },
    }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT"
        ? new Error("Squall runs scripts by the machine's python3, and there is none.")
        : error;
    });
    if (late.signal.aborted) throw new Error("The script took more than 600 seconds.");
    if (code !== 0) throw new Error(trace.trim() || `The script ended with the status ${code}.`);
    const payload: unknown = readJson(readFileSync(answer, "utf8"));
    const named = (step.outputs ?? []).map(
      ({ Name, Selector }) => [Name, select(Selector, { Payload: payload }) ?? ""] as const,
    );
    return {
      outputs: { Payload: payload, OutputPayload: { Payload: payload }, ...Object.fromEntries(named) },
    };
  } finally {
    timer.cancel();
    if (group !== undefined) disownGroup(group);
    host.credentials.delete(credential.accessKeyId);
    rmSync(answer, { force: true });
    rmSync(files, { recursive: true, force: true });
  }
};

/** @throws Error for one that the runbook has not */
function attachmentOf(name: string, execution: ExecutionRecord, host: ServiceHost): AttachmentRecord {
  const { documentName, documentVersion, documentOwner, account, region } = execution;
  const kept = host
    .store(documentOwner ?? account, region)
    .collection(attachmentRecords)
    .get([documentName, Number(documentVersion), name]);
  if (!kept) throw new Error(`The document ${documentName} has no attachment ${name}.`);
  return kept;
}

/** The developer's own environment does not leak in: no HOME, so that no SDK finds real credentials. */
function environmentOf({ region }: ExecutionRecord, host: ServiceHost): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    LANG: "en_US.UTF-8",
    ...(process.env["PYTHONPATH"] && { PYTHONPATH: process.env["PYTHONPATH"] }),
    AWS_ENDPOINT_URL: host.endpoint.loopback(),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** A session of the execution's role, or one that may do what its caller may; it ends with the script. */
function credentialOf({ id, account, role, caller }: ExecutionRecord, host: ServiceHost) {
  const { credentials } = host;
  const { accessKeyId, secretAccessKey, sessionToken } =
    role === undefined
      ? credentials.issue(caller, 2 * LONGEST_MS, credentials.find(caller.accessKeyId)?.session)
      : credentials.issueForRole(role, { account, name: id }, 2 * LONGEST_MS);
  return {
    accessKeyId,
    variables: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken ?? "",
    },
  };
}
