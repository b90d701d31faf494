/** How long a suite measures. */
export interface Effort {
  /** A short run that proves the suite works; its figures mean nothing. */
  readonly smoke: boolean
  readonly rounds: number
  readonly warmUp: number
}
