import { readJson } from "../../../core/read-json.ts";
import { sure } from "../../../core/sure.ts";
import { type TaskRequest, type TaskResource, taskResource } from "../integrations/integration.ts";
import { LanguageError, StateFailure } from "../language/failure.ts";
import { isObject, isTooLong, type Json, type JsonObject } from "../language/json.ts";
import { Payload } from "../language/payload.ts";
import { type Exit, tooLarge, type Visit } from "../run/visit.ts";
import { struck } from "./faults.ts";
import { integerField } from "./fields.ts";
import { mocked } from "./mocked.ts";
import { TaskEvents } from "./task-events.ts";
import { TaskWait } from "./task-wait.ts";

/** https://states-language.net/#task-state */
export async function task(visit: Visit): Promise<Exit> {
  const { branch, run, state } = visit;
  const resource = taskResource(state.Resource ?? "");
  if (!resource) throw new LanguageError(`The resource ${state.Resource} is not recognized.`);
  const events = new TaskEvents(visit, resource);
  if (branch.frame.work?.phase === undefined) {
    const planned = await plan(visit, resource);
    if (run.bench?.mock) return mocked(visit);
    schedule(visit, resource, events, planned);
    await branch.pause();
  }
  if (branch.work.phase === "scheduled" && resource.integration.kind !== "activity") {
    events.started();
    branch.keepWork({ phase: "started" });
  }
  const wait = new TaskWait(visit);
  let result: Json;
  try {
    result = await wait.within(() => perform(visit, resource, events, wait));
  } catch (error) {
    const failure = visit.failureOf(error);
    branch.check();
    if (failure.error === "States.Timeout" && failure.kind === "task") events.timedOut(failure);
    else if (failure.kind === "task") events.failed(failure);
    throw failure;
  } finally {
    wait.end();
  }
  return visit.exitWithResult(Payload.of(result));
}

interface Planned {
  readonly parameters: Payload;
  readonly role: string | undefined;
  readonly timeoutS: number | undefined;
  readonly heartbeatS: number | undefined;
}

/** What the fields come to, before anything is told. */
async function plan(visit: Visit, resource: TaskResource): Promise<Planned> {
  const { branch, state, run } = visit;
  if (resource.pattern !== "" || resource.integration.kind === "activity")
    branch.keepWork({ token: tokenOf(visit) });
  const parameters = visit.isJsonata
    ? state.Arguments === undefined
      ? Payload.of({})
      : await visit.workInput()
    : visit.effectiveInput();
  const { json } = parameters;
  if (resource.integration.kind === "service" && resource.pattern === "" && !isObject(json))
    throw new LanguageError(
      `The Parameters '${parameters.text}' could not be used to start the Task: [The Parameters must be a JSON object]`,
    );
  const timeoutS = await integerField(visit, "TimeoutSeconds");
  const heartbeatS = await integerField(visit, "HeartbeatSeconds");
  const role = state.Credentials && (await roleOf(visit, state.Credentials));
  if (resource.integration.kind === "activity" && !run.around.activities.has(resource.arn))
    throw new LanguageError(`The activity ${resource.arn} does not exist.`);
  return { parameters, role, timeoutS, heartbeatS };
}

async function roleOf(visit: Visit, credentials: JsonObject): Promise<string> {
  const filled = visit.isJsonata
    ? await visit.query(credentials, "Credentials")
    : visit.template(credentials, visit.input.json);
  return String((filled as JsonObject)["RoleArn"]);
}

function schedule(visit: Visit, resource: TaskResource, events: TaskEvents, planned: Planned): void {
  const { branch, run } = visit;
  const { parameters, role, timeoutS, heartbeatS } = planned;
  events.scheduled(parameters, { role, timeoutS, heartbeatS });
  branch.keepWork({
    phase: "scheduled",
    parameters: parameters.text,
    credentials: role,
    timeoutAtMs: timeoutS === undefined ? undefined : run.nowMs + timeoutS * 1000,
    heartbeatMs: heartbeatS === undefined ? undefined : heartbeatS * 1000,
    heartbeatAtMs: heartbeatS === undefined ? undefined : run.nowMs + heartbeatS * 1000,
  });
  if (resource.integration.kind === "activity")
    run.around.activities.add(resource.arn, sure(branch.work.token), parameters.text); // An activity's has one.
}

async function perform(
  visit: Visit,
  resource: TaskResource,
  events: TaskEvents,
  wait: TaskWait,
): Promise<Json> {
  const { branch, run } = visit;
  const { integration, pattern } = resource;
  const request = requestOf(visit, resource, wait.signal);
  if (integration.kind === "activity") return ended(events, await run.waitFor(wait.callback()), resource);
  if (branch.work.phase === "started") {
    const answer = await struck(visit, () => integration.request(request));
    branch.check();
    if (pattern === "") return ended(events, answer, resource);
    events.submitted(answer);
    branch.keepWork({ phase: "submitted", job: integration.jobOf?.(answer as JsonObject) ?? null });
  }
  if (pattern === ".waitForTaskToken") return ended(events, await run.waitFor(wait.callback()), resource);
  // A job may be told to have ended by its token, too.
  const job = sure(integration.waitFor)(branch.work.job ?? null, request); // What can be waited for says how.
  return ended(events, await run.waitFor(Promise.race([wait.callback(), job])), resource);
}

/** Notes a result. @throws StateFailure when it is too large */
function ended(events: TaskEvents, result: Json, resource: TaskResource): Json {
  const payload = Payload.of(result);
  if (isTooLong(payload.text)) throw tooLarge(resource.arn);
  events.succeeded(payload);
  return result;
}

function requestOf(visit: Visit, resource: TaskResource, signal: AbortSignal): TaskRequest {
  const { branch, run } = visit;
  const { work } = branch;
  refuseRole(visit, work.credentials);
  const options = run.callOptions(work.credentials, signal);
  return {
    run,
    parameters: readJson(sure(work.parameters)) as Json, // Kept when it was scheduled.
    arn: resource.arn,
    action: resource.action,
    pattern: resource.pattern,
    signal,
    options,
    call: (service, operation, input) => run.host.call(service, operation, input, options),
  };
}

/** A task's own role must be one that the execution's role may assume. */
function refuseRole({ run }: Visit, role: string | undefined): void {
  if (role === undefined) return;
  const { roleArn, account, region } = run.execution;
  const refusal = run.host.refusalOfAction("sts:AssumeRole", [role], { as: roleArn, account, region });
  if (refusal)
    throw new StateFailure(
      "States.TaskFailed",
      `The role ${roleArn} is not authorized to assume the task state's role, ${role}.`,
      "task",
    );
}

/** A token says where its task is, and which of its attempts it belongs to. */
function tokenOf({ branch, run }: Visit): string {
  const { account, region, machine, name } = run.execution;
  const place = [account, region, machine, name, branch.path, run.host.random.uuid()];
  return Buffer.from(JSON.stringify(place)).toString("base64");
}
