import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateExperimentTemplateCommand,
  CreateTargetAccountConfigurationCommand,
  DeleteExperimentTemplateCommand,
  DeleteTargetAccountConfigurationCommand,
  GetActionCommand,
  GetExperimentTargetAccountConfigurationCommand,
  GetExperimentTemplateCommand,
  GetTargetAccountConfigurationCommand,
  GetTargetResourceTypeCommand,
  ListActionsCommand,
  ListExperimentTargetAccountConfigurationsCommand,
  ListExperimentTemplatesCommand,
  ListTagsForResourceCommand,
  ListTargetAccountConfigurationsCommand,
  paginateListActions,
  paginateListExperimentTemplates,
  paginateListTargetResourceTypes,
  StartExperimentCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateExperimentTemplateCommand,
  UpdateTargetAccountConfigurationCommand,
} from "@aws-sdk/client-fis";
import { laboratory, ROLE, refusal } from "./fixture.test.ts";

const wait = { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } };
const alarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors";

test("a template comes back as it was given, with what AWS adds", async () => {
  await using lab = await laboratory();
  const given = {
    description: "Everything",
    roleArn: ROLE,
    targets: {
      callers: {
        resourceType: "aws:iam:role",
        resourceTags: { team: "chaos" },
        filters: [{ path: "RoleName", values: ["a", "b"] }],
        selectionMode: "PERCENT(50)",
      },
    },
    actions: {
      fail: {
        actionId: "aws:fis:inject-api-internal-error",
        description: "Fail",
        parameters: { duration: "PT5M", service: "ec2", operations: "RunInstances", percentage: "50" },
        targets: { Roles: "callers" },
      },
      wait: { ...wait, startAfter: ["fail"] },
    },
    stopConditions: [{ source: "aws:cloudwatch:alarm", value: alarm }],
    logConfiguration: {
      logSchemaVersion: 2,
      s3Configuration: { bucketName: "logs", prefix: "fis" },
    },
    tags: { Name: "all" },
  };
  const { experimentTemplate: created } = await lab.fis.send(
    new CreateExperimentTemplateCommand({ clientToken: "t", ...given }),
  );
  const { id, creationTime, lastUpdateTime, ...rest } = created!;
  assert.match(id!, /^EXT[1-9A-HJ-NP-Za-km-z]{12,14}$/);
  assert.deepEqual(creationTime, lastUpdateTime);
  assert.deepEqual(rest, {
    ...given,
    experimentOptions: { accountTargeting: "single-account", emptyTargetResolutionMode: "fail" },
    targetAccountConfigurationsCount: 0,
  });
  assert.deepEqual(
    (await lab.fis.send(new GetExperimentTemplateCommand({ id }))).experimentTemplate,
    created,
  );
  const { body } = await lab.ask("GET", `/experimentTemplates/${id}`);
  assert.equal(
    body["experimentTemplate"].arn,
    `arn:aws:fis:us-east-1:${lab.account}:experiment-template/${id}`,
  );
  assert.equal(typeof body["experimentTemplate"].creationTime, "number");
});

