import type { Service, ServiceFactory } from "../../core/service.ts";
import { accessKeys } from "./access-keys.ts";
import { accountHandlers } from "./account.ts";
import { attachments } from "./attachments.ts";
import { authorizationDetails } from "./authorization-details.ts";
import { boundaries } from "./boundaries.ts";
import { credentialReport } from "./credential-report.ts";
import { describeRole } from "./describe.ts";
import type { RoleRecord, UserRecord } from "./entity.ts";
import { groupHandlers } from "./groups.ts";
import { inlinePolicies } from "./inline-policies.ts";
import { instanceProfileHandlers } from "./instance-profiles.ts";
import { loginProfiles } from "./login-profiles.ts";
import { mfaDeviceHandlers } from "./mfa-devices.ts";
import { oidcProviderHandlers } from "./oidc-providers.ts";
import { passwordPolicy } from "./password-policy.ts";
import { policies } from "./policies.ts";
import { policyVersions } from "./policy-versions.ts";
import { roleHandlers } from "./roles.ts";
import { samlProviderHandlers } from "./saml-providers.ts";
import { serverCertificateHandlers } from "./server-certificates.ts";
import { serviceCredentials } from "./service-credentials.ts";
import { serviceLinkedRoles } from "./service-linked-roles.ts";
import { signingCertificates } from "./signing-certificates.ts";
import { simulation } from "./simulation.ts";
import { sshPublicKeys } from "./ssh-public-keys.ts";
import { userHandlers } from "./users.ts";

/** AWS Identity and Access Management: https://docs.aws.amazon.com/IAM/latest/APIReference/ */
const iam: ServiceFactory = (): Service => ({
  name: "iam",
  operations: {
    ...userHandlers,
    ...groupHandlers,
    ...roleHandlers,
    ...instanceProfileHandlers,
    ...policies,
    ...policyVersions,
    ...attachments,
    ...inlinePolicies,
    ...boundaries,
    ...accessKeys,
    ...sshPublicKeys,
    ...signingCertificates,
    ...serviceCredentials,
    ...credentialReport,
    ...loginProfiles,
    ...passwordPolicy,
    ...accountHandlers,
    ...oidcProviderHandlers,
    ...samlProviderHandlers,
    ...serverCertificateHandlers,
    ...mfaDeviceHandlers,
    ...serviceLinkedRoles,
    ...authorizationDetails,
    ...simulation,
  },
  validation: { shapes: { serviceSpecificCredentialId: { secret: true } } },
  describe: {
    role: (role: RoleRecord) => ({ ...describeRole(role) }),
    user: ({ name, path }: UserRecord) => ({ UserName: name, Path: path }),
  },
});

export default iam;
