/** What is wrong with a condition, and where in its text (UTF-16 units from 0). */
export interface ConditionFault {
  readonly offset: number;
  readonly message: string;
  readonly remedy?: string;
}
