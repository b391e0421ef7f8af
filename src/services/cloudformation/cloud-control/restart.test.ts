import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { testCloud } from "../../../../test/cloud.ts";

interface Answer {
  readonly ProgressEvent: {
    readonly RequestToken: string;
    readonly OperationStatus: string;
    readonly StatusMessage?: string;
  };
}

test("a request waits by the clock, can be cancelled, and is failed by the next process when its own has ended", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-control-"));
  const input = (Name: string) => ({
    TypeName: "AWS::Kinesis::Stream",
    DesiredState: JSON.stringify({ Name, ShardCount: 1 }),
  });
  try {
    let token = "";
    {
      await using cloud = await testCloud({ listen: false, dataDir, timings: "real" });
      const call = (operation: string, asked: object) => cloud.call<Answer>("cloudcontrol", operation, asked);
      const first = await call("CreateResource", input("first"));
      assert.equal(first.ProgressEvent.OperationStatus, "IN_PROGRESS");
      await cloud.settle("PT5M");
      const { RequestToken } = first.ProgressEvent;
      const { ProgressEvent } = await call("GetResourceRequestStatus", { RequestToken });
      assert.equal(ProgressEvent.OperationStatus, "SUCCESS");
      const second = await call("CreateResource", input("second"));
      const cancelled = await call("CancelResourceRequest", {
        RequestToken: second.ProgressEvent.RequestToken,
      });
      assert.equal(cancelled.ProgressEvent.OperationStatus, "CANCEL_IN_PROGRESS");
      token = (await call("CreateResource", input("third"))).ProgressEvent.RequestToken;
    }
    await using cloud = await testCloud({ listen: false, dataDir });
    const { ProgressEvent } = await cloud.call<Answer>("cloudcontrol", "GetResourceRequestStatus", {
      RequestToken: token,
    });
    assert.deepEqual(
      [ProgressEvent.OperationStatus, ProgressEvent.StatusMessage],
      ["FAILED", "The process that carried the request out has ended."],
    );
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