test("an update changes what it names and leaves the rest", async () => {
  await using lab = await laboratory();
  const id = await lab.create({
    description: "Before",
    actions: { wait },
    logConfiguration: { logSchemaVersion: 2, s3Configuration: { bucketName: "logs" } },
  });
  await lab.cloud.clock.advance("PT1S");
  const { experimentTemplate } = await lab.fis.send(
    new UpdateExperimentTemplateCommand({
      id,
      description: "After",
      actions: { wait: { parameters: { duration: "PT2M" } } },
      experimentOptions: { emptyTargetResolutionMode: "skip" },
    }),
  );
  assert.equal(experimentTemplate!.description, "After");
  assert.deepEqual(experimentTemplate!.actions, {
    wait: { actionId: "aws:fis:wait", parameters: { duration: "PT2M" } },
  });
  assert.equal(experimentTemplate!.experimentOptions!.emptyTargetResolutionMode, "skip");
  assert.equal(experimentTemplate!.logConfiguration!.s3Configuration!.bucketName, "logs");
  assert.equal(experimentTemplate!.roleArn, ROLE);
  assert.ok(experimentTemplate!.lastUpdateTime! > experimentTemplate!.creationTime!);

  const { body } = await lab.ask("PATCH", `/experimentTemplates/${id}`, { logConfiguration: {} });
  assert.equal(body["experimentTemplate"].logConfiguration, undefined);
  assert.match(
    await refusal(
      lab.fis.send(
        new UpdateExperimentTemplateCommand({ id, actions: { x: { actionId: "aws:fis:nothing" } } }),
      ),
    ),
    /^ResourceNotFoundException: Action with ID aws:fis:nothing not found\.$/,
  );
  const after = await lab.fis.send(new GetExperimentTemplateCommand({ id }));
  assert.deepEqual(Object.keys(after.experimentTemplate!.actions!), ["wait"]);
});

test("a deleted template is shown once more, and then not found", async () => {
  await using lab = await laboratory();
  const id = await lab.create({ actions: { wait } });
  const { experimentTemplate } = await lab.fis.send(new DeleteExperimentTemplateCommand({ id }));
  assert.equal(experimentTemplate!.id, id);
  const missing = `ResourceNotFoundException: Experiment template with ID ${id} not found.`;
  assert.equal(await refusal(lab.fis.send(new GetExperimentTemplateCommand({ id }))), missing);
  assert.equal(await refusal(lab.fis.send(new DeleteExperimentTemplateCommand({ id }))), missing);
  assert.equal(
    await refusal(lab.fis.send(new StartExperimentCommand({ clientToken: "s", experimentTemplateId: id }))),
    missing,
  );
});

test("the same client token makes one template", async () => {
  await using lab = await laboratory();
  const create = (description: string) =>
    lab.fis.send(
      new CreateExperimentTemplateCommand({
        clientToken: "same",
        description,
        roleArn: ROLE,
        stopConditions: [{ source: "none" }],
        actions: { wait },
      }),
    );
  const [one, two] = [await create("One"), await create("One")];
  assert.equal(one.experimentTemplate!.id, two.experimentTemplate!.id);
  assert.match(await refusal(create("Two")), /^ConflictException: /);
  assert.equal((await lab.fis.send(new ListExperimentTemplatesCommand({}))).experimentTemplates!.length, 1);
});

test("lists come in pages", async () => {
  await using lab = await laboratory();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await lab.create({ actions: { wait } }));
  const pages: number[] = [];
  const seen: string[] = [];
  for await (const { experimentTemplates } of paginateListExperimentTemplates(
    { client: lab.fis, pageSize: 2 },
    {},
  )) {
    pages.push(experimentTemplates!.length);
    seen.push(...experimentTemplates!.map(({ id }) => id!));
  }
  assert.deepEqual(pages, [2, 2, 1]);
  assert.deepEqual(seen.sort(), ids.sort());
  assert.equal(
    await refusal(lab.fis.send(new ListActionsCommand({ nextToken: "nonsense" }))),
    "ValidationException: Invalid nextToken.",
  );
  assert.match(
    await refusal(lab.fis.send(new ListActionsCommand({ maxResults: 101 }))),
    /^ValidationException: /,
  );
});

