import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud, CloudOptions } from "../../index.ts";

/** A cloud with a client of Step Functions, and the little that every test of executions does. */
export class Bed {
  readonly cloud: Cloud;
  readonly sfn: SFNClient;
  readonly account: string;
  readonly roleArn: string;

  private constructor(cloud: Cloud, account: string) {
    this.cloud = cloud;
    this.account = account;
    this.roleArn = `arn:aws:iam::${account}:role/machine`;
    this.sfn = new SFNClient({ ...clientOptions(cloud, account), disableHostPrefix: true });
  }

  static async start(options: CloudOptions = {}, account: string = newAccount()): Promise<Bed> {
    return new Bed(await testCloud(options), account);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sfn.destroy();
    await this.cloud[Symbol.asyncDispose]();
  }

  /** Calls any service in the bed's account. */
  call<O = Record<string, unknown>>(service: string, operation: string, input: object = {}): Promise<O> {
    return this.cloud.call<O>(service, operation, input, { account: this.account });
  }

  async create(name: string, definition: object, type: "STANDARD" | "EXPRESS" = "STANDARD"): Promise<string> {
    const { stateMachineArn } = await this.sfn.send(
      new CreateStateMachineCommand({
        name,
        roleArn: this.roleArn,
        type,
        definition: JSON.stringify(definition),
      }),
    );
    return stateMachineArn!;
  }

  async start(stateMachineArn: string, input: unknown = {}): Promise<string> {
    const { executionArn } = await this.sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
    );
    return executionArn!;
  }

  /** What became of an execution, when it has ended. */
  async ended(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    for (;;) {
      const described = await this.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (described.status !== "RUNNING") return described;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Runs a definition, and says what became of it. */
  async run(definition: object, input: unknown = {}): Promise<DescribeExecutionCommandOutput> {
    const machine = await this.create(`m${this.next()}`, definition);
    return this.ended(await this.start(machine, input));
  }

  #made = 0;

  /** A number that no other name of this bed has. */
  next(): number {
    return this.#made++;
  }

  async events(executionArn: string) {
    const { events = [] } = await this.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    return events;
  }

  /** `4 3 PassStateEntered`: a history's ids and types. */
  async told(executionArn: string): Promise<string[]> {
    const events = await this.events(executionArn);
    return events.map(({ id, previousEventId, type }) => `${id} ${previousEventId} ${type}`);
  }

  /** Waits until a history has an event of a type. */
  async untilTold(executionArn: string, type: string): Promise<void> {
    while (!(await this.events(executionArn)).some((event) => event.type === type))
      await new Promise((resolve) => setImmediate(resolve));
  }
}
