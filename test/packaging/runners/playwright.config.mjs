export default { testMatch: '*.playwright.ts' }
