/** What is known about attacks on a vulnerability, joined over all its ids. */
export interface Threat {
  readonly kev?: {
    /** ISO date CISA added it to the Known Exploited Vulnerabilities catalogue. */
    readonly dateAdded: string;
    readonly dueDate?: string;
    readonly ransomware: boolean;
  };
  /** Compare percentiles, not scores: the scale moves with every model version. */
  readonly epss?: {
    readonly score: number;
    readonly percentile: number;
    readonly modelVersion: string;
    readonly date: string;
  };
  readonly ssvc?: {
    readonly exploitation: 'none' | 'poc' | 'active';
    readonly automatable: boolean;
    readonly technicalImpact: 'partial' | 'total';
  };
  /** Public exploits or proofs of concept known by count; absent means nobody counted. */
  readonly publicExploits?: number;
}
