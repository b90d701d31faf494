import { useAction, useClientState, useKeybound } from '@keybound/react'
import type { TransactionView } from '@keybound/web'
import { type ReactElement, useEffect, useState } from 'react'
import { type Account, bank, type DeviceNotice, onSessionOver } from './bank.ts'
import { Home } from './screens/home.tsx'
import { KeyNotices } from './screens/key-notices.tsx'
import { Offer } from './screens/offer.tsx'
import { Review } from './screens/review.tsx'
import { Send } from './screens/send.tsx'
import { Sent } from './screens/sent.tsx'
import { Settings } from './screens/settings.tsx'
import type { Left } from './screens/sign-in.tsx'

/** Where the user is. */
type Place =
  | { readonly at: 'home' | 'send' | 'settings' }
  /** `again`: the key of this device is of no use any more, and a new one takes its place. */
  | { readonly at: 'offer'; readonly again: boolean }
  | { readonly at: 'review'; readonly transaction: TransactionView }
  | { readonly at: 'sent'; readonly transaction: TransactionView; readonly receipt: string }

/** What the app needs to know of the outside. */
export interface InsideProps {
  /** The key of this device failed before the password was used. */
  readonly broken: boolean
  /** The account whose touch failed before the password was used. */
  readonly touchFailed: string | undefined
  readonly onOpen: () => void
  readonly onRenewed: () => void
  readonly onLeave: (why: Left) => void
}

/** The open app: mounted by the gate, gone with the session. */
export function Inside(props: InsideProps): ReactElement | null {
  const { broken, touchFailed, onOpen, onRenewed, onLeave } = props
  const client = useKeybound()
  const { account, reason, acr } = useClientState()
  const [place, setPlace] = useState<Place>()
  const home = useAccount()

  // biome-ignore lint/correctness/useExhaustiveDependencies: decides once, when the gate opens.
  useEffect(() => {
    onOpen()
    const offered = reason === 'passwordOnly' || broken
    void client.availability().then(
      ({ available }) => setPlace(offered && available ? { at: 'offer', again: broken } : { at: 'home' }),
      () => setPlace({ at: 'home' }),
    )
    return onSessionOver(() => onLeave('ended'))
  }, [])

  const goHome = () => setPlace({ at: 'home' })
  // Whoever cancels after the touch is too late. The answer is waited for, and told to who has not gone on since.
  const tooLate = useAction(async (_, transaction: TransactionView) => {
    const { receipt } = await client.transaction(transaction.id)
    if (receipt === undefined) return
    setPlace((now) => (now?.at === 'home' ? { at: 'sent', transaction, receipt } : now))
    void home.reload()
  })
  const leave: InsideProps['onLeave'] = (why) => {
    onLeave(why)
    void client.signOut()
  }
  switch (place?.at) {
    case undefined:
      return null
    case 'offer':
      return <Offer again={place.again} onDone={goHome} onRenewed={onRenewed} />
    case 'home': {
      const { notices, onSeen, ...told } = home
      const offer = (again: boolean) => () => setPlace({ at: 'offer', again })
      // Only a key that is here can be of no use, and only who came in with the password may make another.
      const isInDoubt = touchFailed === account && acr === 'pwd' && reason !== 'passwordOnly'
      const news = (
        <KeyNotices notices={notices} onSeen={onSeen} onRenew={isInDoubt ? offer(true) : undefined} />
      )
      return (
        <Home
          {...told}
          error={tooLate.error ?? told.error}
          reload={() => {
            tooLate.reset()
            return told.reload()
          }}
          news={news}
          onSend={() => setPlace({ at: 'send' })}
          onSettings={() => setPlace({ at: 'settings' })}
          onTurnOn={offer(false)}
        />
      )
    }
    case 'send':
      return (
        <Send
          account={home.account}
          onReview={(transaction) => setPlace({ at: 'review', transaction })}
          onCancel={goHome}
        />
      )
    case 'review': {
      const { transaction } = place
      const onCancel = (underWay: boolean) => {
        goHome()
        if (underWay) void tooLate.run(transaction)
      }
      const onSent = (receipt: string) => {
        setPlace({ at: 'sent', transaction, receipt })
        void home.reload()
      }
      return <Review transaction={transaction} onSent={onSent} onCancel={onCancel} />
    }
    case 'sent':
      return <Sent {...place} onDone={goHome} />
    case 'settings':
      return <Settings account={home.account} onBack={goHome} onLeave={leave} />
  }
}

/** The account as the bank last told it, and what happened to its keys elsewhere. */
function useAccount() {
  const [told, setTold] = useState<Told>({ account: undefined, notices: [] })
  const load = useAction(async () => {
    const [account, notices] = await Promise.all([bank.account(), bank.notices()])
    setTold({ account, notices })
  })
  const acknowledge = useAction(async (_, id: string) => {
    await bank.acknowledge(id)
    setTold(({ account, notices }) => ({ account, notices: notices.filter((notice) => notice.id !== id) }))
  })
  const { run } = load
  useEffect(() => {
    void run()
  }, [run])
  return { ...told, error: load.error ?? acknowledge.error, reload: run, onSeen: acknowledge.run }
}

interface Told {
  readonly account: Account | undefined
  readonly notices: readonly DeviceNotice[]
}
