import { setTimeout as sleep } from "node:timers/promises";
import { tagList } from "../../../aws/tags.ts";
import { type HttpRequest, json } from "../../../core/http.ts";
import { readJson } from "../../../core/read-json.ts";
import type { AdminRoute, ServiceHost } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { all, look } from "../kind.ts";
import { type GivenProcess, type InstanceRecord, instances } from "./instance.ts";
import type { Hypervisor } from "./running/hypervisor.ts";

const DEFAULT_ACCOUNT = "000000000000";
const DEFAULT_REGION = "us-east-1";
const DEFAULT_TYPE = "t3.micro";
const LOOK_AGAIN_MS = 5;

/** A local process as an instance, as `squall instance add` asks for it. */
interface NewInstance {
  readonly process: GivenProcess;
  readonly account: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface Found {
  readonly instance: InstanceRecord;
  readonly account: string;
  readonly region: string;
}

/** `squall instance` is a client of these. */
export function instanceRoutes(host: ServiceHost, hypervisor: Hypervisor): AdminRoute[] {
  const everywhere = (): Found[] =>
    host.scopes().flatMap(({ account, region }) =>
      all(instances, { account, region, store: host.store(account, region) })
        .filter(({ state }) => state !== "terminated" && state !== "shutting-down")
        .map((instance) => ({ instance, account, region })),
    );
  const shown = ({ instance, account, region }: Found) => {
    const { id, process: given, tags, state } = instance;
    const machine = hypervisor.live(id)?.machine;
    return {
      id,
      name: given?.name ?? tags["Name"] ?? id,
      account,
      region,
      command: given?.command ?? machine?.instance.command ?? [],
      role: given?.role ?? hypervisor.live(id)?.role ?? "",
      ...(given?.memoryMB !== undefined && { memoryMB: given.memoryMB }),
      tags,
      state: machine?.ended ?? state,
    };
  };
  return [
    {
      method: "GET",
      path: "/_squall/instances",
      handle: () => json(200, { instances: everywhere().map(shown) }),
    },
    {
      method: "POST",
      path: "/_squall/instances",
      async handle(request) {
        const given = newInstance(request);
        if (typeof given === "string") return json(400, { message: given });
        const { process, account, region } = given;
        const isTaken = everywhere().some(
          (one) =>
            one.instance.process?.name === process.name && one.account === account && one.region === region,
        );
        if (isTaken) return json(409, { message: `There is an instance ${process.name}.` });
        const id = await runGiven(given, host, hypervisor);
        const instance = look(instances, id, { account, region, store: host.store(account, region) });
        return json(201, instance ? shown({ instance, account, region }) : { id });
      },
    },
    {
      method: "DELETE",
      path: "/_squall/instances/:id",
      async handle(_, { id = "" }) {
        const found = everywhere().find(
          ({ instance }) => instance.id === id || instance.process?.name === id,
        );
        if (!found) return json(404, { message: `There is no instance ${id}.` });
        const { account, region, instance } = found;
        const answer = shown(found);
        await host.call("ec2", "TerminateInstances", { InstanceIds: [instance.id] }, { account, region });
        return json(200, answer);
      },
    },
  ];
}

/** Launches what no member of RunInstances says: a command with its folder and environment. */
async function runGiven(
  { process, account, region, tags }: NewInstance,
  host: ServiceHost,
  hypervisor: Hypervisor,
): Promise<string> {
  const ClientToken = hypervisor.willRun(process);
  const { Instances = [] } = await host.call<EC2.Reservation>(
    "ec2",
    "RunInstances",
    {
      ImageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
      InstanceType: DEFAULT_TYPE,
      MinCount: 1,
      MaxCount: 1,
      ClientToken,
      TagSpecifications: [
        {
          ResourceType: "instance",
          Tags: tagList({ Name: process.name, ...tags }),
        },
      ],
    },
    { account, region },
  );
  const id = Instances[0]?.InstanceId ?? "";
  const at = { account, region, store: host.store(account, region) };
  const isComing = () =>
    look(instances, id, at)?.state === "pending" && look(instances, id, at)?.transition === undefined;
  while (isComing()) await sleep(LOOK_AGAIN_MS);
  return id;
}

/** What is asked for, or what is wrong with it. */
function newInstance(request: HttpRequest): NewInstance | string {
  let given: Record<string, unknown>;
  try {
    given = readJson(Buffer.from(request.body).toString("utf8")) as Record<string, unknown>;
  } catch {
    return "The body is to be JSON: name, command, and what else there is to say of the instance.";
  }
  const {
    name,
    command,
    cwd = process.cwd(),
    environment = {},
    account,
    region,
    role,
    memoryMB,
    tags = {},
  } = given;
  if (typeof name !== "string" || !/^[\w.-]{1,63}$/.test(name))
    return "name is to be 1 to 63 letters, digits, dots, dashes and underscores.";
  if (!Array.isArray(command) || command.length === 0 || !command.every(isText))
    return "command is to be a list of texts: a program and its arguments.";
  if (!isText(cwd)) return "cwd is to be a folder.";
  if (!areTexts(environment) || !areTexts(tags))
    return "environment and tags are to be texts by their names.";
  if (memoryMB !== undefined && !(typeof memoryMB === "number" && memoryMB > 0))
    return "memoryMB is to be a number above 0.";
  const inAccount = isText(account) ? account : DEFAULT_ACCOUNT;
  return {
    process: {
      name,
      command,
      cwd,
      environment,
      role: isText(role) ? role : `arn:aws:iam::${inAccount}:role/instance-${name}`,
      ...(memoryMB !== undefined && { memoryMB }),
    },
    account: inAccount,
    region: isText(region) ? region : DEFAULT_REGION,
    tags,
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const areTexts = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && Object.values(value).every(isText);
