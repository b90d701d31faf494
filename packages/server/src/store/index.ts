export {
  type AttemptBucket,
  refundToBudget,
  type TakeFromBudget,
  takeFromBudget,
} from './attempt-budget.ts'
export * from './contract.ts'
export type * from './evidence-contract.ts'
export type * from './notice-contract.ts'
export type * from './token-contract.ts'
export type * from './transaction-contract.ts'
