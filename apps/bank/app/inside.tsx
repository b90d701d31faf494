import { useAction, useClientState, useKeybound } from '@keybound/react'
import type { TransactionView } from '@keybound/web'
import { type ReactElement, useEffect, useState } from 'react'
import { bank } from './bank.ts'
import { Home } from './screens/home.tsx'
import { Offer } from './screens/offer.tsx'
import { Review } from './screens/review.tsx'
import { Send } from './screens/send.tsx'
import { Sent } from './screens/sent.tsx'
import { Settings } from './screens/settings.tsx'

/** Where the user is. */
type Place =
  | { readonly at: 'offer' | 'home' | 'send' | 'settings' }
  | { readonly at: 'review'; readonly transaction: TransactionView }
  | { readonly at: 'sent'; readonly transaction: TransactionView; readonly receipt: string }

/** What the app needs to know of the outside. */
export interface InsideProps {
  /** The key of this device failed before the password was used. */
  readonly broken: boolean
  readonly onOpen: () => void
  readonly onRenewed: () => void
  readonly onSignOut: () => void
}

/** The open app: mounted by the gate, gone with the session. */
export function Inside({ broken, onOpen, onRenewed, onSignOut }: InsideProps): ReactElement | null {
  const client = useKeybound()
  const { reason } = useClientState()
  const [place, setPlace] = useState<Place>()
  const account = useAccount()

  // biome-ignore lint/correctness/useExhaustiveDependencies: decides once, when the gate opens.
  useEffect(() => {
    onOpen()
    const offered = reason === 'passwordOnly' || broken
    void client.availability().then(
      ({ available }) => setPlace({ at: offered && available ? 'offer' : 'home' }),
      () => setPlace({ at: 'home' }),
    )
  }, [])

  const goHome = () => setPlace({ at: 'home' })
  const signOut = () => {
    onSignOut()
    void client.signOut()
  }
  switch (place?.at) {
    case undefined:
      return null
    case 'offer':
      return <Offer again={broken} onDone={goHome} onRenewed={onRenewed} />
    case 'home':
      return (
        <Home
          {...account}
          onSend={() => setPlace({ at: 'send' })}
          onSettings={() => setPlace({ at: 'settings' })}
          onTurnOn={() => setPlace({ at: 'offer' })}
        />
      )
    case 'send':
      return <Send onReview={(transaction) => setPlace({ at: 'review', transaction })} onCancel={goHome} />
    case 'review': {
      const { transaction } = place
      const onSent = (receipt: string) => {
        setPlace({ at: 'sent', transaction, receipt })
        void account.reload()
      }
      return <Review transaction={transaction} onSent={onSent} onCancel={goHome} />
    }
    case 'sent':
      return <Sent {...place} onDone={goHome} />
    case 'settings':
      return <Settings onBack={goHome} onSignOut={signOut} />
  }
}

/** The account as the bank last told it. */
function useAccount() {
  const [account, setAccount] = useState<Awaited<ReturnType<typeof bank.account>>>()
  const { run, error } = useAction(async () => setAccount(await bank.account()))
  useEffect(() => {
    void run()
  }, [run])
  return { account, error, reload: run }
}
