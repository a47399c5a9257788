/** The only way a stage learns the time. */
export interface Clock {
  now(): Date;
}
