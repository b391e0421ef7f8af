import { useState } from "preact/hooks";
import { call, freshToken } from "../api.ts";
import { Dialog } from "../pieces/dialog.tsx";

/** A template that works wherever there is a role, to begin with. */
const FIRST = {
  description: "Half of DynamoDB is unavailable for a minute, then throttled for another",
  roleArn: "arn:aws:iam::000000000000:role/ExperimentRole",
  stopConditions: [{ source: "none" }],
  targets: {
    everybody: {
      resourceType: "aws:iam:role",
      resourceArns: ["arn:aws:iam::000000000000:role/*"],
      selectionMode: "ALL",
    },
  },
  actions: {
    unavailable: {
      actionId: "aws:fis:inject-api-unavailable-error",
      parameters: { service: "dynamodb", operations: "GetItem,PutItem", percentage: "50", duration: "PT1M" },
      targets: { Roles: "everybody" },
    },
    throttled: {
      actionId: "aws:fis:inject-api-throttle-error",
      parameters: { service: "dynamodb", operations: "GetItem,PutItem", percentage: "50", duration: "PT1M" },
      targets: { Roles: "everybody" },
      startAfter: ["unavailable"],
    },
  },
};

/** Writes an experiment template, as AWS has it. */
export function TemplateForm({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState(JSON.stringify(FIRST, null, 2));
  const [wrong, setWrong] = useState<string>();
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await call("fis", "CreateExperimentTemplate", { clientToken: freshToken(), ...JSON.parse(text) });
      onClose();
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <Dialog title="New template" onClose={onClose} class="editor">
      <form onSubmit={(event) => void save(event)}>
        <label>
          The input of CreateExperimentTemplate
          <textarea
            rows={24}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <footer class="bar">
          <span class="grow" />
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Create the template
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
