/** Password of the phone's owner, which no attacker knows. */
export const ownersPassword = 'correct horse battery staple'

/** The PIN that the owner gave an app that wants one of its own. */
export const naivePin = '1957'
