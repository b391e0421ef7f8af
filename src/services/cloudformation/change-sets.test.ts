import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { stacksOf } from "./fixture.test.ts";

const NEWS = {
  Parameters: { Title: { Type: "String", Default: "one" } },
  Resources: {
    News: { Type: "AWS::SNS::Topic", Properties: { TopicName: "news", DisplayName: { Ref: "Title" } } },
    Note: {
      Type: "AWS::SSM::Parameter",
      Properties: { Name: "note", Type: "String", Value: { "Fn::GetAtt": ["News", "TopicName"] } },
    },
  },
};

interface ResourceChange {
  readonly Replacement: string;
  readonly PolicyAction?: string;
  readonly AfterContext: string;
  readonly Details: readonly {
    readonly Target: { readonly Name: string };
    readonly ChangeSource: string;
    readonly Evaluation: string;
    readonly CausingEntity?: string;
  }[];
}

const changeSet = (template: object, more: object = {}) => ({
  StackName: "paper",
  ChangeSetName: "next",
  TemplateBody: JSON.stringify(template),
  ...more,
});

const named = { StackName: "paper", ChangeSetName: "next" };

test("a change set creates a stack, which is under review until it is executed", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.call("CreateChangeSet", changeSet(NEWS, { ChangeSetType: "CREATE" }));
  assert.equal((await stacks.describe("paper"))["StackStatus"], "REVIEW_IN_PROGRESS");
  const { Changes, Status, ExecutionStatus } = await stacks.call("DescribeChangeSet", named);
  assert.deepEqual([Status, ExecutionStatus], ["CREATE_COMPLETE", "AVAILABLE"]);
  assert.deepEqual((Changes as unknown[])[0], {
    Type: "Resource",
    ResourceChange: {
      Action: "Add",
      LogicalResourceId: "News",
      ResourceType: "AWS::SNS::Topic",
      Scope: [],
      Details: [],
    },
  });
  await stacks.call("ExecuteChangeSet", named);
  assert.equal((await stacks.describe("paper"))["StackStatus"], "CREATE_COMPLETE");
  await assert.rejects(
    stacks.call("CreateChangeSet", changeSet(NEWS, { ChangeSetName: "again", ChangeSetType: "CREATE" })),
    {
      message: "Stack [paper] already exists and cannot be created again with the changeSet [again].",
    },
  );
});

test("a change set that was carried out is told of when its stack is gone, too; one that was not, is gone with it", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const { Id } = await stacks.call("CreateChangeSet", changeSet(NEWS, { ChangeSetType: "CREATE" }));
  await stacks.call("ExecuteChangeSet", named);
  const other = await stacks.call("CreateChangeSet", changeSet(NEWS, { ChangeSetName: "other" }));
  await stacks.call("DeleteStack", { StackName: "paper" });
  const told = await stacks.call("DescribeChangeSet", { ChangeSetName: Id });
  assert.deepEqual([told["ExecutionStatus"], told["StackName"]], ["EXECUTE_COMPLETE", "paper"]);
  await assert.rejects(stacks.call("DescribeChangeSet", { ChangeSetName: other["Id"] }), {
    code: "ChangeSetNotFoundException",
  });
});

test("a change set says what a parameter changes, and why; a replacement makes others known after it only", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("paper", NEWS);
  const template = structuredClone(NEWS);
  template.Resources.News.Properties.TopicName = "papers";
  await stacks.call(
    "CreateChangeSet",
    changeSet(template, { Parameters: [{ ParameterKey: "Title", ParameterValue: "two" }] }),
  );
  const { Changes } = (await stacks.call("DescribeChangeSet", { ...named, IncludePropertyValues: true })) as {
    Changes: { ResourceChange: ResourceChange }[];
  };
  const [news, note] = Changes.map(({ ResourceChange }) => ResourceChange);
  assert.equal(news!.Replacement, "True");
  assert.equal(news!.PolicyAction, "ReplaceAndDelete");
  assert.deepEqual(
    news!.Details.map((one) => [one.Target.Name, one.ChangeSource, one.Evaluation, one.CausingEntity]),
    [
      ["DisplayName", "ParameterReference", "Static", "Title"],
      ["DisplayName", "DirectModification", "Dynamic", undefined],
      ["TopicName", "DirectModification", "Static", undefined],
    ],
  );
  assert.equal(note!.Details[0]?.CausingEntity, "News.TopicName");
  assert.match(note!.AfterContext, /KNOWN_AFTER_APPLY/);
  await stacks.call("ExecuteChangeSet", named);
  assert.equal((await stacks.describe("paper"))["StackStatus"], "UPDATE_COMPLETE");
  const { Parameter } = await cloud.call<{ Parameter: { Value: string } }>("ssm", "GetParameter", {
    Name: "note",
  });
  assert.equal(Parameter.Value, "papers");
});

test("a change set shows no hidden values, neither alone nor in others, of what was nor of what will be", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const template = {
    Parameters: { Title: { Type: "String", NoEcho: true } },
    Resources: {
      News: {
        Type: "AWS::SNS::Topic",
        Properties: { TopicName: "news", DisplayName: { Ref: "Title" } },
      },
      Note: {
        Type: "AWS::SSM::Parameter",
        Properties: { Name: "note", Type: "String", Value: { "Fn::Sub": "It is ${Title}." } },
      },
    },
  };
  const titled = (ParameterValue: string) => ({
    Parameters: [{ ParameterKey: "Title", ParameterValue }],
  });
  await stacks.create("paper", template, titled("hunter2"));
  await stacks.call("CreateChangeSet", changeSet(template, titled("swordfish")));
  const { Changes } = (await stacks.call("DescribeChangeSet", { ...named, IncludePropertyValues: true })) as {
    Changes: unknown[];
  };
  const text = JSON.stringify(Changes);
  assert.doesNotMatch(text, /hunter2|swordfish/);
  assert.match(text, /It is \*{4}\./);
});

test("a change set without changes has failed, and cannot be executed", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("paper", NEWS);
  await stacks.call("CreateChangeSet", changeSet(NEWS));
  const { Status, StatusReason } = await stacks.call("DescribeChangeSet", named);
  assert.deepEqual(
    [Status, StatusReason],
    [
      "FAILED",
      "The submitted information didn't contain changes. Submit different information to create a change set.",
    ],
  );
  await assert.rejects(stacks.call("ExecuteChangeSet", named), { code: "InvalidChangeSetStatusException" });
});

test("no hooks have looked at a change set, as its tools ask when it fails", async () => {
  await using cloud = await testCloud({ listen: false });
  const asked = {
    TargetType: "CHANGE_SET",
    TargetId: "arn:aws:cloudformation:us-east-1:000000000000:changeSet/one/1",
  };
  assert.deepEqual(await cloud.call("cloudformation", "ListHookResults", asked), {
    ...asked,
    HookResults: [],
  });
});
