import { isSame, retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("ssm");

/** What a new version of a document can say otherwise. */
const OF_A_VERSION = ["Attachments", "Content", "DocumentFormat", "Requires", "TargetType", "VersionName"];
const MISSING = /does not exist/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html */
export default defineType({
  type: "AWS::SSM::Document",
  replacedBy: [...OF_A_VERSION, "DocumentType", "Name"],
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html#cfn-ssm-document-updatemethod
  inPlace: ({ UpdateMethod }) => (UpdateMethod === "NewVersion" ? OF_A_VERSION : []),
  required: ["Content"],
  isTagged: true,
  async create(properties, at) {
    const named = withTags(withName(properties, ["Name", 128], at), at);
    await call(at, "CreateDocument", named);
    const id = String(named["Name"]);
    at.made({ id });
    await active(id, at);
    return { id };
  },
  async update({ id, properties: before }, properties, at) {
    const isChanged = OF_A_VERSION.some((name) => !isSame(before[name], properties[name]));
    if (isChanged) {
      const input = { ...properties, Name: id, DocumentVersion: "$LATEST" };
      const { DocumentDescription } = await call(at, "UpdateDocument", input);
      await active(id, at);
      const { DocumentVersion } = DocumentDescription as Properties;
      await call(at, "UpdateDocumentDefaultVersion", { Name: id, DocumentVersion });
    }
    const resource = { ResourceType: "Document", ResourceId: id };
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "RemoveTagsFromResource", { ...resource, TagKeys }),
      tag: (Tags) => call(at, "AddTagsToResource", { ...resource, Tags }),
    });
    return { id };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteDocument", { Name: id }), MISSING),
  async read({ id, properties }, at) {
    const document = await found(call(at, "DescribeDocument", { Name: id }), MISSING);
    if (!document) return undefined;
    const { Content } = await call(at, "GetDocument", { Name: id });
    return shown(properties, { ...(document["Document"] as Properties), Content });
  },
});

/** Its newest version can be used. */
async function active(Name: string, at: ResourceContext): Promise<void> {
  await at.until(async () => {
    const { Document } = await call(at, "DescribeDocument", { Name, DocumentVersion: "$LATEST" });
    const { Status, StatusInformation } = Document as Properties;
    if (Status === "Failed") throw new Error(String(StatusInformation));
    return Status === "Active";
  });
}
