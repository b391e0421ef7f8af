import type { Context, Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import {
  incorrectInstanceState,
  invalidInstanceTypeValue,
  invalidParameterCombination,
  invalidParameterValue,
  notServed,
} from "../errors.ts";
import { find, save } from "../kind.ts";
import { interfacesOf, networkInterfaces } from "../network-interface.ts";
import { groupsInVpc } from "../security-group.ts";
import { describeDevice, type InstanceRecord, instances, ROOT_DEVICE } from "./instance.ts";
import { looksLikeType } from "./instance-type.ts";
import { findAll } from "./instances.ts";
import { checkHopLimit, checkUserData } from "./launch.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html and its neighbours */
export const instanceAttributes: Handlers<EC2.Operations> = {
  DescribeInstanceAttribute({ InstanceId, Attribute }, ctx) {
    const instance = find(instances, InstanceId, ctx);
    const read = Object.hasOwn(READERS, Attribute) ? READERS[Attribute] : undefined;
    if (!read)
      throw invalidParameterValue(
        `Value (${Attribute}) for parameter attribute is invalid. Unknown attribute.`,
      );
    return { InstanceId, ...read(instance, ctx) };
  },

  ModifyInstanceAttribute(input, ctx) {
    const instance = find(instances, input.InstanceId, ctx);
    const { InstanceId: _, Attribute, Value, DryRun: __, ...members } = input;
    const given: Readonly<Record<string, unknown>> = {
      ...members,
      ...(Attribute !== undefined && { [capital(Attribute)]: { Value } }),
    };
    const names = Object.keys(given).filter((name) => given[name] !== undefined);
    if (names.length > 1) throw invalidParameterCombination("Fields for multiple attribute types specified");
    const [name = ""] = names;
    const change = Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
    if (!change) throw notServed(`a change of ${name || "nothing"}`);
    change(instance, given[name] as never, ctx);
    return {};
  },

  ResetInstanceAttribute({ InstanceId, Attribute }, ctx) {
    const instance = find(instances, InstanceId, ctx);
    if (Attribute !== "sourceDestCheck") throw notServed(`a reset of ${Attribute}`);
    checkSource(instance, true, ctx);
    return {};
  },

  ModifyInstanceMetadataOptions({ InstanceId, DryRun: _, ...options }, ctx) {
    const instance = find(instances, InstanceId, ctx);
    checkHopLimit(options.HttpPutResponseHopLimit);
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const metadata = { ...instance.metadata, ...given };
    save(instances, { ...instance, metadata }, ctx);
    return { InstanceId, InstanceMetadataOptions: { ...metadata, State: "pending" } };
  },

  MonitorInstances({ InstanceIds }, ctx) {
    return { InstanceMonitorings: setMonitoring(InstanceIds, true, ctx) };
  },

  UnmonitorInstances({ InstanceIds }, ctx) {
    return { InstanceMonitorings: setMonitoring(InstanceIds, false, ctx) };
  },

  DescribeInstanceCreditSpecifications({ InstanceIds = [] }, ctx) {
    return {
      InstanceCreditSpecifications: findAll(InstanceIds, ctx).flatMap(({ id, cpuCredits }) =>
        cpuCredits === undefined ? [] : [{ InstanceId: id, CpuCredits: cpuCredits }],
      ),
    };
  },

  ModifyInstanceCreditSpecification({ InstanceCreditSpecifications }, ctx) {
    return {
      SuccessfulInstanceCreditSpecifications: InstanceCreditSpecifications.map(
        ({ InstanceId, CpuCredits }) => {
          const instance = find(instances, InstanceId, ctx);
          save(instances, { ...instance, ...(CpuCredits !== undefined && { cpuCredits: CpuCredits }) }, ctx);
          return { InstanceId };
        },
      ),
      UnsuccessfulInstanceCreditSpecifications: [],
    };
  },
};

const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

function setMonitoring(ids: readonly string[], isMonitored: boolean, ctx: Context): EC2.InstanceMonitoring[] {
  return findAll(ids, ctx).map((instance) => {
    save(instances, { ...instance, isMonitored }, ctx);
    return { InstanceId: instance.id, Monitoring: { State: isMonitored ? "pending" : "disabling" } };
  });
}

const READERS: Readonly<
  Record<string, (instance: InstanceRecord, ctx: Context) => Omit<EC2.InstanceAttribute, "InstanceId">>
> = {
  instanceType: ({ instanceType }) => ({ InstanceType: { Value: instanceType } }),
  kernel: () => ({ KernelId: {} }),
  ramdisk: () => ({ RamdiskId: {} }),
  userData: ({ userData }) => ({ UserData: userData === undefined ? {} : { Value: userData } }),
  disableApiTermination: ({ isTerminationProtected }) => ({
    DisableApiTermination: { Value: isTerminationProtected },
  }),
  disableApiStop: ({ isStopProtected }) => ({ DisableApiStop: { Value: isStopProtected } }),
  instanceInitiatedShutdownBehavior: ({ shutdownBehavior }) => ({
    InstanceInitiatedShutdownBehavior: { Value: shutdownBehavior },
  }),
  rootDeviceName: ({ devices }) => ({ RootDeviceName: { Value: devices[0]?.device ?? ROOT_DEVICE } }),
  blockDeviceMapping: ({ devices }) => ({ BlockDeviceMappings: devices.map(describeDevice) }),
  productCodes: () => ({ ProductCodes: [] }),
  sourceDestCheck: ({ id }, ctx) => ({
    SourceDestCheck: { Value: interfacesOf(id, ctx)[0]?.sourceDestCheck ?? true },
  }),
  groupSet: ({ id }, ctx) => ({ Groups: [...(interfacesOf(id, ctx)[0]?.groups ?? [])] }),
  ebsOptimized: ({ isEbsOptimized }) => ({ EbsOptimized: { Value: isEbsOptimized } }),
  sriovNetSupport: () => ({ SriovNetSupport: { Value: "simple" } }),
  enaSupport: () => ({ EnaSupport: { Value: true } }),
  enclaveOptions: () => ({ EnclaveOptions: { Enabled: false } }),
};

const isTrue = ({ Value }: { readonly Value?: unknown }): boolean => String(Value) === "true";

const WRITERS: Readonly<Record<string, (instance: InstanceRecord, value: never, ctx: Context) => void>> = {
  DisableApiTermination: (instance, value: EC2.AttributeBooleanValue, ctx) =>
    save(instances, { ...instance, isTerminationProtected: isTrue(value) }, ctx),
  DisableApiStop: (instance, value: EC2.AttributeBooleanValue, ctx) =>
    save(instances, { ...instance, isStopProtected: isTrue(value) }, ctx),
  InstanceInitiatedShutdownBehavior: (instance, { Value }: EC2.AttributeValue, ctx) => {
    if (Value !== "stop" && Value !== "terminate")
      throw invalidParameterValue(
        `Invalid value '${Value}' for instanceInitiatedShutdownBehavior. It must be 'stop' or 'terminate'`,
      );
    save(instances, { ...instance, shutdownBehavior: Value }, ctx);
  },
  InstanceType: (instance, { Value = "" }: EC2.AttributeValue, ctx) => {
    if (!looksLikeType(Value)) throw invalidInstanceTypeValue(Value);
    save(instances, { ...stopped(instance, "instanceType"), instanceType: Value }, ctx);
  },
  UserData: (instance, { Value }: { readonly Value?: Uint8Array | string }, ctx) => {
    const base64 = typeof Value === "string" ? Value : Buffer.from(Value ?? []).toString("base64");
    const userData = checkUserData(base64);
    const { userData: _, ...rest } = stopped(instance, "userData");
    save(instances, { ...rest, ...(userData !== undefined && { userData }) }, ctx);
  },
  EbsOptimized: (instance, value: EC2.AttributeBooleanValue, ctx) =>
    save(instances, { ...stopped(instance, "ebsOptimized"), isEbsOptimized: isTrue(value) }, ctx),
  SourceDestCheck: (instance, value: EC2.AttributeBooleanValue, ctx) =>
    checkSource(instance, isTrue(value), ctx),
  Groups: ({ id }, ids: EC2.GroupIdStringList, ctx) => {
    const [eni] = interfacesOf(id, ctx);
    if (eni) save(networkInterfaces, { ...eni, groups: groupsInVpc(ids, eni.vpcId, ctx) }, ctx);
  },
  BlockDeviceMappings: (instance, mappings: EC2.InstanceBlockDeviceMappingSpecificationList, ctx) => {
    const devices = instance.devices.map((device) => {
      const mapping = mappings.find(({ DeviceName }) => DeviceName === device.device);
      return {
        ...device,
        deleteOnTermination: mapping?.Ebs?.DeleteOnTermination ?? device.deleteOnTermination,
      };
    });
    save(instances, { ...instance, devices }, ctx);
  },
};

/** What can only be changed while an instance is stopped. @throws IncorrectInstanceState */
function stopped(instance: InstanceRecord, attribute: string): InstanceRecord {
  if (instance.state !== "stopped") throw incorrectInstanceState(instance.id, `modified (${attribute})`);
  return instance;
}

function checkSource({ id }: InstanceRecord, sourceDestCheck: boolean, ctx: Context): void {
  for (const eni of interfacesOf(id, ctx)) save(networkInterfaces, { ...eni, sourceDestCheck }, ctx);
}
