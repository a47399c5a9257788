/** What decisions are called that no rule of the policy made. */
export const RULE = {
  verification: 'verification',
  minimumConfidence: 'minimum confidence',
  otherwise: 'otherwise',
} as const;

export const RULES_OF_ITS_OWN: readonly string[] = Object.values(RULE);
