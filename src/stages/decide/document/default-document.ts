/**
 * The document that a new control plane's first version is: `examples/policies/default.yaml`
 * without its schema line. A test holds the two, and the domain's defaults, together.
 */
export const defaultPolicyDocument = `# The policy that a new control plane starts with: everything is proven, people are asked,
# nothing happens by itself. Every setting is optional; what is left out is as it stands here.

minimumConfidence: 0.8        # below this a change is withheld, and shown
cooldownDays: 3               # younger versions are not taken…
cooldownBypass: true          # …but for findings that are known to be exploited and reachable
cooldownBypassRoles: [approver, admin]
remedies: [lockfile-bump, upgrade, parent-upgrade, override, remove]

# How much happens by itself: observe, suggest, approve, auto. The first rule that fits decides.
autonomy: []
otherwise: approve

approval:
  quorum: 1
  approvers: ["role:approver", "role:admin"]
  fourEyes: true              # nobody agrees to what they asked for themselves
  escalation:
    - { afterHours: 24, to: ["role:admin"] }
  expiresAfterHours: 336

handOver: branch              # a branch that people merge; or merge

# When nothing is handed over: freezes and maintenance windows.
calendars: []

deadlines:
  standards: [bod-26-04]
  warnHours: [72, 24]
  escalateTo: ["role:admin"]

exceptions:
  maximumDays: 180
  approval: true              # a second person must agree
`;
