import { Component, type ReactElement, type ReactNode } from 'react'
import { useLanguage } from './texts/language.tsx'
import { Button } from './ui/button.tsx'
import { Single } from './ui/frame.tsx'
import { Notice } from './ui/notice.tsx'
import { Title } from './ui/words.tsx'

interface MishapProps {
  readonly children: ReactNode
}

/** Stands in for the app when a fault of its own stopped it: says so, and opens it again. React writes it to the console. */
export class Mishap extends Component<MishapProps, { readonly happened: boolean }> {
  override state = { happened: false }

  static getDerivedStateFromError(): { readonly happened: boolean } {
    return { happened: true }
  }

  override render(): ReactNode {
    const again = () => this.setState({ happened: false })
    return this.state.happened ? <Told onAgain={again} /> : this.props.children
  }
}

function Told({ onAgain }: { readonly onAgain: () => void }): ReactElement {
  const { texts } = useLanguage()
  return (
    <Single>
      <Title>{texts.name}</Title>
      <Notice error={texts.mishap} />
      <Button kind="main" label={texts.openAgain} onPress={onAgain} />
    </Single>
  )
}
