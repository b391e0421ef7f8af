import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "ssm",
    type: "parameter",
    async create(call, name) {
      await call("PutParameter", { Name: `/tagged/${name}`, Type: "String", Value: "v" });
      return arn("ssm", call.account, `parameter/tagged/${name}`);
    },
  },
  {
    service: "ssm",
    type: "document",
    async create(call, Name) {
      const Content = JSON.stringify({
        schemaVersion: "0.3",
        mainSteps: [{ name: "wait", action: "aws:sleep", inputs: { Duration: "PT1H" } }],
      });
      await call("CreateDocument", { Name, DocumentType: "Automation", Content });
      return arn("ssm", call.account, `document/${Name}`);
    },
  },
];
