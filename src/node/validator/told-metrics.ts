/** The span of the history that the validator's thread pushes: what the Overview shows. */
export const TOLD_METRICS_MINUTES = 60;