test("every action of the catalogue can be listed and looked at, the fifty of AWS first", async () => {
  await using lab = await laboratory();
  const ids: string[] = [];
  for await (const { actions } of paginateListActions({ client: lab.fis, pageSize: 20 }, {})) {
    for (const action of actions!) {
      ids.push(action.id!);
      assert.ok(!("parameters" in action));
    }
  }
  assert.ok(ids.slice(0, 50).every((id) => id.startsWith("aws:")));
  assert.ok(ids.includes("squall:api:lost-reply"));
  for (const id of ids) {
    const { action } = await lab.fis.send(new GetActionCommand({ id }));
    assert.equal(action!.id, id);
  }
  const { action } = await lab.fis.send(new GetActionCommand({ id: "aws:ec2:stop-instances" }));
  assert.equal(action!.description, "Stop the specified EC2 instances.");
  assert.deepEqual(action!.targets, { Instances: { resourceType: "aws:ec2:instance" } });
  assert.deepEqual(action!.parameters!["startInstancesAfterDuration"], {
    description: "The time to wait before restarting the instances (ISO 8601 duration).",
    required: false,
  });
  const { action: waiting } = await lab.fis.send(new GetActionCommand({ id: "aws:fis:wait" }));
  assert.equal(waiting!.targets, undefined);
  assert.equal(
    await refusal(lab.fis.send(new GetActionCommand({ id: "aws:fis:nothing" }))),
    "ResourceNotFoundException: Action with ID aws:fis:nothing not found.",
  );
});

test("resource types say which parameters their targets take", async () => {
  await using lab = await laboratory();
  const names: string[] = [];
  for await (const { targetResourceTypes } of paginateListTargetResourceTypes({ client: lab.fis }, {}))
    names.push(...targetResourceTypes!.map(({ resourceType }) => resourceType!));
  assert.ok(
    ["aws:ec2:instance", "aws:lambda:function", "aws:s3:bucket"].every((type) => names.includes(type)),
  );
  // A type that only Squall has: the queues of this cloud.
  assert.ok(names.includes("aws:sqs:queue"));
  const { targetResourceType } = await lab.fis.send(
    new GetTargetResourceTypeCommand({ resourceType: "aws:elasticache:replicationgroup" }),
  );
  assert.equal(targetResourceType!.parameters!["availabilityZoneIdentifier"]!.required, true);
  assert.equal(
    await refusal(lab.fis.send(new GetTargetResourceTypeCommand({ resourceType: "aws:sqs:jar" }))),
    "ResourceNotFoundException: Target resource type aws:sqs:jar not found.",
  );
});

test("templates, experiments and actions are tagged", async () => {
  await using lab = await laboratory();
  const template = await lab.create({ actions: { wait }, tags: { a: "1" } });
  const experiment = await lab.start({ actions: { wait } });
  const arn = (resource: string) => `arn:aws:fis:us-east-1:${lab.account}:${resource}`;
  for (const resource of [
    `experiment-template/${template}`,
    `experiment/${experiment}`,
    "action/aws:fis:wait",
  ]) {
    const resourceArn = arn(resource);
    await lab.fis.send(new TagResourceCommand({ resourceArn, tags: { b: "2", c: "3" } }));
    await lab.fis.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a", "c"] }));
    const { tags } = await lab.fis.send(new ListTagsForResourceCommand({ resourceArn }));
    assert.deepEqual(tags, { b: "2" });
  }
  await lab.cloud.clock.advance("PT1M");
  assert.deepEqual((await lab.get(experiment)).tags, { b: "2" });
  const { action } = await lab.fis.send(new GetActionCommand({ id: "aws:fis:wait" }));
  assert.deepEqual(action!.tags, { b: "2" });
  const missing = arn("experiment/EXPnone");
  assert.equal(
    await refusal(lab.fis.send(new ListTagsForResourceCommand({ resourceArn: missing }))),
    `ResourceNotFoundException: Resource ${missing} not found.`,
  );
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, "v"]));
  assert.match(
    await refusal(
      lab.fis.send(new TagResourceCommand({ resourceArn: arn("action/aws:fis:wait"), tags: many })),
    ),
    /^ValidationException: A resource can have at most 50 tags\.$/,
  );
});

