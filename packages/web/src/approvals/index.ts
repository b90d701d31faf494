/** Approvals in a browser: `createKeyboundClient({ …, approvals: () => import('@keybound/web/approvals') })`. */
export * from '@keybound/client/approvals'
