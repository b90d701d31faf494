import { execFileSync } from 'node:child_process'

/** The commit of a checkout, short; ends in `+` when tracked files differ from it. */
export function commitOf(root: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--untracked-files=no') !== ''
  return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '')
}