test("a multi-account template has account configurations, and its experiments a copy of them", async () => {
  await using lab = await laboratory();
  const options = { accountTargeting: "multi-account", emptyTargetResolutionMode: "fail" } as const;
  const experimentTemplateId = await lab.create({ actions: { wait }, experimentOptions: options });
  assert.match(
    await refusal(lab.fis.send(new StartExperimentCommand({ clientToken: "s", experimentTemplateId }))),
    /^ValidationException: Experiment template EXT\w+ has no target account configuration\.$/,
  );
  const where = { experimentTemplateId, accountId: "111122223333" };
  const roleArn = "arn:aws:iam::111122223333:role/target";
  const configuration = { accountId: where.accountId, roleArn, description: "Target" };
  const created = await lab.fis.send(
    new CreateTargetAccountConfigurationCommand({
      ...where,
      roleArn,
      description: "Target",
      clientToken: "c",
    }),
  );
  assert.deepEqual(created.targetAccountConfiguration, configuration);
  const again = await lab.fis.send(
    new CreateTargetAccountConfigurationCommand({
      ...where,
      roleArn,
      description: "Target",
      clientToken: "c",
    }),
  );
  assert.deepEqual(again.targetAccountConfiguration, configuration);
  assert.match(
    await refusal(lab.fis.send(new CreateTargetAccountConfigurationCommand({ ...where, roleArn }))),
    /^ConflictException: /,
  );
  const { experimentTemplate } = await lab.fis.send(
    new GetExperimentTemplateCommand({ id: experimentTemplateId }),
  );
  assert.equal(experimentTemplate!.targetAccountConfigurationsCount, 1);

  const { experiment } = await lab.fis.send(
    new StartExperimentCommand({ clientToken: "e", experimentTemplateId }),
  );
  const other = "arn:aws:iam::111122223333:role/other";
  await lab.fis.send(new UpdateTargetAccountConfigurationCommand({ ...where, roleArn: other }));
  const { targetAccountConfiguration } = await lab.fis.send(new GetTargetAccountConfigurationCommand(where));
  assert.deepEqual(targetAccountConfiguration, { ...configuration, roleArn: other });
  const experimentId = experiment!.id!;
  const { targetAccountConfigurations } = await lab.fis.send(
    new ListExperimentTargetAccountConfigurationsCommand({ experimentId }),
  );
  assert.deepEqual(targetAccountConfigurations, [configuration]);
  const snapshot = await lab.fis.send(
    new GetExperimentTargetAccountConfigurationCommand({ experimentId, accountId: where.accountId }),
  );
  assert.deepEqual(snapshot.targetAccountConfiguration, configuration);

  await lab.fis.send(new DeleteTargetAccountConfigurationCommand(where));
  const { targetAccountConfigurations: left } = await lab.fis.send(
    new ListTargetAccountConfigurationsCommand({ experimentTemplateId }),
  );
  assert.deepEqual(left, []);
  assert.match(
    await refusal(lab.fis.send(new GetTargetAccountConfigurationCommand(where))),
    /^ResourceNotFoundException: Target account configuration for account 111122223333 not found\.$/,
  );
  const single = await lab.create({ actions: { wait } });
  assert.match(
    await refusal(
      lab.fis.send(
        new CreateTargetAccountConfigurationCommand({ ...where, experimentTemplateId: single, roleArn }),
      ),
    ),
    /^ValidationException: .* is not multi-account/,
  );
});

test("under --strict AWS's own limits hold", async () => {
  await using lab = await laboratory({ strict: true });
  const create = (changes: object) =>
    refusal(
      lab.fis.send(
        new CreateExperimentTemplateCommand({
          clientToken: crypto.randomUUID(),
          description: "Strict",
          roleArn: ROLE,
          stopConditions: [{ source: "none" }],
          targets: {},
          actions: { wait },
          ...changes,
        }),
      ),
    );
  assert.equal(await create({}), "no error");
  assert.equal(await create({ targets: undefined }), "ValidationException: targets is required");
  assert.match(
    await create({ actions: { wait: { ...wait, parameters: { duration: "PT59S" } } } }),
    /PT1M to PT12H/,
  );
  assert.match(await create({ roleArn: "arn:aws:iam:000000000000:role/ExperimentRole" }), /Invalid roleArn/);
});
