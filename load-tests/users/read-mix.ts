/** The classes of users, by the word that USERS has for them; each is also the name of a scenario's exported function. */
const USER_CLASSES = ['watcher', 'buyer', 'group', 'retrier', 'abuser'] as const
export type UserClass = (typeof USER_CLASSES)[number]
/** Shares of a whole; classes that are left out do not come. */
export type Mix = Readonly<Partial<Record<UserClass, number>>>

/** Reads `watcher=70,buyer=20,group=10`. */
export function readMix(text: string): Mix {
  const entries = text.split(',').map((part) => {
    const [name = '', share = ''] = part.trim().split('=')
    const known = USER_CLASSES.find((each) => each === name)
    if (known === undefined || share === '' || !(Number(share) >= 0))
      throw new Error(`USERS has "${part}": it is to be like watcher=70,buyer=20; classes: ${USER_CLASSES.join(', ')}`)
    return [known, Number(share)] as const
  })
  const sum = entries.reduce((total, [, share]) => total + share, 0)
  if (sum === 0) throw new Error('USERS has nobody in it')
  return Object.fromEntries(entries.filter(([, share]) => share > 0).map(([name, share]) => [name, share / sum]))
}
